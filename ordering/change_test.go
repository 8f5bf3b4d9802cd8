package ordering

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/artisan-eats/artisan/fault"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	deliveryv1 "github.com/artisan-eats/artisan/gen/artisan/delivery/v1"
	inventoryv1 "github.com/artisan-eats/artisan/gen/artisan/inventory/v1"
	moneyv1 "github.com/artisan-eats/artisan/gen/artisan/money/v1"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	paymentsv1 "github.com/artisan-eats/artisan/gen/artisan/payments/v1"
	"github.com/artisan-eats/artisan/gen/artisan/payments/v1/paymentsv1connect"
	"github.com/artisan-eats/artisan/gen/state"
	"github.com/artisan-eats/artisan/ordering/order"
)

// wants asks for an order to have these lines, in this window, under a new key.
func (s *shop) wants(
	bought *orderingv1.CheckoutResponse, windowID string, wants ...want,
) *orderingv1.ChangeOrderRequest {
	r := &orderingv1.ChangeOrderRequest{
		Id: bought.GetOrder().GetId(), IdempotencyKey: fmt.Sprint("change-", s.keys.Add(1)),
		Version:  s.get(bought.GetOrder().GetId()).GetVersion(),
		WindowId: windowID, PaymentToken: "ok",
		Viewer: &orderingv1.Viewer{AccessToken: bought.GetAccessToken()},
	}
	for _, w := range wants {
		r.Lines = append(r.Lines, &orderingv1.WantedLine{
			VariantId: w.product.GetVariants()[0].GetId(),
			Quantity:  w.milli,
		})
	}
	return r
}

func (s *shop) change(r *orderingv1.ChangeOrderRequest) *orderingv1.Order {
	s.Helper()
	got, err := s.ChangeOrder(s.Context(), r)
	s.must(err)
	return got.GetOrder()
}

// wantSound waits until everything is told, and looks at what the peers have: the order its goods by lot, its
// place and its money, and nobody anything else.
func (s *shop) wantSound(orderID string) {
	s.Helper()
	payments := paymentsv1connect.NewPaymentsServiceClient(s.p.Client("payments"))
	var o *orderingv1.Order
	s.eventually("the order has its money and no more", func() bool {
		o = s.get(orderID)
		paid, err := payments.GetPayment(s.Context(), &paymentsv1.GetPaymentRequest{OrderId: orderID})
		return err == nil && s.count("SELECT COUNT(*) FROM outbox") == 0 &&
			paid.GetPayment().GetAuthorised().GetAmount() == o.GetAuthorised().GetAmount() &&
			s.of("payments",
				"SELECT COALESCE(SUM(amount), 0) FROM test_charges WHERE state = 'authorised'") == o.GetAuthorised().GetAmount()
	})
	if n := s.count(
		"SELECT COUNT(*) FROM orders WHERE changing_to <> '' OR document LIKE '%\"change\":%'"); n != 0 {
		s.Errorf("%d changes are still under way", n)
	}
	goods, err := s.inventory.GetHold(s.Context(), &inventoryv1.GetHoldRequest{OrderId: orderID})
	s.must(err)
	var sold, ordered []string
	for _, a := range goods.GetAllocations() {
		sold = append(sold, fmt.Sprint(a.GetLotId(), a.GetQuantity()))
	}
	for _, line := range o.GetLines() {
		for _, lot := range line.GetLots() {
			ordered = append(ordered, fmt.Sprint(lot.GetId(), lot.GetQuantity()))
			if n := s.count("SELECT quantity FROM order_lots WHERE order_id = $1 AND lot_id = $2", orderID,
				lot.GetId()); n != lot.GetQuantity() {
				s.Errorf("a recall finds %d of a lot, want %d", n, lot.GetQuantity())
			}
		}
	}
	slices.Sort(sold)
	slices.Sort(ordered)
	if goods.GetState() != state.GoodsSold || !slices.Equal(sold, ordered) {
		s.Errorf("what is %s is %v, what was ordered %v", goods.GetState(), sold, ordered)
	}
	if n := s.of("inventory", "SELECT COUNT(*) FROM stock WHERE held <> 0"); n != 0 {
		s.Errorf("%d variants are still held", n)
	}
	place, err := s.delivery.GetHold(s.Context(), &deliveryv1.GetHoldRequest{OrderId: orderID})
	s.must(err)
	taken := s.of("delivery", "SELECT SUM(taken) FROM windows")
	held := s.of("delivery", "SELECT SUM(held) FROM windows")
	if place.GetState() != state.PlaceTaken || place.GetWindowId() != o.GetWindowId() || taken != 1 ||
		held != 0 {
		s.Errorf("the place is %s in %s of %s; %d are taken and %d held", place.GetState(),
			place.GetWindowId(), o.GetWindowId(), taken, held)
	}
	if n := s.of("payments",
		"SELECT COALESCE(SUM(amount), 0) FROM entries WHERE account = 'authorised:test'"); n != o.GetAuthorised().GetAmount() {
		s.Errorf("the ledger has %d reserved, want %d", n, o.GetAuthorised().GetAmount())
	}
}

// of asks a peer's database.
func (s *shop) of(service, query string) (n int64) {
	s.Helper()
	s.must(s.p.Host(service).DB().Read().QueryRowContext(s.Context(), query).Scan(&n))
	return n
}

func quantities(o *orderingv1.Order) map[string]int64 {
	found := map[string]int64{}
	for _, line := range o.GetLines() {
		found[line.GetProductTitle()] = line.GetQuantity()
	}
	return found
}

func TestAnOrderBecomesAnotherUntilTheCutOff(t *testing.T) {
	each(t, func(s *shop) {
		dairy, bakery := s.producer("Dairy"), s.producer("Bakery")
		gouda, brie, rye := s.product(dairy, "Gouda", "weight", 2000), s.product(dairy, "Brie", "each", 900),
			s.product(bakery, "Rye", "each", 700)
		window, other := s.window(2), s.window(3)
		bought := s.order(window.GetId(), want{gouda, 500}, want{brie, 2000})
		before := bought.GetOrder()
		s.advance(before, dairy, "accepted")

		// What stays keeps its price, what is added has today's.
		dear := gouda.GetVariants()[0]
		dear.Price = &moneyv1.Money{Amount: 9900, Currency: "USD"}
		s.put(&catalogv1.Product{
			Id: gouda.GetId(), Market: market, ProducerId: dairy, Title: "Gouda", Category: "cheese",
			Published: true, Variants: []*catalogv1.Variant{dear},
		})
		after := s.change(s.wants(bought, other.GetId(), want{gouda, 1000}, want{brie, 1000},
			want{rye, 3000}))
		if after.GetTotal().GetAmount() != 2000+900+2100 || after.GetAuthorised().GetAmount() != 5000+200 ||
			after.GetWindowId() != other.GetId() {
			s.Errorf("the order comes to %v, with %v authorised, in %s", after.GetTotal(),
				after.GetAuthorised(), after.GetWindowId())
		}
		if after.GetVersion() <= before.GetVersion()+1 || after.GetId() != before.GetId() ||
			after.GetStatus() != order.Confirmed {
			s.Errorf("it is %s, in version %d after %d", after.GetStatus(), after.GetVersion(),
				before.GetVersion())
		}
		for _, part := range after.GetParts() {
			if part.GetStatus() != order.PartNew || !part.GetWindowChanged() {
				s.Errorf("the part is %v", part)
			}
		}
		s.wantSound(before.GetId())

		less := s.change(s.wants(bought, "", want{rye, 1000}))
		if less.GetTotal().GetAmount() != 700 || less.GetWindowId() != other.GetId() {
			s.Errorf("with less it comes to %v", less.GetTotal())
		}
		for _, part := range less.GetParts() {
			if want := map[string]string{
				dairy:  order.PartCancelled,
				bakery: order.PartNew,
			}[part.GetProducerId()]; part.GetStatus() != want {
				s.Errorf("the part of %s is %s, want %s", part.GetProducerName(), part.GetStatus(), want)
			}
		}
		s.wantSound(before.GetId())
		more := s.change(s.wants(bought, "", want{rye, 1000}, want{brie, 4000}))
		s.wantSound(before.GetId())
		for _, maker := range []string{dairy, bakery} {
			s.advance(more, maker, "accepted")
			s.advance(more, maker, "packed")
		}
		s.eventually("what is packed is captured", func() bool {
			return s.of("payments", "SELECT COUNT(*) FROM payments WHERE order_id = '"+before.GetId()+
				"' AND status = 'captured' AND captured = 4300") == 1
		})
	})
}

func TestAMakerSeesWhatWasChangedUntilItIsPacked(t *testing.T) {
	each(t, func(s *shop) {
		dairy, bakery := s.producer("Dairy"), s.producer("Bakery")
		gouda, rye := s.product(dairy, "Gouda", "each", 1250), s.product(bakery, "Rye", "each", 700)
		bought := s.order(s.window(2).GetId(), want{gouda, 1000}, want{rye, 2000})
		s.advance(bought.GetOrder(), dairy, "accepted")
		s.advance(bought.GetOrder(), bakery, "accepted")
		s.change(s.wants(bought, "", want{gouda, 3000}, want{rye, 2000}))
		s.change(s.wants(bought, "", want{gouda, 2000}, want{rye, 2000}))
		part := func(producer string) *orderingv1.Part {
			parts := s.get(bought.GetOrder().GetId()).GetParts()
			return parts[slices.IndexFunc(parts,
				func(p *orderingv1.Part) bool { return p.GetProducerId() == producer })]
		}
		if p := part(bakery); p.GetStatus() != order.PartAccepted || len(p.GetChanges()) != 0 {
			s.Errorf("nothing was changed of the bakery's, and its part is %v", p)
		}
		p := part(dairy)
		if len(p.GetChanges()) != 1 || p.GetChanges()[0].GetBefore() != 1000 ||
			p.GetChanges()[0].GetAfter() != 2000 || p.GetChangedAt() == 0 || p.GetStatus() != order.PartNew {
			s.Errorf("the dairy's part is %v", p)
		}
		old := bought.GetOrder().GetConfirmedAt()
		_, err := s.AdvancePart(s.Context(),
			&orderingv1.AdvancePartRequest{
				OrderId: bought.GetOrder().GetId(), PartId: p.GetId(),
				To: order.PartAccepted, ChangedAt: &old, Viewer: operator,
			})
		s.wantCode(err, "order_changed") // by a page from before
		wantChange := func(status string, before, after int64) {
			s.Helper()
			if p := part(dairy); p.GetStatus() != status || len(p.GetChanges()) != 1 ||
				p.GetChanges()[0].GetBefore() != before || p.GetChanges()[0].GetAfter() != after {
				s.Errorf("it is %v, want it %s with %d instead of %d", p, status, after, before)
			}
		}
		s.steps(dairy, order.PartAccepted, choicesOf(bought.GetOrder())...) // among many, unread
		wantChange(order.PartAccepted, 1000, 2000)
		s.steps(dairy, order.Back, choicesOf(bought.GetOrder())...)
		wantChange(order.PartNew, 1000, 2000)
		s.advance(bought.GetOrder(), dairy, "accepted")
		s.change(s.wants(bought, "", want{gouda, 1000}, want{rye, 2000}))
		wantChange(order.PartNew, 2000, 1000) // what was accepted is what it was
		s.advance(bought.GetOrder(), dairy, "accepted")
		s.advance(bought.GetOrder(), dairy, "packed")
		if p := part(dairy); len(p.GetChanges()) != 0 || p.GetChangedAt() != 0 {
			s.Errorf("once it is packed it is %v", p)
		}
	})
}

func TestWhatCannotBeChangedStays(t *testing.T) {
	each(t, func(s *shop) {
		dairy := s.producer("Dairy")
		gouda := s.product(dairy, "Gouda", "each", 1250)
		full, window := s.lastPlace(4), s.window(2)
		_, err := s.inventory.SetStock(s.Context(),
			&inventoryv1.SetStockRequest{
				Levels: []*inventoryv1.StockLevel{{
					VariantId: gouda.GetVariants()[0].GetId(),
					Available: 100_000,
				}},
			})
		s.must(err)
		s.order(full, want{gouda, 1000})
		bought := s.order(window.GetId(), want{gouda, 2000})
		refused := func(code string, change func(*orderingv1.ChangeOrderRequest)) {
			s.Helper()
			r := s.wants(bought, "", want{gouda, 3000})
			change(r)
			_, err := s.ChangeOrder(s.Context(), r)
			s.wantCode(err, code)
			if o := s.get(bought.GetOrder().GetId()); quantities(o)["Gouda"] != 2000 ||
				o.GetWindowId() != window.GetId() {
				s.Errorf("after %s the order has %v in %s", code, quantities(o), o.GetWindowId())
			}
		}
		refused("payment_declined", func(r *orderingv1.ChangeOrderRequest) { r.PaymentToken = "declined" })
		refused("out_of_stock", func(r *orderingv1.ChangeOrderRequest) { r.Lines[0].Quantity = 900_000 })
		refused("window_full", func(r *orderingv1.ChangeOrderRequest) { r.WindowId = full })
		refused("order_changed", func(r *orderingv1.ChangeOrderRequest) { r.Version-- })
		refused("price_changed",
			func(r *orderingv1.ChangeOrderRequest) {
				r.ExpectedTotal = &moneyv1.Money{
					Amount:   1,
					Currency: "USD",
				}
			})
		refused("invalid", func(r *orderingv1.ChangeOrderRequest) { r.Lines = nil })
		refused("read_only", func(r *orderingv1.ChangeOrderRequest) {
			links, err := s.LinkOrders(s.Context(), &orderingv1.LinkOrdersRequest{Ids: []string{r.GetId()}})
			s.must(err)
			r.Viewer.AccessToken = links.GetTokens()[0]
		})
		refused("not_found",
			func(r *orderingv1.ChangeOrderRequest) {
				r.Viewer = &orderingv1.Viewer{ProducerIds: []string{dairy}}
			})
		refused("idempotency_key_required", func(r *orderingv1.ChangeOrderRequest) { r.IdempotencyKey = "" })

		window.OrderBy = time.Now().Add(-time.Minute).UnixMilli()
		_, err = s.delivery.PutWindow(s.Context(), &deliveryv1.PutWindowRequest{Window: window})
		s.must(err)
		refused("too_late", func(*orderingv1.ChangeOrderRequest) {})
	})
}

// TestAChangeMeetsWhatElseHappens has a change wait before its last step while the order is accepted,
// cancelled or moved: the change is undone, and what happened counts.
func TestAChangeMeetsWhatElseHappens(t *testing.T) {
	for name, happens := range map[string]func(s *shop, o *orderingv1.Order, producer string,
		w *deliveryv1.Window){
		"accepted": func(s *shop, o *orderingv1.Order, producer string, _ *deliveryv1.Window) {
			s.advance(o, producer, "accepted")
		},
		"packed": func(s *shop, o *orderingv1.Order, producer string, _ *deliveryv1.Window) {
			s.advance(o, producer, "packed")
		},
		"the window is moved": func(s *shop, _ *orderingv1.Order, _ string, w *deliveryv1.Window) {
			s.later(w)
			s.moved()
		},
	} {
		t.Run(name, func(t *testing.T) {
			each(t, func(s *shop) {
				dairy := s.producer("Dairy")
				gouda, window := s.product(dairy, "Gouda", "each", 1250), s.window(2)
				bought := s.order(window.GetId(), want{gouda, 2000})
				r := s.wants(bought, s.window(3).GetId(), want{gouda, 3000})
				// it is asked for, held, and its money authorised
				s.before(4, func() { happens(s, bought.GetOrder(), dairy, window) })
				_, err := s.ChangeOrder(s.Context(), r)
				s.wantCode(err, "order_changed")
				if got := s.get(bought.GetOrder().GetId()); quantities(got)["Gouda"] != 2000 ||
					got.GetWindowId() != window.GetId() {
					s.Errorf("the order is %v", got)
				}
				_, err = s.ChangeOrder(s.Context(), r)
				s.wantCode(err, "order_changed") // told again, not tried again
				if name != "packed" {
					s.wantSound(bought.GetOrder().GetId())
				}
			})
		})
	}
}

// halfway begins a change and goes so many steps of it, then leaves it, as a process does that is killed:
// each commit is a step, and each call to peers. It answers how many steps were left over.
func (s *shop) halfway(r *orderingv1.ChangeOrderRequest, most int) int {
	s.Helper()
	life := s.killedAfter(1 + most) // first it is written down
	_, err := s.ChangeOrder(s.Context(), r)
	if err != nil && !fault.Is(err, "internal") && !fault.Is(err, "payment_declined") {
		s.Fatal(err)
	}
	return s.livesOn(life)
}

// TestAChangeThatIsKilledAnywhereIsDoneOrUndone leaves a change after each of its steps and has the sweeper
// take it on: either the old order stands, or the new one, with all that belongs to it and nothing else; and
// the shopper who asks again under the same key is told which, or has the change.
func TestAChangeThatIsKilledAnywhereIsDoneOrUndone(t *testing.T) {
	each(t, func(s *shop) {
		dairy := s.producer("Dairy")
		gouda, brie := s.product(dairy, "Gouda", "each", 1250), s.product(dairy, "Brie", "each", 900)
		window, other := s.window(2), s.window(3)
		for _, card := range []string{"ok", "declined"} {
			outcomes := map[string]int{}
			for steps, left := 0, 0; left == 0; steps++ {
				bought := s.order(window.GetId(), want{gouda, 2000}, want{brie, 1000})
				r := s.wants(bought, other.GetId(), want{gouda, 3000})
				r.PaymentToken = card
				left = s.halfway(r, steps)
				s.exec("UPDATE orders SET lease_until = 0 WHERE id = $1", r.GetId())
				s.must(s.service.driver.Sweep(s.Context()))
				got := s.get(r.GetId())
				switch fmt.Sprint(quantities(got), got.GetWindowId() == other.GetId(),
					got.GetTotal().GetAmount()) {
				case "map[Brie:1000 Gouda:2000] false 3400":
					outcomes["old"]++
				case "map[Gouda:3000] true 3750":
					outcomes["new"]++
				default:
					s.Errorf("%s, killed after %d steps: neither the old order nor the new one: %v", card,
						steps, got)
				}
				s.wantSound(r.GetId())
				s.asksAgain(r, card)
				s.cancelled(r.GetId())
			}
			if card == "ok" && (outcomes["old"] < 2 || outcomes["new"] < 2) || card == "declined" &&
				(outcomes["old"] < 4 || outcomes["new"] > 0) {
				s.Errorf("with %s the old order stood %d times and the new one %d times", card,
					outcomes["old"], outcomes["new"])
			}
		}
	})
}

// asksAgain repeats a change that was killed: with a good card it is done in the end, once.
func (s *shop) asksAgain(r *orderingv1.ChangeOrderRequest, card string) {
	s.Helper()
	for range 2 {
		got, err := s.ChangeOrder(s.Context(), r)
		if card == "declined" {
			s.wantCode(err, "payment_declined")
			continue
		}
		if s.must(err); quantities(got.GetOrder())["Gouda"] != 3000 ||
			got.GetOrder().GetVersion() != r.GetVersion()+1 {
			s.Errorf("asked again, the order is %v", got.GetOrder())
		}
	}
	s.wantSound(r.GetId())
}

// cancelled makes room for the next order.
func (s *shop) cancelled(orderID string) {
	s.Helper()
	_, err := s.CancelOrder(s.Context(), &orderingv1.CancelOrderRequest{Id: orderID, Viewer: operator})
	s.must(err)
	s.eventually("everything is given back", func() bool {
		return s.of("delivery", "SELECT SUM(taken + held) FROM windows") == 0 &&
			s.of("inventory", "SELECT SUM(held + sold) FROM stock") == 0 &&
			s.of("payments", "SELECT COUNT(*) FROM test_charges WHERE state = 'authorised'") == 0
	})
}

func TestAChangeAskedTwiceIsDoneOnce(t *testing.T) {
	each(t, func(s *shop) {
		gouda := s.product(s.producer("Dairy"), "Gouda", "each", 1250)
		bought := s.order(s.window(2).GetId(), want{gouda, 1000})
		r := s.wants(bought, "", want{gouda, 2000})
		first, second := s.change(r), s.change(r)
		if first.GetVersion() != second.GetVersion() || second.GetTotal().GetAmount() != 2500 {
			s.Errorf("%v, then %v", first, second)
		}
		r.Lines[0].Quantity = 3000
		_, err := s.ChangeOrder(s.Context(), r)
		s.wantCode(err, "idempotency_key_reused")
		look := s.wants(bought, "", want{gouda, 3000})
		look.Look, look.IdempotencyKey = true, ""
		seen, err := s.ChangeOrder(s.Context(), look)
		if s.must(err); seen.GetOrder().GetTotal().GetAmount() != 3750 ||
			seen.GetExtra().GetAmount() != 1250 || s.get(r.GetId()).GetTotal().GetAmount() != 2500 {
			s.Errorf("a look is %v, and the order %v", seen, s.get(r.GetId()))
		}
		s.wantSound(r.GetId())
	})
}

func TestAChangeObeysTheLimitsOfWhoPaysOnPickup(t *testing.T) {
	each(t, func(s *shop) {
		gouda := s.product(s.producer("Dairy"), "Gouda", "each", 500)
		_, err := s.inventory.SetStock(s.Context(),
			&inventoryv1.SetStockRequest{
				Levels: []*inventoryv1.StockLevel{{
					VariantId: gouda.GetVariants()[0].GetId(),
					Available: 100_000,
				}},
			})
		s.must(err)
		bought := s.order(s.window(2).GetId(), want{gouda, 8000})
		s.exec(
			"UPDATE orders SET document = REPLACE(REPLACE(document, '\"payment_method\":\"test\"', '\"payment_method\":\"pickup\"'), '\"holds_until\"', '\"newcomer_share\":10,\"holds_until\"')")
		refused := func(quantity int64, code string) {
			s.Helper()
			_, err := s.ChangeOrder(s.Context(), s.wants(bought, "", want{gouda, quantity}))
			s.wantCode(err, code)
		}
		refused(11_000, "newcomer_share") // with what it has
		refused(31_000, "newcomer_value")
		if o := s.change(s.wants(bought, "", want{gouda, 10_000})); o.GetTotal().GetAmount() != 5000 {
			s.Errorf("the order is %v", o)
		}
	})
}
