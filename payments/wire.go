package payments

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/artisan-eats/artisan/fault"
	moneyv1 "github.com/artisan-eats/artisan/gen/artisan/money/v1"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	paymentsv1 "github.com/artisan-eats/artisan/gen/artisan/payments/v1"
	"github.com/artisan-eats/artisan/gen/sql/paymentsdb"
	"github.com/artisan-eats/artisan/gen/state"
	"github.com/artisan-eats/artisan/id"
	"github.com/artisan-eats/artisan/money"
)

// The longest texts that are taken, in bytes.
const (
	maxToken  = 512
	maxKey    = 256 // a caller's 128 with the order's ID before it
	maxReason = 500
)

var errCurrency = fault.InvalidField("amount", "An amount is in the payment's currency.")

func validOrder(orderID string) error {
	_, err := id.Market(id.Order, orderID)
	return err
}

func validText(field, text string, longest int) error {
	if len(text) > longest {
		return fault.InvalidField(field, "This is longer than %d bytes.", longest)
	}
	if !utf8.ValidString(text) {
		return fault.InvalidField(field, "This is not UTF-8.")
	}
	for _, r := range text {
		if unicode.IsControl(r) {
			return fault.InvalidField(field, "This has control characters.")
		}
	}
	return nil
}

func readAmount(m *moneyv1.Money, least int64) (money.Amount, error) {
	amount := money.FromProto(m)
	if amount.Minor < least || amount.Minor > money.Max {
		return amount, fault.InvalidField("amount", "This amount is out of range.")
	}
	if !money.ValidCurrency(amount.Currency) {
		return amount, fault.InvalidField("amount", "This currency is not known.")
	}
	return amount, nil
}

func readAuthorise(r *paymentsv1.AuthoriseRequest) (money.Amount, error) {
	if err := validOrder(r.GetOrderId()); err != nil {
		return money.Amount{}, err
	}
	if of := r.GetChangesOrder(); of != "" {
		if err := validOrder(of); err != nil {
			return money.Amount{}, err
		}
	}
	if err := validText("token", r.GetToken(), maxToken); err != nil {
		return money.Amount{}, err
	}
	return readAmount(r.GetAmount(), 0)
}

func readRefund(r *paymentsv1.RefundRequest) (Refund, error) {
	if err := validOrder(r.GetOrderId()); err != nil {
		return Refund{}, err
	}
	if err := validText("key", r.GetKey(), maxKey); err != nil {
		return Refund{}, err
	}
	if r.GetKey() == "" {
		return Refund{}, fault.InvalidField("key", "A refund has a key.")
	}
	if err := validText("reason", r.GetReason(), maxReason); err != nil {
		return Refund{}, err
	}
	if err := readPart(r); err != nil {
		return Refund{}, err
	}
	// Keys of callers cannot meet the one of a cancellation.
	refund := Refund{
		Key: "asked:" + r.GetKey(), Reason: r.GetReason(), Producer: r.GetProducerId(),
		Variant: r.GetVariantId(), Quantity: r.GetQuantity(),
	}
	if r.GetQuantity() > 0 && r.GetAmount() == nil {
		return refund, nil
	}
	amount, err := readAmount(r.GetAmount(), 1)
	refund.Minor = amount.Minor
	return refund, err
}

// readSale reads what an order came to. A part that was cancelled sold nothing.
func readSale(o *orderingv1.Order) (Sale, string, error) {
	sale := Sale{Total: o.GetTotal().GetAmount(), Fee: o.GetFee().GetAmount()}
	inRange := func(minor int64) bool { return minor >= 0 && minor <= money.Max }
	if !inRange(sale.Total) || !inRange(sale.Fee) {
		return Sale{}, "", fault.InvalidField("order", "An amount of this order is out of range.")
	}
	for _, part := range o.GetParts() {
		if part.GetStatus() == state.PartCancelled {
			continue
		}
		if !inRange(part.GetTotal().GetAmount()) {
			return Sale{}, "", fault.InvalidField("order", "An amount of this order is out of range.")
		}
		sale.Parts = append(sale.Parts, Part{part.GetProducerId(), part.GetTotal().GetAmount()})
	}
	return sale, o.GetTotal().GetCurrency(), nil
}

func toProto(p Payment) *paymentsv1.Payment {
	amount := func(minor int64) *moneyv1.Money { return money.New(minor, p.Currency).Proto() }
	out := &paymentsv1.Payment{
		OrderId: p.OrderID, Method: p.Method, Status: string(p.Status),
		Authorised: amount(p.Authorised), Captured: amount(p.Captured), Refunded: amount(p.Refunded),
		CreatedAt: p.CreatedAt, UpdatedAt: p.UpdatedAt,
	}
	for _, r := range p.Details.Refunds {
		out.Refunds = append(out.Refunds, &paymentsv1.Refund{
			Amount: amount(r.Minor), Reason: r.forShopper(),
			At: r.At, Paid: r.Paid, ProducerId: r.Producer, VariantId: r.Variant, Quantity: r.Quantity,
		})
	}
	return out
}

// forShopper is a refund's reason, where whoever wrote it knew that the shopper reads it.
func (r Refund) forShopper() string {
	if r.At == 0 || r.Key == ofCancellation {
		return ""
	}
	return r.Reason
}

// refundEvent tells of one of a payment's refunds.
func refundEvent(p Payment, at int) *paymentsv1.RefundEvent {
	r, amount := p.Details.Refunds[at],
		func(minor int64) *moneyv1.Money { return money.New(minor, p.Currency).Proto() }
	return &paymentsv1.RefundEvent{
		OrderId: p.OrderID, Amount: amount(r.Minor), Reason: r.forShopper(), Refunded: amount(p.Refunded),
		Captured: amount(p.Captured), Method: p.Method, Number: int64(at + 1),
		ProducerId: r.Producer, VariantId: r.Variant, Quantity: r.Quantity,
	}
}

// steps name what a transaction of the ledger enters, by the beginning of its name, in their order.
var steps = []struct{ prefix, what string }{
	{"authorise:", "authorised"},
	{"release:void:", "voided"},
	{"release:capture:", "released"},
	{"release:change:", "released"},
	{"capture:", "captured"},
	{"refund:", "refunded"},
	{"refund-paid:", "refund_paid"},
}

// stepOf finds the step of one of our transactions, and what comes after its prefix.
func stepOf(transaction string) (step int, rest string) {
	step = slices.IndexFunc(steps,
		func(s struct{ prefix, what string }) bool { return strings.HasPrefix(transaction, s.prefix) })
	return step, transaction[len(steps[step].prefix):]
}

// entriesToProto names each entry's step and sorts them by it where they are of the same time. With a
// refund go its reason and who promised it.
func entriesToProto(p Payment, rows []paymentsdb.Entry) *paymentsv1.ListEntriesResponse {
	refunds := map[string]Refund{}
	for _, r := range p.Details.Refunds {
		refunds[p.OrderID+":"+r.Key] = r
	}
	slices.SortFunc(rows, func(a, b paymentsdb.Entry) int {
		stepA, _ := stepOf(a.Txn)
		stepB, _ := stepOf(b.Txn)
		return cmp.Or(cmp.Compare(a.At, b.At), cmp.Compare(stepA, stepB), cmp.Compare(a.Account, b.Account))
	})
	response := &paymentsv1.ListEntriesResponse{}
	for _, row := range rows {
		step, rest := stepOf(row.Txn)
		response.Entries = append(response.Entries, &paymentsv1.Entry{
			At: row.At, What: steps[step].what, Account: row.Account,
			Amount: money.New(row.Amount, row.Currency).Proto(), Note: refunds[rest].Reason,
			ActorKind: refunds[rest].ByKind, ActorId: refunds[rest].ByID, ProducerId: refunds[rest].Producer,
			VariantId: refunds[rest].Variant,
		})
	}
	return response
}

// trialBalance sums the accounts in each currency; a currency that sums to zero is
// not out of balance and left out.
func trialBalance(rows []paymentsdb.BalancesRow) *paymentsv1.TrialBalanceResponse {
	response, sums := &paymentsv1.TrialBalanceResponse{}, map[string]int64{}
	for _, row := range rows {
		sums[row.Currency] += row.Balance
		response.Balances = append(response.Balances,
			&paymentsv1.Balance{Account: row.Account, Balance: money.New(row.Balance, row.Currency).Proto()})
	}
	for _, currency := range slices.Sorted(maps.Keys(sums)) {
		if sums[currency] != 0 {
			response.OutOfBalance = append(response.OutOfBalance, money.New(sums[currency], currency).Proto())
		}
	}
	return response
}
