package notify

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/artisan-eats/artisan/locale"
	"github.com/artisan-eats/artisan/money"
)

// Order is what a letter tells of an order.
type Order struct {
	ID    string
	Lines []Line
	Total money.Amount
	// Most is what may be charged at the most; more than Total when goods are weighed.
	Most         money.Amount
	Fee          money.Amount
	PayAtPickup  bool
	Delivery     bool
	Starts, Ends time.Time
	Place        string
	// When and where it was to be before it was moved; zero when it was not.
	WasStarts, WasEnds time.Time
	WasPlace           string
	// ConfirmToken confirms it until ConfirmBy, where it awaits that; Held says that something is set aside
	// until then.
	ConfirmToken string
	ConfirmBy    time.Time
	Held         bool
	// Refund is what a letter of a refund is about.
	Refund Refund
	// Changes are what its shopper changed that its producers have not taken on yet.
	Changes []LineChange
	// ByMarket says that the market did it, and not the shopper.
	ByMarket bool
	// Says is why the market moved or cancelled it.
	Says string
}

// Line is one of an order's goods; Milli is thousandths of a piece or a kilogram.
type Line struct {
	Milli int64
	// Short says that there is less of it than the Ordered thousandths, and Why.
	Short      bool
	Ordered    int64
	Why        string
	ByWeight   bool
	Title      string
	Variant    string
	Producer   string
	ProducerID string
	Total      money.Amount
	// Allergens are the codes of what its maker had declared; Stated is nil where that was not kept.
	Allergens []string
	Stated    *bool
}

// LineChange is a line of which there is more or less than there was, in thousandths.
type LineChange struct {
	Line
	Before, After int64
}

// Market is how a market writes.
type Market struct {
	Name   string
	Locale string
	Zone   *time.Location
	URL    string
	// Says is its language, with the customs of its country.
	Says *locale.Locale
}

// Person is whom a letter is for.
type Person struct {
	Email, Name string
	// Where a delivery goes.
	Line1, Line2, Code, City, State string
	// Verified: the e-mail address is known to be theirs. Otherwise name and address are the words of whoever
	// gave it, and are left out.
	Verified bool
	Links
}

// Links are addresses that open something to whoever has them. They are never stored.
type Links struct {
	// Order shows the order; empty where there is no such link.
	Order string
	// NotMe says that the letter was not for its reader.
	NotMe string
}

// ShortID is how people name an order: the end of its ID.
func ShortID(orderID string) string {
	return strings.ToUpper(orderID[max(0, len(orderID)-6):])
}

// write makes the letter of a kind.
func write(kind Kind, o Order, m Market, to Person) Letter {
	if kind == Awaiting {
		return writeAwaiting(o, m, to)
	}
	l, short := m.Says, ShortID(o.ID)
	var subject string
	var b strings.Builder
	greet(&b, l, to)
	switch kind {
	case Cancelled:
		subject = l.Text("Your order {number} was cancelled", short)
		b.WriteString(wasCancelled(l, o, short) + " " + moneyBack(l, o) + "\n\n" + says(l, o))
		lines(&b, o, m)
	case Packed:
		subject = writePacked(&b, o, m, to)
	case Short:
		subject = writeShort(&b, o, m, to)
	case Found:
		subject = writeFound(&b, o, m, to)
	case Refunded:
		subject = writeRefunded(&b, o, m, to)
	case Ready:
		subject = l.Text("Your order {number} is ready", short)
		b.WriteString(awaits(l, o, short) + "\n\n")
		window(&b, o, m, to)
	case Moved:
		subject = l.Text("Your order {number} has a new time or place", short)
		b.WriteString(l.Text("the market had to move your order {number}.", short) + " " + before(o, m) +
			"\n\n" + says(l, o) + l.Text("From now on it is:") + "\n\n")
		window(&b, o, m, to)
		b.WriteString(
			l.Text("If that does not suit you, you can cancel the order on its page until it is packed.") +
				"\n\n")
	case Changed:
		subject = l.Text("Your order {number} was changed", short)
		b.WriteString(l.Text("your order {number} was changed as you asked. This is what it is now:", short) +
			"\n\n")
		lines(&b, o, m)
		buffer(&b, o, m)
		window(&b, o, m, to)
	default:
		subject = l.Text("Your order {number} is confirmed", short)
		b.WriteString(
			l.Text(
				"thank you for your order {number}. It is confirmed, and the people who make your food know about it.", short) + "\n\n")
		lines(&b, o, m)
		buffer(&b, o, m)
		window(&b, o, m, to)
	}
	if to.Order != "" {
		b.WriteString(l.Text("Your order, as it stands: {address}", to.Order) + "\n\n")
	}
	return end(&b, m, to, subject)
}

// end signs a letter. Whose address is not verified can say that it was not for them.
func end(b *strings.Builder, m Market, to Person, subject string) Letter {
	sign(b, m)
	return Letter{
		To: to.Email, Subject: subject,
		Text: withFooter(m.Says, cut(b.String(), maxText-maxFooter), to.NotMe),
	}
}

// maxFooter bounds what withFooter adds, in bytes.
const maxFooter = 2000

// withFooter adds what stands below every letter to an address that is not verified.
func withFooter(l *locale.Locale, text, notMe string) string {
	if notMe == "" {
		return text
	}
	return strings.TrimRight(text, "\n") + "\n\n--\n" +
		l.Text(
			"Somebody gave us this e-mail address. If it was not you, tell us, and we write no more about it:") + "\n" + notMe + "\n"
}

// writeSale tells a producer what an order wants of them, in the words and the units of their desk. Nothing
// in it is the shopper's.
func writeSale(kind Kind, o Order, producerID string, m Market, to Person) Letter {
	m.Says = m.Says.English()
	short := ShortID(o.ID)
	subject := "New order " + short
	var b strings.Builder
	greet(&b, m.Says, to)
	switch kind {
	case Changed:
		subject = "Order " + short + " was changed"
		writeChanges(&b, o, producerID, m)
	case Moved:
		subject = "Order " + short + " was moved"
		fmt.Fprintf(&b,
			"the market has moved order %s. %s Please take it on again, for the time and the place below:\n\n", short, before(o, m))
	default:
		fmt.Fprintf(&b, "somebody is looking forward to your food. Order %s is confirmed:\n\n", short)
	}
	for _, l := range o.Lines {
		if l.ProducerID == producerID {
			l.Producer = ""
			fmt.Fprintf(&b, "  %s %s\n", kept(m.Says, l), goods(l))
		}
	}
	b.WriteByte('\n')
	window(&b, o, m, Person{})
	if m.URL != "" {
		fmt.Fprintf(&b, "It waits for you on your desk: %s/producer/orders/%s?producer=%s\n\n",
			strings.TrimSuffix(m.URL, "/"), o.ID, producerID)
	}
	return end(&b, m, to, subject)
}

// writeChanges tells a producer what is other than it was when they took the order on, and leads to what it
// is now.
func writeChanges(b *strings.Builder, o Order, producerID string, m Market) {
	fmt.Fprintf(b, "whoever placed order %s has changed it.", ShortID(o.ID))
	if !slices.ContainsFunc(o.Lines, func(l Line) bool { return l.ProducerID == producerID }) {
		b.WriteString(" Nothing of yours is in it any more:\n\n")
	} else {
		b.WriteString(" Please take it on again, as it is now. What is other than it was:\n\n")
	}
	changed := false
	for _, c := range o.Changes {
		if c.ProducerID == producerID {
			changed = true
			fmt.Fprintf(b, "  %s: %s\n", goods(c.Line), c.says(m.Says))
		}
	}
	if !changed {
		b.WriteString("  The time, or the place: see below.\n")
	}
	if slices.ContainsFunc(o.Lines, func(l Line) bool { return l.ProducerID == producerID }) {
		b.WriteString("\nYour part of it is now:\n\n")
	}
}

// says is what became of a line.
func (c LineChange) says(in *locale.Locale) string {
	was := c.Line
	was.Milli, c.Milli = c.Before, c.After
	switch {
	case c.Before == 0:
		return kept(in, c.Line) + ", new"
	case c.After == 0:
		return "none, was " + kept(in, was)
	}
	return kept(in, c.Line) + ", was " + kept(in, was)
}

func sign(b *strings.Builder, m Market) {
	b.WriteString(m.Says.Text("Warm wishes,") + "\n" + harmless(m.Name, maxWords) + "\n")
	if m.URL != "" {
		fmt.Fprintf(b, "%s\n", m.URL)
	}
}

// greet calls by name only who has given it.
func greet(b *strings.Builder, l *locale.Locale, to Person) {
	name := harmless(to.Name, maxNameWords)
	if name == "" || !to.Verified {
		b.WriteString(l.Text("Hello,") + "\n\n")
		return
	}
	b.WriteString(l.Text("Hello {name},", name) + "\n\n")
}

// says are the market's own words.
func says(l *locale.Locale, o Order) string {
	if words := harmless(o.Says, maxWords); words != "" {
		return l.Text("The market says: {words}", words) + "\n\n"
	}
	return ""
}

// before tells when and where a moved order was to be.
func before(o Order, m Market) string {
	when := hours(o.WasStarts, o.WasEnds, m)
	if place := harmless(o.WasPlace, maxWords); place != "" && !o.Delivery {
		return m.Says.Text("It was to be {when}, {place}.", when, place)
	}
	return m.Says.Text("It was to be {when}.", when)
}

// hours writes a time as the market's clocks show it.
func hours(starts, ends time.Time, m Market) string {
	return m.Says.LongSpan(starts.In(m.Zone), ends.In(m.Zone))
}

func wasCancelled(l *locale.Locale, o Order, short string) string {
	if o.ByMarket {
		return l.Text("your order {number} was cancelled by the market.", short)
	}
	return l.Text("your order {number} was cancelled.", short)
}

func moneyBack(l *locale.Locale, o Order) string {
	if o.PayAtPickup {
		return l.Text("There is nothing to pay.")
	}
	return l.Text("What was reserved or paid for it goes back to you.")
}

func finalTotal(o Order, m Market) string {
	if o.PayAtPickup {
		return m.Says.Text("You pay {amount} when you pick it up.", o.Total.Format(m.Locale))
	}
	return m.Says.Text("It comes to {amount}.", o.Total.Format(m.Locale))
}

func awaits(l *locale.Locale, o Order, short string) string {
	if o.Delivery {
		return l.Text("your order {number} is ready and about to be on its way to you. Enjoy it!", short)
	}
	return l.Text("your order {number} is ready and waits for you. Enjoy it!", short)
}

func lines(b *strings.Builder, o Order, m Market) {
	for _, l := range o.Lines {
		fmt.Fprintf(b, "  %s %s   %s\n", quantityOf(m.Says, l), goods(l), l.Total.Format(m.Locale))
		if said := declared(m.Says, l); said != "" {
			fmt.Fprintf(b, "    %s\n", said)
		}
	}
	if o.Fee.Minor != 0 {
		fmt.Fprintf(b, "  %s   %s\n", m.Says.Text("Delivery"), o.Fee.Format(m.Locale))
	}
	fmt.Fprintf(b, "\n  %s   %s\n\n", m.Says.Text("Total"), o.Total.Format(m.Locale))
}

// declared is what a line's maker had said of its allergens.
func declared(in *locale.Locale, l Line) string {
	var names []string
	for _, code := range l.Allergens {
		names = append(names, in.Text(code))
	}
	switch {
	case l.Stated == nil:
		return ""
	case !*l.Stated:
		return in.Text("Allergens not stated. Ask the maker before you eat.")
	case len(names) == 0:
		return in.Text("None of the 14 major allergens.")
	}
	return in.Text("Contains {allergens}.", strings.Join(names, ", "))
}

func goods(l Line) string {
	text := harmless(l.Title, maxWords)
	if variant := harmless(l.Variant, maxWords); variant != "" && variant != text {
		text += ", " + variant
	}
	if producer := harmless(l.Producer, maxNameWords); producer != "" {
		text += " (" + producer + ")"
	}
	return text
}

// kept is quantity for a desk.
func kept(in *locale.Locale, l Line) string {
	if l.ByWeight {
		return in.KeptWeight(l.Milli)
	}
	return quantity(in, l)
}

// quantity writes "2 ×", or "0.5 lb" of what is weighed.
func quantity(in *locale.Locale, l Line) string {
	if l.ByWeight {
		return in.Weight(l.Milli)
	}
	return in.Number(l.Milli) + " ×"
}

// buffer tells what weighing may change.
func buffer(b *strings.Builder, o Order, m Market) {
	switch {
	case o.PayAtPickup:
		b.WriteString(m.Says.Text("You pay when you pick it up.") + "\n\n")
	case o.Most.Minor > o.Total.Minor:
		b.WriteString(
			m.Says.Text(
				"Goods sold by weight are charged for what they weigh when they are packed: at most {amount} in all.", o.Most.Format(m.Locale)) + "\n\n")
	}
}

// window tells when and where.
func window(b *strings.Builder, o Order, m Market, to Person) {
	if o.Starts.IsZero() {
		return
	}
	what, place := locale.Key("Pickup"), []string{o.Place}
	if o.Delivery {
		what, place = locale.Key("Delivery"), doorOf(m.Says, to)
	}
	b.WriteString(m.Says.Text("{field}: {problem}", m.Says.Text(what), hours(o.Starts, o.Ends, m)) + "\n")
	for _, line := range place {
		if line = harmless(line, maxWords); line != "" {
			fmt.Fprintf(b, "  %s\n", line)
		}
	}
	b.WriteByte('\n')
}

// doorOf is where a delivery goes, in lines. To an address that is not verified it is not told.
func doorOf(l *locale.Locale, to Person) []string {
	switch {
	case to.Email == "":
		return nil // the letter is somebody else's
	case !to.Verified:
		return []string{l.Text("to the address that was given with the order")}
	}
	return slices.DeleteFunc([]string{to.Line1, to.Line2, l.Place(to.Code, to.City, to.State)},
		func(line string) bool { return line == "" })
}

// cut shortens a text to so many bytes, between two characters.
func cut(text string, longest int) string {
	if len(text) <= longest {
		return text
	}
	for longest > 0 && !utf8.RuneStart(text[longest]) {
		longest--
	}
	return text[:longest]
}
