package notify

import (
	"fmt"
	"net/url"
	"strings"
)

// writeAwaiting asks whether an order is meant. Nobody knows yet whose the address is, so nothing in it is the words of who ordered.
func writeAwaiting(o Order, m Market, to Person) Letter {
	short := ShortID(o.ID)
	var b strings.Builder
	greet(&b, Person{})
	until := o.ConfirmBy.In(m.Zone).Format("15:04 MST")
	fmt.Fprintf(&b, "somebody ordered with this e-mail address, to pay when it is handed over. If that was you, open this page by %s and confirm order %s:\n\n", until, short)
	fmt.Fprintf(&b, "  %s/orders/%s/confirm?token=%s\n\n", strings.TrimSuffix(m.URL, "/"), o.ID, url.QueryEscape(o.ConfirmToken))
	if o.Held {
		b.WriteString("Until then your goods and your place are set aside. Nothing is ordered before you confirm it.\n\n")
	} else {
		b.WriteString("Many orders are unconfirmed just now, so nothing is set aside for this one: the sooner you confirm it, the better.\n\n")
	}
	lines(&b, o, m)
	window(&b, o, m, Person{})
	b.WriteString("If it was not you, do nothing. Then nothing is packed, and you hear no more of it.\n\n")
	return end(&b, m, to, "Confirm your order "+short)
}
