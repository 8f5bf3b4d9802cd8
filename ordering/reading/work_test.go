package reading_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	inventoryv1 "github.com/artisan-eats/artisan/gen/artisan/inventory/v1"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/id"
)

func TestAProducerSeesWhatThereIsToDoForEachWindow(t *testing.T) {
	each(t, func(s *shop) {
		dairy, bakery := s.Producer("Dairy"), s.Producer("Bakery")
		gouda, rye := s.Product(dairy, "Gouda", "each", 1250), s.Product(bakery, "Rye", "each", 700)
		sunday, saturday := s.Window(3), s.Window(2)
		first := s.Order(saturday.GetId(), want{gouda, 1000}, want{rye, 1000}).GetOrder()
		s.Order(saturday.GetId(), want{gouda, 2000})
		s.Order(sunday.GetId(), want{gouda, 1000})
		gone := s.Order(saturday.GetId(), want{gouda, 1000})
		_, err := s.CancelOrder(s.Context(),
			&orderingv1.CancelOrderRequest{Id: gone.GetOrder().GetId(), Viewer: operator})
		s.Must(err)
		s.Advance(first, dairy, "accepted")

		work := s.Work(dairy)
		if len(work) != 2 || work[0].GetWindowId() != saturday.GetId() ||
			work[0].GetWindowStartsAt() != saturday.GetStartsAt() || work[0].GetWindowPlace() != "The hall" ||
			work[0].GetNew() != 1 || work[0].GetAccepted() != 1 || work[0].GetTotal().GetAmount() != 3750 ||
			work[1].GetNew() != 1 {
			s.Errorf("work %v", work)
		}
		if work := s.Work(bakery); len(work) != 1 || work[0].GetNew() != 1 ||
			work[0].GetTotal().GetAmount() != 700 {
			s.Errorf("the bakery's work %v", work)
		}
		later, err := s.ListWork(s.Context(),
			&orderingv1.ListWorkRequest{ProducerId: dairy, EndsAfter: saturday.GetEndsAt()})
		if s.Must(err); len(later.GetWork()) != 1 || later.GetWork()[0].GetWindowId() != sunday.GetId() {
			s.Errorf("work after saturday %v", later.GetWork())
		}
	})
}

func TestAPackListHasWhatToTakeFromWhichLot(t *testing.T) {
	each(t, func(s *shop) {
		dairy, bakery := s.Producer("Dairy"), s.Producer("Bakery")
		gouda, brie, rye := s.Product(dairy, "Gouda", "each", 1250), s.Product(dairy, "Brie", "each", 900),
			s.Product(bakery, "Rye", "each", 700)
		variant := gouda.GetVariants()[0].GetId()
		_, err := s.Inventory.Receive(s.Context(), &inventoryv1.ReceiveRequest{Lots: []*inventoryv1.Lot{
			{
				Id: s.Service.Host.NewID(id.Lot, market), VariantId: variant, Code: "G7",
				BestBefore: "2999-01-01", Received: 3000,
			},
		}})
		s.Must(err)
		window, other := s.Window(2).GetId(), s.Window(3).GetId()
		var ids []string
		for _, wants := range [][]want{
			{{gouda, 2000}, {rye, 1000}},
			{{gouda, 2000}, {brie, 1000}},
			{{rye, 1000}},
		} {
			ids = append(ids, s.Order(window, wants...).GetOrder().GetId())
		}
		s.Order(other, want{gouda, 1000})
		gone := s.Order(window, want{gouda, 1000})
		_, err = s.CancelOrder(s.Context(),
			&orderingv1.CancelOrderRequest{Id: gone.GetOrder().GetId(), Viewer: operator})
		s.Must(err)

		got, err := s.PackList(s.Context(), &orderingv1.PackListRequest{ProducerId: dairy, WindowId: window})
		s.Must(err)
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
		dairy := s.Producer("Dairy")
		o := s.Order(s.Window(2).GetId(), want{s.Product(dairy, "Gouda", "each", 1250), 1000}).GetOrder()
		s.Exec(
			"UPDATE order_parts SET order_status = '', status = '', window_id = '', window_ends_at = 0, total = 0")
		s.Must(s.Service.Book.FillParts(s.Context()))
		if work := s.Work(dairy); len(work) != 1 || work[0].GetNew() != 1 ||
			work[0].GetWindowEndsAt() <= time.Now().UnixMilli() {
			s.Errorf("work %v", work)
		}
		if got := s.IDs(&orderingv1.ListOrdersRequest{ProducerId: dairy}); !slices.Equal(got,
			[]string{o.GetId()}) {
			s.Errorf("orders %v", got)
		}
	})
}
