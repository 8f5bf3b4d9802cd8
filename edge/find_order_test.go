package edge

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"google.golang.org/protobuf/proto"

	"github.com/artisan-eats/artisan/fault"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	notifyv1 "github.com/artisan-eats/artisan/gen/artisan/notify/v1"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/gen/state"
)

func TestWhoHasLostAnOrderIsLedToIt(t *testing.T) {
	s := openShop(t, DefaultLimits)
	v := s.open(t, orderAt, "", nil)
	v.says(t, http.StatusNotFound, "We can mail you the link again.")
	if len(v.find("a", "href", "/find-order")) != 1 {
		t.Error("who cannot open an order is not led to its link")
	}
	v = s.open(t, "/find-order?number=T9W4BC", "", nil)
	v.says(t, http.StatusOK, "Find my order")
	if v.value("number") != "T9W4BC" {
		t.Errorf("the number is %q", v.value("number"))
	}
	v = s.open(t, "/find-order", "", url.Values{"number": {"T9W4BC"}, "email": {"ann@example.org"}})
	v.says(t, http.StatusOK, "If there is an order with this number and this address")
	if sent := s.peers.last["MailOrderLink"].(*notifyv1.MailOrderLinkRequest); sent.GetNumber() != "T9W4BC" ||
		sent.GetEmail() != "ann@example.org" {
		t.Errorf("asked for %v", sent)
	}
	s.peers.fail("MailOrderLink", fault.New(fault.Invalid, "invalid", "Please look at it.",
		fault.Field{Name: "number", Message: "It is six letters."}))
	v = s.open(t, "/find-order", "", url.Values{"number": {"T9"}, "email": {"ann@example.org"}})
	v.says(t, http.StatusUnprocessableEntity, "It is six letters.")
	if v.value("number") != "T9" || v.value("email") != "ann@example.org" {
		t.Error("what was typed is lost")
	}
}

func TestAMemberIsShownWhatTheirAddressOrdered(t *testing.T) {
	s := openShop(t, DefaultLimits)
	s.peers.set(func(p *peers) {
		p.session = func(r *identityv1.GetSessionResponse) {
			account := proto.CloneOf(accounts["shopper"])
			account.EmailVerified = true
			r.Account = account
		}
	})
	for _, path := range []string{"/account", "/api/v1/orders"} {
		s.open(t, path, "session=shopper", nil)
		sent := s.peers.last["ListOrders"].(*orderingv1.ListOrdersRequest)
		if sent.GetCustomerId() != "acc_x_1" || len(sent.GetGuestIds()) != 1 ||
			sent.GetGuestIds()[0] != "cus_x_2" {
			t.Errorf("%s asks for %v", path, sent)
		}
	}
	s.peers.fail("FindCustomers", errDown)
	if v := s.open(t, "/account", "session=shopper", nil); v.status != http.StatusOK {
		t.Errorf("while nobody can tell: %d", v.status)
	}
	if sent := s.peers.last["ListOrders"].(*orderingv1.ListOrdersRequest); len(sent.GetGuestIds()) != 0 {
		t.Errorf("while nobody can tell is asked for %v", sent)
	}
}

// TestACalendarTakesTheNewerOfTwo reads an order's calendar before and after it was moved: programs go by
// SEQUENCE and DTSTAMP.
func TestACalendarTakesTheNewerOfTwo(t *testing.T) {
	s := openShop(t, DefaultLimits)
	read := func(field string) string {
		t.Helper()
		_, body := s.send(t, call{method: "GET", path: orderAt + "/calendar.ics", header: []string{"Cookie", withOrder}}) //nolint:bodyclose // send closes it
		found := regexp.MustCompile(`(?m)^` + field + `:(.*)\r$`).FindStringSubmatch(string(body))
		if found == nil {
			t.Fatalf("there is no %s in %s", field, body)
		}
		return found[1]
	}
	sequence, stamped := read("SEQUENCE"), read("DTSTAMP")
	s.peers.set(func(p *peers) {
		p.order = func(o *orderingv1.Order) {
			o.Version, o.Steps = 12,
				append(o.Steps, &orderingv1.Step{
					Status: state.OrderConfirmed, At: 1_795_200_000_000,
					Note: "moved",
				})
		}
	})
	if after := read("SEQUENCE"); sequence != "0" || after != "12" {
		t.Errorf("the sequence goes from %s to %s", sequence, after)
	}
	if after := read("DTSTAMP"); strings.Compare(after, stamped) <= 0 || after != read("LAST-MODIFIED") {
		t.Errorf("the stamp goes from %s to %s", stamped, after)
	}
}
