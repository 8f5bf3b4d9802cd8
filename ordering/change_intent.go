package ordering

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/artisan-eats/artisan/fault"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	deliveryv1 "github.com/artisan-eats/artisan/gen/artisan/delivery/v1"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/id"
	"github.com/artisan-eats/artisan/money"
	"github.com/artisan-eats/artisan/ordering/basket"
	"github.com/artisan-eats/artisan/ordering/order"
)

// errReadOnly is for a link that shows an order, and can do no more.
var errReadOnly = fault.New(fault.Denied, "read_only",
	"This link only shows the order. To change or cancel it, sign in, or follow the link in the letter that confirmed it.")

var errCutOff = fault.New(fault.Conflict, "too_late",
	"This order can no longer be changed: the time to order for its window is over.")

var errManyCharges = fault.New(fault.Conflict, "too_many_changes",
	"This order was paid for in many parts already. Choose what comes to no more than it does now, or order the rest by itself.")

// changeHashes identify the body of a change, as hashes do that of a checkout.
func (s *Service) changeHashes(r *orderingv1.ChangeOrderRequest) ([]string, error) {
	return s.hashesOf(&orderingv1.ChangeOrderRequest{
		Id: r.GetId(), Version: r.GetVersion(), Lines: r.GetLines(), WindowId: r.GetWindowId(),
		PaymentToken: r.GetPaymentToken(), ExpectedTotal: r.GetExpectedTotal(),
	})
}

// intendChange is an order with the change that is asked for, and refuses what cannot be before anything is
// written.
func (s *Service) intendChange(
	ctx context.Context, o order.Order, r *orderingv1.ChangeOrderRequest,
) (order.Order, error) {
	if r.GetVersion() != o.Events {
		return o, order.ErrOrderChanged
	}
	if err := o.MayChange(); err != nil {
		return o, err
	}
	from, to, err := s.windowsOf(ctx, o, r.GetWindowId())
	if err != nil {
		return o, err
	}
	c := order.NewChange(id.New(id.Order, o.Market, s.Host.Now(), s.Host.Random()), o)
	if from.GetId() != to.GetId() {
		c.Window, c.Fee = order.WindowFromProto(to),
			cmp.Or(money.FromProto(to.GetFee()), money.New(0, o.Total.Currency))
	}
	var quotes map[string]*catalogv1.Quote
	if c.Lines, quotes, err = s.agreeLines(ctx, o, r.GetLines()); err != nil {
		return o, err
	}
	o.Change = c
	next, err := o.Changed(s.Driver.NewPart(o.Market), s.Host.Now())
	if err != nil {
		return o, err
	}
	c.Extra = money.New(max(0, next.Authorised.Minor-o.Authorised.Minor), o.Total.Currency)
	if err := basket.CheckMakersAgain(o, next, quotes, to.GetStartsAt()); err != nil {
		return o, err
	}
	return o, s.checkChange(ctx, o, next, to, r)
}

// checkChange refuses what an order may not become.
func (s *Service) checkChange(
	ctx context.Context, o, next order.Order, to *deliveryv1.Window, r *orderingv1.ChangeOrderRequest,
) error {
	if expected := r.GetExpectedTotal(); expected != nil && money.FromProto(expected) != next.Total {
		return fault.New(fault.Conflict, "price_changed",
			"Prices have changed since you saw them. Please look at the change again.")
	}
	if o.Change.Charges(o) && o.Charges >= order.MaxCharges {
		return errManyCharges
	}
	less := next.Total.Minor-next.Fee.Minor < o.Total.Minor-o.Fee.Minor
	if o.Moves() || less {
		if err := checkMinimum(next, money.FromProto(to.GetMinimum())); err != nil {
			return err
		}
	}
	if o.PaymentMethod != order.MethodPickup || o.NewcomerShare == 0 || next.Total.Minor <= o.Total.Minor {
		return nil
	}
	limits, err := s.Book.Limits(ctx, o.Market)
	if err == nil && next.Total.Minor > limits.NewcomerValue {
		err = limits.AboveNewcomerValue(next.Total.Currency)
	}
	return err
}

// windowsOf reads the window that an order is in, whose cut-off has to be ahead, and the one that it is to be
// in. Whether that one has room is delivery's to say, when it is held.
func (s *Service) windowsOf(
	ctx context.Context, o order.Order, wanted string,
) (from, to *deliveryv1.Window, err error) {
	over, from, err := s.cutOff(ctx, o.Window.ID)
	if err != nil {
		return nil, nil, err
	}
	if !s.Host.Now().Before(over) {
		return nil, nil, errCutOff
	}
	if wanted == "" || wanted == from.GetId() {
		return from, from, nil
	}
	if of, err := id.Market(id.Window, wanted); err != nil || of != o.Market {
		return nil, nil, fault.InvalidAlone("window_id", "Choose a pickup or delivery window of this market.")
	}
	_, to, err = s.cutOff(ctx, wanted)
	switch {
	case err != nil && fault.KindOf(err) == fault.NotFound:
		return nil, nil, fault.InvalidAlone("window_id", "Choose a pickup or delivery window of this market.")
	case err != nil:
		return nil, nil, err
	case to.GetKind() == "delivery" && from.GetKind() != "delivery":
		return nil, nil,
			fault.InvalidAlone("window_id",
				"What is to be picked up cannot become a delivery, which needs an address. Cancel the order and order again.")
	}
	return from, to, nil
}

// cutOff answers until when an order's window can be ordered for.
func (s *Service) cutOff(ctx context.Context, windowID string) (time.Time, *deliveryv1.Window, error) {
	response, err := s.delivery.GetWindow(ctx, &deliveryv1.GetWindowRequest{Id: windowID})
	if err != nil {
		return time.Time{}, nil, err
	}
	return time.UnixMilli(response.GetWindow().GetOrderBy()), response.GetWindow(), nil
}

// agreeLines makes the lines that an order is to have. Those that stay keep their price; what there is more
// of has to be for sale, and what is new has today's price. The quotes are of all of it that is for sale;
// while the catalogue is down, and nothing is more, there are none.
func (s *Service) agreeLines(
	ctx context.Context, o order.Order, wanted []*orderingv1.WantedLine,
) ([]order.Line, map[string]*catalogv1.Quote, error) {
	wants, err := checkWanted(o, wanted)
	if err != nil {
		return nil, nil, err
	}
	var asked, all []string
	for _, want := range wants {
		all = append(all, want.GetVariantId())
		if want.GetQuantity() > o.QuantityOf(want.GetVariantId()) {
			asked = append(asked, want.GetVariantId())
		}
	}
	quotes, err := s.Baskets.Quote(ctx, all...)
	if err != nil && (len(asked) > 0 || fault.KindOf(err) != fault.Unavailable) {
		return nil, nil, err
	}
	var lines []order.Line
	var gone []fault.Field
	for _, want := range wants {
		more, quote := slices.Contains(asked, want.GetVariantId()), quotes[want.GetVariantId()]
		at := slices.IndexFunc(o.Lines, func(l order.Line) bool { return l.VariantID == want.GetVariantId() })
		if more && quote == nil {
			gone = append(gone,
				fault.Field{Name: want.GetVariantId(), Message: "This is not for sale any more."})
			continue
		}
		var line order.Line
		if at < 0 {
			line, err = basket.NewLine(quote, want.GetQuantity(), s.Host.Now())
		} else {
			line, err = o.Lines[at].Of(want.GetQuantity())
			if more { // what is no more than it was stays as it was declared
				line.Declared = cmp.Or(basket.DeclaredIn(quote), line.Declared)
			}
		}
		if err != nil {
			return nil, nil, err
		}
		lines = append(lines, line)
	}
	if len(gone) > 0 {
		return nil, nil, fault.New(fault.Conflict, "out_of_stock", "Some of this order is no longer there.",
			gone...)
	}
	return order.SortLines(lines), quotes, nil
}

// checkWanted refuses lines that are no order, and leaves out those of which nothing is wanted.
func checkWanted(o order.Order, wanted []*orderingv1.WantedLine) (wants []*orderingv1.WantedLine, err error) {
	seen := map[string]bool{}
	for _, want := range wanted {
		market, err := id.Market(id.Variant, want.GetVariantId())
		switch {
		case err != nil || market != o.Market:
			return nil, fault.InvalidAlone("lines", "This is from another market than the order.")
		case seen[want.GetVariantId()]:
			return nil, fault.InvalidAlone("lines", "A line is there twice.")
		}
		if err := order.CheckQuantity(want.GetQuantity(), ""); err != nil {
			return nil, err
		}
		if seen[want.GetVariantId()] = true; want.GetQuantity() > 0 {
			wants = append(wants, want)
		}
	}
	switch {
	case len(wants) == 0:
		return nil, fault.InvalidAlone("lines", "Nothing is left in the order. To give it up, cancel it.")
	case len(wants) > order.MaxLines:
		return nil, fault.Newf(fault.Invalid, "cart_full", "A cart holds %d different things at the most.",
			order.MaxLines)
	}
	return wants, nil
}
