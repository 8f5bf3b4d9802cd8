package ordering

import (
	"fmt"
	"slices"
	"testing"
	"time"

	inventoryv1 "github.com/artisan-eats/artisan/gen/artisan/inventory/v1"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/id"
)

func (s *shop) work(producerID string) []*orderingv1.Work {
	s.Helper()
	got, err := s.ListWork(s.Context(), &orderingv1.ListWorkRequest{ProducerId: producerID})
	s.must(err)
	return got.GetWork()
}

func TestAProducerSeesWhatThereIsToDoForEachWindow(t *testing.T) {
	each(t, func(s *shop) {
		dairy, bakery := s.producer("Dairy"), s.producer("Bakery")
		gouda, rye := s.product(dairy, "Gouda", "each", 1250), s.product(bakery, "Rye", "each", 700)
		sunday, saturday := s.window(3), s.window(2)
		first := s.order(saturday.GetId(), want{gouda, 1000}, want{rye, 1000}).GetOrder()
		s.order(saturday.GetId(), want{gouda, 2000})
		s.order(sunday.GetId(), want{gouda, 1000})
		gone := s.order(saturday.GetId(), want{gouda, 1000})
		_, err := s.CancelOrder(s.Context(),
			&orderingv1.CancelOrderRequest{Id: gone.GetOrder().GetId(), Viewer: operator})
		s.must(err)
		s.advance(first, dairy, "accepted")

		work := s.work(dairy)
		if len(work) != 2 || work[0].GetWindowId() != saturday.GetId() ||
			work[0].GetWindowStartsAt() != saturday.GetStartsAt() || work[0].GetWindowPlace() != "The hall" ||
			work[0].GetNew() != 1 || work[0].GetAccepted() != 1 || work[0].GetTotal().GetAmount() != 3750 ||
			work[1].GetNew() != 1 {
			s.Errorf("work %v", work)
		}
		if work := s.work(bakery); len(work) != 1 || work[0].GetNew() != 1 ||
			work[0].GetTotal().GetAmount() != 700 {
			s.Errorf("the bakery's work %v", work)
		}
		later, err := s.ListWork(s.Context(),
			&orderingv1.ListWorkRequest{ProducerId: dairy, EndsAfter: saturday.GetEndsAt()})
		if s.must(err); len(later.GetWork()) != 1 || later.GetWork()[0].GetWindowId() != sunday.GetId() {
			s.Errorf("work after saturday %v", later.GetWork())
		}
	})
}

func TestAPackListHasWhatToTakeFromWhichLot(t *testing.T) {
	each(t, func(s *shop) {
		dairy, bakery := s.producer("Dairy"), s.producer("Bakery")
		gouda, brie, rye := s.product(dairy, "Gouda", "each", 1250), s.product(dairy, "Brie", "each", 900),
			s.product(bakery, "Rye", "each", 700)
		variant := gouda.GetVariants()[0].GetId()
		_, err := s.inventory.Receive(s.Context(), &inventoryv1.ReceiveRequest{Lots: []*inventoryv1.Lot{
			{
				Id: s.service.host.NewID(id.Lot, market), VariantId: variant, Code: "G7",
				BestBefore: "2999-01-01", Received: 3000,
			},
		}})
		s.must(err)
		window, other := s.window(2).GetId(), s.window(3).GetId()
		var ids []string
		for _, wants := range [][]want{
			{{gouda, 2000}, {rye, 1000}},
			{{gouda, 2000}, {brie, 1000}},
			{{rye, 1000}},
		} {
			ids = append(ids, s.order(window, wants...).GetOrder().GetId())
		}
		s.order(other, want{gouda, 1000})
		gone := s.order(window, want{gouda, 1000})
		_, err = s.CancelOrder(s.Context(),
			&orderingv1.CancelOrderRequest{Id: gone.GetOrder().GetId(), Viewer: operator})
		s.must(err)

		got, err := s.PackList(s.Context(), &orderingv1.PackListRequest{ProducerId: dairy, WindowId: window})
		s.must(err)
		var items []string
		for _, item := range got.GetItems() {
			text := fmt.Sprint(item.GetProductTitle(), " ", item.GetQuantity(), " in ", item.GetOrders())
			items = append(items, text)
			for _, lot := range item.GetLots() {
				items = append(items, fmt.Sprint(lot.GetCode(), " ", lot.GetQuantity()))
			}
		}
		if want := []string{
			"Brie 1000 in 1", " 1000", "Gouda 4000 in 2", "G7 3000",
			" 1000",
		}; !slices.Equal(items, want) {
			s.Errorf("items %q, want %q", items, want)
		}
		var orders []string
		for _, o := range got.GetOrders() {
			orders = append(orders, o.GetId())
			if len(o.GetSealedContact()) == 0 ||
				slices.ContainsFunc(o.GetLines(),
					func(l *orderingv1.OrderLine) bool { return l.GetProducerId() != dairy }) {
				s.Errorf("order %v", o)
			}
		}
		want := ids[:2]
		slices.SortFunc(want,
			func(a, b string) int { return slices.Compare([]byte(a[len(a)-6:]), []byte(b[len(b)-6:])) })
		if !slices.Equal(orders, want) || got.GetCut() {
			s.Errorf("orders %v, want %v", orders, want)
		}
	})
}

func TestPartsThatAnEarlierVersionWroteAreListedToo(t *testing.T) {
	each(t, func(s *shop) {
		dairy := s.producer("Dairy")
		o := s.order(s.window(2).GetId(), want{s.product(dairy, "Gouda", "each", 1250), 1000}).GetOrder()
		s.exec(
			"UPDATE order_parts SET order_status = '', status = '', window_id = '', window_ends_at = 0, total = 0")
		s.must(s.service.book.FillParts(s.Context()))
		if work := s.work(dairy); len(work) != 1 || work[0].GetNew() != 1 ||
			work[0].GetWindowEndsAt() <= time.Now().UnixMilli() {
			s.Errorf("work %v", work)
		}
		if got := s.ids(&orderingv1.ListOrdersRequest{ProducerId: dairy}); !slices.Equal(got,
			[]string{o.GetId()}) {
			s.Errorf("orders %v", got)
		}
	})
}
