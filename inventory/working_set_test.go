package inventory

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/artisan-eats/artisan/hold"
)

var (
	someVariants = []string{"var_a_1", "var_a_2", "var_a_3"}
	someOrders   = []string{"o1", "o2", "o3", "o4", "o5"}
	someDates    = []string{"", "2026-01-01", "2026-01-02", "2026-01-03", "2026-02-01"}
)

func emptyShelf() *workingSet {
	s := &workingSet{
		stock: map[string]*Stock{}, lots: map[string][]*Lot{}, lot: map[string]*Lot{},
		holds: map[string]*hold.Hold{}, lines: map[string][]Allocation{},
	}
	s.at(time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC))
	for _, variant := range someVariants {
		s.stock[variant] = &Stock{Variant: variant}
	}
	for _, order := range someOrders {
		s.holds[order] = hold.New(order)
	}
	return s
}

func (s *workingSet) at(now time.Time) { s.now, s.today = now.UnixMilli(), now.Format(time.DateOnly) }

func someLines(t *rapid.T) []Line {
	return rapid.SliceOfNDistinct(rapid.Custom(func(t *rapid.T) Line {
		return Line{
			rapid.SampledFrom(someVariants).Draw(t, "variant"),
			rapid.Int64Range(1, 4000).Draw(t, "quantity"),
		}
	}), 1, 3, func(l Line) string { return l.Variant }).Draw(t, "lines")
}

// check finds what is wrong in a working set.
func (s *workingSet) check() error {
	owed := map[hold.State]map[string]int64{hold.Held: {}, hold.Kept: {}}
	for order, lines := range s.lines {
		for _, a := range lines {
			if of := owed[s.holds[order].State]; of != nil {
				of[a.Variant] += a.Quantity
			}
		}
	}
	for variant, stock := range s.stock {
		var remaining int64
		for _, lot := range s.lots[variant] {
			if lot.Remaining < 0 || lot.Remaining > lot.Received {
				return fmt.Errorf("%s has %d of %d", lot.ID, lot.Remaining, lot.Received)
			}
			remaining += lot.Remaining
		}
		if stock.Available < 0 || stock.Held < 0 || stock.Sold < 0 || stock.Available+stock.Held+
			stock.Sold != stock.Received {
			return fmt.Errorf("out of balance: %+v", *stock)
		}
		if remaining != stock.Available || owed[hold.Held][variant] != stock.Held ||
			owed[hold.Kept][variant] != stock.Sold {
			return fmt.Errorf("%+v, but lots have %d, orders hold %d and have bought %d", *stock, remaining,
				owed[hold.Held][variant], owed[hold.Kept][variant])
		}
		if !slices.IsSortedFunc(s.lots[variant], firstExpiring) {
			return fmt.Errorf("the lots of %s are not in the order in which they are sold", variant)
		}
	}
	return nil
}

func TestStockBalancesAfterAnySequenceOfOperations(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, clock, lots := emptyShelf(), time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC), 0
		order := rapid.SampledFrom(someOrders)
		t.Repeat(map[string]func(*rapid.T){
			"": func(t *rapid.T) {
				if err := s.check(); err != nil {
					t.Fatal(err)
				}
			},
			"receive": func(t *rapid.T) {
				lots++
				_ = s.receive(Lot{
					ID: fmt.Sprint("lot", lots), Variant: rapid.SampledFrom(someVariants).Draw(t, "variant"),
					BestBefore: rapid.SampledFrom(someDates).Draw(t, "date"),
					Received:   rapid.Int64Range(1, 5000).Draw(t, "received"),
				})
			},
			"correct": func(t *rapid.T) {
				if lots > 0 {
					again := *s.lot[fmt.Sprint("lot", rapid.IntRange(1, lots).Draw(t, "lot"))]
					again.BestBefore = rapid.SampledFrom(someDates).Draw(t, "date")
					if err := s.receive(again); err != nil {
						t.Fatal(err)
					}
				}
			},
			"set level": func(t *rapid.T) {
				if err := s.setLevel(rapid.SampledFrom(someVariants).Draw(t, "variant"),
					rapid.Int64Range(0, 9000).Draw(t, "level")); err != nil {
					t.Fatal(err)
				}
			},
			"hold": func(t *rapid.T) {
				_ = s.hold(order.Draw(t, "order"), someLines(t), s.now+
					rapid.Int64Range(1, 100_000_000).Draw(t, "ttl"),
					shares{
						rapid.SampledFrom([]int64{0, 10}).Draw(t, "percent"),
						rapid.SampledFrom([]int64{0, 10, 100}).Draw(t, "newcomer"), "",
					})
			},
			"release": func(t *rapid.T) { _ = s.release(order.Draw(t, "order")) },
			"expire":  func(t *rapid.T) { s.expire(order.Draw(t, "order")) },
			"confirm": func(t *rapid.T) { s.confirm(order.Draw(t, "order"), someLines(t)) },
			"cancel":  func(t *rapid.T) { s.cancel(order.Draw(t, "order")) },
			"time passes": func(t *rapid.T) {
				clock = clock.Add(time.Duration(rapid.Int64Range(1, 36).Draw(t, "hours")) * time.Hour)
				s.at(clock)
			},
		})
	})
}

func TestAllocationIsExactAndFirstExpiredFirstOut(t *testing.T) {
	const today = "2026-01-02"
	rapid.Check(t, func(t *rapid.T) {
		s := emptyShelf()
		s.today = today
		for i := range rapid.IntRange(0, 12).Draw(t, "lots") {
			_ = s.receive(Lot{
				ID: fmt.Sprintf("lot%02d", i), Variant: rapid.SampledFrom(someVariants).Draw(t, "variant"),
				BestBefore: rapid.SampledFrom(someDates).Draw(t, "date"),
				Received:   rapid.Int64Range(1, 3000).Draw(t, "received"),
			})
		}
		lines := someLines(t)
		picked, short := allocate(s.lots, today, lines, nil)
		for _, line := range lines {
			got, left := map[string]int64{}, line.Quantity
			for _, a := range picked {
				if a.Variant == line.Variant {
					got[a.Lot] += a.Quantity
					left -= a.Quantity
				}
			}
			missing := slices.ContainsFunc(short,
				func(s Short) bool { return s.Variant == line.Variant && s.Left == line.Quantity-left })
			if left < 0 || (left > 0) != missing {
				t.Fatalf("%d of %v are missing, but it is said to be short: %v", left, line, missing)
			}
			wantFirstOut(t, s.lots[line.Variant], got, left > 0, today)
		}
	})
}

// wantFirstOut fails when a lot was touched before one that expires earlier was used up.
func wantFirstOut(t *rapid.T, lots []*Lot, got map[string]int64, short bool, today string) {
	usedUp := true
	for _, lot := range lots {
		if lot.past(today) {
			if got[lot.ID] > 0 {
				t.Fatalf("%+v was sold on %s", *lot, today)
			}
			continue
		}
		if !usedUp && got[lot.ID] > 0 {
			t.Fatalf("%+v was touched before the lots that expire earlier were used up", *lot)
		}
		usedUp = usedUp && got[lot.ID] == lot.Remaining
	}
	if short && !usedUp {
		t.Fatal("a line is short although something is left")
	}
}

func TestWhatIsLeftIsSaidInASentence(t *testing.T) {
	for milli, want := range map[int64]string{
		0: "Sold out.", 1000: "Only 1 left.", 350: "Only 0.35 left.", 12_500: "Only 12.5 left.",
		5: "Only 0.005 left.", 10_000: "Only 10 left.",
	} {
		if got := left(milli); got != want {
			t.Errorf("left(%d) = %q, want %q", milli, got, want)
		}
	}
}
