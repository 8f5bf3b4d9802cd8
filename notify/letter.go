package notify

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

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
	// ConfirmToken confirms it until ConfirmBy, where it awaits that; Held says that something is set aside until then.
	ConfirmToken string
	ConfirmBy    time.Time
	Held         bool
}

// Line is one of an order's goods; Milli is thousandths of a piece or a kilogram.
type Line struct {
	Milli      int64
	ByWeight   bool
	Title      string
	Variant    string
	Producer   string
	ProducerID string
	Total      money.Amount
}

// Market is how a market writes.
type Market struct {
	Name   string
	Locale string
	Zone   *time.Location
	URL    string
}

// Person is whom a letter is for.
type Person struct {
	Email   string
	Name    string
	Address []string
	// Verified: the e-mail address is known to be theirs. Otherwise name and address are the words of whoever gave it, and are left out.
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
	short := ShortID(o.ID)
	var subject string
	var b strings.Builder
	greet(&b, to)
	switch kind {
	case Cancelled:
		subject = "Your order " + short + " was cancelled"
		fmt.Fprintf(&b, "your order %s was cancelled. %s\n\n", short, moneyBack(o))
		lines(&b, o, m)
	case Packed:
		subject = "Your order " + short + " is packed"
		fmt.Fprintf(&b, "good news: everything in your order %s is packed. %s\n\n", short, finalTotal(o, m))
		lines(&b, o, m)
		window(&b, o, m, to)
	case Ready:
		subject = "Your order " + short + " is ready"
		fmt.Fprintf(&b, "your order %s is ready%s. Enjoy it!\n\n", short, awaits(o))
		window(&b, o, m, to)
	case Moved:
		subject = "Your order " + short + " has a new time or place"
		fmt.Fprintf(&b, "the market had to move your order %s. %s\n\nFrom now on it is:\n\n", short, before(o, m))
		window(&b, o, m, to)
		b.WriteString("If that does not suit you, you can cancel the order on its page until it is packed.\n\n")
	default:
		subject = "Your order " + short + " is confirmed"
		fmt.Fprintf(&b, "thank you for your order %s. It is confirmed, and the people who make your food know about it.\n\n", short)
		lines(&b, o, m)
		buffer(&b, o, m)
		window(&b, o, m, to)
	}
	if to.Order != "" {
		fmt.Fprintf(&b, "Your order, as it stands: %s\n\n", to.Order)
	}
	return end(&b, m, to, subject)
}

// end signs a letter. Whose address is not verified can say that it was not for them.
func end(b *strings.Builder, m Market, to Person, subject string) Letter {
	sign(b, m)
	return Letter{To: to.Email, Subject: subject, Text: withFooter(cut(b.String(), maxText-maxFooter), to.NotMe)}
}

// maxFooter bounds what withFooter adds, in bytes.
const maxFooter = 2000

// withFooter adds what stands below every letter to an address that is not verified.
func withFooter(text, notMe string) string {
	if notMe == "" {
		return text
	}
	return strings.TrimRight(text, "\n") + "\n\n--\nSomebody gave us this e-mail address. If it was not you, tell us, and we write no more about it:\n" + notMe + "\n"
}

// writeSale tells a producer what an order wants of them. Nothing in it is the shopper's.
func writeSale(o Order, producerID string, m Market, to Person) Letter {
	short := ShortID(o.ID)
	var b strings.Builder
	greet(&b, to)
	fmt.Fprintf(&b, "somebody is looking forward to your food. Order %s is confirmed:\n\n", short)
	for _, l := range o.Lines {
		if l.ProducerID == producerID {
			l.Producer = ""
			fmt.Fprintf(&b, "  %s %s\n", quantity(l), goods(l))
		}
	}
	b.WriteByte('\n')
	window(&b, o, m, Person{})
	if m.URL != "" {
		fmt.Fprintf(&b, "It waits for you on your desk: %s/producer\n\n", strings.TrimSuffix(m.URL, "/"))
	}
	return end(&b, m, to, "New order "+short)
}

func sign(b *strings.Builder, m Market) {
	fmt.Fprintf(b, "Warm wishes,\n%s\n", harmless(m.Name, maxWords))
	if m.URL != "" {
		fmt.Fprintf(b, "%s\n", m.URL)
	}
}

// greet calls by name only who has given it.
func greet(b *strings.Builder, to Person) {
	name := harmless(to.Name, maxNameWords)
	if name == "" || !to.Verified {
		b.WriteString("Hello,\n\n")
		return
	}
	fmt.Fprintf(b, "Hello %s,\n\n", name)
}

// before tells when and where a moved order was to be.
func before(o Order, m Market) string {
	text := "It was to be " + hours(o.WasStarts, o.WasEnds, m)
	if place := harmless(o.WasPlace, maxWords); place != "" && !o.Delivery {
		text += ", " + place
	}
	return text + "."
}

// hours writes a time as the market's clocks show it.
func hours(starts, ends time.Time, m Market) string {
	return starts.In(m.Zone).Format("Monday 2 January 2006, 15:04") + " to " + ends.In(m.Zone).Format("15:04 MST")
}

func moneyBack(o Order) string {
	if o.PayAtPickup {
		return "There is nothing to pay."
	}
	return "What was reserved or paid for it goes back to you."
}

func finalTotal(o Order, m Market) string {
	if o.PayAtPickup {
		return "You pay " + o.Total.Format(m.Locale) + " when you pick it up."
	}
	return "It comes to " + o.Total.Format(m.Locale) + "."
}

func awaits(o Order) string {
	if o.Delivery {
		return " and about to be on its way to you"
	}
	return " and waits for you"
}

func lines(b *strings.Builder, o Order, m Market) {
	for _, l := range o.Lines {
		fmt.Fprintf(b, "  %s %s   %s\n", quantity(l), goods(l), l.Total.Format(m.Locale))
	}
	if o.Fee.Minor != 0 {
		fmt.Fprintf(b, "  Delivery   %s\n", o.Fee.Format(m.Locale))
	}
	fmt.Fprintf(b, "\n  Total   %s\n\n", o.Total.Format(m.Locale))
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

// quantity writes "2 ×", or "0.35 kg" of what is weighed.
func quantity(l Line) string {
	number := strconv.FormatInt(l.Milli/money.Milli, 10)
	if rest := l.Milli % money.Milli; rest != 0 {
		number += strings.TrimRight(fmt.Sprintf(".%03d", rest), "0")
	}
	if l.ByWeight {
		return number + " kg"
	}
	return number + " ×"
}

// buffer tells what weighing may change.
func buffer(b *strings.Builder, o Order, m Market) {
	switch {
	case o.PayAtPickup:
		b.WriteString("You pay when you pick it up.\n\n")
	case o.Most.Minor > o.Total.Minor:
		fmt.Fprintf(b, "Goods sold by weight are charged for what they weigh when they are packed: at most %s in all.\n\n", o.Most.Format(m.Locale))
	}
}

// window tells when and where.
func window(b *strings.Builder, o Order, m Market, to Person) {
	if o.Starts.IsZero() {
		return
	}
	what, place := "Pickup", []string{o.Place}
	if o.Delivery {
		what, place = "Delivery", doorOf(to)
	}
	fmt.Fprintf(b, "%s: %s\n", what, hours(o.Starts, o.Ends, m))
	for _, line := range place {
		if line = harmless(line, maxWords); line != "" {
			fmt.Fprintf(b, "  %s\n", line)
		}
	}
	b.WriteByte('\n')
}

// doorOf is where a delivery goes, in lines. To an address that is not verified it is not told.
func doorOf(to Person) []string {
	switch {
	case to.Email == "":
		return nil // the letter is somebody else's
	case !to.Verified:
		return []string{"to the address that was given with the order"}
	}
	return to.Address
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
