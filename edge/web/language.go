package web

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/artisan-eats/artisan/edge/page"
	"github.com/artisan-eats/artisan/locale"
)

// marketCookie says in which market the visitor was last, and how that reads: "lyon.fr-FR".
const (
	marketCookie = "market"
	marketLives  = 365 * 24 * time.Hour
)

// tongue is how pages of no market speak to a visitor: like the market that led here, or that they were in
// last, or the shop's only one; else like their browser. Where the shop is busy nobody is asked for that.
func (s *Site) tongue(r *http.Request, ask bool) *locale.Locale {
	last, tag, _ := strings.Cut(s.Cookies.Read(r, marketCookie), ".")
	code := cameFrom(r)
	if tag != "" && (code == "" || code == last || !ask) {
		return locale.New(tag, "")
	}
	if ask {
		if in := s.marketOrOnly(r, code); in != nil {
			return in.Locale
		}
	}
	return locale.Of(r.Header.Get("Accept-Language"))
}

// cameFrom is the market of the page that led here; "" where that was of none.
func cameFrom(r *http.Request) string {
	from, err := url.Parse(r.Header.Get("Referer"))
	if err != nil || from.Host != r.Host {
		return ""
	}
	return marketIn(from.Path)
}

// Says is how pages of no market speak to the visitor.
func (v *Visit) Says() *locale.Locale {
	if v.tongue == nil {
		v.tongue = v.Site.tongue(v.Request, true)
	}
	return v.tongue
}

// Spoken is the visit's context for calls of which a letter comes: it is written as the visitor reads.
func (v *Visit) Spoken() context.Context { return locale.With(v.Context(), v.Says()) }

// Frame surrounds a page of no market.
func (v *Visit) Frame(title string) page.Frame {
	f := v.Site.Frame(v.Says().Text(title), nil)
	f.Locale = v.Says()
	return f
}

// Remember has the browser keep in which market its visitor is.
func (v *Visit) Remember(out *Reply) {
	code := cameFrom(v.Request)
	last, _, _ := strings.Cut(v.Site.Cookies.Read(v.Request, marketCookie), ".")
	if code == "" || code == last || IsAPI(v.Request) {
		return
	}
	ctx, cancel := context.WithTimeout(v.Context(), nearbyPatience)
	defer cancel()
	if in, err := v.Site.Market(ctx, code); err == nil {
		out.With(v.Site.Cookies.Make(marketCookie, code+"."+in.Locale.Lang(), "/", marketLives))
	}
}
