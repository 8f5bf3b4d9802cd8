package reading

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/artisan-eats/artisan/fault"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/id"
	"github.com/artisan-eats/artisan/ordering/book"
	"github.com/artisan-eats/artisan/ordering/order"
	"github.com/artisan-eats/artisan/rights"
)

// PackList answers all that a producer packs for a window.
func (s *Reader) PackList(
	ctx context.Context, r *orderingv1.PackListRequest,
) (*orderingv1.PackListResponse, error) {
	if err := rights.Check(ctx, r.GetProducerId(), rights.Orders); err != nil {
		return nil, err
	}
	if err := CheckProducer(r.GetProducerId()); err != nil {
		return nil, err
	}
	if _, err := id.Market(id.Window, r.GetWindowId()); err != nil {
		return nil, fault.InvalidAlone("window_id", "This is not the ID of a window.")
	}
	response := &orderingv1.PackListResponse{}
	list := packList{}
	err := s.toPack(ctx, r.GetProducerId(), r.GetWindowId(), func(o order.Order) error {
		o = order.PartOf(o, []string{r.GetProducerId()})
		list.add(o)
		if r.GetItemsOnly() {
			return nil
		}
		if response.Cut = len(response.GetOrders()) == maxPacked; !response.GetCut() {
			response.Orders = append(response.Orders, order.ToProto(o))
		}
		return nil
	})
	for _, item := range list.sorted() {
		response.Items = append(response.Items, packItemToProto(item))
	}
	return response, err
}

// toPack reads the orders of a window in which a producer has a part that is not cancelled, by
// their number.
func (s *Reader) toPack(
	ctx context.Context, producerID, windowID string, take func(order.Order) error,
) error {
	return book.EachDocument(ctx, s.book.DB.Read(), `SELECT o.document FROM order_parts AS p
		JOIN orders AS o ON o.id = p.order_id
		WHERE p.producer_id = $1 AND p.window_id = $2 AND p.status <> 'cancelled'
		ORDER BY substr(p.order_id, length(p.order_id) - 5), p.order_id`, []any{producerID, windowID}, take)
}

// packList sums what orders have, by variant.
type packList map[string]*packItem

// packItem is a line of all orders together.
type packItem struct {
	order.Line
	orders int64
	toPack int64
}

func (p packList) add(o order.Order) {
	for _, line := range o.Lines {
		item := p[line.VariantID]
		if item == nil {
			item = &packItem{Line: line}
			item.Quantity, item.Lots = 0, nil
			p[line.VariantID] = item
		}
		item.orders++
		item.Quantity += line.Quantity
		if !o.IsPacked(line) {
			item.toPack += line.Quantity
		}
		for _, lot := range line.Lots {
			item.addLot(lot)
		}
	}
}

func (i *packItem) addLot(lot order.Lot) {
	if at := slices.IndexFunc(i.Lots, func(l order.Lot) bool { return l.ID == lot.ID }); at >= 0 {
		i.Lots[at].Quantity += lot.Quantity
		return
	}
	i.Lots = append(i.Lots, lot)
}

// sorted is the list by title, with each item's lots in the order in which they expire.
func (p packList) sorted() []*packItem {
	var items []*packItem
	for _, item := range p {
		slices.SortFunc(item.Lots, func(a, b order.Lot) int {
			return cmp.Or(cmp.Compare(cmp.Or(a.BestBefore, "9999"), cmp.Or(b.BestBefore, "9999")),
				cmp.Compare(a.ID, b.ID))
		})
		items = append(items, item)
	}
	slices.SortFunc(items, func(a, b *packItem) int {
		return cmp.Or(
			cmp.Compare(strings.ToLower(a.ProductTitle), strings.ToLower(b.ProductTitle)),
			cmp.Compare(strings.ToLower(a.Size()), strings.ToLower(b.Size())),
			cmp.Compare(a.VariantID, b.VariantID))
	})
	return items
}

func packItemToProto(i *packItem) *orderingv1.PackItem {
	return &orderingv1.PackItem{
		VariantId: i.VariantID, ProductTitle: i.ProductTitle, VariantTitle: i.Size(), Unit: i.Unit,
		UnitValue: i.UnitValue, SoldBy: i.SoldBy,
		Quantity: i.Quantity, Orders: i.orders, ToPack: i.toPack, Lots: order.LotsToProto(i.Lots),
	}
}
