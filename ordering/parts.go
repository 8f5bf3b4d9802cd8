package ordering

import (
	"context"
	"slices"

	"github.com/artisan-eats/artisan/fault"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/ordering/book"
	"github.com/artisan-eats/artisan/ordering/order"
	"github.com/artisan-eats/artisan/rights"
)

var errNoPart = fault.New(fault.NotFound, "not_found", "There is no such part of the order.")

// CancelOrder cancels an order of the viewer's while no part is packed. To cancel what is
// cancelled changes nothing. One that awaits its confirmation fails by it, as "called_off".
func (s *Service) CancelOrder(
	ctx context.Context, r *orderingv1.CancelOrderRequest,
) (*orderingv1.CancelOrderResponse, error) {
	if o, err := s.giveUp(ctx, r.GetId(), r.GetViewer()); err != nil || o.ID != "" {
		return &orderingv1.CancelOrderResponse{Order: order.ToProto(o)}, err
	}
	o, err := s.change(ctx, r.GetId(), r.GetViewer(), func(o *order.Order) ([]string, error) {
		switch {
		case r.GetViewer().GetOperator(), o.ViewerMay.May(order.Cancelling):
			return order.Cancel(o, s.Host.Now())
		case o.ViewerMay.May(order.Reading):
			return nil, errReadOnly
		}
		return nil, book.ErrNoOrder
	}, "")
	if err != nil {
		return nil, err
	}
	return &orderingv1.CancelOrderResponse{Order: order.ToProto(o)}, nil
}

// AdvancePart takes a producer's part on. To take it where it is changes nothing; what is packed is not
// packed again.
func (s *Service) AdvancePart(
	ctx context.Context, r *orderingv1.AdvancePartRequest,
) (*orderingv1.AdvancePartResponse, error) {
	packed, err := packingFromProto(r.GetPacked())
	if err != nil {
		return nil, err
	}
	o, err := s.change(ctx, r.GetOrderId(), r.GetViewer(), func(o *order.Order) ([]string, error) {
		at := slices.IndexFunc(o.Parts, func(p order.Part) bool { return p.ID == r.GetPartId() })
		if at < 0 ||
			(!r.GetViewer().GetOperator() &&
				!slices.Contains(r.GetViewer().GetProducerIds(), o.Parts[at].ProducerID)) {
			return nil, errNoPart
		}
		if err := rights.Check(ctx, o.Parts[at].ProducerID, rights.Orders); err != nil {
			return nil, err
		}
		if err := outdated(o, o.Parts[at], r, packed); err != nil {
			return nil, err
		}
		return order.Advance(o, at, r.GetTo(), packed, s.Host.Now())
	}, r.GetPartId())
	if err != nil {
		return nil, err
	}
	return &orderingv1.AdvancePartResponse{Order: order.ToProto(o.SeenBy(r.GetViewer()))}, nil
}

// outdated refuses to take a part on for who has seen another than it is. Who says nothing of what they have
// seen packs a part that its shopper has changed, and that nobody has accepted since, only by saying of each
// of its lines how much there is.
func outdated(o *order.Order, p order.Part, r *orderingv1.AdvancePartRequest, packed order.Packing) error {
	changed := !p.ChangedAt.IsZero()
	switch {
	case r.ChangedAt != nil && r.GetChangedAt() != order.Millis(p.ChangedAt) && p.Status == order.PartNew:
		return order.ErrOrderChanged
	case order.OtherMoves(p, r.GetTo(), r.Moves) && changed:
		return order.ErrOrderChanged
	case order.OtherMoves(p, r.GetTo(), r.Moves):
		return order.ErrChanged
	case r.ChangedAt == nil && r.Moves == nil && r.GetTo() == order.PartPacked && changed &&
		p.Status == order.PartNew &&
		!o.ToldInFull(p, packed):
		return order.ErrOrderChanged
	}
	return nil
}

// change amends an order that the viewer may see.
func (s *Service) change(
	ctx context.Context, orderID string, v *orderingv1.Viewer, rule func(*order.Order) ([]string, error),
	partID string,
) (order.Order, error) {
	return s.Driver.Amend(ctx, func() (book.Leased, error) { return s.Reader.Visible(ctx, orderID, v) }, rule,
		partID)
}
