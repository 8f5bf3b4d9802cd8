package ordering

import (
	"context"
	"slices"

	"golang.org/x/sync/errgroup"

	"github.com/artisan-eats/artisan/fault"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/ordering/book"
	"github.com/artisan-eats/artisan/ordering/order"
	"github.com/artisan-eats/artisan/ordering/reading"
	"github.com/artisan-eats/artisan/rights"
)

const (
	// maxSteps is how many parts are taken on at once, and stepsAtOnce how many of them at the same time:
	// what meets is one commit.
	maxSteps    = 200
	stepsAtOnce = 16
)

// Outcomes of a step, beside the codes of faults.
const (
	stepped = "stepped"
	already = "already"
)

// StepParts takes a producer's parts of many orders one step on, or takes their last step back. What cannot
// be done to one leaves the others as they are.
func (s *Service) StepParts(
	ctx context.Context, r *orderingv1.StepPartsRequest,
) (*orderingv1.StepPartsResponse, error) {
	if err := rights.Check(ctx, r.GetProducerId(), rights.Orders); err != nil {
		return nil, err
	}
	if err := checkSteps(r); err != nil {
		return nil, err
	}
	response := &orderingv1.StepPartsResponse{Steps: make([]*orderingv1.PartStep, len(r.GetParts()))}
	var stepping errgroup.Group
	stepping.SetLimit(stepsAtOnce)
	for i, choice := range r.GetParts() {
		stepping.Go(fault.Guard(func() (err error) {
			response.Steps[i], err = s.stepPart(ctx, r, choice)
			return err
		}))
	}
	if err := stepping.Wait(); err != nil {
		return nil, err
	}
	return response, nil
}

func checkSteps(r *orderingv1.StepPartsRequest) error {
	if err := reading.CheckProducer(r.GetProducerId()); err != nil {
		return err
	}
	if !r.GetViewer().GetOperator() && !slices.Contains(r.GetViewer().GetProducerIds(), r.GetProducerId()) {
		return errNoPart
	}
	if to := r.GetTo(); to != order.Back && (to == order.PartNew || !slices.Contains(order.Progress, to)) {
		return fault.InvalidAlone("to",
			"A part is accepted, packed, ready or done, or its last step is taken back.")
	}
	if len(r.GetParts()) > maxSteps {
		return fault.InvalidAlone("parts", "At most %d orders at a time.", maxSteps)
	}
	seen := map[string]bool{}
	for _, choice := range r.GetParts() {
		if seen[choice.GetOrderId()] {
			return fault.InvalidAlone("parts", "Each order is named once.")
		}
		seen[choice.GetOrderId()] = true
	}
	return nil
}

// stepPart takes one part on. An error is what may hold for the others too.
func (s *Service) stepPart(
	ctx context.Context, r *orderingv1.StepPartsRequest, choice *orderingv1.PartChoice,
) (*orderingv1.PartStep, error) {
	step := &orderingv1.PartStep{OrderId: choice.GetOrderId(), Outcome: stepped}
	o, err := s.takeStep(ctx, r, choice, func() { step.Outcome = already })
	if f := fault.Of(err); f != nil {
		if f.Kind == fault.Internal || f.Kind == fault.Unavailable {
			return nil, err
		}
		step.Outcome, step.Message = f.Code, f.Message
	}
	if o.ID != "" {
		step.Order = order.ToProto(order.PartOf(o, []string{r.GetProducerId()}))
	}
	return step, nil
}

// takeStep takes one part on, and answers the order as it stands then, also with a refusal. It says when
// there was nothing to do.
func (s *Service) takeStep(
	ctx context.Context, r *orderingv1.StepPartsRequest, choice *orderingv1.PartChoice, nothing func(),
) (order.Order, error) {
	seen, err := s.Reader.Visible(ctx, choice.GetOrderId(), r.GetViewer())
	if err != nil {
		return order.Order{}, err
	}
	own := func(p order.Part) bool { return p.ProducerID == r.GetProducerId() }
	at := slices.IndexFunc(seen.Parts, own)
	if at < 0 {
		return order.Order{}, errNoPart
	}
	read := func() (book.Leased, error) { return s.Reader.Visible(ctx, choice.GetOrderId(), r.GetViewer()) }
	return s.Driver.Amend(ctx, read, func(o *order.Order) ([]string, error) {
		names, err := order.StepTo(o, slices.IndexFunc(o.Parts, own), r.GetTo(), choice.Moves, s.Host.Now())
		if err == nil && len(names) == 0 {
			nothing()
		}
		return names, err
	}, seen.Parts[at].ID)
}
