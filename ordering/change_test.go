package ordering_test

import (
	"slices"
	"testing"
	"time"

	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	deliveryv1 "github.com/artisan-eats/artisan/gen/artisan/delivery/v1"
	inventoryv1 "github.com/artisan-eats/artisan/gen/artisan/inventory/v1"
	moneyv1 "github.com/artisan-eats/artisan/gen/artisan/money/v1"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/ordering/order"
	"github.com/artisan-eats/artisan/ordering/orderingtest"
)

func TestAnOrderBecomesAnotherUntilTheCutOff(t *testing.T) {
	each(t, func(s *shop) {
		dairy, bakery := s.Producer("Dairy"), s.Producer("Bakery")
		gouda, brie, rye := s.Product(dairy, "Gouda", "weight", 2000), s.Product(dairy, "Brie", "each", 900),
			s.Product(bakery, "Rye", "each", 700)
		window, other := s.Window(2), s.Window(3)
		bought := s.Order(window.GetId(), want{gouda, 500}, want{brie, 2000})
		before := bought.GetOrder()
		s.Advance(before, dairy, "accepted")

		// What stays keeps its price, what is added has today's.
		dear := gouda.GetVariants()[0]
		dear.Price = &moneyv1.Money{Amount: 9900, Currency: "USD"}
		s.Put(&catalogv1.Product{
			Id: gouda.GetId(), Market: market, ProducerId: dairy, Title: "Gouda", Category: "cheese",
			Published: true, Variants: []*catalogv1.Variant{dear},
		})
		after := s.Change(s.Wants(bought, other.GetId(), want{gouda, 1000}, want{brie, 1000},
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
		s.WantSound(before.GetId())

		less := s.Change(s.Wants(bought, "", want{rye, 1000}))
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
		s.WantSound(before.GetId())
		more := s.Change(s.Wants(bought, "", want{rye, 1000}, want{brie, 4000}))
		s.WantSound(before.GetId())
		for _, maker := range []string{dairy, bakery} {
			s.Advance(more, maker, "accepted")
			s.Advance(more, maker, "packed")
		}
		s.Eventually("what is packed is captured", func() bool {
			return s.Of("payments", "SELECT COUNT(*) FROM payments WHERE order_id = '"+before.GetId()+
				"' AND status = 'captured' AND captured = 4300") == 1
		})
	})
}

func TestAMakerSeesWhatWasChangedUntilItIsPacked(t *testing.T) {
	each(t, func(s *shop) {
		dairy, bakery := s.Producer("Dairy"), s.Producer("Bakery")
		gouda, rye := s.Product(dairy, "Gouda", "each", 1250), s.Product(bakery, "Rye", "each", 700)
		bought := s.Order(s.Window(2).GetId(), want{gouda, 1000}, want{rye, 2000})
		s.Advance(bought.GetOrder(), dairy, "accepted")
		s.Advance(bought.GetOrder(), bakery, "accepted")
		s.Change(s.Wants(bought, "", want{gouda, 3000}, want{rye, 2000}))
		s.Change(s.Wants(bought, "", want{gouda, 2000}, want{rye, 2000}))
		part := func(producer string) *orderingv1.Part {
			parts := s.Get(bought.GetOrder().GetId()).GetParts()
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
		s.WantCode(err, "order_changed") // by a page from before
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
		s.Advance(bought.GetOrder(), dairy, "accepted")
		s.Change(s.Wants(bought, "", want{gouda, 1000}, want{rye, 2000}))
		wantChange(order.PartNew, 2000, 1000) // what was accepted is what it was
		s.Advance(bought.GetOrder(), dairy, "accepted")
		s.Advance(bought.GetOrder(), dairy, "packed")
		if p := part(dairy); len(p.GetChanges()) != 0 || p.GetChangedAt() != 0 {
			s.Errorf("once it is packed it is %v", p)
		}
	})
}

func TestWhatCannotBeChangedStays(t *testing.T) {
	each(t, func(s *shop) {
		dairy := s.Producer("Dairy")
		gouda := s.Product(dairy, "Gouda", "each", 1250)
		full, window := s.lastPlace(4), s.Window(2)
		_, err := s.Inventory.SetStock(s.Context(),
			&inventoryv1.SetStockRequest{
				Levels: []*inventoryv1.StockLevel{{
					VariantId: gouda.GetVariants()[0].GetId(),
					Available: 100_000,
				}},
			})
		s.Must(err)
		s.Order(full, want{gouda, 1000})
		bought := s.Order(window.GetId(), want{gouda, 2000})
		refused := func(code string, change func(*orderingv1.ChangeOrderRequest)) {
			s.Helper()
			r := s.Wants(bought, "", want{gouda, 3000})
			change(r)
			_, err := s.ChangeOrder(s.Context(), r)
			s.WantCode(err, code)
			if o := s.Get(bought.GetOrder().GetId()); orderingtest.Quantities(o)["Gouda"] != 2000 ||
				o.GetWindowId() != window.GetId() {
				s.Errorf("after %s the order has %v in %s", code, orderingtest.Quantities(o), o.GetWindowId())
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
			s.Must(err)
			r.Viewer.AccessToken = links.GetTokens()[0]
		})
		refused("not_found",
			func(r *orderingv1.ChangeOrderRequest) {
				r.Viewer = &orderingv1.Viewer{ProducerIds: []string{dairy}}
			})
		refused("idempotency_key_required", func(r *orderingv1.ChangeOrderRequest) { r.IdempotencyKey = "" })

		window.OrderBy = time.Now().Add(-time.Minute).UnixMilli()
		_, err = s.Delivery.PutWindow(s.Context(), &deliveryv1.PutWindowRequest{Window: window})
		s.Must(err)
		refused("too_late", func(*orderingv1.ChangeOrderRequest) {})
	})
}

// TestAChangeMeetsWhatElseHappens has a change wait before its last step while the order is accepted,
// Cancelled or moved: the change is undone, and what happened counts.
func TestAChangeMeetsWhatElseHappens(t *testing.T) {
	for name, happens := range map[string]func(s *shop, o *orderingv1.Order, producer string,
		w *deliveryv1.Window){
		"accepted": func(s *shop, o *orderingv1.Order, producer string, _ *deliveryv1.Window) {
			s.Advance(o, producer, "accepted")
		},
		"packed": func(s *shop, o *orderingv1.Order, producer string, _ *deliveryv1.Window) {
			s.Advance(o, producer, "packed")
		},
		"the window is moved": func(s *shop, _ *orderingv1.Order, _ string, w *deliveryv1.Window) {
			s.Later(w)
			s.Moved()
		},
	} {
		t.Run(name, func(t *testing.T) {
			each(t, func(s *shop) {
				dairy := s.Producer("Dairy")
				gouda, window := s.Product(dairy, "Gouda", "each", 1250), s.Window(2)
				bought := s.Order(window.GetId(), want{gouda, 2000})
				r := s.Wants(bought, s.Window(3).GetId(), want{gouda, 3000})
				// it is asked for, held, and its money authorised
				s.Before(4, func() { happens(s, bought.GetOrder(), dairy, window) })
				_, err := s.ChangeOrder(s.Context(), r)
				s.WantCode(err, "order_changed")
				if got := s.Get(bought.GetOrder().GetId()); orderingtest.Quantities(got)["Gouda"] != 2000 ||
					got.GetWindowId() != window.GetId() {
					s.Errorf("the order is %v", got)
				}
				_, err = s.ChangeOrder(s.Context(), r)
				s.WantCode(err, "order_changed") // told again, not tried again
				if name != "packed" {
					s.WantSound(bought.GetOrder().GetId())
				}
			})
		})
	}
}

func TestAChangeAskedTwiceIsDoneOnce(t *testing.T) {
	each(t, func(s *shop) {
		gouda := s.Product(s.Producer("Dairy"), "Gouda", "each", 1250)
		bought := s.Order(s.Window(2).GetId(), want{gouda, 1000})
		r := s.Wants(bought, "", want{gouda, 2000})
		first, second := s.Change(r), s.Change(r)
		if first.GetVersion() != second.GetVersion() || second.GetTotal().GetAmount() != 2500 {
			s.Errorf("%v, then %v", first, second)
		}
		r.Lines[0].Quantity = 3000
		_, err := s.ChangeOrder(s.Context(), r)
		s.WantCode(err, "idempotency_key_reused")
		look := s.Wants(bought, "", want{gouda, 3000})
		look.Look, look.IdempotencyKey = true, ""
		seen, err := s.ChangeOrder(s.Context(), look)
		if s.Must(err); seen.GetOrder().GetTotal().GetAmount() != 3750 ||
			seen.GetExtra().GetAmount() != 1250 || s.Get(r.GetId()).GetTotal().GetAmount() != 2500 {
			s.Errorf("a look is %v, and the order %v", seen, s.Get(r.GetId()))
		}
		s.WantSound(r.GetId())
	})
}

func TestAChangeObeysTheLimitsOfWhoPaysOnPickup(t *testing.T) {
	each(t, func(s *shop) {
		gouda := s.Product(s.Producer("Dairy"), "Gouda", "each", 500)
		_, err := s.Inventory.SetStock(s.Context(),
			&inventoryv1.SetStockRequest{
				Levels: []*inventoryv1.StockLevel{{
					VariantId: gouda.GetVariants()[0].GetId(),
					Available: 100_000,
				}},
			})
		s.Must(err)
		bought := s.Order(s.Window(2).GetId(), want{gouda, 8000})
		s.Exec(
			"UPDATE orders SET document = REPLACE(REPLACE(document, '\"payment_method\":\"test\"', '\"payment_method\":\"pickup\"'), '\"holds_until\"', '\"newcomer_share\":10,\"holds_until\"')")
		refused := func(quantity int64, code string) {
			s.Helper()
			_, err := s.ChangeOrder(s.Context(), s.Wants(bought, "", want{gouda, quantity}))
			s.WantCode(err, code)
		}
		refused(11_000, "newcomer_share") // with what it has
		refused(31_000, "newcomer_value")
		if o := s.Change(s.Wants(bought, "", want{gouda, 10_000})); o.GetTotal().GetAmount() != 5000 {
			s.Errorf("the order is %v", o)
		}
	})
}

// TestAnOrderIsPaidForInSoManyPartsAtTheMost refuses one charge too many before anything is asked for; what
// costs no more can still be had.
func TestAnOrderIsPaidForInSoManyPartsAtTheMost(t *testing.T) {
	each(t, func(s *shop) {
		gouda, rye := s.Product(s.Producer("Dairy"), "Gouda", "each", 1000),
			s.Product(s.Producer("Bakery"), "Rye", "each", 1000)
		bought := s.Order(s.Window(2).GetId(), want{gouda, 1000})
		for n := range int64(order.MaxCharges) {
			s.Change(s.Wants(bought, "", want{gouda, 2000 + n*1000}))
		}
		many := int64(order.MaxCharges + 1)
		for _, look := range []bool{true, false} {
			r := s.Wants(bought, "", want{gouda, many * 1000}, want{rye, 1000})
			r.Look = look
			_, err := s.ChangeOrder(s.Context(), r)
			s.WantCode(err, "too_many_changes")
		}
		other := s.Change(s.Wants(bought, "", want{gouda, many*1000 - 1000}, want{rye, 1000}))
		if other.GetTotal().GetAmount() != many*1000 {
			s.Errorf("for as much it is %v", other)
		}
		s.WantSound(other.GetId())
		for _, part := range other.GetParts() {
			s.Advance(other, part.GetProducerId(), "accepted")
			s.Advance(other, part.GetProducerId(), "packed")
		}
		s.Eventually("all charges are captured", func() bool {
			return s.Of("payments",
				"SELECT COALESCE(SUM(captured), 0) FROM test_charges WHERE state = 'captured'") == many*1000
		})
	})
}

// TestAPartThatWasChangedIsPackedByWhoHasSeenIt takes quantities that were made for another order from
// nobody.
func TestAPartThatWasChangedIsPackedByWhoHasSeenIt(t *testing.T) {
	each(t, func(s *shop) {
		dairy := s.Producer("Dairy")
		gouda, brie := s.Product(dairy, "Gouda", "each", 1250), s.Product(dairy, "Brie", "weight", 900)
		window := s.Window(2)
		line := func(w want, reason string) *orderingv1.PackedLine {
			return &orderingv1.PackedLine{
				VariantId: w.Product.GetVariants()[0].GetId(), Quantity: w.Milli,
				Reason: reason,
			}
		}
		packs := func(o *orderingv1.Order, moves *int64, packed ...*orderingv1.PackedLine) error {
			_, err := s.AdvancePart(s.Context(), &orderingv1.AdvancePartRequest{
				OrderId: o.GetId(), PartId: o.GetParts()[0].GetId(), To: order.PartPacked, Packed: packed,
				Moves: moves, Viewer: &orderingv1.Viewer{ProducerIds: []string{dairy}},
			})
			return err
		}
		changed := func() *orderingv1.Order {
			bought := s.Order(window.GetId(), want{gouda, 3000}, want{brie, 500})
			s.Advance(bought.GetOrder(), dairy, "accepted")
			return s.Change(s.Wants(bought, "", want{gouda, 2000}, want{brie, 1000}))
		}
		o := changed()
		seen := o.GetParts()[0].GetMoves()
		before := seen - 1
		for name, err := range map[string]error{
			"as ordered, without a word": packs(o, nil),
			"one line":                   packs(o, nil, line(want{gouda, 2000}, "")),
			"more than it is now": packs(o, nil, line(want{gouda, 3000}, ""),
				line(want{brie, 1000}, "")),
			"less, and nobody says why": packs(o, nil, line(want{gouda, 2000}, ""),
				line(want{brie, 500}, "")),
			"the version before": packs(o, &before, line(want{gouda, 2000}, ""),
				line(want{brie, 1000}, "")),
			"a line that is not of it too": packs(o, nil, line(want{gouda, 2000}, ""),
				line(want{brie, 1000}, ""), line(want{s.Product(dairy, "Feta", "each", 1), 0}, "")),
		} {
			if err == nil {
				s.Errorf("%s: it is packed", name)
			}
			s.WantCode(err, "order_changed")
		}
		s.Must(packs(o, &seen, line(want{brie, 950}, ""))) // who has seen it leaves out what is as ordered
		if s.WantCode(packs(o, &seen),
			"already_packed"); orderingtest.Quantities(s.Get(o.GetId()))["Gouda"] != 2000 {
			s.Errorf("the order is %v", s.Get(o.GetId()))
		}
		// each line is told of
		s.Must(packs(changed(), nil, line(want{gouda, 2000}, ""), line(want{brie, 500}, "sold_out")))
		accepted := changed()
		s.Advance(accepted, dairy, "accepted") // as it is now
		s.Must(packs(accepted, nil, line(want{brie, 1000}, "")))
		s.Must(packs(s.Order(window.GetId(), want{gouda, 3000}).GetOrder(), nil)) // it never was another
	})
}
