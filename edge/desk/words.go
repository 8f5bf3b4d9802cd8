package desk

import (
	"strconv"
	"strings"
	"time"

	"github.com/artisan-eats/artisan/edge/page"
	"github.com/artisan-eats/artisan/edge/web"
	moneyv1 "github.com/artisan-eats/artisan/gen/artisan/money/v1"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/gen/state"
)

// When is a time as the market's clocks show it; empty for none.
func When(p *web.Market, millis int64) string {
	if millis == 0 {
		return ""
	}
	return p.Locale.DateTime(p.At(millis))
}

// MoneyIfAny is an amount as the market's people write it; empty for nothing.
func MoneyIfAny(p *web.Market, m *moneyv1.Money) string {
	if m.GetAmount() == 0 {
		return ""
	}
	return p.Money(m)
}

// OrderWords are what the operator calls the states of an order.
var OrderWords = map[string]string{
	state.OrderPlaced: "Placed", state.OrderHeld: "Held", state.OrderAuthorised: "Authorised",
	state.OrderConfirmed: "Confirmed", state.OrderPacked: "Packed", state.OrderDone: "Done",
	state.OrderReleasing: "Being called off", state.OrderAwaitingConfirmation: "Not confirmed yet",
	state.OrderFailed: "Failed", state.OrderCancelled: "Cancelled",
}

// StateOf is how an order stands, in a word.
func StateOf(o *orderingv1.Order) page.State {
	s := o.GetStatus()
	return page.State{Label: OrderWords[s], Good: s == state.OrderDone, Bad: s == state.OrderFailed ||
		s == state.OrderCancelled || s == state.OrderReleasing}
}

// Digits is a number for people.
func Digits(n int64) string { return strconv.FormatInt(n, 10) }

// LotWords say which lot to take: "B12, best before 1 Dec 2026".
func LotWords(lot *orderingv1.Lot) string {
	words := lot.GetCode()
	if lot.GetBestBefore() != "" {
		words = strings.TrimPrefix(words+", best before "+ShortDay(lot.GetBestBefore()), ", ")
	}
	return words
}

// ShortDay is a date for people: "1 Dec 2026". What is no date stays as it is.
func ShortDay(date string) string {
	day, err := time.Parse(time.DateOnly, date)
	if err != nil {
		return date
	}
	return day.Format("2 Jan 2006")
}

// Day is a date as people write it, with its year.
func Day(p *web.Market, date string) string {
	at, err := time.Parse(time.DateOnly, date)
	if err != nil {
		return date
	}
	return p.Locale.Date(at)
}
