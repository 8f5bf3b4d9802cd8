package basket

import (
	"github.com/artisan-eats/artisan/fault"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	"github.com/artisan-eats/artisan/money"
	"github.com/artisan-eats/artisan/ordering/order"
)

// terms are how a maker takes orders, as the quotes of her goods tell, and what an order has of them.
type terms struct {
	quote *catalogv1.Quote
	goods int64 // in minor units
}

// termsOf are those of each maker of some lines, in the lines' order. Of whom no quote tells there are none.
func termsOf(lines []order.Line, quotes map[string]*catalogv1.Quote) (all []*terms) {
	of := map[string]*terms{}
	for _, quote := range quotes {
		of[quote.GetProducerId()] = &terms{quote: quote}
	}
	for _, line := range lines {
		t := of[line.ProducerID]
		if t == nil {
			continue
		}
		if t.goods == 0 {
			all = append(all, t)
		}
		t.goods += line.Total.Minor
	}
	return all
}

// CheckMakers refuses an order that one of its makers does not take: in a window on her holiday, or with less
// of her goods than she wants.
func CheckMakers(lines []order.Line, quotes map[string]*catalogv1.Quote, startsAt int64) error {
	if err := CheckHolidays(lines, quotes, startsAt); err != nil {
		return err
	}
	for _, t := range termsOf(lines, quotes) {
		if err := t.enough(lines[0].Total.Currency); err != nil {
			return err
		}
	}
	return nil
}

// CheckMakersAgain refuses what an order may not become. What its makers took stays taken: only where it is
// more of her goods, or another window, a maker may be away, and only what became less has to be enough.
func CheckMakersAgain(before, after order.Order, quotes map[string]*catalogv1.Quote, startsAt int64) error {
	had := map[string]int64{}
	for _, line := range before.Lines {
		had[line.ProducerID] += line.Total.Minor
	}
	for _, t := range termsOf(after.Lines, quotes) {
		was := had[t.quote.GetProducerId()]
		if before.Window.ID != after.Window.ID || t.goods > was {
			if err := t.holiday(startsAt); err != nil {
				return err
			}
		}
		if was == 0 || t.goods < was {
			if err := t.enough(after.Total.Currency); err != nil {
				return err
			}
		}
	}
	return nil
}

// holiday refuses a window that begins on a holiday of the maker's.
func (t *terms) holiday(startsAt int64) error {
	for _, h := range t.quote.GetHolidays() {
		if h.GetStartsAt() <= startsAt && startsAt < h.GetEndsAt() {
			return fault.Newf(fault.Conflict, "window_closed",
				"%s is on holiday from %s until %s. Please choose another time, or leave these goods out.",
				t.quote.GetProducerName(), h.GetFrom(), h.GetUntil())
		}
	}
	return nil
}

// enough refuses less of a maker's goods than she takes an order for.
func (t *terms) enough(currency string) error {
	minimum := t.quote.GetOrderMinimum()
	if t.goods >= minimum {
		return nil
	}
	missing := money.New(minimum-t.goods, currency)
	err := fault.Newf(fault.Invalid, "below_producer_minimum",
		"Orders from %s start at %s %s; %s are missing.",
		t.quote.GetProducerName(), money.New(minimum, currency).Decimal(), currency, missing.Decimal())
	err.Fields = []fault.Field{{Name: t.quote.GetProducerId(), Message: err.Message}}
	return err
}

// CheckHolidays refuses goods of a maker who is on holiday at a time, in Unix milliseconds.
func CheckHolidays(lines []order.Line, quotes map[string]*catalogv1.Quote, startsAt int64) error {
	for _, t := range termsOf(lines, quotes) {
		if err := t.holiday(startsAt); err != nil {
			return err
		}
	}
	return nil
}
