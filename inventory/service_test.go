package inventory_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/artisan-eats/artisan/fault"
	eventsv1 "github.com/artisan-eats/artisan/gen/artisan/events/v1"
	"github.com/artisan-eats/artisan/gen/artisan/events/v1/eventsv1connect"
	inventoryv1 "github.com/artisan-eats/artisan/gen/artisan/inventory/v1"
	"github.com/artisan-eats/artisan/gen/artisan/inventory/v1/inventoryv1connect"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/gen/state"
	"github.com/artisan-eats/artisan/host"
	"github.com/artisan-eats/artisan/host/hosttest"
	"github.com/artisan-eats/artisan/id"
	"github.com/artisan-eats/artisan/inventory"
	"github.com/artisan-eats/artisan/sqldb"
)

var services = []host.Service{inventory.Room()}

// store is an inventory under test.
type store struct {
	*testing.T
	inventoryv1connect.InventoryServiceClient
	p *host.Process
}

// each runs a test on both engines. The job that expires holds runs only when asked to.
func each(t *testing.T, test func(s store)) {
	hosttest.Each(t, services, func(t *testing.T, p *host.Process) {
		s := store{t, inventoryv1connect.NewInventoryServiceClient(p.Client("inventory")), p}
		test(s)
		s.balanced()
	})
}

func newID(kind string) string { return id.New(kind, "portland", time.Now(), rand.Reader) }

func (s store) must(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

// lot books a lot of a variant in.
func (s store) lot(variant, bestBefore string, quantity int64) string {
	s.Helper()
	lot := &inventoryv1.Lot{
		Id: newID(id.Lot), VariantId: variant, Code: "batch " + bestBefore,
		BestBefore: bestBefore, Received: quantity,
	}
	_, err := s.Receive(s.Context(), &inventoryv1.ReceiveRequest{Lots: []*inventoryv1.Lot{lot}})
	s.must(err)
	return lot.GetId()
}

func (s store) set(variant string, available int64) {
	s.Helper()
	_, err := s.SetStock(s.Context(),
		&inventoryv1.SetStockRequest{
			Levels: []*inventoryv1.StockLevel{{VariantId: variant, Available: available}},
		})
	s.must(err)
}

func (s store) hold(order, variant string, quantity int64) (*inventoryv1.HoldResponse, error) {
	return s.Hold(s.Context(), &inventoryv1.HoldRequest{
		OrderId: order, TtlMs: 60_000,
		Lines: []*inventoryv1.HoldLine{{VariantId: variant, Quantity: quantity}},
	})
}

func (s store) release(order string) error {
	_, err := s.Release(s.Context(), &inventoryv1.ReleaseRequest{OrderId: order})
	return err
}

func (s store) state(order string) *inventoryv1.GetHoldResponse {
	s.Helper()
	got, err := s.GetHold(s.Context(), &inventoryv1.GetHoldRequest{OrderId: order})
	s.must(err)
	return got
}

// wantStock compares a variant's balance.
func (s store) wantStock(variant string, available, held, sold int64) {
	s.Helper()
	got, err := s.Availability(s.Context(), &inventoryv1.AvailabilityRequest{VariantIds: []string{variant}})
	s.must(err)
	if v := got.GetVariants()[0]; v.GetAvailable() != available || v.GetHeld() != held ||
		v.GetSold() != sold {
		s.Errorf("available, held, sold are %d, %d, %d; want %d, %d, %d", v.GetAvailable(), v.GetHeld(),
			v.GetSold(), available, held, sold)
	}
}

func (s store) exec(query string, args ...any) {
	s.Helper()
	s.must(s.p.Host("inventory").DB().Tx(s.Context(), func(ctx context.Context, tx *sqldb.Tx) error {
		_, err := tx.ExecContext(ctx, query, args...)
		return err
	}))
}

func (s store) count(query string, args ...any) (n int64) {
	s.Helper()
	s.must(s.p.Host("inventory").DB().Read().QueryRowContext(s.Context(), query, args...).Scan(&n))
	return n
}

// overdue puts the end of an order's hold into the past.
func (s store) overdue(order string) {
	s.Helper()
	s.exec("UPDATE holds SET expires_at = 1 WHERE order_id = $1", order)
}

// deliver hands an event of an order over, as ordering does; that of a part is about the dairy's.
func (s store) deliver(kind, order string, version int64, lines ...*orderingv1.OrderLine) {
	s.Helper()
	payload, err := proto.Marshal(&orderingv1.OrderEvent{PartId: "prt_dairy", Order: &orderingv1.Order{
		Id: order, Lines: lines, Parts: []*orderingv1.Part{
			{Id: "prt_bakery", ProducerId: "bakery"},
			{Id: "prt_dairy", ProducerId: "dairy"},
		},
	}})
	s.must(err)
	got, err := eventsv1connect.NewEventServiceClient(s.p.Client("inventory")).Deliver(s.Context(),
		&eventsv1.DeliverRequest{Events: []*eventsv1.Event{
			{Publisher: "ordering", Type: kind, Aggregate: order, Version: version, Payload: payload},
		}})
	s.must(err)
	if receipt := got.GetReceipts()[0]; !receipt.GetRetire() {
		s.Fatalf("%s was refused: %s", kind, receipt.GetReason())
	}
}

// balanced checks what must be true of the tables after whatever happened.
func (s store) balanced() {
	s.Helper()
	if n := s.count(`SELECT COUNT(*) FROM stock WHERE available <> (SELECT COALESCE(SUM(remaining), 0)
		FROM lots WHERE lots.variant_id = stock.variant_id)`); n > 0 {
		s.Errorf("%d variants have another stock than their lots", n)
	}
	for state, column := range map[string]string{"held": "held", "kept": "sold"} {
		if n := s.count(`SELECT COUNT(*) FROM stock WHERE `+column+
			` <> (SELECT COALESCE(SUM(l.quantity), 0) FROM hold_lines AS l
			JOIN holds AS h ON h.order_id = l.order_id WHERE h.state = $1 AND l.variant_id = stock.variant_id)`, state); n > 0 {
			s.Errorf("%d variants have another %s than their orders", n, column)
		}
	}
}

func wantCode(t *testing.T, err error, code string) {
	t.Helper()
	if !fault.Is(err, code) {
		t.Errorf("got %v, want %s", err, code)
	}
}

func TestNothingIsOversold(t *testing.T) {
	each(t, func(s store) {
		for range 20 {
			variant := newID(id.Variant)
			s.set(variant, 10_000)
			outcomes := make([]error, 50)
			var all sync.WaitGroup
			for i := range outcomes {
				all.Go(func() { _, outcomes[i] = s.hold(newID(id.Order), variant, 1000) })
			}
			all.Wait()
			var held, out int
			for _, err := range outcomes {
				if err == nil {
					held++
				} else if fault.Is(err, "out_of_stock") {
					out++
				} else {
					s.Fatal(err)
				}
			}
			if held != 10 || out != 40 {
				s.Fatalf("%d held and %d out of stock; want 10 and 40", held, out)
			}
			s.wantStock(variant, 0, 10_000, 0)
		}
	})
}

func TestTheSameOrderHoldsOnce(t *testing.T) {
	each(t, func(s store) {
		variant, order := newID(id.Variant), newID(id.Order)
		s.lot(variant, "2999-01-01", 3000)
		answers := make([]*inventoryv1.HoldResponse, 20)
		var all sync.WaitGroup
		for i := range answers {
			all.Go(func() {
				var err error
				if answers[i], err = s.hold(order, variant, 2000); err != nil {
					s.Error(err)
				}
			})
		}
		all.Wait()
		for _, a := range answers {
			if !slices.EqualFunc(a.GetAllocations(), answers[0].GetAllocations(),
				func(a, b *inventoryv1.Allocation) bool { return proto.Equal(a, b) }) {
				s.Errorf("allocated %v and %v", a.GetAllocations(), answers[0].GetAllocations())
			}
		}
		s.wantStock(variant, 1000, 2000, 0)
	})
}

func TestAHoldIsAllLinesOrNone(t *testing.T) {
	each(t, func(s store) {
		ample, scarce, never := newID(id.Variant), newID(id.Variant), newID(id.Variant)
		s.set(ample, 9000)
		s.set(scarce, 1500)
		_, err := s.Hold(s.Context(), &inventoryv1.HoldRequest{
			OrderId: newID(id.Order), TtlMs: 1000,
			Lines: []*inventoryv1.HoldLine{
				{VariantId: ample, Quantity: 1000},
				{VariantId: scarce, Quantity: 2000},
				{VariantId: never, Quantity: 1000},
			},
		})
		wantCode(s.T, err, "out_of_stock")
		want := []fault.Field{{Name: scarce, Message: "Only 1.5 left."}, {Name: never, Message: "Sold out."}}
		if got := fault.Of(err).Fields; !slices.Equal(got, want) {
			s.Errorf("fields %v, want %v", got, want)
		}
		s.wantStock(ample, 9000, 0, 0)
	})
}

func TestLotsAreSoldFirstExpiredFirstOut(t *testing.T) {
	each(t, func(s store) {
		variant := newID(id.Variant)
		s.lot(variant, "", 1000)
		s.lot(variant, "2999-02-01", 1000)
		s.lot(variant, "2999-01-01", 1000)
		s.lot(variant, "2001-01-01", 1000) // past: not sold
		got, err := s.hold(newID(id.Order), variant, 2500)
		s.must(err)
		var taken []string
		for _, a := range got.GetAllocations() {
			taken = append(taken, fmt.Sprint(a.GetBestBefore(), " ", a.GetQuantity()))
		}
		if want := []string{"2999-01-01 1000", "2999-02-01 1000", " 500"}; !slices.Equal(taken, want) {
			s.Errorf("taken %q, want %q", taken, want)
		}
		s.wantStock(variant, 500, 2500, 0)
	})
}

func TestAReleaseThatComesFirstRefusesTheHold(t *testing.T) {
	each(t, func(s store) {
		variant, order := newID(id.Variant), newID(id.Order)
		s.set(variant, 5000)
		s.must(s.release(order))
		_, err := s.hold(order, variant, 1000)
		wantCode(s.T, err, "hold_closed")
		s.wantStock(variant, 5000, 0, 0)
	})
}

func TestReleaseGivesBackOnce(t *testing.T) {
	each(t, func(s store) {
		variant, order := newID(id.Variant), newID(id.Order)
		s.set(variant, 5000)
		_, err := s.hold(order, variant, 2000)
		s.must(err)
		for range 3 {
			s.must(s.release(order))
		}
		s.wantStock(variant, 5000, 0, 0)
		_, err = s.hold(order, variant, 2000)
		wantCode(s.T, err, "hold_closed")
	})
}

func TestAnExpiredHoldIsGivenBackAndMayBeMadeAnew(t *testing.T) {
	each(t, func(s store) {
		variant, order := newID(id.Variant), newID(id.Order)
		s.set(variant, 2000)
		for range 2 {
			_, err := s.hold(order, variant, 2000)
			s.must(err)
			s.overdue(order)
			if got := s.state(order); got.GetState() != state.GoodsExpired {
				s.Errorf("state %q after its time", got.GetState())
			}
		}
		inventory.ExpireNow(s.T, s.p.Host("inventory"))
		s.wantStock(variant, 2000, 0, 0)
		_, err := s.hold(order, variant, 1000)
		s.must(err)
		s.wantStock(variant, 1000, 1000, 0)
	})
}

func TestALivingHoldIsExtendedAndNotChanged(t *testing.T) {
	each(t, func(s store) {
		variant, order := newID(id.Variant), newID(id.Order)
		s.set(variant, 5000)
		first, err := s.hold(order, variant, 2000)
		s.must(err)
		_, err = s.hold(order, variant, 3000)
		wantCode(s.T, err, "hold_differs")
		longer, err := s.Hold(s.Context(), &inventoryv1.HoldRequest{
			OrderId: order, TtlMs: 1 << 60,
			Lines: []*inventoryv1.HoldLine{{VariantId: variant, Quantity: 2000}},
		})
		s.must(err)
		if d := longer.GetExpiresAt() - first.GetExpiresAt(); d <= 0 || d > time.Hour.Milliseconds() {
			s.Errorf("extended by %d ms; want more than 0 and at most an hour", d)
		}
		s.wantStock(variant, 3000, 2000, 0)
	})
}

func TestAConfirmedOrderIsSoldAndACancelledOneComesBack(t *testing.T) {
	each(t, func(s store) {
		variant, order := newID(id.Variant), newID(id.Order)
		lot := s.lot(variant, "2999-01-01", 5000)
		_, err := s.hold(order, variant, 2000)
		s.must(err)
		line := &orderingv1.OrderLine{VariantId: variant, Quantity: 2000}
		s.deliver("order.part_accepted", order, 1, line) // says nothing here
		s.wantStock(variant, 3000, 2000, 0)
		for range 2 {
			s.deliver("order.confirmed", order, 2, line)
			s.wantStock(variant, 3000, 0, 2000)
		}
		wantCode(s.T, s.release(order), "hold_closed")
		if got := s.state(order); got.GetState() != state.GoodsSold {
			s.Errorf("a hold of a confirmed order is %q", got.GetState())
		}
		for range 2 {
			s.deliver("order.cancelled", order, 3, line)
			s.wantStock(variant, 5000, 0, 0)
		}
		if got := s.state(order); got.GetState() != state.GoodsReturned ||
			got.GetAllocations()[0].GetLotId() != lot {
			s.Errorf("hold %v, want returned to %s", got, lot)
		}
	})
}

func TestWhatWeighedLessThanOrderedGoesBackIntoItsLots(t *testing.T) {
	each(t, func(s store) {
		gouda, brie, rye, butter, curd := newID(id.Variant), newID(id.Variant), newID(id.Variant),
			newID(id.Variant), newID(id.Variant)
		s.lot(gouda, "2999-01-01", 300)
		s.lot(gouda, "2999-02-01", 5000)
		for _, variant := range []string{brie, rye, butter, curd} {
			s.set(variant, 5000)
		}
		order := newID(id.Order)
		line := func(variant, producer, soldBy string, packed int64) *orderingv1.OrderLine {
			return &orderingv1.OrderLine{
				VariantId: variant, ProducerId: producer, SoldBy: soldBy,
				Quantity: 1000, PackedQuantity: packed,
			}
		}
		lines := []*orderingv1.OrderLine{
			line(gouda, "dairy", "weight", 250),
			line(brie, "dairy", "weight", 1050), line(butter, "dairy", "each", 0),
			line(rye, "bakery", "weight", 0), line(curd, "dairy", "weight", 100),
		}
		lines[4].Short = true
		request := &inventoryv1.HoldRequest{OrderId: order, TtlMs: 60_000}
		for _, l := range lines {
			request.Lines = append(request.Lines,
				&inventoryv1.HoldLine{VariantId: l.GetVariantId(), Quantity: l.GetQuantity()})
		}
		_, err := s.Hold(s.Context(), request)
		s.must(err)
		s.deliver("order.confirmed", order, 1, lines...)
		for range 2 {
			s.deliver("order.part_packed", order, 2, lines...)
			s.wantStock(gouda, 5050, 0, 250)
			s.wantStock(brie, 4000, 0, 1000)   // what weighed more counts as ordered
			s.wantStock(butter, 4000, 0, 1000) // pieces that are missing are not there to be sold
			s.wantStock(rye, 4000, 0, 1000)    // is packed by another
			s.wantStock(curd, 4000, 0, 1000)   // nor is what the maker said is short
			s.balanced()
		}
		s.deliver("order.cancelled", order, 3, lines...)
		for _, variant := range []string{brie, butter, rye, curd} {
			s.wantStock(variant, 5000, 0, 0)
		}
		s.wantStock(gouda, 5300, 0, 0)
	})
}

func TestAnOrderConfirmedAfterItsHoldExpiredIsServedOrAShortage(t *testing.T) {
	each(t, func(s store) {
		variant, early, late := newID(id.Variant), newID(id.Order), newID(id.Order)
		s.set(variant, 3000)
		line := &orderingv1.OrderLine{VariantId: variant, Quantity: 2000}
		for _, order := range []string{early, late} {
			_, err := s.hold(order, variant, 2000)
			s.must(err)
			s.overdue(order)
			inventory.ExpireNow(s.T, s.p.Host("inventory"))
		}
		s.deliver("order.confirmed", early, 1, line)
		s.wantStock(variant, 1000, 0, 2000)
		s.deliver("order.confirmed", late, 1, line)
		s.wantStock(variant, 0, 0, 3000)
		if n := s.count("SELECT COALESCE(SUM(quantity), 0) FROM shortages WHERE order_id = $1",
			late); n != 1000 {
			s.Errorf("a shortage of %d, want 1000", n)
		}
		s.deliver("order.cancelled", late, 2, line)
		s.wantStock(variant, 1000, 0, 2000)
		if n := s.count("SELECT COUNT(*) FROM shortages"); n != 0 {
			s.Errorf("%d shortages of cancelled orders", n)
		}
	})
}

func TestTheOperatorIsToldOfAShortageUntilItIsSeen(t *testing.T) {
	each(t, func(s store) {
		variant := newID(id.Variant)
		s.set(variant, 1500)
		for _, order := range []string{newID(id.Order), newID(id.Order)} {
			s.deliver("order.confirmed", order, 1, &orderingv1.OrderLine{VariantId: variant, Quantity: 2000})
			found := hosttest.Troubles(s.T, s.p, "inventory")
			if len(found) != 1 || found[0].GetKind() != "shortage" || found[0].GetAbout() != order ||
				found[0].GetSince() == 0 || !found[0].GetRetryable() {
				s.Fatalf("found %v", found)
			}
			for range 2 {
				s.must(hosttest.Retry(s.T, s.p, "inventory", found[0].GetId()))
			}
			if found := hosttest.Troubles(s.T, s.p, "inventory"); len(found) != 0 {
				s.Errorf("seen, and still there: %v", found)
			}
		}
		if n := s.count("SELECT SUM(quantity) FROM shortages"); n != 2500 {
			s.Errorf("shortages of %d are kept, want 2500", n)
		}
		for _, strange := range []string{"shortage:", "shortage:/", "shortage:x/y/z"} {
			s.must(hosttest.Retry(s.T, s.p, "inventory", strange))
		}
	})
}

func TestAHoldPastItsTimeIsStillSoldWhileItsGoodsAreThere(t *testing.T) {
	each(t, func(s store) {
		variant, order := newID(id.Variant), newID(id.Order)
		s.set(variant, 2000)
		_, err := s.hold(order, variant, 2000)
		s.must(err)
		s.overdue(order)
		s.deliver("order.confirmed", order, 1, &orderingv1.OrderLine{VariantId: variant, Quantity: 2000})
		s.wantStock(variant, 0, 0, 2000)
	})
}

func TestALotIsBookedInOnce(t *testing.T) {
	each(t, func(s store) {
		variant := newID(id.Variant)
		lot := &inventoryv1.Lot{
			Id: newID(id.Lot), VariantId: variant, BestBefore: "2999-01-01",
			Received: 4000,
		}
		for range 2 {
			_, err := s.Receive(s.Context(), &inventoryv1.ReceiveRequest{Lots: []*inventoryv1.Lot{lot, lot}})
			s.must(err)
		}
		s.wantStock(variant, 4000, 0, 0)
		lot.Received = 5000
		_, err := s.Receive(s.Context(), &inventoryv1.ReceiveRequest{Lots: []*inventoryv1.Lot{lot}})
		wantCode(s.T, err, "lot_differs")
		lot.Received, lot.BestBefore = 4000, "2999-03-03"
		_, err = s.Receive(s.Context(), &inventoryv1.ReceiveRequest{Lots: []*inventoryv1.Lot{lot}})
		s.must(err)
		lots, err := s.ListLots(s.Context(), &inventoryv1.ListLotsRequest{VariantId: variant})
		if s.must(err); len(lots.GetLots()) != 1 || lots.GetLots()[0].GetRemaining() != 4000 ||
			lots.GetLots()[0].GetBestBefore() != "2999-03-03" {
			s.Errorf("lots %v", lots.GetLots())
		}
	})
}

func TestSetStockMakesAvailableEqualTheFigure(t *testing.T) {
	each(t, func(s store) {
		variant := newID(id.Variant)
		s.lot(variant, "2001-01-01", 700) // past: written off
		s.lot(variant, "2999-01-01", 3000)
		s.lot(variant, "2999-06-01", 3000)
		_, err := s.hold(newID(id.Order), variant, 1000)
		s.must(err)
		for _, level := range []int64{5000, 4500, 9000, 9000, 0, 2000} {
			s.set(variant, level)
			s.wantStock(variant, level, 1000, 0)
		}
		s.set(variant, 0)
		s.lot(variant, "2999-01-01", 3000)
		s.lot(variant, "2999-06-01", 3000)
		s.set(variant, 4000)
		lots, err := s.ListLots(s.Context(), &inventoryv1.ListLotsRequest{VariantId: variant})
		if s.must(err); len(lots.GetLots()) != 2 || lots.GetLots()[1].GetRemaining() != 1000 {
			s.Errorf("lots %v; want the later one cut to 1000", lots.GetLots())
		}
	})
}

func TestAvailabilityAnswersInTheOrderAsked(t *testing.T) {
	each(t, func(s store) {
		a, b, never := newID(id.Variant), newID(id.Variant), newID(id.Variant)
		s.lot(a, "2999-02-01", 1000)
		s.lot(a, "2999-01-01", 1000)
		s.set(b, 3000)
		got, err := s.Availability(s.Context(),
			&inventoryv1.AvailabilityRequest{VariantIds: []string{b, never, a, b}})
		s.must(err)
		var found []string
		for _, v := range got.GetVariants() {
			found = append(found, fmt.Sprint(v.GetAvailable(), v.GetBestBefore()))
		}
		if want := []string{"3000", "0", "20002999-01-01", "3000"}; !slices.Equal(found, want) {
			s.Errorf("found %q, want %q", found, want)
		}
	})
}

func TestWhatMakesNoSenseIsRefused(t *testing.T) {
	each(t, func(s store) {
		order, variant := newID(id.Order), newID(id.Variant)
		line := func(quantity int64) *inventoryv1.HoldLine {
			return &inventoryv1.HoldLine{VariantId: variant, Quantity: quantity}
		}
		for name, m := range map[string]*inventoryv1.HoldRequest{
			"no order": {TtlMs: 1, Lines: []*inventoryv1.HoldLine{line(1)}},
			"a NUL": {
				OrderId: order[:20] + "\x00" + order[21:], TtlMs: 1,
				Lines: []*inventoryv1.HoldLine{line(1)},
			},
			"no time":  {OrderId: order, Lines: []*inventoryv1.HoldLine{line(1)}},
			"no lines": {OrderId: order, TtlMs: 1},
			"too many lines": {
				OrderId: order, TtlMs: 1,
				Lines: slices.Repeat([]*inventoryv1.HoldLine{line(1)}, 10_000),
			},
			"a line twice":      {OrderId: order, TtlMs: 1, Lines: []*inventoryv1.HoldLine{line(1), line(1)}},
			"nothing of a line": {OrderId: order, TtlMs: 1, Lines: []*inventoryv1.HoldLine{line(0)}},
			"less than nothing": {OrderId: order, TtlMs: 1, Lines: []*inventoryv1.HoldLine{line(-1000)}},
			"too much": {
				OrderId: order, TtlMs: 1,
				Lines: []*inventoryv1.HoldLine{line(1_000_000_000_000_000_000)},
			},
			"no variant": {
				OrderId: order, TtlMs: 1,
				Lines: []*inventoryv1.HoldLine{{VariantId: "x", Quantity: 1}},
			},
		} {
			if _, err := s.Hold(s.Context(), m); fault.KindOf(err) != fault.Invalid {
				s.Errorf("%s: %v", name, err)
			}
		}
		for name, lot := range map[string]*inventoryv1.Lot{
			"no ID":      {VariantId: variant, Received: 1},
			"no date":    {Id: newID(id.Lot), VariantId: variant, Received: 1, BestBefore: "2026-02-30"},
			"bad text":   {Id: newID(id.Lot), VariantId: variant, Received: 1, Code: "a\nb"},
			"negative":   {Id: newID(id.Lot), VariantId: variant, Received: -1},
			"no variant": {Id: newID(id.Lot), Received: 1},
		} {
			if _, err := s.Receive(s.Context(),
				&inventoryv1.ReceiveRequest{Lots: []*inventoryv1.Lot{lot}}); fault.KindOf(
				err) != fault.Invalid {
				s.Errorf("%s: %v", name, err)
			}
		}
	})
}
