package trade

import (
	"strconv"

	"github.com/artisan-eats/artisan/edge/web"
	"github.com/artisan-eats/artisan/locale"
)

// WindowPage is how many windows a list has where nothing else is asked for.
const WindowPage = 50

// KindDelivery is the kind of a window that brings goods.
const KindDelivery = "delivery"

// shownWindows is how many windows there are to choose from.
const shownWindows = 60

// PlacesLeft says how many places a window has left.
func PlacesLeft(p *web.Market, n int64) string {
	return p.Count(n, "{n} place left", "{n} places left")
}

// KindName names a kind of window, in English: a key of the catalogue of languages.
func KindName(kind string) string {
	if kind == KindDelivery {
		return locale.Key("Delivery")
	}
	return locale.Key("Pickup")
}

// Kind is a window's kind for shoppers.
func Kind(p *web.Market, of string) string { return p.Text(KindName(of)) }

// Plural is so many of something, in English.
func Plural(n int64, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.FormatInt(n, 10) + " " + many
}
