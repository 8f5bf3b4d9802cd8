package reading

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	mathrand "math/rand/v2"
	"os"
	"slices"
	"testing"
	"time"

	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/host"
	"github.com/artisan-eats/artisan/host/hosttest"
	"github.com/artisan-eats/artisan/id"
	"github.com/artisan-eats/artisan/money"
	"github.com/artisan-eats/artisan/ordering/book"
	"github.com/artisan-eats/artisan/ordering/order"
	"github.com/artisan-eats/artisan/sqldb"
	"github.com/artisan-eats/artisan/sqldb/sqldbtest"
)

// A market of a year: one producer has a part in every tenth order, the others share the rest.
const (
	manyOrders    = 200_000
	manyProducers = 10_000
	manyCustomers = 20_000
	manyWindows   = 150
)

// archive is a market with many orders.
type archive struct {
	reader                        *Reader
	producers, customers, windows []string
	now                           time.Time
	rows, parts                   [][]any
	last                          order.Order
}

// BenchmarkLists reports the 99th percentile of each list of the desks, in milliseconds.
func BenchmarkLists(b *testing.B) {
	for _, engine := range sqldbtest.Engines {
		b.Run(string(engine), func(b *testing.B) {
			a := &archive{now: time.Now()}
			hosttest.Open(b, engine, []host.Service{{
				Name: "ordering", Migrations: os.DirFS("../migrations"),
				New: func(h *host.Host) (err error) {
					a.reader, err = New(h, book.New(h), nil)
					return err
				},
			}})
			a.fill(b)
			for name, list := range a.lists() {
				b.Run(name, func(b *testing.B) {
					var took []time.Duration
					for b.Loop() {
						begin := time.Now()
						if err := list(b.Context()); err != nil {
							b.Fatal(err)
						}
						took = append(took, time.Since(begin))
					}
					slices.Sort(took)
					b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
				})
			}
		})
	}
}

// lists are what the desks ask for, the rare and the far among it.
func (a *archive) lists() map[string]func(context.Context) error {
	of := func(r *orderingv1.ListOrdersRequest) func(context.Context) error {
		return func(ctx context.Context) error {
			_, err := a.reader.ListOrders(ctx, r)
			return err
		}
	}
	long := a.now.AddDate(0, -6, 0).UnixMilli()
	return map[string]func(context.Context) error{
		"all":      of(&orderingv1.ListOrdersRequest{Market: market}),
		"long ago": of(&orderingv1.ListOrdersRequest{Market: market, PlacedBefore: long}),
		"rare":     of(&orderingv1.ListOrdersRequest{Market: market, Statuses: []string{order.Failed}}),
		"open, long ago": of(&orderingv1.ListOrdersRequest{
			Market: market, PlacedBefore: long,
			Statuses: []string{order.Confirmed, order.Packed},
		}),
		"number": of(&orderingv1.ListOrdersRequest{
			Market: market,
			Number: a.last.ID[len(a.last.ID)-6:],
		}),
		"stuck": of(&orderingv1.ListOrdersRequest{Market: market, Stuck: true}),
		"customers": of(&orderingv1.ListOrdersRequest{
			Market:      market,
			CustomerIds: a.customers[:maxCustomers],
		}),
		"producer": of(&orderingv1.ListOrdersRequest{
			Market:         market,
			WithProducerId: a.producers[0],
		}),
		"producer, rare": of(&orderingv1.ListOrdersRequest{
			Market: market, WithProducerId: a.producers[0],
			Statuses: []string{order.Cancelled},
		}),
		"producer's window": of(&orderingv1.ListOrdersRequest{
			Market: market, WithProducerId: a.producers[0],
			WindowId: a.windows[0], Statuses: []string{order.Cancelled},
		}),
		"small producer": of(&orderingv1.ListOrdersRequest{ProducerId: a.producers[1]}),
		"window":         of(&orderingv1.ListOrdersRequest{Market: market, WindowId: a.windows[0]}),
		"window, rare": of(&orderingv1.ListOrdersRequest{
			Market: market, WindowId: a.windows[0],
			Statuses: []string{order.Failed},
		}),
		"customer": of(&orderingv1.ListOrdersRequest{CustomerId: a.customers[0]}),
		"tally": func(ctx context.Context) error {
			_, err := a.reader.Tally(ctx,
				&orderingv1.TallyRequest{ProducerId: a.producers[0], Bounds: a.weeks()})
			return err
		},
		"tally of a market": func(ctx context.Context) error {
			_, err := a.reader.Tally(ctx, &orderingv1.TallyRequest{Market: market, Bounds: a.weeks()})
			return err
		},
		"work": func(ctx context.Context) error {
			_, err := a.reader.ListWork(ctx, &orderingv1.ListWorkRequest{ProducerId: a.producers[0]})
			return err
		},
		"pack list": func(ctx context.Context) error {
			_, err := a.reader.PackList(ctx,
				&orderingv1.PackListRequest{ProducerId: a.producers[0], WindowId: a.windows[0]})
			return err
		},
	}
}

// weeks are the bounds of the last eight.
func (a *archive) weeks() (bounds []int64) {
	for week := range 9 {
		bounds = append(bounds, a.now.AddDate(0, 0, 7*(week-8)).UnixMilli())
	}
	return bounds
}

func (a *archive) fill(b *testing.B) {
	b.Helper()
	for kind, names := range map[string]*[]string{
		id.Producer: &a.producers, id.Customer: &a.customers,
		id.Window: &a.windows,
	} {
		for range map[string]int{
			id.Producer: manyProducers, id.Customer: manyCustomers,
			id.Window: manyWindows,
		}[kind] {
			*names = append(*names, id.New(kind, market, a.now, rand.Reader))
		}
	}
	year := 365 * 24 * time.Hour
	for n := range manyOrders {
		if err := a.add(a.now.Add(-year + year/manyOrders*time.Duration(n))); err != nil {
			b.Fatal(err)
		}
		if len(a.rows) == 5000 {
			a.flush(b)
		}
	}
	a.flush(b)
	if db := a.reader.book.DB; db.Engine == sqldb.Postgres { // what its autovacuum does within a minute
		if err := db.Tx(b.Context(), func(ctx context.Context, tx *sqldb.Tx) error {
			_, err := tx.ExecContext(ctx, "ANALYZE orders, order_parts") //nolint:misspell // it is SQL
			return err
		}); err != nil {
			b.Fatal(err)
		}
	}
}

// add makes one order, mostly done, of one to three producers. The windows of a twentieth are still to come.
func (a *archive) add(at time.Time) error {
	var lines []order.Line
	for n := range 1 + mathrand.IntN(3) {
		line := order.Line{
			VariantID: fmt.Sprint("var_", n), Quantity: 2000, Price: money.New(1250, "USD"),
			ProductTitle: "Aged Gouda", VariantTitle: "Wheel", SoldBy: "each",
		}
		if line.ProducerID = a.producers[1+mathrand.IntN(manyProducers-1)]; n == 0 && mathrand.IntN(10) == 0 {
			line.ProducerID = a.producers[0]
		}
		line.Lots = []order.Lot{{ID: "lot_a", Code: "G7", Quantity: 2000}}
		if err := line.SetTotal(); err != nil {
			return err
		}
		lines = append(lines, line)
	}
	o, err := order.New(id.New(id.Order, market, at, rand.Reader),
		order.Cart{ID: id.New(id.Cart, market, at, rand.Reader), Market: market, Lines: lines},
		money.Amount{}, at)
	if err != nil {
		return err
	}
	window := mathrand.IntN(manyWindows)
	o.CustomerID, o.SealedContact = a.customers[mathrand.IntN(manyCustomers)], make([]byte, 200)
	o.Window = order.Window{
		ID: a.windows[window], Kind: "pickup", StartsAt: a.now.AddDate(0, 0, 8-window),
		EndsAt: a.now.AddDate(0, 0, 8-window).Add(time.Hour),
	}
	if err := o.SplitParts(func() string {
		return id.New(id.Part, market, at,
			rand.Reader)
	}); err != nil {
		return err
	}
	o.Events, o.Status = 4, order.Done
	for status, one := range map[string]int{
		order.Failed: 5000, order.Held: 20_000, order.Cancelled: 500,
		order.Confirmed: 50,
	} {
		if mathrand.IntN(one) == 0 {
			o.Status = status
		}
	}
	a.last = o
	document, err := json.Marshal(o)
	a.rows = append(a.rows, []any{
		o.ID, market, o.CartID, o.CustomerID, o.Window.ID, o.Status, o.Total.Minor,
		"USD", 1, 1, 0, at.UnixMilli(), string(document),
	})
	if o.Status != order.Failed && o.Status != order.Held {
		for _, p := range o.Parts {
			a.parts = append(a.parts, []any{
				p.ProducerID, o.ID, o.Status, p.Status, o.Window.ID, o.Window.EndsAt.UnixMilli(),
				p.Total.Minor,
			})
		}
	}
	return err
}

func (a *archive) flush(b *testing.B) {
	b.Helper()
	err := a.reader.book.DB.Tx(b.Context(), func(ctx context.Context, tx *sqldb.Tx) error {
		_, err := sqldb.ExecRows(ctx, tx, a.rows, []string{
			"TEXT", "TEXT", "TEXT", "TEXT", "TEXT", "TEXT",
			"BIGINT", "TEXT", "BIGINT", "BIGINT", "BIGINT", "BIGINT", "TEXT",
		}, func(rows string) string {
			return `INSERT INTO orders (id, market, cart_id, customer_id, window_id, status, total,
				currency,
				epoch, revision, lease_until, moved_at, document) ` + rows
		})
		if err != nil {
			return err
		}
		_, err = sqldb.ExecRows(ctx, tx, a.parts, []string{
			"TEXT", "TEXT", "TEXT", "TEXT", "TEXT", "BIGINT", "BIGINT",
		}, func(rows string) string {
			return `INSERT INTO order_parts (producer_id, order_id, order_status, status, window_id,
				window_ends_at, total) ` + rows
		})
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	a.rows, a.parts = nil, nil
}
