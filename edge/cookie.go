package edge

import (
	"net/http"
	"strings"
	"time"

	"github.com/artisan-eats/artisan/host"
)

// The shop's cookies. Each is set for the whole shop, except an order's, which is
// set for the order's own page. Which orders have one, the cookie of orders tells, so that all can be forgotten.
const (
	sessionCookie = "session"
	cartCookie    = "cart"
	orderCookie   = "order"
	ordersCookie  = "orders"
	// proofsCookie has the links of the newest few orders of a guest once more, for the checkout.
	proofsCookie = "proofs"
	// deviceCookie says that the device has signed in before, and signUpCookie which browser has begun to sign up.
	deviceCookie = "device"
	signUpCookie = "sign-up"
)

const (
	cartLives  = 30 * 24 * time.Hour
	orderLives = 60 * 24 * time.Hour
	// deviceLives and signUpLives are as long as identity knows a device, and waits for a link to be followed.
	deviceLives = 365 * 24 * time.Hour
	signUpLives = 24 * time.Hour
)

// jar names and reads cookies. Over HTTPS browsers guard their names' prefixes;
// a demo on plain HTTP has to do without.
type jar struct{ secure, https bool }

func newJar(c host.Config) jar {
	https := strings.HasPrefix(c.BaseURL, "https://")
	return jar{secure: !c.Demo || https, https: https}
}

func (j jar) name(cookie string) string {
	switch {
	case !j.secure:
		return cookie
	case cookie == orderCookie:
		return "__Secure-" + cookie
	default:
		return "__Host-" + cookie
	}
}

// read gives a cookie's value; "" when there is none that could be ours.
func (j jar) read(r *http.Request, cookie string) string { return j.readUpTo(r, cookie, maxToken) }

// readUpTo is read for a cookie that may be so many bytes long.
func (j jar) readUpTo(r *http.Request, cookie string, longest int) string {
	c, err := r.Cookie(j.name(cookie))
	if err != nil || !visible(c.Value, longest) {
		return ""
	}
	return c.Value
}

// make is a cookie with a value for a path; one that lives no time ends with the browser.
func (j jar) make(cookie, value, path string, lives time.Duration) *http.Cookie {
	return &http.Cookie{ //nolint:gosec // not secure in a demo on plain HTTP only
		Name: j.name(cookie), Value: value, Path: path, MaxAge: int(lives.Seconds()),
		HttpOnly: true, Secure: j.secure, SameSite: http.SameSiteLaxMode,
	}
}

// drop is what has a browser forget a cookie of the whole shop.
func (j jar) drop(cookie string) *http.Cookie { return j.dropAt(cookie, "/") }

// dropAt is what has a browser forget a cookie of a path.
func (j jar) dropAt(cookie, path string) *http.Cookie { return j.make(cookie, "", path, -time.Second) }
