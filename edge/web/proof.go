package web

import (
	"net/http"
	"net/url"

	"google.golang.org/protobuf/proto"

	"github.com/artisan-eats/artisan/fault"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	"github.com/artisan-eats/artisan/locale"
)

var (
	// ErrStepUp is told to whose session was not shown lately to be theirs.
	ErrStepUp = fault.New(fault.Denied, "step_up_required",
		"Please show once more that it is you. Nothing is done yet.")
	// errNeedFactor is told to whose desk asks for a second factor that they have not.
	errNeedFactor = fault.New(fault.Denied, "second_factor_required",
		"Your desk opens once your account has a second factor: a passkey, or an authenticator app.")
)

// stand takes in what a session may. Where a desk asks for a second factor that the session has not shown,
// its account is a shopper's until it has: locked keeps what it would be.
func (v *Visit) stand(answer *identityv1.GetSessionResponse) {
	v.Account, v.Held = answer.GetAccount(), answer
	if answer.GetFactorRequiredSince() == 0 || answer.GetTwoFactors() {
		return
	}
	v.Locked, v.Account = v.Account, proto.CloneOf(v.Account)
	v.Account.Roles, v.Account.ProducerIds = []string{"shopper"}, nil
}

// Whole is the account with all that it would be.
func (v *Visit) Whole() *identityv1.Account {
	if v.Locked != nil {
		return v.Locked
	}
	return v.Account
}

// Unlock is the fault of a desk that is locked, or nil.
func (v *Visit) Unlock() error {
	switch {
	case v.Locked == nil:
		return nil
	case len(v.Held.GetFactors()) > 0:
		return ErrStepUp
	}
	return errNeedFactor
}

// Fresh reports whether the visitor has just shown who they are.
func (v *Visit) Fresh() bool {
	return v.Site.Host.Now().UnixMilli() < v.Held.GetSteppedUpUntil()
}

// Ask is the address to show who one is at, before going on to a page of the shop.
func Ask(next string) string { return "/step-up?next=" + url.QueryEscape(next) }

// before is the page that a form was on, or else the account's.
func before(r *http.Request) string {
	from, err := url.Parse(r.Header.Get("Referer"))
	if err != nil || from.Host != r.Host {
		return "/account"
	}
	return LocalPath(from.RequestURI(), "/account")
}

// toProve leads on where a fault is that the visitor has to show something: a page at once, a form when its
// person is ready.
func (s *Site) toProve(r *http.Request, f *fault.Error) (to, label string) {
	back := r.URL.RequestURI()
	if r.Method != http.MethodGet {
		back = before(r)
	}
	switch f.Code {
	case ErrStepUp.Code:
		return Ask(back), locale.Key("Show that it is me")
	case errNeedFactor.Code:
		return "/account/security", locale.Key("Set up a second factor")
	}
	return "", ""
}

// ProofStatus is a refused proof's status: who is signed in stays so.
func ProofStatus(f *fault.Error) int {
	if f.Kind == fault.Unauthenticated {
		return http.StatusUnprocessableEntity
	}
	return StatusOf(f)
}

// ProveFirst is where to show who one is before going on to a page; empty for who has just shown it.
func (v *Visit) ProveFirst(next string) string {
	if v.Fresh() {
		return ""
	}
	return Ask(next)
}
