package e2e

import (
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/artisan-eats/artisan/gen/artisan/inventory/v1/inventoryv1connect"
	"github.com/artisan-eats/artisan/gen/artisan/notify/v1/notifyv1connect"
	"github.com/artisan-eats/artisan/gen/artisan/payments/v1/paymentsv1connect"

	inventoryv1 "github.com/artisan-eats/artisan/gen/artisan/inventory/v1"
	notifyv1 "github.com/artisan-eats/artisan/gen/artisan/notify/v1"
	paymentsv1 "github.com/artisan-eats/artisan/gen/artisan/payments/v1"
	"github.com/artisan-eats/artisan/gen/state"
)

func TestAGuestOrdersForPickupAndCancels(t *testing.T) { eachShape(t, ordersAndCancels) }

func ordersAndCancels(t *testing.T, s *shop) {
	g := s.stock(10, 5)
	product := s.must(t, 200, "GET", "/products?market="+market, nil).body.list("products")[0]
	if product.str("title") != "Wheel of cheese" || product.list("variants")[0]["available"] != 10.0 {
		t.Fatalf("the list shows %v", product)
	}
	cart := s.cart(t, g.variantID, 3)
	if total := s.must(t, 200, "GET", "/carts/"+cart, nil).body.obj("total"); total["amount"] != 3750.0 ||
		total["currency"] != "USD" {
		t.Fatalf("3 of 12.50 come to %v", total)
	}
	bought, err := s.buy(cart, "first", order(g.pickupID, "ok"))
	if err != nil || bought.status != http.StatusCreated || bought.body.str("status") != "confirmed" {
		t.Fatalf("checkout: %v %d %s", err, bought.status, bought.raw)
	}
	path, bearer := "/orders/"+bought.body.str("id"), "Bearer "+bought.body.str("access_token")
	s.must(t, 404, "GET", path, nil)
	s.must(t, 404, "GET", path, nil, "Authorization", "Bearer wrong")
	s.must(t, 200, "GET", path, nil, "Authorization", bearer)
	s.seesStock(t, g.variantID, 7000, 0, 3000)
	s.hasMail(t, bought.body.str("id"), 1)

	s.must(t, 404, "POST", path+"/cancel", object{})
	cancelled := s.must(t, 200, "POST", path+"/cancel", object{}, "Authorization", bearer)
	if cancelled.body.str("status") != "cancelled" {
		t.Errorf("after cancelling it is %s", cancelled.body.str("status"))
	}
	s.seesStock(t, g.variantID, 10_000, 0, 0)
	s.seesMoney(t, bought.body.str("id"), state.PaymentVoided)
	s.hasMail(t, bought.body.str("id"), 2)
}

func TestAGuestOrdersForDelivery(t *testing.T) { eachShape(t, ordersForDelivery) }

func ordersForDelivery(t *testing.T, s *shop) {
	g := s.stock(10, 5)
	cart := s.cart(t, g.variantID, 1)
	nowhere, err := s.buy(cart, "no-address", order(g.deliveryID, "ok"))
	if err != nil || nowhere.status != 422 || nowhere.code() != "invalid" {
		t.Fatalf("a delivery to nowhere: %v %d %s", err, nowhere.status, nowhere.raw)
	}
	bought, err := s.buy(cart, "with-address", deliveryOrder(g.deliveryID, "ok"))
	if err != nil || bought.status != 201 {
		t.Fatalf("checkout: %v %d %s", err, bought.status, bought.raw)
	}
	for _, w := range s.must(t, 200, "GET", "/windows?market="+market, nil).body.list("windows") {
		if w.str("id") == g.deliveryID {
			eventually(t, 10*time.Second, "one place is taken", func() bool {
				for _, w := range s.must(t, 200, "GET", "/windows?market="+market,
					nil).body.list("windows") {
					if w.str("id") == g.deliveryID {
						return w["remaining"] == 4.0
					}
				}
				return false
			})
		}
	}
}

func TestWhatWasOrderedIsThereAfterARestart(t *testing.T) {
	eachShape(t, func(t *testing.T, s *shop) {
		g := s.stock(10, 5)
		bought, err := s.buy(s.cart(t, g.variantID, 1), "k", order(g.pickupID, "ok"))
		if err != nil || bought.status != 201 {
			t.Fatalf("checkout: %v %d %s", err, bought.status, bought.raw)
		}
		path, bearer := "/orders/"+bought.body.str("id"), "Bearer "+bought.body.str("access_token")
		if err := s.stop(); err != nil {
			t.Errorf("SIGTERM: %v", err)
		}
		s.start()
		s.must(t, 200, "GET", path, nil, "Authorization", bearer)
		s.kill()
		s.start()
		s.must(t, 200, "GET", path, nil, "Authorization", bearer)
		s.seesStock(t, g.variantID, 9000, 0, 1000)
		s.seesMoney(t, bought.body.str("id"), state.PaymentAuthorised)
	})
}

func (s *shop) seesStock(t testing.TB, variantID string, available, held, sold int64) {
	t.Helper()
	client := inventoryv1connect.NewInventoryServiceClient(s.client("inventory"))
	var last string
	eventually(t, 20*time.Second, "stock as expected", func() bool {
		r, err := client.Availability(t.Context(),
			&inventoryv1.AvailabilityRequest{VariantIds: []string{variantID}})
		if err != nil {
			t.Fatal(err)
		}
		v := r.GetVariants()[0]
		if now := v.String(); now != last {
			last = now
			t.Log(now)
		}
		return v.GetAvailable() == available && v.GetHeld() == held && v.GetSold() == sold
	})
}

func (s *shop) seesMoney(t testing.TB, orderID, status string) {
	t.Helper()
	client := paymentsv1connect.NewPaymentsServiceClient(s.client("payments"))
	eventually(t, 30*time.Second, "the payment is "+status, func() bool {
		r, err := client.GetPayment(t.Context(), &paymentsv1.GetPaymentRequest{OrderId: orderID})
		return err == nil && r.GetPayment().GetStatus() == status
	})
	balance, err := client.TrialBalance(t.Context(), &paymentsv1.TrialBalanceRequest{})
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range balance.GetOutOfBalance() {
		if m.GetAmount() != 0 {
			t.Errorf("the ledger is out of balance by %v", m)
		}
	}
}

// hasMail waits until so many messages of an order are for its shopper.
func (s *shop) hasMail(t testing.TB, orderID string, n int) {
	t.Helper()
	client := notifyv1connect.NewNotifyServiceClient(s.client("notify"))
	eventually(t, 20*time.Second, "the mail is there", func() bool {
		r, err := client.ListMessages(t.Context(), &notifyv1.ListMessagesRequest{OrderId: orderID})
		messages := slices.DeleteFunc(r.GetMessages(),
			func(m *notifyv1.Message) bool { return m.GetProducerId() != "" })
		return err == nil && len(messages) == n
	})
}
