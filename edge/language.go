package edge

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

// tongue is how pages of no market speak to a visitor: like the market that led here, or that they were in last, or the
// shop's only one; else like their browser. Where the shop is busy nobody is asked for that.
func (e *site) tongue(r *http.Request, ask bool) *locale.Locale {
	last, tag, _ := strings.Cut(e.jar.read(r, marketCookie), ".")
	code := cameFrom(r)
	if tag != "" && (code == "" || code == last || !ask) {
		return locale.New(tag, "")
	}
	if ask {
		if in := e.market(r, code); in != nil {
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

// says is how pages of no market speak to the visitor.
func (v *visit) says() *locale.Locale {
	if v.tongue == nil {
		v.tongue = v.site.tongue(v.Request, true)
	}
	return v.tongue
}

// spoken is the visit's context for calls of which a letter comes: it is written as the visitor reads.
func (v *visit) spoken() context.Context { return locale.With(v.Context(), v.says()) }

// frame surrounds a page of no market.
func (v *visit) frame(title string) page.Frame {
	f := v.site.frame(v.says().Text(title), nil)
	f.Locale = v.says()
	return f
}

// remember has the browser keep in which market its visitor is.
func (v *visit) remember(out *reply) {
	code := cameFrom(v.Request)
	last, _, _ := strings.Cut(v.site.jar.read(v.Request, marketCookie), ".")
	if code == "" || code == last || isAPI(v.Request) {
		return
	}
	ctx, cancel := context.WithTimeout(v.Context(), nearbyPatience)
	defer cancel()
	if in, err := v.site.place(ctx, code); err == nil {
		out.with(v.site.jar.make(marketCookie, code+"."+in.Lang(), "/", marketLives))
	}
}
