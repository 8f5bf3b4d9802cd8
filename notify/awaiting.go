package notify

import (
	"fmt"
	"net/url"
	"strings"
)

// writeAwaiting asks whether an order is meant. Nobody knows yet whose the address is, so nothing in it is
// the words of who ordered.
func writeAwaiting(o Order, m Market, to Person) Letter {
	l, short := m.Says, ShortID(o.ID)
	var b strings.Builder
	greet(&b, l, Person{})
	by := o.ConfirmBy.In(m.Zone)
	until := l.Time(by) + by.Format(" MST")
	b.WriteString(
		l.Text(
			"somebody ordered with this e-mail address, to pay when it is handed over. If that was you, open this page by {time} and confirm order {number}:", until, short) + "\n\n")
	fmt.Fprintf(&b, "  %s/orders/%s/confirm?token=%s\n\n", strings.TrimSuffix(m.URL, "/"), o.ID,
		url.QueryEscape(o.ConfirmToken))
	if o.Held {
		b.WriteString(
			l.Text(
				"Until then your goods and your place are set aside. Nothing is ordered before you confirm it.") + "\n\n")
	} else {
		b.WriteString(
			l.Text(
				"Many orders are unconfirmed just now, so nothing is set aside for this one: the sooner you confirm it, the better.") + "\n\n")
	}
	lines(&b, o, m)
	window(&b, o, m, Person{})
	b.WriteString(
		l.Text("If it was not you, do nothing. Then nothing is packed, and you hear no more of it.") + "\n\n")
	return end(&b, m, to, l.Text("Confirm your order {number}", short))
}
