package ordering

import (
	"context"
	"slices"
	"time"

	"github.com/artisan-eats/artisan/audit"
	"github.com/artisan-eats/artisan/fault"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/rights"
)

// saveAttempts is how often a change of an order is made again that met another.
const saveAttempts = 4

// CancelOrder cancels an order of the viewer's while no part is packed. To cancel what is
// cancelled changes nothing. One that awaits its confirmation fails by it, as "called_off".
func (s *Service) CancelOrder(
	ctx context.Context, r *orderingv1.CancelOrderRequest,
) (*orderingv1.CancelOrderResponse, error) {
	if o, err := s.giveUp(ctx, r.GetId(), r.GetViewer()); err != nil || o.ID != "" {
		return &orderingv1.CancelOrderResponse{Order: orderToProto(o)}, err
	}
	o, err := s.change(ctx, r.GetId(), r.GetViewer(), func(o *Order) ([]string, error) {
		switch {
		case r.GetViewer().GetOperator(), o.viewerMay.may(cancelling):
			return cancel(o, s.host.Now())
		case o.viewerMay.may(reading):
			return nil, errReadOnly
		}
		return nil, errNoOrder
	}, "")
	if err != nil {
		return nil, err
	}
	return &orderingv1.CancelOrderResponse{Order: orderToProto(o)}, nil
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
	o, err := s.change(ctx, r.GetOrderId(), r.GetViewer(), func(o *Order) ([]string, error) {
		at := slices.IndexFunc(o.Parts, func(p Part) bool { return p.ID == r.GetPartId() })
		if at < 0 ||
			(!r.GetViewer().GetOperator() &&
				!slices.Contains(r.GetViewer().GetProducerIds(), o.Parts[at].ProducerID)) {
			return nil, errNoPart
		}
		if err := rights.Check(ctx, o.Parts[at].ProducerID, rights.Orders); err != nil {
			return nil, err
		}
		if err := o.outdated(o.Parts[at], r, packed); err != nil {
			return nil, err
		}
		return advance(o, at, r.GetTo(), packed, s.host.Now())
	}, r.GetPartId())
	if err != nil {
		return nil, err
	}
	return &orderingv1.AdvancePartResponse{Order: orderToProto(o.seenBy(r.GetViewer()))}, nil
}

// outdated refuses to take a part on for who has seen another than it is. Who says nothing of what they have
// seen packs a part that its shopper has changed, and that nobody has accepted since, only by saying of each
// of its lines how much there is.
func (o *Order) outdated(p Part, r *orderingv1.AdvancePartRequest, packed packing) error {
	changed := !p.ChangedAt.IsZero()
	switch {
	case r.ChangedAt != nil && r.GetChangedAt() != millis(p.ChangedAt) && p.Status == PartNew:
		return errOrderChanged
	case otherMoves(p, r.GetTo(), r.Moves) && changed:
		return errOrderChanged
	case otherMoves(p, r.GetTo(), r.Moves):
		return errChanged
	case r.ChangedAt == nil && r.Moves == nil && r.GetTo() == PartPacked && changed && p.Status == PartNew &&
		!o.toldInFull(p, packed):
		return errOrderChanged
	}
	return nil
}

// change amends an order that the viewer may see.
func (s *Service) change(
	ctx context.Context, orderID string, v *orderingv1.Viewer, rule func(*Order) ([]string, error),
	partID string,
) (Order, error) {
	return s.amend(ctx, func() (leased, error) { return s.visible(ctx, orderID, v) }, rule, partID)
}

// amend applies a rule to an order and saves it with the events that the rule names; when
// it names none nothing is saved. It starts again where somebody else's change came between.
func (s *Service) amend(
	ctx context.Context, read func() (leased, error), rule func(*Order) ([]string, error), partID string,
) (Order, error) {
	for attempt := 1; ; attempt++ {
		o, err := read()
		if err != nil {
			return Order{}, err
		}
		steps := len(o.Steps)
		names, err := rule(&o.Order)
		if err != nil || len(names) == 0 {
			return o.Order, err
		}
		by := audit.ActorOf(ctx)
		o.signed(steps, by)
		w := &saving{order: o.Order, lease: o.until, deed: tellOf(o.Order, names, partID, by)}
		for _, name := range names {
			w.order.Events++
			e, err := eventOf(w.order, name, partID)
			if err != nil {
				return Order{}, err
			}
			w.events = append(w.events, e)
		}
		_, err = s.store.writes.Do(ctx, write{save: w})
		if err == nil || !fault.Is(err, errStale.Code) || attempt == saveAttempts {
			return w.order, err
		}
	}
}

// cancel is the rule of cancellation.
func cancel(o *Order, now time.Time) ([]string, error) {
	if o.Status == Cancelled {
		return nil, nil
	}
	tooLate := fault.New(fault.Conflict, "too_late",
		"This order is being packed and cannot be cancelled any more.")
	if o.Status != Confirmed {
		return nil, tooLate
	}
	if o.beingPacked() {
		return nil, tooLate
	}
	o.Parts = slices.Clone(o.Parts)
	for i := range o.Parts {
		o.Parts[i].Status = PartCancelled
	}
	o.CancelledAt, o.MarketSays = now, ""
	o.enter(Cancelled, now, "")
	return []string{"order.cancelled"}, nil
}

// beingPacked reports whether a part is packed. One that its shopper took out does not count.
func (o *Order) beingPacked() bool {
	return slices.ContainsFunc(o.Parts,
		func(p Part) bool {
			return !slices.Contains([]string{PartNew, PartAccepted, PartCancelled},
				p.Status)
		})
}

// progress is the way of a part, in order.
var progress = []string{PartNew, PartAccepted, PartPacked, PartReady, PartDone}

// advance is the rule of a part's way: one state at a time, packed with what was weighed.
func advance(o *Order, at int, to string, packed packing, now time.Time) ([]string, error) {
	part := o.Parts[at]
	from, next := slices.Index(progress, part.Status), slices.Index(progress, to)
	switch {
	case next < 1:
		return nil, fault.InvalidAlone("to", "A part is accepted, packed, ready or done.")
	case to == PartPacked && part.packed():
		return nil, errPacked
	case !slices.Contains([]string{Confirmed, Packed}, o.Status) && part.Status != to:
		return nil, fault.New(fault.Conflict, "not_open", "This order is not open any more.")
	case from == next:
		return nil, nil
	case next != from+1 && (from != 0 || to != PartPacked) && (to != PartDone || !o.comesToNothing(part)):
		return nil, fault.Newf(fault.Conflict, "wrong_step", "A part that is %s cannot be %s now.",
			part.Status, to)
	}
	o.Parts = slices.Clone(o.Parts)
	if to == PartPacked {
		if err := pack(o, at, packed); err != nil {
			return nil, err
		}
	} else if len(packed) > 0 {
		return nil, fault.InvalidAlone("packed", "Quantities are told when a part is packed.")
	}
	o.Parts[at].Status = to
	if to != PartAccepted { // whoever packs still sees them
		o.Parts[at].Changes, o.Parts[at].WindowChanged, o.Parts[at].ChangedAt = nil, false, time.Time{}
	}
	o.Parts[at].Moves++
	o.Steps = append(slices.Clip(o.Steps), Step{Status: o.Status, At: now, Note: o.Parts[at].ProducerName +
		": " + to + o.shortNote(at, to)})
	names := []string{"order.part_" + to}
	if to == PartPacked && o.allParts(PartPacked) {
		if err := o.settleTotal(); err != nil {
			return nil, err
		}
		o.enter(Packed, now, "")
		names = append(names, "order.packed")
	}
	if to == PartDone && o.allParts(PartDone) {
		o.enter(Done, now, "")
	}
	return names, nil
}

// allParts reports whether every part has come at least so far. Of one that comes to nothing there is no more
// to wait for.
func (o *Order) allParts(status string) bool {
	return !slices.ContainsFunc(o.Parts, func(p Part) bool {
		return p.Status != PartCancelled && slices.Index(progress, p.Status) < slices.Index(progress,
			status) && (!o.comesToNothing(p) || o.isNothing())
	})
}
