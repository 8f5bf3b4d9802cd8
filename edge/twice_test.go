package edge

import (
	"maps"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	"github.com/artisan-eats/artisan/gen/artisan/catalog/v1/catalogv1connect"
	deliveryv1 "github.com/artisan-eats/artisan/gen/artisan/delivery/v1"
	"github.com/artisan-eats/artisan/gen/artisan/delivery/v1/deliveryv1connect"
	inventoryv1 "github.com/artisan-eats/artisan/gen/artisan/inventory/v1"
	"github.com/artisan-eats/artisan/gen/artisan/inventory/v1/inventoryv1connect"
	paymentsv1 "github.com/artisan-eats/artisan/gen/artisan/payments/v1"
	"github.com/artisan-eats/artisan/gen/artisan/payments/v1/paymentsv1connect"
	"github.com/artisan-eats/artisan/gen/state"
)

// making is a form for something new.
type making struct {
	// page has the form, and at is where it is sent.
	page, at, who string
	filled        url.Values
	// other is a field, and what else somebody writes into it for another one.
	other [2]string
	// count is how much of it there is, each how much one form makes, and another how much the one with
	// something else in it.
	count         func(t *testing.T) int64
	each, another int64
}

// TestAFormThatIsSentTwiceMakesOneOnly sends every form for something new several times, one after the other
// and at once, at two front doors.
func TestAFormThatIsSentTwiceMakesOneOnly(t *testing.T) {
	openMarket(t, func(t *testing.T, m *market) {
		for name, form := range m.makings(t) {
			t.Run(name, func(t *testing.T) { m.makesOnce(t, form) })
		}
	})
}

func (m *market) makesOnce(t *testing.T, f making) {
	t.Helper()
	cookie := "session=" + strings.TrimPrefix(m.signIn(t, f.who)[1], "Bearer ")
	before := f.count(t)
	wants := func(more int64) {
		t.Helper()
		if got := f.count(t) - before; got != more {
			t.Errorf("there is %d more, want %d", got, more)
		}
	}
	if v := m.open(t, f.at, cookie, f.filled); v.status < 400 {
		t.Errorf("a form without its key is answered with %d", v.status)
	}
	wants(0)
	f.filled.Set("key", m.open(t, f.page, cookie, nil).keyAt(f.at))
	first := m.open(t, f.at, cookie, f.filled)
	again := m.replica.open(t, f.at, cookie, f.filled)
	if first.status != http.StatusSeeOther || again.header.Get("Location") != first.header.Get("Location") {
		t.Fatalf("answered with %d and %d, to %q and %q: %s", first.status, again.status,
			first.header.Get("Location"), again.header.Get("Location"), again.text())
	}
	wants(f.each)
	m.clicksAtOnce(t, f, cookie)
	wants(2 * f.each)
	changed := maps.Clone(f.filled)
	changed.Set(f.other[0], f.other[1])
	v := m.open(t, f.at, cookie, changed) // after going back
	key := v.keyAt(f.at)
	if v.status < 400 || key == "" || key == changed.Get("key") {
		t.Fatalf("a form that was sent, with something else in it, is answered with %d and the key %q",
			v.status, key)
	}
	wants(2 * f.each)
	changed.Set("key", key)
	if v = m.open(t, f.at, cookie, changed); v.status != http.StatusSeeOther {
		t.Errorf("it is not made when it is sent again: %d %s", v.status, v.text())
	}
	wants(2*f.each + f.another)
}

// keyAt is the key of the form that is sent to an address.
func (v *view) keyAt(at string) string {
	for _, form := range v.find("form", "action", at) {
		return (&view{root: form}).value("key")
	}
	return ""
}

// clicksAtOnce sends a fresh form many times.
func (m *market) clicksAtOnce(t *testing.T, f making, cookie string) {
	t.Helper()
	f.filled.Set("key", m.replica.open(t, f.page, cookie, nil).keyAt(f.at))
	led := make([]string, 6)
	var clicks sync.WaitGroup
	for i := range led {
		front := []*Shop{m.Shop, m.replica}[i%2]
		clicks.Go(func() { led[i] = front.open(t, f.at, cookie, f.filled).header.Get("Location") })
	}
	clicks.Wait()
	for _, to := range led {
		if to == "" || to != led[0] {
			t.Errorf("the clicks lead to %q", led)
		}
	}
}

// makings are the forms for something new, but the checkout's, which TestADoubleClickIsOneOrder sends.
func (m *market) makings(t *testing.T) map[string]making {
	t.Helper()
	address := url.Values{
		"as": {m.accountID(t)}, "line1": {"5 Low Road"}, "postal_code": {"97201"},
		"city": {"Portland"}, "region": {"OR"},
	}
	product := url.Values{
		"title": {"Rye"}, "category": {"bread"}, "rows": {"1"}, "published": {"1"},
		"variants.0.price": {"6.5"}, "variants.0.sold_by": {"each"},
	}
	day := time.Now().AddDate(0, 0, 5).Format(time.DateOnly)
	window := url.Values{
		"kind": {"pickup"}, "date": {day}, "starts": {"09:00"}, "ends": {"11:00"}, "cutoff_date": {day},
		"cutoff": {"08:00"}, "place": {"Stall 9"}, "capacity": {"7"},
	}
	lots, order := "/producer/products/"+m.product, m.collected(t)
	return map[string]making{
		"address": {
			"/account/new-address", "/account/addresses", "dairy@example.org", address,
			[2]string{"line1", "6 Low Road"},
			m.addresses, 1, 1,
		},
		"product": {
			"/producer/new", "/producer/products", "dairy@example.org", product,
			[2]string{"title", "Wheat"},
			m.products, 1, 1,
		},
		"window": {
			"/operator/new-window", "/operator/windows", "op@example.org", window,
			[2]string{"capacity", "8"},
			m.allWindows, 1, 1,
		},
		"lot": {
			lots + "/lots", lots + "/variants/" + m.piece + "/lots", "dairy@example.org",
			url.Values{"code": {"B1"}, "quantity": {"3"}},
			[2]string{"code", "B2"},
			m.received, 3000, 3000,
		},
		"refund": {
			"/operator/orders/" + order, "/operator/orders/" + order + "/refunds", "op@example.org",
			url.Values{"amount": {"1.00"}, "reason": {"broken"}},
			[2]string{"amount", "1.50"},
			func(t *testing.T) int64 { t.Helper(); return m.refunded(t, order) }, 100, 150,
		},
	}
}

func (m *market) accountID(t *testing.T) string {
	t.Helper()
	return m.ask(t, 200,
		call{method: "GET", path: "/api/v1/account", header: m.signIn(t, "dairy@example.org")})["id"].(string)
}

// collected is an order whose money has been collected.
func (m *market) collected(t *testing.T) string {
	t.Helper()
	order := m.ask(t, 201, call{
		method: "POST", path: "/api/v1/carts/" + m.fillCart(t) + "/checkout", header: withKey,
		body: strings.Replace(buying, saturday, m.windows, 1),
	})
	orderID := order["id"].(string)
	m.prepare(t, "/api/v1/orders/"+orderID, order)
	for m.payment(t, orderID).GetStatus() != state.PaymentCaptured {
		if t.Context().Err() != nil {
			t.Fatal("the money is never collected")
		}
	}
	return orderID
}

func (m *market) payment(t *testing.T, orderID string) *paymentsv1.Payment {
	t.Helper()
	answer, err := paymentsv1connect.NewPaymentsServiceClient(m.process.Client("payments")).GetPayment(
		t.Context(), &paymentsv1.GetPaymentRequest{OrderId: orderID})
	if err != nil {
		t.Fatal(err)
	}
	return answer.GetPayment()
}

func (m *market) refunded(t *testing.T, orderID string) int64 {
	t.Helper()
	return m.payment(t, orderID).GetRefunded().GetAmount()
}

func (m *market) addresses(t *testing.T) int64 {
	t.Helper()
	return int64(len(m.ask(t, 200,
		call{
			method: "GET", path: "/api/v1/addresses",
			header: m.signIn(t, "dairy@example.org"),
		})["addresses"].([]any)))
}

func (m *market) products(t *testing.T) int64 {
	t.Helper()
	list, err := catalogv1connect.NewCatalogServiceClient(m.process.Client("catalog")).ListProducts(
		t.Context(), &catalogv1.ListProductsRequest{Market: "portland", All: true})
	if err != nil {
		t.Fatal(err)
	}
	return int64(len(list.GetProducts()))
}

func (m *market) allWindows(t *testing.T) int64 {
	t.Helper()
	list, err := deliveryv1connect.NewDeliveryServiceClient(m.process.Client("delivery")).ListWindows(
		t.Context(), &deliveryv1.ListWindowsRequest{Market: "portland"})
	if err != nil {
		t.Fatal(err)
	}
	return int64(len(list.GetWindows()))
}

// received is how much there is of the piece, in thousandths.
func (m *market) received(t *testing.T) int64 {
	t.Helper()
	list, err := inventoryv1connect.NewInventoryServiceClient(m.process.Client("inventory")).Availability(
		t.Context(), &inventoryv1.AvailabilityRequest{VariantIds: []string{m.piece}})
	if err != nil {
		t.Fatal(err)
	}
	return list.GetVariants()[0].GetAvailable()
}
