package payments

import (
	"math/bits"
	"slices"

	"github.com/artisan-eats/artisan/money"
)

// Entry is one line of a ledger transaction. What comes to the marketplace, or is owed to it,
// is positive; what it owes is negative. The entries of one transaction sum to zero in each currency.
type Entry struct {
	// Transaction is made of the order and the step, so that no step can be entered twice.
	Transaction string
	Account     string
	Minor       int64
	Currency    string
	OrderID     string
	At          int64
}

// The accounts. clearing: and authorised: go on with the payment method, payable: with the producer.
const (
	// clearing is what the provider collected and owes the marketplace.
	clearing = "clearing:"
	// authorised is reserved and not collected; memo is its other side.
	authorised = "authorised:"
	memo       = "authorised"
	// payable is what the marketplace owes a producer.
	payable    = "payable:"
	commission = "commission"
	delivery   = "delivery"
	// refunds is what was promised to shoppers and is not yet paid.
	refunds = "refunds"
)

// balanced reports whether the entries sum to zero in each transaction and currency.
func balanced(entries []Entry) bool {
	sums := map[[2]string]int64{}
	for _, e := range entries {
		sums[[2]string{e.Transaction, e.Currency}] += e.Minor
	}
	for _, sum := range sums {
		if sum != 0 {
			return false
		}
	}
	return true
}

// posting collects the entries of one transaction.
type posting struct {
	p           Payment
	transaction string
	at          int64
	entries     []Entry
}

func (b *posting) add(account string, minor int64) {
	if minor != 0 {
		b.entries = append(b.entries, Entry{b.transaction, account, minor, b.p.Currency, b.p.OrderID, b.at})
	}
}

// authorisation enters money that was reserved.
func authorisation(p Payment, at int64) []Entry {
	b := posting{p: p, transaction: "authorise:" + p.OrderID, at: at}
	b.add(authorised+p.Method, p.Authorised)
	b.add(memo, -p.Authorised)
	return b.entries
}

// addition enters what a change of the order reserved besides, which was entered for the change until now.
func addition(p Payment, change string, minor, at int64) []Entry {
	b := posting{p: p, transaction: "authorise:change:" + change, at: at}
	b.add(authorised+p.Method, minor)
	b.add(memo, -minor)
	return b.entries
}

// reduction takes out what a changed order does not need any more.
func reduction(p Payment, change string, minor, at int64) []Entry {
	b := posting{p: p, transaction: "release:change:" + change + ":less", at: at}
	b.add(authorised+p.Method, -minor)
	b.add(memo, minor)
	return b.entries
}

// release takes the reservation out again, because of a void or a capture, or because it is another order's.
func release(p Payment, why string, at int64) []Entry {
	b := posting{p: p, transaction: "release:" + why + ":" + p.OrderID, at: at}
	b.add(authorised+p.Method, -p.Authorised)
	b.add(memo, p.Authorised)
	return b.entries
}

// collection enters money that was captured and whose it is.
func collection(p Payment, at int64) []Entry {
	b := posting{p: p, transaction: "capture:" + p.OrderID, at: at}
	b.add(clearing+p.Method, p.Captured)
	for _, c := range p.Details.Credits {
		b.add(c.Account, -c.Minor)
	}
	return b.entries
}

// promised takes a refund from those who got the money.
func promised(p Payment, r Refund, taken []Credit, at int64) []Entry {
	b := posting{p: p, transaction: "refund:" + p.OrderID + ":" + r.Key, at: at}
	for _, c := range taken {
		b.add(c.Account, c.Minor)
	}
	b.add(refunds, -r.Minor)
	return b.entries
}

// settled enters that a refund was paid.
func settled(p Payment, r Refund, at int64) []Entry {
	b := posting{p: p, transaction: "refund-paid:" + p.OrderID + ":" + r.Key, at: at}
	b.add(refunds, r.Minor)
	b.add(clearing+p.Method, -r.Minor)
	return b.entries
}

func (s Sale) weight() int64 {
	sum := s.Fee
	for _, p := range s.Parts {
		sum += p.Minor
	}
	return sum
}

// split says whose the money of a sale is: each producer's part less the commission
// (basis points of the part), the commission, the delivery fee. When parts and fee come
// to another sum than the total, because only a part of it was authorised, they share it in proportion.
func split(sale Sale, currency string, commissionBP int64) ([]Credit, error) {
	weights := make([]int64, 0, len(sale.Parts)+1)
	for _, part := range sale.Parts {
		weights = append(weights, part.Minor)
	}
	shares := apportion(sale.Total, append(weights, sale.Fee))
	credits := []Credit{{Account: commission}, {Account: delivery, Minor: shares[len(sale.Parts)]}}
	for i, part := range sale.Parts {
		cut, err := money.New(shares[i], currency).BasisPoints(commissionBP)
		if err != nil {
			return nil, err
		}
		kept := min(max(cut.Minor, 0), shares[i])
		credits[0].Minor += kept
		credits = credit(credits, payable+part.Producer, shares[i]-kept)
	}
	return slices.DeleteFunc(credits, func(c Credit) bool { return c.Minor == 0 }), nil
}

func credit(credits []Credit, account string, minor int64) []Credit {
	if i := slices.IndexFunc(credits, func(c Credit) bool { return c.Account == account }); i >= 0 {
		credits[i].Minor += minor
		return credits
	}
	return append(credits, Credit{account, minor})
}

// takeBack is what a refund takes from each account, in proportion to what it has left.
func takeBack(credits []Credit, minor int64) []Credit {
	weights := make([]int64, len(credits))
	for i, c := range credits {
		weights[i] = c.Minor
	}
	taken := slices.Clone(credits)
	for i, share := range apportion(minor, weights) {
		taken[i].Minor = share
	}
	return taken
}

func less(credits, taken []Credit) []Credit {
	left := slices.Clone(credits)
	for i := range left {
		left[i].Minor -= taken[i].Minor
	}
	return left
}

// apportion divides a total by weights, none of them negative, into whole shares that sum
// to it: each is the difference of two rounded cumulative sums. No share is more than its weight
// when the total is not more than the sum of the weights. Without any weight nobody gets anything.
func apportion(total int64, weights []int64) []int64 {
	shares := make([]int64, len(weights))
	var all, upTo, given int64
	for _, w := range weights {
		all += w
	}
	if all == 0 {
		return shares
	}
	for i, w := range weights {
		upTo += w
		next := scale(total, upTo, all)
		shares[i], given = next-given, next
	}
	return shares
}

// scale is total*part/all rounded down, for 0 <= part <= all and total >= 0.
func scale(total, part, all int64) int64 {
	hi, lo := bits.Mul64(uint64(total), uint64(part))
	quotient, _ := bits.Div64(hi, lo, uint64(all))
	return int64(quotient)
}
