package e2e

import (
	"regexp"
	"testing"
	"time"

	"github.com/artisan-eats/artisan/e2e/browser"
	inventoryv1 "github.com/artisan-eats/artisan/gen/artisan/inventory/v1"
	"github.com/artisan-eats/artisan/gen/artisan/inventory/v1/inventoryv1connect"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/gen/artisan/ordering/v1/orderingv1connect"
	"github.com/artisan-eats/artisan/gen/state"
)

// The journeys are those of people: on a phone and at a desk, with JavaScript and without.
// Each looks into the services at its end.

// creek is a cheese of the demo's producer, at 14.50.
const creek = "Thomas Creek washed rind"

func TestPersonOrdersAsAGuestForPickup(t *testing.T) {
	eachEyes(t, func(t *testing.T, s *shop, e browser.Eyes) {
		p := s.visitor(t, e)
		p.fillsBasket(creek, "2")
		p.sees(creek, "$29.00")
		p.presses("Check out")
		p.isGuest("Larch Hall")
		p.chooses("A test card")
		p.presses("Place the order")
		p.sees("Thank you", "Ada Lovelace", "Larch Hall", creek, "$29.00")
		o := s.order(t, p.arrives("/orders/"))
		if o.GetStatus() != state.OrderConfirmed || o.GetWindowKind() != "pickup" ||
			o.GetTotal().GetAmount() != 2900 || o.GetPaymentMethod() != "test" {
			t.Errorf("the order is %v", o)
		}
		s.sold(t, o, 2000)
		s.seesMoney(t, o.GetId(), state.PaymentAuthorised)
		s.hasMail(t, o.GetId(), 1)
	})
}

func TestPersonOrdersAsAGuestForDelivery(t *testing.T) {
	eachEyes(t, func(t *testing.T, s *shop, e browser.Eyes) {
		p := s.visitor(t, e)
		p.fillsBasket(creek, "3")
		p.presses("Check out")
		p.isGuest("by cargo bike")
		p.presses("Place the order")
		p.sees("street") // an address is missing, and everything else is kept
		p.fills("Street", "7 Hill Road")
		p.fills("ZIP code", "97202")
		p.fills("City", "Portland")
		p.presses("Place the order")
		p.sees("look into your mail", "Ada Lovelace", "7 Hill Road", "97202", "$49.50")
		p.confirms("ada@example.org")
		p.sees("Thank you", "Ada Lovelace", "7 Hill Road", "97202", "$49.50")
		o := s.order(t, p.arrives("/orders/"))
		if o.GetStatus() != state.OrderConfirmed || o.GetWindowKind() != "delivery" ||
			o.GetFee().GetAmount() != 600 {
			t.Errorf("the order is %v", o)
		}
		s.sold(t, o, 3000)
		s.seesMoney(t, o.GetId(), state.PaymentAuthorised)
	})
}

func TestPersonSignsUpOrdersCancelsAndReorders(t *testing.T) {
	eachEyes(t, func(t *testing.T, s *shop, e browser.Eyes) {
		p := s.visitor(t, e)
		p.signsUp()
		p.sees("You have not ordered yet")
		p.fillsBasket(creek, "1")
		p.presses("Check out")
		p.chooses("Larch Hall")
		p.presses("Place the order")
		p.sees("Thank you", "Grace Hopper")
		o := s.order(t, p.arrives("/orders/"))
		if o.GetStatus() != state.OrderConfirmed || o.GetPaymentMethod() != "pickup" {
			t.Fatalf("the order is %v", o)
		}
		s.sold(t, o, 1000)
		p.presses("Cancel the order")
		p.presses("Yes, cancel it")
		p.sees("cancelled")
		s.sold(t, o, 0)
		s.seesMoney(t, o.GetId(), state.PaymentVoided)
		p.opens("/account")
		p.within("cancelled").sees("$14.50")
		p.presses("Order again")
		p.sees("Your basket", creek, "$14.50")
		p.presses("Check out")
		p.chooses("Larch Hall")
		p.presses("Place the order")
		p.sees("Thank you", creek)
		again := s.order(t, p.arrives("/orders/"))
		if again.GetStatus() != state.OrderConfirmed || again.GetId() == o.GetId() ||
			again.GetCustomerId() != o.GetCustomerId() {
			t.Errorf("it is ordered again as %v", again)
		}
		s.sold(t, again, 1000)
	})
}

// signsUp makes an account for somebody new, by the letter that comes.
func (p *person) signsUp() {
	p.t.Helper()
	p.opens("/sign-up")
	p.fills("Name", "Grace Hopper")
	p.fills("E-mail", "grace@example.org")
	p.fills("Password", firstPassword)
	p.presses("Make my account")
	p.sees("Look into your mail")
	p.opens(p.shop.mailed(p.t, "grace@example.org", accountLink))
	p.presses("Make my account")
	p.arrives("/account")
	p.sees("Grace Hopper")
}

const firstPassword = "a-long-enough-password"

// isGuest fills in who they are and chooses the first window of a place.
func (p *person) isGuest(place string) {
	p.t.Helper()
	p.fills("Name", "Ada Lovelace")
	p.fills("E-mail", "ada@example.org")
	p.chooses(place)
}

// confirms follows the link that was mailed for the order whose page is open.
func (p *person) confirms(email string) {
	p.t.Helper()
	p.sees("look into your mail")
	p.opens(p.shop.mailed(p.t, email,
		regexp.MustCompile(`/orders/`+p.arrives("/orders/")+`/confirm\?token=[\w-]+`)))
	p.presses("Yes, confirm my order")
}

// order is an order as ordering has it.
func (s *shop) order(t testing.TB, id string) *orderingv1.Order {
	t.Helper()
	client := orderingv1connect.NewOrderingServiceClient(s.client("ordering"))
	answer, err := client.GetOrder(t.Context(),
		&orderingv1.GetOrderRequest{Id: id, Viewer: &orderingv1.Viewer{Operator: true}})
	if err != nil {
		t.Fatal(err)
	}
	return answer.GetOrder()
}

// sold waits until so many thousandths of an order's first line are sold, and none is held.
func (s *shop) sold(t testing.TB, o *orderingv1.Order, want int64) {
	t.Helper()
	client := inventoryv1connect.NewInventoryServiceClient(s.client("inventory"))
	request := &inventoryv1.AvailabilityRequest{VariantIds: []string{o.GetLines()[0].GetVariantId()}}
	eventually(t, 20*time.Second, "stock is sold as expected", func() bool {
		answer, err := client.Availability(t.Context(), request)
		if err != nil {
			t.Fatal(err)
		}
		v := answer.GetVariants()[0]
		return v.GetSold() == want && v.GetHeld() == 0
	})
}
