package reading_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/artisan-eats/artisan/fault"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/host/hosttest"
	"github.com/artisan-eats/artisan/id"
	"github.com/artisan-eats/artisan/ordering/book"
	"github.com/artisan-eats/artisan/ordering/order"
)

func TestAnOperatorFindsOrdersByWhateverIsKnown(t *testing.T) {
	each(t, func(s *shop) {
		dairy, bakery := s.Producer("Dairy"), s.Producer("Bakery")
		gouda, rye := s.Product(dairy, "Gouda", "each", 1250), s.Product(bakery, "Rye", "each", 700)
		saturday, sunday := s.Window(2).GetId(), s.Window(3).GetId()
		ada, bob := s.Member("ada"), s.Member("bob")
		var o []*orderingv1.Order
		for _, buy := range []struct {
			who, window string
			what        []want
		}{
			{ada, saturday, []want{{gouda, 1000}}},
			{bob, saturday, []want{{rye, 1000}}},
			{ada, sunday, []want{{gouda, 1000}, {rye, 1000}}},
			{"", sunday, []want{{rye, 2000}}},
			{bob, sunday, []want{{gouda, 1000}}},
		} {
			o = append(o, s.OrderFor(buy.who, buy.window, buy.what...).GetOrder())
			time.Sleep(2 * time.Millisecond) // so that each has a time of its own
		}
		_, err := s.CancelOrder(s.Context(),
			&orderingv1.CancelOrderRequest{Id: o[4].GetId(), Viewer: operator})
		s.Must(err)
		s.Advance(o[0], dairy, "packed")
		number := o[2].GetId()[len(o[2].GetId())-6:]
		for name, c := range map[string]struct {
			of   *orderingv1.ListOrdersRequest
			want []int
		}{
			"all": {&orderingv1.ListOrdersRequest{}, []int{4, 3, 2, 1, 0}},
			"customers": {
				&orderingv1.ListOrdersRequest{CustomerIds: []string{ada, bob}},
				[]int{4, 2, 1, 0},
			},
			"customers and a state": {&orderingv1.ListOrdersRequest{
				CustomerIds: []string{ada, bob},
				Statuses:    []string{order.Packed, order.Cancelled},
			}, []int{4, 0}},
			"customers of a window": {&orderingv1.ListOrdersRequest{
				CustomerIds: []string{ada},
				WindowId:    saturday,
			}, []int{0}},
			"states": {
				&orderingv1.ListOrdersRequest{Statuses: []string{
					order.Confirmed, order.Packed,
					order.Packed,
				}},
				[]int{3, 2, 1, 0},
			},
			"from": {
				&orderingv1.ListOrdersRequest{PlacedFrom: o[2].GetPlacedAt()},
				[]int{4, 3, 2},
			},
			"before": {
				&orderingv1.ListOrdersRequest{PlacedBefore: o[2].GetPlacedAt()},
				[]int{1, 0},
			},
			"from and before": {&orderingv1.ListOrdersRequest{
				PlacedFrom:   o[1].GetPlacedAt(),
				PlacedBefore: o[4].GetPlacedAt(), Statuses: []string{order.Confirmed},
			}, []int{3, 2, 1}},
			"window": {&orderingv1.ListOrdersRequest{WindowId: sunday}, []int{4, 3, 2}},
			"window and time": {&orderingv1.ListOrdersRequest{
				WindowId:     sunday,
				PlacedBefore: o[3].GetPlacedAt(),
			}, []int{2}},
			"producer": {&orderingv1.ListOrdersRequest{WithProducerId: dairy}, []int{4, 2, 0}},
			"producer and window": {&orderingv1.ListOrdersRequest{
				WithProducerId: dairy, WindowId: sunday,
				Statuses: []string{order.Confirmed},
			}, []int{2}},
			"producer and customer": {&orderingv1.ListOrdersRequest{
				WithProducerId: bakery,
				CustomerIds:    []string{ada},
			}, []int{2}},
			"number": {&orderingv1.ListOrdersRequest{Number: number}, []int{2}},
			"number as it is read": {
				&orderingv1.ListOrdersRequest{Number: " " + strings.ToUpper(number)},
				[]int{2},
			},
			"the whole number": {
				&orderingv1.ListOrdersRequest{Number: id.Unique(o[2].GetId())},
				[]int{2},
			},
			"number and customer": {&orderingv1.ListOrdersRequest{
				Number:      number,
				CustomerIds: []string{bob},
			}, nil},
			"number and producer": {
				&orderingv1.ListOrdersRequest{Number: number, WithProducerId: bakery},
				[]int{2},
			},
			"nobody's number": {&orderingv1.ListOrdersRequest{Number: "000000"}, nil},
			"stuck":           {&orderingv1.ListOrdersRequest{Stuck: true}, nil},
			"stuck, but not so": {&orderingv1.ListOrdersRequest{
				Stuck:    true,
				Statuses: []string{order.Confirmed},
			}, nil},
			"of elsewhere's window": {
				&orderingv1.ListOrdersRequest{WindowId: s.Service.Host.NewID(id.Window, "salem")}, nil,
			},
			"of elsewhere's makers": {
				&orderingv1.ListOrdersRequest{WithProducerId: s.Service.Host.NewID(id.Producer, "salem")},
				nil,
			},
			"customer, before, time": {&orderingv1.ListOrdersRequest{
				CustomerIds:  []string{ada},
				PlacedBefore: o[1].GetPlacedAt(), PlacedFrom: o[0].GetPlacedAt(),
			}, []int{0}},
		} {
			c.of.Market = market
			s.wantOrders(name, c.of, o, c.want...)
		}
		s.wantOrders("a customer's own", &orderingv1.ListOrdersRequest{CustomerId: ada}, o, 2, 0)
		s.wantOrders("a customer's own of a window",
			&orderingv1.ListOrdersRequest{CustomerId: ada, WindowId: saturday}, o, 0)
		s.wantOrders("a customer's own since",
			&orderingv1.ListOrdersRequest{CustomerId: bob, PlacedFrom: o[2].GetPlacedAt()}, o, 4)
		s.wantOrders("a producer's own", &orderingv1.ListOrdersRequest{ProducerId: bakery}, o, 3, 2, 1)
		s.wantOrders("a producer's own before", &orderingv1.ListOrdersRequest{
			ProducerId:   bakery,
			PlacedBefore: o[3].GetPlacedAt(), Statuses: []string{order.Confirmed},
		}, o, 2, 1)
		s.wantOrders("a producer's own by part",
			&orderingv1.ListOrdersRequest{ProducerId: dairy, PartStatuses: []string{order.PartPacked}}, o, 0)
		s.wantOrders("a producer's own by part and window", &orderingv1.ListOrdersRequest{
			ProducerId: dairy,
			WindowId:   sunday, PartStatuses: []string{order.PartNew, order.PartAccepted},
		}, o, 2)
		s.wantOrders("a producer's own that were cancelled",
			&orderingv1.ListOrdersRequest{ProducerId: dairy, PartStatuses: []string{order.PartCancelled}}, o,
			4)
		s.wantOrders("another market's", &orderingv1.ListOrdersRequest{Market: "salem"}, o)
	})
}

func (s *shop) wantOrders(
	name string, of *orderingv1.ListOrdersRequest, orders []*orderingv1.Order, want ...int,
) {
	s.Helper()
	var ids []string
	for _, i := range want {
		ids = append(ids, orders[i].GetId())
	}
	if got := s.IDs(of); !slices.Equal(got, ids) {
		s.Errorf("%s: %v, want %v", name, got, ids)
	}
}

func TestACustomersOrdersAreNewestFirstInWhateverMarket(t *testing.T) {
	each(t, func(s *shop) {
		ada := s.Member("ada")
		bought := s.OrderFor(ada, s.Window(2).GetId(),
			want{s.Product(s.Producer("Dairy"), "Gouda", "each", 1250), 1000}).GetOrder().GetId()
		older := id.New(id.Order, "salem", time.Now().Add(-time.Hour), s.Service.Host.Random())
		s.Exec(`INSERT INTO orders (id, market, cart_id, customer_id, window_id, status, total, currency,
			epoch, revision, lease_until, moved_at, document)
			SELECT $1, 'salem', $1, customer_id, window_id, status, total, currency, 1, 1, 0, 0,
			REPLACE(document, id, $1) FROM orders`, older)
		if got := s.IDs(&orderingv1.ListOrdersRequest{CustomerId: ada}); !slices.Equal(got,
			[]string{bought, older}) {
			s.Errorf("listed %v, want %v before %v", got, bought, older)
		}
	})
}

func TestAnOrderThatTheSweeperCannotTakeOnIsListedAsStuck(t *testing.T) {
	each(t, func(s *shop) {
		o := s.Order(s.Window(2).GetId(),
			want{s.Product(s.Producer("Dairy"), "Gouda", "each", 1250), 1000}).GetOrder()
		// As if it had been held a while ago, and were tried again and again since then.
		moved, lease := time.Now().Add(-2*book.StuckAfter).UnixMilli(), time.Now().Add(time.Hour).UnixMilli()
		s.Exec("UPDATE orders SET status = 'held', moved_at = $1, lease_until = $2", moved, lease)
		got := s.IDs(&orderingv1.ListOrdersRequest{Market: market, Stuck: true})
		if !slices.Equal(got, []string{o.GetId()}) {
			s.Errorf("stuck are %v", got)
		}
		if found := hosttest.Troubles(s.T, s.Process, "ordering"); len(found) != 1 ||
			found[0].GetKind() != "order" || found[0].GetAbout() != o.GetId() ||
			found[0].GetSince() != moved {
			s.Errorf("troubles %v", found)
		}
		s.Exec("UPDATE orders SET moved_at = $1", time.Now().UnixMilli())
		if got := s.IDs(&orderingv1.ListOrdersRequest{Market: market, Stuck: true}); len(got) != 0 {
			s.Errorf("an order that has just moved on is stuck: %v", got)
		}
		s.Exec("UPDATE orders SET status = 'confirmed', lease_until = 0")
	})
}

func TestAStuckOrderIsTakenOnWhenTheOperatorSaysSo(t *testing.T) {
	each(t, func(s *shop) {
		o := s.Order(s.Window(2).GetId(),
			want{s.Product(s.Producer("Dairy"), "Gouda", "each", 1250), 1000}).GetOrder()
		// As if its process were lost just before the order was confirmed, and its lease ran on for an hour.
		s.Exec(`UPDATE orders SET status = 'held', moved_at = 1, lease_until = $1,
			document = REPLACE(REPLACE(document, '"status":"confirmed","total"', '"status":"held","total"'),
			'"events":1', '"events":0')`,
			time.Now().Add(time.Hour).UnixMilli())
		s.Exec("DELETE FROM outbox")
		s.Exec("DELETE FROM order_lots")
		s.Must(hosttest.Retry(s.T, s.Process, "ordering", "order:"+o.GetId()))
		s.Eventually("the order is confirmed",
			func() bool { return s.Get(o.GetId()).GetStatus() == order.Confirmed })
		if found := hosttest.Troubles(s.T, s.Process, "ordering"); len(found) != 0 {
			s.Errorf("troubles %v", found)
		}
	})
}

func TestAListThatMakesNoSenseIsRefused(t *testing.T) {
	each(t, func(s *shop) {
		ada := s.Service.Host.NewID(id.Customer, id.Global)
		for name, r := range map[string]*orderingv1.ListOrdersRequest{
			"of nobody":               {},
			"of two":                  {Market: market, CustomerId: ada},
			"of no market":            {Market: "Portland\x00"},
			"a state":                 {Market: market, Statuses: []string{"lost"}},
			"a short number":          {Market: market, Number: "12345"},
			"a long number":           {Market: market, Number: "123456789012345678901234567"},
			"no number":               {Market: market, Number: "%%%%%%"},
			"too many customers":      {Market: market, CustomerIds: slices.Repeat([]string{ada}, 51)},
			"no customer":             {Market: market, CustomerIds: []string{"ada"}},
			"no producer":             {Market: market, WithProducerId: "dairy"},
			"no window":               {Market: market, WindowId: "saturday"},
			"before all time":         {Market: market, PlacedFrom: -1},
			"after all time":          {Market: market, PlacedBefore: 1 << 62},
			"a cursor":                {Market: market, Cursor: "x"},
			"a number of a customer":  {CustomerId: ada, Number: "123456"},
			"customers of a customer": {CustomerId: ada, CustomerIds: []string{ada}},
			"a producer of a customer's": {
				CustomerId:     ada,
				WithProducerId: s.Service.Host.NewID(id.Producer, market),
			},
		} {
			if _, err := s.ListOrders(s.Context(), r); fault.KindOf(err) != fault.Invalid {
				s.Errorf("%s: %v", name, err)
			}
		}
	})
}
