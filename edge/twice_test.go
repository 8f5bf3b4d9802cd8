package edge_test

import (
	"maps"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/artisan-eats/artisan/edge/edgetest"
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
	edgetest.OpenMarket(t, func(t *testing.T, m *edgetest.Market) {
		for name, form := range makings(t, m) {
			t.Run(name, func(t *testing.T) { makesOnce(t, m, form) })
		}
	})
}

func makesOnce(t *testing.T, m *edgetest.Market, f making) {
	t.Helper()
	cookie := "session=" + strings.TrimPrefix(m.SignIn(t, f.who)[1], "Bearer ")
	before := f.count(t)
	wants := func(more int64) {
		t.Helper()
		if got := f.count(t) - before; got != more {
			t.Errorf("there is %d more, want %d", got, more)
		}
	}
	if v := m.Open(t, f.at, cookie, f.filled); v.Status < 400 {
		t.Errorf("a form without its key is answered with %d", v.Status)
	}
	wants(0)
	f.filled.Set("key", m.Open(t, f.page, cookie, nil).KeyAt(f.at))
	first := m.Open(t, f.at, cookie, f.filled)
	again := m.Replica.Open(t, f.at, cookie, f.filled)
	if first.Status != http.StatusSeeOther || again.Header.Get("Location") != first.Header.Get("Location") {
		t.Fatalf("answered with %d and %d, to %q and %q: %s", first.Status, again.Status,
			first.Header.Get("Location"), again.Header.Get("Location"), again.Text())
	}
	wants(f.each)
	clicksAtOnce(t, m, f, cookie)
	wants(2 * f.each)
	changed := maps.Clone(f.filled)
	changed.Set(f.other[0], f.other[1])
	v := m.Open(t, f.at, cookie, changed) // after going back
	key := v.KeyAt(f.at)
	if v.Status < 400 || key == "" || key == changed.Get("key") {
		t.Fatalf("a form that was sent, with something else in it, is answered with %d and the key %q",
			v.Status, key)
	}
	wants(2 * f.each)
	changed.Set("key", key)
	if v = m.Open(t, f.at, cookie, changed); v.Status != http.StatusSeeOther {
		t.Errorf("it is not made when it is sent again: %d %s", v.Status, v.Text())
	}
	wants(2*f.each + f.another)
}

// clicksAtOnce sends a fresh form many times.
func clicksAtOnce(t *testing.T, m *edgetest.Market, f making, cookie string) {
	t.Helper()
	f.filled.Set("key", m.Replica.Open(t, f.page, cookie, nil).KeyAt(f.at))
	led := make([]string, 6)
	var clicks sync.WaitGroup
	for i := range led {
		front := []*edgetest.Shop{m.Shop, m.Replica}[i%2]
		clicks.Go(func() { led[i] = front.Open(t, f.at, cookie, f.filled).Header.Get("Location") })
	}
	clicks.Wait()
	for _, to := range led {
		if to == "" || to != led[0] {
			t.Errorf("the clicks lead to %q", led)
		}
	}
}

// makings are the forms for something new, but the checkout's, which TestADoubleClickIsOneOrder sends.
func makings(t *testing.T, m *edgetest.Market) map[string]making {
	t.Helper()
	address := url.Values{
		"as": {m.AccountID(t)}, "line1": {"5 Low Road"}, "postal_code": {"97201"},
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
	lots, order := "/producer/products/"+m.Product, collected(t, m)
	return map[string]making{
		"address": {
			"/account/new-address", "/account/addresses", "dairy@example.org", address,
			[2]string{"line1", "6 Low Road"},
			func(t *testing.T) int64 { t.Helper(); return addresses(t, m) }, 1, 1,
		},
		"product": {
			"/producer/new", "/producer/products", "dairy@example.org", product,
			[2]string{"title", "Wheat"},
			func(t *testing.T) int64 { t.Helper(); return products(t, m) }, 1, 1,
		},
		"window": {
			"/operator/new-window", "/operator/windows", "op@example.org", window,
			[2]string{"capacity", "8"},
			func(t *testing.T) int64 { t.Helper(); return allWindows(t, m) }, 1, 1,
		},
		"lot": {
			lots + "/lots", lots + "/variants/" + m.Piece + "/lots", "dairy@example.org",
			url.Values{"code": {"B1"}, "quantity": {"3"}},
			[2]string{"code", "B2"},
			func(t *testing.T) int64 { t.Helper(); return received(t, m) }, 3000, 3000,
		},
		"refund": {
			"/operator/orders/" + order, "/operator/orders/" + order + "/refunds", "op@example.org",
			url.Values{"amount": {"1.00"}, "reason": {"broken"}},
			[2]string{"amount", "1.50"},
			func(t *testing.T) int64 { t.Helper(); return refunded(t, m, order) }, 100, 150,
		},
	}
}

// collected is an order whose money has been collected.
func collected(t *testing.T, m *edgetest.Market) string {
	t.Helper()
	order := m.Ask(t, 201, edgetest.Call{
		Method: "POST", Path: "/api/v1/carts/" + m.FillCart(t) + "/checkout", Header: edgetest.WithKey,
		Body: strings.Replace(edgetest.Buying, edgetest.Saturday, m.Windows, 1),
	})
	orderID := order["id"].(string)
	m.Prepare(t, "/api/v1/orders/"+orderID, order)
	for payment(t, m, orderID).GetStatus() != state.PaymentCaptured {
		if t.Context().Err() != nil {
			t.Fatal("the money is never collected")
		}
	}
	return orderID
}

func payment(t *testing.T, m *edgetest.Market, orderID string) *paymentsv1.Payment {
	t.Helper()
	answer, err := paymentsv1connect.NewPaymentsServiceClient(m.Process.Client("payments")).GetPayment(
		t.Context(), &paymentsv1.GetPaymentRequest{OrderId: orderID})
	if err != nil {
		t.Fatal(err)
	}
	return answer.GetPayment()
}

func refunded(t *testing.T, m *edgetest.Market, orderID string) int64 {
	t.Helper()
	return payment(t, m, orderID).GetRefunded().GetAmount()
}

func addresses(t *testing.T, m *edgetest.Market) int64 {
	t.Helper()
	return int64(len(m.Ask(t, 200,
		edgetest.Call{
			Method: "GET", Path: "/api/v1/addresses",
			Header: m.SignIn(t, "dairy@example.org"),
		})["addresses"].([]any)))
}

func products(t *testing.T, m *edgetest.Market) int64 {
	t.Helper()
	list, err := catalogv1connect.NewCatalogServiceClient(m.Process.Client("catalog")).ListProducts(
		t.Context(), &catalogv1.ListProductsRequest{Market: "portland", All: true})
	if err != nil {
		t.Fatal(err)
	}
	return int64(len(list.GetProducts()))
}

func allWindows(t *testing.T, m *edgetest.Market) int64 {
	t.Helper()
	list, err := deliveryv1connect.NewDeliveryServiceClient(m.Process.Client("delivery")).ListWindows(
		t.Context(), &deliveryv1.ListWindowsRequest{Market: "portland"})
	if err != nil {
		t.Fatal(err)
	}
	return int64(len(list.GetWindows()))
}

// received is how much there is of the piece, in thousandths.
func received(t *testing.T, m *edgetest.Market) int64 {
	t.Helper()
	list, err := inventoryv1connect.NewInventoryServiceClient(m.Process.Client("inventory")).Availability(
		t.Context(), &inventoryv1.AvailabilityRequest{VariantIds: []string{m.Piece}})
	if err != nil {
		t.Fatal(err)
	}
	return list.GetVariants()[0].GetAvailable()
}
