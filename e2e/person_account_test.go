package e2e

import (
	"encoding/json"
	"regexp"
	"testing"
	"time"

	"github.com/artisan-eats/artisan/e2e/browser"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	"github.com/artisan-eats/artisan/gen/artisan/identity/v1/identityv1connect"
	notifyv1 "github.com/artisan-eats/artisan/gen/artisan/notify/v1"
	"github.com/artisan-eats/artisan/gen/artisan/notify/v1/notifyv1connect"
)

func TestPersonSetsANewPasswordByAMailedLink(t *testing.T) {
	eachEyes(t, func(t *testing.T, s *shop, e browser.Eyes) {
		p := s.visitor(t, e)
		p.signsUp()
		forgetful := s.visitor(t, e)
		forgetful.opens("/sign-in")
		forgetful.presses("Forgotten")
		forgetful.fills("E-mail", "grace@example.org")
		forgetful.presses("Send me a link")
		forgetful.sees("Look into your mail")
		link := s.mailed(t, "grace@example.org", resetLink)
		forgetful.opens(link)
		forgetful.fills("Password", "another-long-password")
		forgetful.presses("Set it")
		forgetful.arrives("/account")
		forgetful.sees("Grace Hopper")
		s.takes(t, firstPassword, false)
		s.takes(t, "another-long-password", true)
		p.opens("/account") // where the old password was used, nobody is signed in any more
		p.arrives("/sign-in")
		p.opens(link)
		p.fills("Password", "a-third-long-password")
		p.presses("Set it")
		p.sees("link")
		s.takes(t, "a-third-long-password", false)
	})
}

func TestPersonTakesTheirDataAlongAndLeaves(t *testing.T) {
	eachEyes(t, func(t *testing.T, s *shop, e browser.Eyes) {
		p := s.visitor(t, e)
		p.signsUp()
		p.fillsBasket(creek, "1")
		p.presses("Check out")
		p.chooses("Larch Hall")
		p.chooses("A test card")
		p.presses("Place the order")
		p.sees("Thank you")
		id := p.arrives("/orders/")
		o := s.order(t, id)
		p.opens("/account")
		raw, err := p.Download("Download my data", t.TempDir())
		p.must(err)
		var data object
		if err := json.Unmarshal(raw, &data); err != nil || len(data.list("orders")) != 1 ||
			data.list("orders")[0].str("id") != id ||
			data.obj("account").str("email") != "grace@example.org" {
			t.Errorf("the data are %s, %v", raw, err)
		}
		p.leaves()
		p.sees("still under way")
		p.opens("/orders/" + id + "/cancel")
		p.presses("Yes, cancel it")
		p.sees("cancelled")
		p.leaves()
		p.sees("Your account is deleted")
		s.takes(t, firstPassword, false)
		s.erased(t, o.GetSealedContact())
		p.opens("/account")
		p.arrives("/sign-in")
	})
}

// leaves asks for the account to be deleted.
func (p *person) leaves() {
	p.t.Helper()
	p.opens("/account")
	p.presses("Delete my account")
	p.fills("Password", firstPassword)
	p.presses("Delete it for good")
}

// mailed waits for a letter with a link, and gives the link.
func (s *shop) mailed(t testing.TB, to string, link *regexp.Regexp) (path string) {
	t.Helper()
	client := notifyv1connect.NewNotifyServiceClient(s.client("notify"))
	eventually(t, 20*time.Second, "the link is mailed", func() bool {
		answer, err := client.ListMessages(t.Context(), &notifyv1.ListMessagesRequest{})
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range answer.GetMessages() {
			if m.GetTo() == to && path == "" { // the newest comes first
				if found := link.FindStringSubmatch(m.GetText()); found != nil {
					path = found[len(found)-1]
				}
			}
		}
		return path != ""
	})
	return path
}

var (
	resetLink   = regexp.MustCompile(`/reset-password\?token=[\w-]+`)
	accountLink = regexp.MustCompile(`/confirm\?token=[\w-]+`)
	undoLink    = regexp.MustCompile(`(?s)take your account back.*(/confirm\?token=[\w-]+)`)
	notMeLink   = regexp.MustCompile(`/not-me\?token=[\w-]+`)
	orderLink   = regexp.MustCompile(`/orders/[\w-]+\?token=[\w-]+`)
)

// takes reports an error unless the account of signsUp opens with a password, or does not.
func (s *shop) takes(t testing.TB, password string, want bool) {
	t.Helper()
	client := identityv1connect.NewIdentityServiceClient(s.client("identity"))
	_, err := client.SignIn(t.Context(),
		&identityv1.SignInRequest{Email: "grace@example.org", Password: password})
	if (err == nil) != want {
		t.Errorf("signing in with %s: %v", password, err)
	}
}

// erased reports an error unless nobody can read a contact any more.
func (s *shop) erased(t testing.TB, sealed []byte) {
	t.Helper()
	client := identityv1connect.NewIdentityServiceClient(s.client("identity"))
	answer, err := client.Open(t.Context(), &identityv1.OpenRequest{Sealed: [][]byte{sealed}})
	if err != nil || !answer.GetContacts()[0].GetErased() {
		t.Errorf("the contact of an order is still there: %v, %v", answer, err)
	}
}
