package trade

import (
	"iter"
	"time"

	"github.com/artisan-eats/artisan/edge/web"
	"github.com/artisan-eats/artisan/fault"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	deliveryv1 "github.com/artisan-eats/artisan/gen/artisan/delivery/v1"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/locale"
	"github.com/artisan-eats/artisan/money"
)

// DayOf is a date as shoppers read it: "Dec 5".
func DayOf(p *web.Market, date string) string {
	at, err := time.Parse(time.DateOnly, date)
	if err != nil {
		return date
	}
	return p.Locale.MonthDay(at)
}

// shownHolidays is how many of a maker's holidays a page tells, the next first.
const shownHolidays = 2

// TermsOf are the notes on how a maker takes orders: when she is away, and the least that she wants.
func TermsOf(p *web.Market, maker *catalogv1.Producer, today string) (notes []string) {
	for _, h := range maker.GetHolidays()[:min(len(maker.GetHolidays()), shownHolidays)] {
		notes = append(notes, away(p, h, today))
	}
	if least := maker.GetOrderMinimum(); least > 0 {
		notes = append(notes,
			p.Text("Takes orders from {minimum}", money.New(least, p.Currency).Format(p.Tag)))
	}
	return notes
}

func away(p *web.Market, h *catalogv1.Holiday, today string) string {
	if h.GetFrom() <= today {
		return p.Text("On holiday until {day}", DayOf(p, h.GetUntil()))
	}
	return p.Text("On holiday from {from} until {until}", DayOf(p, h.GetFrom()), DayOf(p, h.GetUntil()))
}

// TodayIn is the day that it is in a market.
func TodayIn(site *web.Site, in *web.Market) string {
	return site.Host.Now().In(in.Zone).Format(time.DateOnly)
}

// MakerTerms are how a basket's makers take orders, as the quotes of its goods tell.
type MakerTerms map[string]*catalogv1.Quote

// termsIn gathers the terms of the makers whose goods were quoted.
func termsIn(quotes iter.Seq[*catalogv1.Quote]) MakerTerms {
	terms := MakerTerms{}
	for q := range quotes {
		terms[q.GetProducerId()] = q
	}
	return terms
}

// Lack says what a basket's goods of a maker lack to the least that she wants; empty where that is nothing.
func (t MakerTerms) Lack(in *web.Market, maker string, goods int64) string {
	q := t[maker]
	if q.GetOrderMinimum() <= goods {
		return ""
	}
	return makerLacks(in, q.GetProducerName(), money.New(q.GetOrderMinimum(), in.Currency),
		money.New(q.GetOrderMinimum()-goods, in.Currency))
}

func makerLacks(p *web.Market, maker string, least, lack money.Amount) string {
	return p.Text("{maker} takes orders from {minimum}; {amount} more.", maker, least.Format(p.Tag),
		lack.Format(p.Tag))
}

// Lacks says it of each maker of a basket.
func (t MakerTerms) Lacks(in *web.Market, cart *orderingv1.Cart) (all []string) {
	goods, makers := map[string]int64{}, []string{}
	for _, l := range cart.GetLines() {
		if _, seen := goods[l.GetProducerId()]; !seen {
			makers = append(makers, l.GetProducerId())
		}
		goods[l.GetProducerId()] += l.GetTotal().GetAmount()
	}
	for _, maker := range makers {
		if lack := t.Lack(in, maker, goods[maker]); lack != "" {
			all = append(all, lack)
		}
	}
	return all
}

// Closed says that a maker is away when a window begins; empty where nobody is.
func (t MakerTerms) Closed(in *web.Market, lines []*orderingv1.CartLine, w *deliveryv1.Window) string {
	for _, l := range lines {
		for _, h := range t[l.GetProducerId()].GetHolidays() {
			if h.GetStartsAt() <= w.GetStartsAt() && w.GetStartsAt() < h.GetEndsAt() {
				return in.Text("{maker} is on holiday until {day}.", l.GetProducerName(),
					DayOf(in, h.GetUntil()))
			}
		}
	}
	return ""
}

// The sentences in which ordering names days and amounts for programs.
const (
	makerAway     = "{maker} is on holiday from {from} until {until}. Please choose another time, or leave these goods out."
	makerMinimum  = "Orders from {maker} start at {minimum} {currency}; {missing} are missing."
	belowProducer = "below_producer_minimum"
)

// Spelled is a fault with its days and amounts as the market's people write them.
func Spelled(p *web.Market, f *fault.Error) *fault.Error {
	if f == nil {
		return nil
	}
	said := *f
	if args, ok := locale.Filled(makerAway, f.Message); ok {
		said.Message = p.Text(makerAway, args[0], DayOf(p, args[1]), DayOf(p, args[2]))
	} else if args, ok := locale.Filled(makerMinimum, f.Message); ok {
		least, err := money.Parse(args[1], args[2])
		lack, lackErr := money.Parse(args[3], args[2])
		if err == nil && lackErr == nil {
			said.Message = makerLacks(p, args[0], least, lack)
		}
	}
	return &said
}
