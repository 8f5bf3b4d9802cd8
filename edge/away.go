package edge

import (
	"iter"
	"time"

	"github.com/artisan-eats/artisan/edge/page"
	"github.com/artisan-eats/artisan/fault"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	deliveryv1 "github.com/artisan-eats/artisan/gen/artisan/delivery/v1"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/locale"
	"github.com/artisan-eats/artisan/money"
)

// dayOf is a date as shoppers read it: "Dec 5".
func (p *place) dayOf(date string) string {
	at, err := time.Parse(time.DateOnly, date)
	if err != nil {
		return date
	}
	return p.MonthDay(at)
}

// shownHolidays is how many of a maker's holidays a page tells, the next first.
const shownHolidays = 2

// termsOf are the notes on how a maker takes orders: when she is away, and the least that she wants.
func (p *place) termsOf(maker *catalogv1.Producer, today string) (notes []string) {
	for _, h := range maker.GetHolidays()[:min(len(maker.GetHolidays()), shownHolidays)] {
		notes = append(notes, p.away(h, today))
	}
	if least := maker.GetOrderMinimum(); least > 0 {
		notes = append(notes, p.Text("Takes orders from {minimum}", money.New(least, p.currency).Format(p.locale)))
	}
	return notes
}

func (p *place) away(h *catalogv1.Holiday, today string) string {
	if h.GetFrom() <= today {
		return p.Text("On holiday until {day}", p.dayOf(h.GetUntil()))
	}
	return p.Text("On holiday from {from} until {until}", p.dayOf(h.GetFrom()), p.dayOf(h.GetUntil()))
}

// todayIn is the day that it is in a market.
func (e *site) todayIn(in *place) string { return e.host.Now().In(in.zone).Format(time.DateOnly) }

// makerTerms are how a basket's makers take orders, as the quotes of its goods tell.
type makerTerms map[string]*catalogv1.Quote

// termsIn gathers the terms of the makers whose goods were quoted.
func termsIn(quotes iter.Seq[*catalogv1.Quote]) makerTerms {
	terms := makerTerms{}
	for q := range quotes {
		terms[q.GetProducerId()] = q
	}
	return terms
}

// lack says what a basket's goods of a maker lack to the least that she wants; empty where that is nothing.
func (t makerTerms) lack(in *place, maker string, goods int64) string {
	q := t[maker]
	if q.GetOrderMinimum() <= goods {
		return ""
	}
	return in.makerLacks(q.GetProducerName(), money.New(q.GetOrderMinimum(), in.currency), money.New(q.GetOrderMinimum()-goods, in.currency))
}

func (p *place) makerLacks(maker string, least, lack money.Amount) string {
	return p.Text("{maker} takes orders from {minimum}; {amount} more.", maker, least.Format(p.locale), lack.Format(p.locale))
}

// lacks says it of each maker of a basket.
func (t makerTerms) lacks(in *place, cart *orderingv1.Cart) (all []string) {
	goods, makers := map[string]int64{}, []string{}
	for _, l := range cart.GetLines() {
		if _, seen := goods[l.GetProducerId()]; !seen {
			makers = append(makers, l.GetProducerId())
		}
		goods[l.GetProducerId()] += l.GetTotal().GetAmount()
	}
	for _, maker := range makers {
		if lack := t.lack(in, maker, goods[maker]); lack != "" {
			all = append(all, lack)
		}
	}
	return all
}

// closed says that a maker is away when a window begins; empty where nobody is.
func (t makerTerms) closed(in *place, lines []*orderingv1.CartLine, w *deliveryv1.Window) string {
	for _, l := range lines {
		for _, h := range t[l.GetProducerId()].GetHolidays() {
			if h.GetStartsAt() <= w.GetStartsAt() && w.GetStartsAt() < h.GetEndsAt() {
				return in.Text("{maker} is on holiday until {day}.", l.GetProducerName(), in.dayOf(h.GetUntil()))
			}
		}
	}
	return ""
}

// close marks a slot that a basket's makers are away in.
func (t makerTerms) close(in *place, slot *page.Slot, lines []*orderingv1.CartLine, w *deliveryv1.Window) {
	if why := t.closed(in, lines, w); why != "" {
		slot.Why = why
	}
}

// The sentences in which ordering names days and amounts for programs.
const (
	makerAway     = "{maker} is on holiday from {from} until {until}. Please choose another time, or leave these goods out."
	makerMinimum  = "Orders from {maker} start at {minimum} {currency}; {missing} are missing."
	belowProducer = "below_producer_minimum"
)

// spelled is a fault with its days and amounts as the market's people write them.
func (p *place) spelled(f *fault.Error) *fault.Error {
	if f == nil {
		return nil
	}
	said := *f
	if args, ok := locale.Filled(makerAway, f.Message); ok {
		said.Message = p.Text(makerAway, args[0], p.dayOf(args[1]), p.dayOf(args[2]))
	} else if args, ok := locale.Filled(makerMinimum, f.Message); ok {
		least, err := money.Parse(args[1], args[2])
		lack, lackErr := money.Parse(args[3], args[2])
		if err == nil && lackErr == nil {
			said.Message = p.makerLacks(args[0], least, lack)
		}
	}
	return &said
}
