package payments

import (
	"context"
	"fmt"
	"slices"

	"github.com/artisan-eats/artisan/fault"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	paymentsv1 "github.com/artisan-eats/artisan/gen/artisan/payments/v1"
	"github.com/artisan-eats/artisan/id"
)

var (
	errNoLine = fault.New(fault.NotFound, "not_found", "There is no such line in this order.")
	errNoPart = fault.New(fault.NotFound, "not_found",
		"This producer has no part in this order, or nothing was paid for it.")
)

// readPart reads whose part a refund is of, and which line.
func readPart(r *paymentsv1.RefundRequest) error {
	if r.GetProducerId() != "" {
		if _, err := id.Market(id.Producer, r.GetProducerId()); err != nil {
			return errNoPart
		}
	}
	if r.GetVariantId() != "" {
		if _, err := id.Market(id.Variant, r.GetVariantId()); err != nil {
			return errNoLine
		}
	}
	if r.GetQuantity() < 0 || r.GetQuantity() > 0 && r.GetVariantId() == "" {
		return fault.InvalidField("quantity", "A quantity is of a line, and more than nothing.")
	}
	return nil
}

// ofLine gives a refund its line: whose it is, what it came to, and where a quantity was asked for, what that
// is worth. What an order came to does not change once it is collected.
func (s *service) ofLine(ctx context.Context, r Refund, orderID, currency string) (Refund, string, error) {
	answer, err := s.orders.GetOrder(ctx,
		&orderingv1.GetOrderRequest{Id: orderID, Viewer: &orderingv1.Viewer{Operator: true}})
	if err != nil {
		return r, "", fmt.Errorf("ask for the order: %w", err)
	}
	lines := answer.GetOrder().GetLines()
	at := slices.IndexFunc(lines, func(l *orderingv1.OrderLine) bool { return l.GetVariantId() == r.Variant })
	if at < 0 || r.Producer != "" && r.Producer != lines[at].GetProducerId() {
		return r, "", errNoLine
	}
	line := lines[at]
	r.Producer, r.lineTotal, r.lineName = line.GetProducerId(), line.GetTotal().GetAmount(), lineName(line)
	all := line.GetQuantity()
	if line.GetPacked() {
		all = line.GetPackedQuantity()
	}
	if r.Quantity > all {
		return r, "", errTooMuch
	}
	if r.Minor > 0 {
		return r, currency, nil
	}
	r.Minor = scale(r.lineTotal, r.Quantity, max(all, 1))
	if r.Minor == 0 {
		return r, "", fault.InvalidField("quantity", "This quantity is worth nothing.")
	}
	return r, line.GetTotal().GetCurrency(), nil
}

func lineName(l *orderingv1.OrderLine) string {
	if l.GetVariantTitle() == "" {
		return l.GetProductTitle()
	}
	return l.GetProductTitle() + ", " + l.GetVariantTitle()
}

// leftOf is what a part of the sale has left: at least what its maker is owed still, so that its last refund
// takes all of that, and at the most what that and the commission can give.
func (p Payment) leftOf(at int) int64 {
	owed := p.credit(payable + p.Details.Sale.Parts[at].Producer)
	return min(max(p.lefts()[at], owed), owed+p.credit(commission))
}

func (p Payment) credit(account string) (minor int64) {
	for _, c := range p.Details.Credits {
		if c.Account == account {
			minor += c.Minor
		}
	}
	return minor
}

// lefts is what each part of the sale, and the fee after them, has left after the refunds so far.
func (p Payment) lefts() []int64 { return p.shareRefunds(func(Refund, []int64) {}) }

// shareRefunds tells how much each refund so far took of each part of the sale, and of the fee after them,
// and answers what these have left: a refund of one part takes of that alone. Refunds of all are shared out
// by what was paid, and taken by what is credited, so it can be a few minor units off.
func (p Payment) shareRefunds(tell func(r Refund, shares []int64)) (left []int64) {
	weights := make([]int64, 0, len(p.Details.Sale.Parts)+1)
	for _, part := range p.Details.Sale.Parts {
		weights = append(weights, part.Minor)
	}
	left = apportion(p.Details.Sale.Total, append(weights, p.Details.Sale.Fee))
	for _, r := range p.Details.Refunds {
		shares := make([]int64, len(left))
		if at := p.partAt(r.Producer); at >= 0 {
			shares[at] = r.Minor
		} else {
			shares = apportion(r.Minor, left)
		}
		for i, share := range shares {
			left[i] -= min(share, left[i])
		}
		tell(r, shares)
	}
	return left
}

func (p Payment) partAt(producer string) int {
	if producer == "" {
		return -1
	}
	return slices.IndexFunc(p.Details.Sale.Parts, func(part Part) bool { return part.Producer == producer })
}

// takeOf is what a refund takes from each account: of the whole sale in proportion, of a part from its
// producer and from the commission on it. It refuses more than is left of the part, or of the line.
func (p Payment) takeOf(r Refund) ([]Credit, error) {
	if r.Producer == "" {
		return takeBack(p.Details.Credits, r.Minor), nil
	}
	at := p.partAt(r.Producer)
	if at < 0 {
		return nil, errNoPart
	}
	left := p.leftOf(at)
	if r.Minor > left || r.Variant != "" && r.Minor > r.lineTotal-p.refundedOf(r.Variant) {
		return nil, errTooMuch
	}
	taken := slices.Clone(p.Details.Credits)
	for i := range taken {
		taken[i].Minor = 0
	}
	hers := func(account string) int {
		return slices.IndexFunc(p.Details.Credits, func(c Credit) bool { return c.Account == account })
	}
	rest := r.Minor
	if i := hers(payable + r.Producer); i >= 0 {
		has := p.Details.Credits[i].Minor
		taken[i].Minor = scale(r.Minor, min(has, left), left)
		if cut := hers(commission); cut < 0 || rest-taken[i].Minor > p.Details.Credits[cut].Minor {
			taken[i].Minor = min(rest, has)
		}
		rest -= taken[i].Minor
	}
	if i := hers(commission); i >= 0 {
		taken[i].Minor = min(rest, p.Details.Credits[i].Minor)
		rest -= taken[i].Minor
	}
	if rest > 0 {
		return nil, errTooMuch
	}
	return taken, nil
}

// refundedOf is what was paid back of a line.
func (p Payment) refundedOf(variant string) (minor int64) {
	for _, r := range p.Details.Refunds {
		if r.Variant == variant {
			minor += r.Minor
		}
	}
	return minor
}
