package edge

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	"github.com/artisan-eats/artisan/gen/artisan/catalog/v1/catalogv1connect"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	"github.com/artisan-eats/artisan/gen/artisan/identity/v1/identityv1connect"
)

// waiting are the makers of a market that wait for the operator.
func (m *market) waiting(t *testing.T) []*catalogv1.Producer {
	t.Helper()
	r, err := catalogv1connect.NewCatalogServiceClient(m.process.Client("catalog")).ListProducers(t.Context(),
		&catalogv1.ListProducersRequest{
			Market: "portland", All: true, Waiting: true, Limit: 100,
		})
	if err != nil {
		t.Fatal(err)
	}
	return r.GetProducers()
}

// somebody signs up somebody, and in.
func (m *market) somebody(t *testing.T, email string) (cookie string) {
	t.Helper()
	_, err := identityv1connect.NewIdentityServiceClient(m.process.Client("identity")).EnsureAccount(
		t.Context(), &identityv1.EnsureAccountRequest{
			Email: email, Password: walkPassword, Name: "May",
		})
	if err != nil {
		t.Fatal(err)
	}
	return "session=" + m.token(t, email)
}

func TestTwentyApplicationsSentAtOnceMakeOneMakerAndAKeyIsItsAccounts(t *testing.T) {
	openMarket(t, func(t *testing.T, m *market) {
		may, mia := m.somebody(t, "may@example.org"), m.somebody(t, "mia@example.org")
		application := func(name, key string) url.Values {
			return url.Values{"market": {"portland"}, "name": {name}, "key": {key}}
		}
		var all sync.WaitGroup
		for i := range 20 {
			all.Go(func() {
				door := []*Shop{m.Shop, m.replica}[i%2]
				if v := door.open(t, "/sell", may, application(fmt.Sprint("Oak ", i),
					fmt.Sprint("key-", i))); v.status != http.StatusSeeOther &&
					v.status != http.StatusServiceUnavailable {
					t.Errorf("an application is answered with %d", v.status)
				}
			})
		}
		all.Wait()
		if n := len(m.waiting(t)); n != 1 {
			t.Errorf("%d makers wait", n)
		}
		if v := m.open(t, "/sell", mia, application("Elm", "key-0")); v.status != http.StatusSeeOther {
			t.Errorf("somebody else with the same key is answered with %d", v.status)
		}
		if waiting := m.waiting(t); len(waiting) != 2 || waiting[1].GetName() != "Elm" {
			t.Errorf("those who wait: %v", waiting)
		}
	})
}

func TestTheOperatorIsToldOfANameLikeAnothers(t *testing.T) {
	openMarket(t, func(t *testing.T, m *market) {
		name := strings.Replace(theProducer().GetName(), "i", "і", 1) // a Cyrillic one
		if v := m.open(t, "/sell", m.somebody(t, "may@example.org"),
			url.Values{
				"market": {"portland"}, "name": {name},
				"key": {"the-key"},
			}); v.status != http.StatusSeeOther {
			t.Fatalf("an application is answered with %d", v.status)
		}
		v := m.open(t, "/operator/producers", "session="+m.token(t, "op@example.org"), nil)
		if want := "The name looks like that of " +
			theProducer().GetName(); !strings.Contains(v.text(), want) {
			t.Errorf("the operator is not told %q", want)
		}
	})
}

func TestWhoIsNotApprovedIsToldWhatHasToWait(t *testing.T) {
	openMarket(t, func(t *testing.T, m *market) {
		cookie := "session=" + m.token(t, "dairy@example.org")
		_, err := catalogv1connect.NewCatalogServiceClient(m.process.Client("catalog")).ApproveProducer(
			t.Context(), &catalogv1.ApproveProducerRequest{Id: m.producer})
		if err != nil {
			t.Fatal(err)
		}
		pictures := "/producer/products/" + m.product + "/pictures"
		for what, c := range map[string]struct {
			got    *view
			status int
			want   string
		}{
			"a file": {
				m.upload(t, importAt, cookie, nil, "goods.csv", []byte("Handle,Title\n")),
				409, "You can import files once the operator has approved you.",
			},
			"a large file": {
				m.upload(t, importAt, cookie, nil, "goods.csv", make([]byte, 6<<20)), 413,
				"5 MiB at most",
			},
			"a large picture": {m.upload(t, pictures, cookie, url.Values{"alt": {"A wheel"}}, "a.jpg",
				make([]byte, 6<<20)), 413, "5 MiB at most"},
		} {
			if c.got.status != c.status || !strings.Contains(c.got.text(), c.want) {
				t.Errorf("%s is answered with %d: %s", what, c.got.status, c.got.text())
			}
		}
	})
}
