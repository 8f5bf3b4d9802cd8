package edge_test

import (
	"strings"
	"testing"

	"github.com/artisan-eats/artisan/edge/edgetest"
	"github.com/artisan-eats/artisan/edge/web"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	"github.com/artisan-eats/artisan/gen/artisan/identity/v1/identityv1connect"
)

// hired is an account that works for the producer, and may do something.
func hired(t *testing.T, m *edgetest.Market, email string, may ...string) (session string) {
	t.Helper()
	account, err := identityv1connect.NewIdentityServiceClient(m.Process.Client("identity")).EnsureAccount(
		t.Context(), &identityv1.EnsureAccountRequest{
			Email: email, Password: edgetest.Password, Name: "Hand", Roles: []string{"producer"},
			ProducerIds: []string{m.Producer},
		})
	if err != nil {
		t.Fatal(err)
	}
	_, err = identityv1connect.NewPeopleServiceClient(m.Process.Client("identity")).SetPersonRights(
		t.Context(), &identityv1.SetPersonRightsRequest{
			SessionToken: m.Token(t, "dairy@example.org"), ProducerId: m.Producer,
			AccountId: account.GetAccount().GetId(), Rights: may,
		})
	if err != nil {
		t.Fatal(err)
	}
	return m.Token(t, email)
}

// handsAt is what those who look after the goods and after the orders find at each address of the desk, in
// this order: allowed, denied, or nothing there.
var handsAt = map[string]string{
	"GET /producer": "aa", "POST /producer/windows/{window}/accept": "da", "GET /producer/orders": "da",
	"POST /producer/orders": "da", "GET /producer/orders/{id}": "da",
	"GET /producer/pack": "da", "GET /producer/pack/{window}": "da", "GET /producer/make": "da",
	"POST /producer/orders/{id}/parts/{part}": "na",
	"GET /producer/products":                  "ad", "POST /producer/products": "ad",
	"GET /producer/new":           "ad",
	"GET /producer/products/{id}": "ad", "POST /producer/products/{id}": "ad",
	"POST /producer/products/{id}/pictures": "ad", "POST /producer/products/{id}/pictures/{key}": "nd",
	"POST /producer/products/{id}/publish":            "ad",
	"POST /producer/products/{id}/variants/{variant}": "ad", "GET /producer/products/{id}/lots": "ad",
	"POST /producer/products/{id}/variants/{variant}/lots": "ad",
	"POST /producer/goods":                                 "ad", "POST /producer/goods/bulk": "ad",
	"GET /producer/products/{id}/preview": "ad",
	"GET /producer/import":                "ad", "POST /producer/import": "ad",
	"POST /producer/import/run":  "ad",
	"POST /producer/import/drop": "ad", "GET /producer/export": "ad",
	"GET /producer/page": "dd", "POST /producer/page": "dd", "POST /producer/page/picture": "dd",
	"POST /producer/page/picture/remove": "dd",
	"GET /producer/people":               "dd", "POST /producer/people": "dd",
	"POST /producer/people/{person}":        "dd",
	"GET /producer/people/{person}/remove":  "dd",
	"POST /producer/people/{person}/remove": "dd", "POST /producer/invitations/{id}/delete": "dd",
	"PUT /api/v1/producers/{id}": "dd", "GET /api/v1/producers/{id}/orders": "da",
	"POST /api/v1/orders/{id}/parts/{part}/advance": "na",
}

// TestEachHandFindsTheirPartOfTheDesk walks every address of the desk as who looks after the goods, and as
// who looks after the orders.
func TestEachHandFindsTheirPartOfTheDesk(t *testing.T) {
	edgetest.OpenMarket(t, func(t *testing.T, m *edgetest.Market) {
		w := prepareWalk(t, m)
		hands := []string{"hand of goods", "hand of orders"}
		w.sessions[hands[0]], w.sessions[hands[1]] = hired(t, m, "goods@example.org", "goods"),
			hired(t, m, "orders@example.org", "orders")
		for i, who := range hands {
			for _, rt := range w.Routes {
				_, path, _ := strings.Cut(rt.Pattern, " ")
				if rt.Rule != web.Producing {
					continue
				}
				want, ok := handsAt[rt.Pattern]
				if !ok {
					t.Errorf("%s is not in the table of hands", rt.Pattern)
					continue
				}
				if got := w.visit(t, who, rt.Pattern, ""); got != rune(want[i]) {
					t.Errorf("%s (%s) as %s: %c, want %c", rt.Pattern, path, who, got, want[i])
				}
			}
		}
	})
}
