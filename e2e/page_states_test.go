package e2e

import (
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/artisan-eats/artisan/e2e/browser"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	"github.com/artisan-eats/artisan/gen/artisan/identity/v1/identityv1connect"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/gen/artisan/ordering/v1/orderingv1connect"
	"github.com/artisan-eats/artisan/gen/state"
)

// states are what pages say that look otherwise by what has happened, by their names in pages: a state that
// its page does not show proves nothing.
var states = map[string]string{
	"waiting room":                           "It is your turn in about",
	"order that was cancelled":               "cancelled",
	"address":                                "Change an address",
	"new password by a link":                 "new password",
	"confirm an account":                     "begun in another browser",
	"signing in with an app":                 "10 recovery codes",
	"signing in, a while ago":                "show once more",
	"is it you":                              "Is it you?",
	"second step":                            "One more step",
	"import that was tried":                  "Nothing is changed yet",
	"operator's order to refund":             "Collected",
	"order to confirm":                       "Is this your order?",
	"order that is not confirmed yet":        "look into your mail",
	"unconfirmed orders":                     "Set aside",
	"new prices to look at":                  "Nothing is changed yet",
	"products that are not saved in part":    "Take yours: 8.10",
	"product that somebody else has changed": "Leave what is there now: 8.30",
}

// states makes what pages look otherwise by: an order of a demo's shopper that was cancelled,
// and one that is packed, so that its money is collected and can be refunded; an address; a link for a new
// password, and one to confirm an account; and a file that the operator tries at a producer's desk. It gives
// the words for their addresses.
func (s *shop) states(t *testing.T, operator *person, o *orderingv1.Order) []string {
	t.Helper()
	account := s.demoAccount("shopper")
	signedIn := s.must(t, http.StatusCreated, "POST", "/sessions",
		object{"email": account.Email, "password": account.Password})
	session := "Bearer " + signedIn.body.str("token")
	kept := s.must(t, http.StatusCreated, "POST", "/addresses", object{
		"line1":       "1 Main Street",
		"postal_code": "97201", "city": "Portland", "region": "OR", "country": "US",
	}, "Authorization",
		session)
	packed, cancelled := s.buysAs(t, session, "packed", o), s.buysAs(t, session, "cancelled", o)
	orders := orderingv1connect.NewOrderingServiceClient(s.client("ordering"))
	if _, err := orders.CancelOrder(t.Context(),
		&orderingv1.CancelOrderRequest{
			Id:     cancelled,
			Viewer: &orderingv1.Viewer{Operator: true},
		}); err != nil {
		t.Fatal(err)
	}
	for _, to := range []string{state.PartAccepted, state.PartPacked} {
		part := s.order(t, packed).GetParts()[0].GetId()
		if _, err := orders.AdvancePart(t.Context(), &orderingv1.AdvancePartRequest{
			OrderId: packed,
			PartId:  part, To: to, Viewer: &orderingv1.Viewer{Operator: true},
		}); err != nil {
			t.Fatal(err)
		}
	}
	s.seesMoney(t, packed, state.PaymentCaptured)
	people := identityv1connect.NewIdentityServiceClient(s.client("identity"))
	if _, err := people.RequestReset(t.Context(),
		&identityv1.RequestResetRequest{Email: account.Email}); err != nil {
		t.Fatal(err)
	}
	s.must(t, http.StatusAccepted, "POST", "/accounts",
		object{"email": "new@example.org", "password": firstPassword})
	operator.tries(o.GetLines()[0].GetProducerId())
	unconfirmed, link := s.awaits(t, o)
	return []string{
		"{packed}", packed, "{cancelled}", cancelled, "{address}", kept.body.str("id"), "{reset}",
		s.mailed(t, account.Email, resetLink), "{confirm}", s.mailed(t, "new@example.org", accountLink),
		"{unconfirmed}", unconfirmed, "{letter}", link, "{notme}", s.mailed(t, "ada@example.org", notMeLink),
	}
}

// awaits has a guest order one piece of what is in another order, to pay on pickup. It gives the order's ID
// and where its letter leads.
func (s *shop) awaits(t *testing.T, like *orderingv1.Order) (id, link string) {
	t.Helper()
	cart := s.must(t, http.StatusCreated, "POST", "/carts", object{"market": like.GetMarket()}).body.str("id")
	s.must(t, http.StatusOK, "PUT", "/carts/"+cart+"/lines/"+like.GetLines()[0].GetVariantId(),
		object{"quantity": 1})
	body := order(like.GetWindowId(), "")
	body["payment"], body["email"] = object{"method": "pickup"}, "stranger@example.org"
	id = s.must(t, http.StatusAccepted, "POST", "/carts/"+cart+"/checkout", body, "Idempotency-Key",
		"awaits").body.str("id")
	return id, s.mailed(t, "stranger@example.org", regexp.MustCompile(`/orders/`+id+`/confirm\?token=[\w-]+`))
}

// secondFactors adds those who sign in with more than a password: one who has, one whose second step is still
// to come, and one who signed in a while ago.
func (s *shop) secondFactors(t *testing.T, e browser.Eyes, people map[string]*person) {
	t.Helper()
	client := identityv1connect.NewIdentityServiceClient(s.client("identity"))
	if _, err := client.EnsureAccount(t.Context(),
		&identityv1.EnsureAccountRequest{
			Email: "careful@example.org", Password: firstPassword,
			Name: "Cara Full",
		}); err != nil {
		t.Fatal(err)
	}
	signsIn := func(who string) *person {
		p := s.visitor(t, e)
		p.opens("/sign-in")
		p.fills("E-mail", "careful@example.org")
		p.fills("Password", firstPassword)
		p.presses("Sign in")
		people[who] = p
		return p
	}
	signsIn("careful").arrives("/account")
	people["careful"].setsUpApp()
	signsIn("half").sees("One more step")
	people["returning"] = s.visitor(t, e)
	people["returning"].signsInAs("shopper", "/account")
	s.forgetsProofs(t)
}

// standing adds tabs of a maker that are at pages to which no address leads: what many prices would become,
// and two forms that were saved when another tab had changed the same.
func (p *person) standing(e browser.Eyes, people map[string]*person) {
	p.t.Helper()
	pricing, goods, product := p.beside(e), p.beside(e), p.beside(e)
	pricing.opens("/producer/products")
	pricing.presses("Change many")
	pricing.within(butter).chooses("Tick")
	pricing.fills("How much, + or", "5")
	pricing.presses("Look at the prices")
	pricing.sees("Nothing is changed yet")
	goods.opens("/producer/products")
	goods.within(butter).fills("Price", "8.10")
	goods.within(rind).fills("Price", "a lot")
	product.opens("/producer/products")
	product.presses(butter)
	product.sees("Sizes and prices")
	product.fills("Price", "8.20")
	p.opens("/producer/products")
	p.within(butter).fills("Price", "8.30")
	p.presses("Save this page")
	p.sees("Saved: 1 price.")
	goods.presses("Save this page")
	goods.sees("2 rows are not saved yet")
	product.presses("Save")
	product.sees("Take yours: 8.20")
	people["pricing"], people["late at the goods"], people["late at a product"] = pricing, goods, product
}

// buysAs buys one piece of what is in another order, for the same window, and gives the new order's ID.
func (s *shop) buysAs(t *testing.T, session, key string, like *orderingv1.Order) string {
	t.Helper()
	cart := s.must(t, http.StatusCreated, "POST", "/carts", object{"market": like.GetMarket()},
		"Authorization", session).body.str("id")
	s.must(t, http.StatusOK, "PUT", "/carts/"+cart+"/lines/"+like.GetLines()[0].GetVariantId(),
		object{"quantity": 1}, "Authorization", session)
	body := order(like.GetWindowId(), "ok")
	return s.must(t, http.StatusCreated, "POST", "/carts/"+cart+"/checkout", body, "Authorization", session,
		"Idempotency-Key", key).body.str("id")
}

// tries sends a file of which one row changes something and one is refused, and goes no further.
func (p *person) tries(producer string) {
	p.t.Helper()
	file := filepath.Join(p.t.TempDir(), "shelf.csv")
	if err := os.WriteFile(file,
		[]byte(shelf+
			"wrong,A very long name for something that costs nothing that anybody could pay,,true,Size,1 kg,,1,much\n"), 0o600); err != nil {
		p.t.Fatal(err)
	}
	p.opens("/producer/import?producer=" + producer)
	p.must(p.Attach("The file", file))
	p.presses("See what would change")
	p.sees("Rows to look at")
}
