package web

import (
	"net/http"
	"strings"
	"time"

	"github.com/artisan-eats/artisan/host"
)

// The shop's cookies. Each is set for the whole shop, except an order's, which is set for the order's own
// page. Which orders have one, the cookie of orders tells, so that all can be forgotten.
const (
	SessionCookie = "session"
	CartCookie    = "cart"
	OrderCookie   = "order"
	ordersCookie  = "orders"
	// proofsCookie has the links of the newest few orders of a guest once more, for the checkout.
	proofsCookie = "proofs"
	// deviceCookie says that the device has signed in before, and SignUpCookie which browser has begun to
	// sign up.
	deviceCookie = "device"
	SignUpCookie = "sign-up"
	// ticketCookie is a place in the waiting room, and typedCookie what was typed meanwhile, sealed.
	ticketCookie = "waiting"
	typedCookie  = "typed"
)

const (
	// CartLives is how long a browser keeps its basket.
	CartLives  = 30 * 24 * time.Hour
	orderLives = 60 * 24 * time.Hour
	// deviceLives is as long as identity knows a device.
	deviceLives = 365 * 24 * time.Hour
	// SignUpLives is as long as identity waits for a link to be followed.
	SignUpLives = 24 * time.Hour
)

// Cookies names and reads cookies. Over HTTPS browsers guard their names' prefixes;
// a demo on plain HTTP has to do without.
type Cookies struct{ Secure, Https bool }

// NewCookies are the cookies of a shop as its configuration has it.
func NewCookies(c host.Config) Cookies {
	https := strings.HasPrefix(c.BaseURL, "https://")
	return Cookies{Secure: !c.Demo || https, Https: https}
}

func (j Cookies) name(cookie string) string {
	switch {
	case !j.Secure:
		return cookie
	case cookie == OrderCookie:
		return "__Secure-" + cookie
	default:
		return "__Host-" + cookie
	}
}

// Read gives a cookie's value; "" when there is none that could be ours.
func (j Cookies) Read(r *http.Request, cookie string) string { return j.readUpTo(r, cookie, MaxToken) }

// readUpTo is read for a cookie that may be so many bytes long.
func (j Cookies) readUpTo(r *http.Request, cookie string, longest int) string {
	c, err := r.Cookie(j.name(cookie))
	if err != nil || !Visible(c.Value, longest) {
		return ""
	}
	return c.Value
}

// Make is a cookie with a value for a path; one that lives no time ends with the browser.
func (j Cookies) Make(cookie, value, path string, lives time.Duration) *http.Cookie {
	return &http.Cookie{ //nolint:gosec // not secure in a demo on plain HTTP only
		Name: j.name(cookie), Value: value, Path: path, MaxAge: int(lives.Seconds()),
		HttpOnly: true, Secure: j.Secure, SameSite: http.SameSiteLaxMode,
	}
}

// Drop is what has a browser forget a cookie of the whole shop.
func (j Cookies) Drop(cookie string) *http.Cookie { return j.DropAt(cookie, "/") }

// DropAt is what has a browser forget a cookie of a path.
func (j Cookies) DropAt(cookie, path string) *http.Cookie {
	return j.Make(cookie, "", path, -time.Second)
}
