package catalog_test

import (
	"crypto/rand"
	"fmt"
	"slices"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/artisan-eats/artisan/catalog"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	eventsv1 "github.com/artisan-eats/artisan/gen/artisan/events/v1"
	"github.com/artisan-eats/artisan/gen/artisan/events/v1/eventsv1connect"
	inventoryv1 "github.com/artisan-eats/artisan/gen/artisan/inventory/v1"
	"github.com/artisan-eats/artisan/gen/artisan/inventory/v1/inventoryv1connect"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/host"
	"github.com/artisan-eats/artisan/host/hosttest"
	"github.com/artisan-eats/artisan/id"
	"github.com/artisan-eats/artisan/inventory"
	"github.com/artisan-eats/artisan/sqldb/sqldbtest"
)

// busy is a shop with an inventory, and a clock that the test holds.
type busy struct {
	shop
	clock *hosttest.Clock
	stock inventoryv1connect.InventoryServiceClient
}

func eachBusy(t *testing.T, test func(s busy)) {
	t.Helper()
	with := []host.Service{catalog.Room(), inventory.Room()}
	for _, engine := range sqldbtest.Engines {
		t.Run(string(engine), func(t *testing.T) {
			// a Wednesday: luck is of a week
			clock := hosttest.NewClock(time.Date(2030, 5, 15, 0, 0, 0, 0, time.UTC))
			// jobs run when they are told to
			p := hosttest.Open(t, engine, with, func(c *host.Config) { c.Now = clock.Now })
			test(busy{open(t, p), clock, inventoryv1connect.NewInventoryServiceClient(p.Client("inventory"))})
		})
	}
}

// tells hands over what ordering says of an order of a product.
func (s busy) tells(kind, order string, version int64, p *catalogv1.Product) {
	s.Helper()
	payload, err := proto.Marshal(&orderingv1.OrderEvent{Order: &orderingv1.Order{
		Id:    order,
		Lines: []*orderingv1.OrderLine{{VariantId: p.GetVariants()[0].GetId(), Quantity: 1000}},
	}})
	if err != nil {
		s.Fatal(err)
	}
	got, err := eventsv1connect.NewEventServiceClient(s.process.Client("inventory")).Deliver(s.Context(),
		&eventsv1.DeliverRequest{Events: []*eventsv1.Event{
			{Publisher: "ordering", Type: kind, Aggregate: order, Version: version, Payload: payload},
		}})
	if err != nil || !got.GetReceipts()[0].GetRetire() {
		s.Fatal(got, err)
	}
}

// sells has a product ordered so often, and answers the orders.
func (s busy) sells(p *catalogv1.Product, times int) (orders []string) {
	s.Helper()
	for range times {
		order := id.New(id.Order, "portland", s.clock.Now(), rand.Reader)
		_, err := s.stock.Hold(s.Context(), &inventoryv1.HoldRequest{
			OrderId: order, TtlMs: 60_000,
			Lines: []*inventoryv1.HoldLine{{VariantId: p.GetVariants()[0].GetId(), Quantity: 1000}},
		})
		if err != nil {
			s.Fatal(err)
		}
		s.tells("order.confirmed", order, 1, p)
		orders = append(orders, order)
	}
	return orders
}

// asks lets the time of an answer go by, and asks what was sold.
func (s busy) asks() {
	s.Helper()
	s.clock.Advance(4 * time.Hour)
	if err := catalog.AskSales(s.process.Host("catalog"))(s.Context()); err != nil {
		s.Fatal(err)
	}
}

// inLuckOrder makes three products that nothing tells apart, and answers them as they stand.
func (s busy) inLuckOrder() []*catalogv1.Product {
	s.Helper()
	var levels []*inventoryv1.StockLevel
	for _, title := range []string{"Honey", "Jam", "Salt"} {
		p := s.sell(title, "preserves", 500)
		levels = append(levels, &inventoryv1.StockLevel{
			VariantId: p.GetVariants()[0].GetId(),
			Available: 99_000,
		})
	}
	if _, err := s.stock.SetStock(s.Context(), &inventoryv1.SetStockRequest{Levels: levels}); err != nil {
		s.Fatal(err)
	}
	return s.list(featured()).GetProducts()
}

func (s busy) wantsOrder(when string, products ...*catalogv1.Product) {
	s.Helper()
	s.wants(when, titles(s.list(featured())), titles(&catalogv1.ListProductsResponse{Products: products}))
	s.wants(when+", in pages", s.inPages(featured()),
		titles(&catalogv1.ListProductsResponse{Products: products}))
}

func TestWhatWasSoldMuchLatelyComesFirst(t *testing.T) {
	eachBusy(t, func(s busy) {
		by := s.inLuckOrder()
		orders := s.sells(by[2], 4)
		s.sells(by[1], 1)
		s.wantsOrder("before anybody asked", by...)
		s.asks()
		s.wantsOrder("once it was asked", by[2], by[1], by[0])

		for _, order := range orders {
			s.tells("order.confirmed", order, 1, by[2])
		}
		version := s.version()
		s.asks()
		s.wants("an order that is told of twice, and asked about twice, counts once: the grades",
			s.grades(by...), "[0 1 2]")
		s.wants("and nothing is written", s.version(), version)

		s.sells(by[0], 16)
		s.asks()
		s.wantsOrder("when more of another is sold", by[0], by[2], by[1])
		for _, order := range orders {
			s.tells("order.cancelled", order, 2, by[2])
		}
		s.asks()
		s.wants("cancelled orders do not count: the grades", s.grades(by...), "[3 1 0]")
	})
}

func TestASaleCountsHalfFromWeekToWeek(t *testing.T) {
	eachBusy(t, func(s busy) {
		by := s.inLuckOrder()
		s.sells(by[2], 8)
		for weeks, want := range []string{"[0 0 2]", "[0 0 2]", "[0 0 1]", "[0 0 1]", "[0 0 0]", "[0 0 0]"} {
			s.asks()
			s.wants(fmt.Sprintf("the grades after %d weeks", weeks), s.grades(by...), want)
			s.clock.Advance(7 * 24 * time.Hour)
		}
	})
}

// TestSalesAreAskedForOnceByAllProcesses has one answer serve until it is old.
func TestSalesAreAskedForOnceByAllProcesses(t *testing.T) {
	eachBusy(t, func(s busy) {
		by := s.inLuckOrder()
		s.asks()
		s.sells(by[2], 4)
		if err := catalog.AskSales(s.process.Host("catalog"))(s.Context()); err != nil {
			s.Fatal(err)
		}
		s.wantsOrder("while the answer is good", by...)
		s.asks()
		s.wantsOrder("when it is old", by[2], by[0], by[1])
	})
}

// version is the market's.
func (s busy) version() (version int64) {
	s.Helper()
	err := s.process.Host("catalog").DB().Read().QueryRowContext(s.Context(),
		"SELECT version FROM market WHERE code = 'portland'").Scan(&version)
	if err != nil {
		s.Fatal(err)
	}
	return version
}

// grades are how much of each product was sold lately, as it is kept.
func (s busy) grades(products ...*catalogv1.Product) string {
	s.Helper()
	rows, err := s.process.Host("catalog").DB().Read().QueryContext(s.Context(),
		"SELECT product_id, grade FROM product_sold")
	if err != nil {
		s.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	grades := make([]int64, len(products))
	for rows.Next() {
		var productID string
		var grade int64
		if err := rows.Scan(&productID, &grade); err != nil {
			s.Fatal(err)
		}
		grades[slices.IndexFunc(products,
			func(p *catalogv1.Product) bool { return p.GetId() == productID })] = grade
	}
	if err := rows.Err(); err != nil {
		s.Fatal(err)
	}
	return fmt.Sprint(grades)
}
