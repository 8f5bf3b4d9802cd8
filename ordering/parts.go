package ordering

import (
	"context"
	"slices"
	"time"

	"github.com/artisan-eats/artisan/audit"
	"github.com/artisan-eats/artisan/fault"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/money"
)

// saveAttempts is how often a change of an order is made again that met another.
const saveAttempts = 4

// CancelOrder cancels an order of the viewer's while no part is packed. To cancel what is
// cancelled changes nothing. One that awaits its confirmation fails by it, as "called_off".
func (s *Service) CancelOrder(ctx context.Context, r *orderingv1.CancelOrderRequest) (*orderingv1.CancelOrderResponse, error) {
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

// AdvancePart takes a producer's part on. To take it where it is changes nothing.
func (s *Service) AdvancePart(ctx context.Context, r *orderingv1.AdvancePartRequest) (*orderingv1.AdvancePartResponse, error) {
	packed := map[string]int64{}
	for _, line := range r.GetPacked() {
		packed[line.GetVariantId()] = line.GetQuantity()
	}
	o, err := s.change(ctx, r.GetOrderId(), r.GetViewer(), func(o *Order) ([]string, error) {
		at := slices.IndexFunc(o.Parts, func(p Part) bool { return p.ID == r.GetPartId() })
		if at < 0 || (!r.GetViewer().GetOperator() && !slices.Contains(r.GetViewer().GetProducerIds(), o.Parts[at].ProducerID)) {
			return nil, fault.New(fault.NotFound, "not_found", "There is no such part of the order.")
		}
		return advance(o, at, r.GetTo(), packed, s.host.Now())
	}, r.GetPartId())
	if err != nil {
		return nil, err
	}
	return &orderingv1.AdvancePartResponse{Order: orderToProto(o.seenBy(r.GetViewer()))}, nil
}

// change amends an order that the viewer may see.
func (s *Service) change(ctx context.Context, orderID string, v *orderingv1.Viewer, rule func(*Order) ([]string, error), partID string) (Order, error) {
	return s.amend(ctx, func() (leased, error) { return s.visible(ctx, orderID, v) }, rule, partID)
}

// amend applies a rule to an order and saves it with the events that the rule names; when
// it names none nothing is saved. It starts again where somebody else's change came between.
func (s *Service) amend(ctx context.Context, read func() (leased, error), rule func(*Order) ([]string, error), partID string) (Order, error) {
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
		if err == nil || !fault.Is(err, errMoved.Code) || attempt == saveAttempts {
			return w.order, err
		}
	}
}

// cancel is the rule of cancellation.
func cancel(o *Order, now time.Time) ([]string, error) {
	if o.Status == Cancelled {
		return nil, nil
	}
	tooLate := fault.New(fault.Conflict, "too_late", "This order is being packed and cannot be cancelled any more.")
	if o.Status != Confirmed {
		return nil, tooLate
	}
	for _, part := range o.Parts {
		if part.Status != PartNew && part.Status != PartAccepted {
			return nil, tooLate
		}
	}
	o.Parts = slices.Clone(o.Parts)
	for i := range o.Parts {
		o.Parts[i].Status = PartCancelled
	}
	o.CancelledAt = now
	o.enter(Cancelled, now, "")
	return []string{"order.cancelled"}, nil
}

// progress is the way of a part, in order.
var progress = []string{PartNew, PartAccepted, PartPacked, PartReady, PartDone}

// advance is the rule of a part's way: one state at a time, packed with what was weighed.
func advance(o *Order, at int, to string, packed map[string]int64, now time.Time) ([]string, error) {
	part := o.Parts[at]
	from, next := slices.Index(progress, part.Status), slices.Index(progress, to)
	switch {
	case next < 1:
		return nil, invalid("to", "A part is accepted, packed, ready or done.")
	case !slices.Contains([]string{Confirmed, Packed}, o.Status) && part.Status != to:
		return nil, fault.New(fault.Conflict, "not_open", "This order is not open any more.")
	case from == next:
		return nil, nil
	case next != from+1 && (from != 0 || to != PartPacked):
		return nil, fault.Newf(fault.Conflict, "wrong_step", "A part that is %s cannot be %s now.", part.Status, to)
	}
	o.Parts = slices.Clone(o.Parts)
	if to == PartPacked {
		if err := pack(o, at, packed); err != nil {
			return nil, err
		}
	} else if len(packed) > 0 {
		return nil, invalid("packed", "Quantities are told when a part is packed.")
	}
	o.Parts[at].Status = to
	o.Steps = append(slices.Clip(o.Steps), Step{Status: o.Status, At: now, Note: o.Parts[at].ProducerName + ": " + to})
	names := []string{"order.part_" + to}
	if to == PartPacked && o.allParts(PartPacked) {
		o.enter(Packed, now, "")
		names = append(names, "order.packed")
	}
	if to == PartDone && o.allParts(PartDone) {
		o.enter(Done, now, "")
	}
	return names, nil
}

// allParts reports whether every part has come at least so far.
func (o *Order) allParts(status string) bool {
	return !slices.ContainsFunc(o.Parts, func(p Part) bool {
		return slices.Index(progress, p.Status) < slices.Index(progress, status)
	})
}

// pack notes what was packed and sets the prices by it. Goods by weight may come
// to less than ordered, or to more within the buffer that was authorised; pieces come as ordered or fewer.
func pack(o *Order, at int, packed map[string]int64) error {
	part := &o.Parts[at]
	lines := slices.Clone(o.Lines)
	part.Total = money.New(0, part.Total.Currency)
	known := 0
	for i := range lines {
		line := &lines[i]
		if line.ProducerID != part.ProducerID {
			continue
		}
		line.Packed = line.Quantity
		if weighed, told := packed[line.VariantID]; told {
			known++
			if err := checkPacked(*line, weighed); err != nil {
				return err
			}
			line.Packed = weighed
		}
		var err error
		if line.Total, err = line.Price.Times(line.Packed); err != nil {
			return err
		}
		if part.Total, err = part.Total.Add(line.Total); err != nil {
			return err
		}
	}
	if known != len(packed) {
		return invalid("packed", "Something is packed that was not ordered.")
	}
	total, err := sumLines(lines)
	if err != nil {
		return err
	}
	o.Lines = lines
	if o.Total, err = total.Add(o.Fee); err != nil {
		return err
	}
	if o.Total.Minor > o.Authorised.Minor {
		return fault.New(fault.Conflict, "above_authorised", "That is more than the shopper agreed to pay.")
	}
	return nil
}

func checkPacked(line Line, weighed int64) error {
	most := line.Quantity
	if line.SoldBy == "weight" {
		most += line.Quantity * weightBuffer / 10_000
	}
	if weighed < 0 || weighed > most {
		return invalid("packed", "That is not what was ordered of "+line.ProductTitle+".")
	}
	return checkQuantity(weighed, line.SoldBy)
}
