package web

import (
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
)

// CallName is how a page calls somebody: by the first of their names, where that is short.
func CallName(name string) string {
	first, _, _ := strings.Cut(name, " ")
	if utf8.RuneCountInString(first) > 12 {
		return ""
	}
	return first
}

// DeskOf is where an account works; empty for who only shops.
func DeskOf(account *identityv1.Account) string {
	switch {
	case IsOperator(account):
		return "/operator/today"
	case slices.Contains(account.GetRoles(), RoleProducer):
		return "/producer"
	}
	return ""
}

// PendingCookie holds a sign-in whose second factor is still to come.
const (
	PendingCookie = "pending"
	pendingLives  = 5 * time.Minute
)

// Pending leads to the page of the second factor. The address says what there is to show, and no more.
func (v *Visit) Pending(token string, factors []string, next string) *Reply {
	to := AddressWith("/sign-in/second", "with", strings.Join(factors, " "), "next", LocalPath(next, ""))
	return Redirect(to).With(v.Site.Cookies.Make(PendingCookie, token, "/", pendingLives))
}

// Session is the cookie of who has signed in.
func (v *Visit) Session(token string, expiresAt int64) *http.Cookie {
	return v.Site.Cookies.Make(SessionCookie, token, "/",
		max(TimeOf(expiresAt).Sub(v.Site.Host.Now()), time.Minute))
}
