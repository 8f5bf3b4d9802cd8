package payments

import (
	"strconv"

	"github.com/artisan-eats/artisan/audit"
)

// refundEntry is what the security log is told of a refund: how much, whose part it is of, and which line by
// name.
func refundEntry(orderID string, r Refund, currency string, by audit.Actor) audit.Entry {
	told := audit.Entry{
		Action: "order.refund", Subject: orderID, Outcome: audit.Done, By: &by,
		Detail: map[string]string{"amount": strconv.FormatInt(r.Minor, 10), "currency": currency},
	}
	for key, of := range map[string]string{"producer": r.Producer, "line": r.Variant, "goods": r.lineName} {
		if of != "" {
			told.Detail[key] = of
		}
	}
	return told
}
