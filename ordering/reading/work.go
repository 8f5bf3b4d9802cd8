package reading

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/artisan-eats/artisan/fault"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/gen/sql/orderingdb"
	"github.com/artisan-eats/artisan/id"
	"github.com/artisan-eats/artisan/money"
	"github.com/artisan-eats/artisan/ordering/order"
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
	Window order.Window
	// Parts counts those that are not cancelled, by their state.
	Parts map[string]int64
	Total money.Amount
}

// ListWork lists, window by window, what a producer has to do.
func (s *Reader) ListWork(
	ctx context.Context, r *orderingv1.ListWorkRequest,
) (*orderingv1.ListWorkResponse, error) {
	if err := rights.Check(ctx, r.GetProducerId(), rights.Orders); err != nil {
		return nil, err
	}
	if err := CheckProducer(r.GetProducerId()); err != nil {
		return nil, err
	}
	if r.GetEndsAfter() < 0 {
		return nil, fault.InvalidAlone("ends_after", "A time is not negative.")
	}
	limit := r.GetLimit()
	if limit <= 0 || limit > maxWork {
		limit = maxWork
	}
	work, err := s.work(ctx, r.GetProducerId(), cmp.Or(r.GetEndsAfter(), s.host.Now().UnixMilli()),
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

// work counts the parts of a producer by window, for those that end after a time, the first to end first.
// What a window is, one of its orders tells.
func (s *Reader) work(
	ctx context.Context, producerID string, endsAfter int64, limit int32,
) (work []Work, err error) {
	rows, err := orderingdb.New(s.book.DB.Read()).ListWork(ctx,
		orderingdb.ListWorkParams{ProducerID: producerID, EndsAfter: endsAfter, Most: limit})
	if err != nil {
		return nil, fmt.Errorf("list work: %w", sqldb.Classify(err))
	}
	var orderIDs []string
	for _, row := range rows {
		orderIDs = append(orderIDs, row.AnOrder)
	}
	orders, err := s.book.Orders(ctx, orderIDs)
	if err != nil {
		return nil, err
	}
	for _, row := range rows {
		o := orders[row.AnOrder]
		work = append(work, Work{
			Window: o.Window, Total: money.New(row.Total, o.Total.Currency),
			Parts: map[string]int64{
				order.PartNew: row.Fresh, order.PartAccepted: row.Accepted, order.PartPacked: row.Packed,
				order.PartReady: row.Ready,
				order.PartDone:  row.Done,
			},
		})
	}
	return work, nil
}

// CheckProducer refuses what is not the ID of a producer.
func CheckProducer(producerID string) error {
	if _, err := id.Market(id.Producer, producerID); err != nil {
		return fault.InvalidAlone("producer_id", "This is not the ID of a producer.")
	}
	return nil
}

func workToProto(w Work) *orderingv1.Work {
	return &orderingv1.Work{
		WindowId: w.Window.ID, WindowKind: w.Window.Kind, WindowPlace: w.Window.Place,
		WindowStartsAt: order.Millis(w.Window.StartsAt), WindowEndsAt: order.Millis(w.Window.EndsAt),
		New: w.Parts[order.PartNew], Accepted: w.Parts[order.PartAccepted], Packed: w.Parts[order.PartPacked],
		Ready: w.Parts[order.PartReady], Done: w.Parts[order.PartDone],
		Total: w.Total.Proto(),
	}
}
