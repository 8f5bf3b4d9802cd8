package ordering

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/fault"
	"github.com/artisan-eats/artisan/gen/sql/orderingdb"
	"github.com/artisan-eats/artisan/id"
	"github.com/artisan-eats/artisan/money"
	"github.com/artisan-eats/artisan/rights"
	"github.com/artisan-eats/artisan/sqldb"
)

const (
	// maxWork is how many windows ListWork answers at the most.
	maxWork = 60
	// maxPacked is how many orders a pack list names at the most.
	maxPacked = 1000
)

// Work is what a producer has to do for a window.
type Work struct {
	Window Window
	// Parts counts those that are not cancelled, by their state.
	Parts map[string]int64
	Total money.Amount
}

// ListWork lists, window by window, what a producer has to do.
func (s *Service) ListWork(
	ctx context.Context, r *orderingv1.ListWorkRequest,
) (*orderingv1.ListWorkResponse, error) {
	if err := rights.Check(ctx, r.GetProducerId(), rights.Orders); err != nil {
		return nil, err
	}
	if err := checkProducer(r.GetProducerId()); err != nil {
		return nil, err
	}
	if r.GetEndsAfter() < 0 {
		return nil, fault.InvalidAlone("ends_after", "A time is not negative.")
	}
	limit := r.GetLimit()
	if limit <= 0 || limit > maxWork {
		limit = maxWork
	}
	work, err := s.store.work(ctx, r.GetProducerId(), cmp.Or(r.GetEndsAfter(), s.host.Now().UnixMilli()),
		limit)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(work, func(a, b Work) int {
		return cmp.Or(a.Window.StartsAt.Compare(b.Window.StartsAt), cmp.Compare(a.Window.ID, b.Window.ID))
	})
	response := &orderingv1.ListWorkResponse{}
	for _, w := range work {
		response.Work = append(response.Work, workToProto(w))
	}
	return response, nil
}

func checkProducer(producerID string) error {
	if _, err := id.Market(id.Producer, producerID); err != nil {
		return fault.InvalidAlone("producer_id", "This is not the ID of a producer.")
	}
	return nil
}

// PackList answers all that a producer packs for a window.
func (s *Service) PackList(
	ctx context.Context, r *orderingv1.PackListRequest,
) (*orderingv1.PackListResponse, error) {
	if err := rights.Check(ctx, r.GetProducerId(), rights.Orders); err != nil {
		return nil, err
	}
	if err := checkProducer(r.GetProducerId()); err != nil {
		return nil, err
	}
	if _, err := id.Market(id.Window, r.GetWindowId()); err != nil {
		return nil, fault.InvalidAlone("window_id", "This is not the ID of a window.")
	}
	response := &orderingv1.PackListResponse{}
	list := packList{}
	err := s.store.toPack(ctx, r.GetProducerId(), r.GetWindowId(), func(o Order) error {
		o = partOf(o, []string{r.GetProducerId()})
		list.add(o)
		if r.GetItemsOnly() {
			return nil
		}
		if response.Cut = len(response.GetOrders()) == maxPacked; !response.GetCut() {
			response.Orders = append(response.Orders, orderToProto(o))
		}
		return nil
	})
	for _, item := range list.sorted() {
		response.Items = append(response.Items, packItemToProto(item))
	}
	return response, err
}

// packList sums what orders have, by variant.
type packList map[string]*packItem

// packItem is a line of all orders together.
type packItem struct {
	Line
	orders int64
	toPack int64
}

func (p packList) add(o Order) {
	for _, line := range o.Lines {
		item := p[line.VariantID]
		if item == nil {
			item = &packItem{Line: line}
			item.Quantity, item.Lots = 0, nil
			p[line.VariantID] = item
		}
		item.orders++
		item.Quantity += line.Quantity
		if !o.isPacked(line) {
			item.toPack += line.Quantity
		}
		for _, lot := range line.Lots {
			item.addLot(lot)
		}
	}
}

func (i *packItem) addLot(lot Lot) {
	if at := slices.IndexFunc(i.Lots, func(l Lot) bool { return l.ID == lot.ID }); at >= 0 {
		i.Lots[at].Quantity += lot.Quantity
		return
	}
	i.Lots = append(i.Lots, lot)
}

// sorted is the list by title, with each item's lots in the order in which they expire.
func (p packList) sorted() []*packItem {
	var items []*packItem
	for _, item := range p {
		slices.SortFunc(item.Lots, func(a, b Lot) int {
			return cmp.Or(cmp.Compare(cmp.Or(a.BestBefore, "9999"), cmp.Or(b.BestBefore, "9999")),
				cmp.Compare(a.ID, b.ID))
		})
		items = append(items, item)
	}
	slices.SortFunc(items, func(a, b *packItem) int {
		return cmp.Or(
			cmp.Compare(strings.ToLower(a.ProductTitle), strings.ToLower(b.ProductTitle)),
			cmp.Compare(strings.ToLower(a.size()), strings.ToLower(b.size())),
			cmp.Compare(a.VariantID, b.VariantID))
	})
	return items
}

const (
	// fillEvery finds parts that a process of an earlier version wrote.
	fillEvery = time.Minute
	fillBatch = 200
)

// fillParts gives parts what the lists need of their orders, where an earlier version wrote them.
func (s *Service) fillParts(ctx context.Context) error {
	for {
		orderIDs, err := orderingdb.New(s.store.db.Read()).UnfilledParts(ctx, fillBatch)
		if err != nil || len(orderIDs) == 0 {
			return sqldb.Classify(err)
		}
		orders, err := s.store.orders(ctx, orderIDs)
		if err != nil {
			return err
		}
		var rows [][]any
		for _, o := range orders {
			rows = appendParts(rows, o)
		}
		if err := s.store.fillParts(ctx, rows); err != nil {
			return err
		}
	}
}
