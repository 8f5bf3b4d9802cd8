package web

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/artisan-eats/artisan/audit"
	"github.com/artisan-eats/artisan/fault"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/locale"
	"github.com/artisan-eats/artisan/rights"
)

// Rule says who may use a route. What is within (whose cart, whose order) is said
// by the service that owns it. The zero rule is nobody's, so that a route without
// one cannot be used.
type Rule int

// The rules, from nobody to the operator.
const (
	Nobody    Rule = iota
	Anyone         // without an account
	Member         // with an account
	Producing      // who acts for a producer, and the operator
	Operating      // the operator
)

// Allows checks a rule; account is nil for who is not signed in.
func (rl Rule) Allows(account *identityv1.Account) error {
	switch {
	case rl == Anyone:
		return nil
	case rl == Nobody:
		return errDenied
	case account == nil:
		return errSignIn
	case rl == Member, IsOperator(account), rl == Producing &&
		slices.Contains(account.GetRoles(), RoleProducer):
		return nil
	}
	return errDenied
}

// IsOperator reports whether an account runs the markets.
func IsOperator(a *identityv1.Account) bool { return slices.Contains(a.GetRoles(), RoleOperator) }

var (
	errSignIn = fault.New(fault.Unauthenticated, "no_session", "Please sign in.")
	errDenied = fault.New(fault.Denied, "denied", "Your account may not do this.")
)

// Visit is one request of one visitor, with its whole body.
type Visit struct {
	Request *http.Request
	Site    *Site
	Body    []byte
	// Oversized says that a file was too large to be taken.
	Oversized error
	// Counts counts the visit to an account too, by its ID, and fails where that has its share; nil where
	// nobody counts.
	Counts  func(account string) error
	Account *identityv1.Account
	asked   bool
	// tongue is how pages of no market speak to the visitor; see Says.
	tongue *locale.Locale
	// Held is what the session has shown, and locked the account where it has to show more for its desk; see
	// stand.
	Held   *identityv1.GetSessionResponse
	Locked *identityv1.Account
	// Recalled says that the session is known from memory: identity does not answer.
	Recalled bool
}

// NewVisit is a visit whose body is still to come.
func NewVisit(site *Site, r *http.Request) *Visit {
	return &Visit{Request: r.WithContext(audit.With(r.Context(), ActorOf(r, nil))), Site: site}
}

// Context is of the request, and says who acts.
func (v *Visit) Context() context.Context { return v.Request.Context() }

// count counts the visit to an account and no longer to another one; to none without an ID.
func (v *Visit) count(account string) error {
	if v.Counts == nil {
		return nil
	}
	return v.Counts(account)
}

// WhoAmI answers whose session comes with the request, nil for a guest.
func (v *Visit) WhoAmI() (*identityv1.Account, error) {
	token := v.SessionToken()
	if token == "" || v.asked {
		return v.Account, nil
	}
	if err := v.Hold(token); err != nil {
		return nil, err
	}
	return v.Account, nil
}

// Hold goes on as whose session a token is of; as a guest where it is nobody's. There is no other way to an
// account.
func (v *Visit) Hold(token string) error {
	v.Account, v.Held, v.Locked, v.Recalled = nil, nil, nil, false
	if err := v.count(""); err != nil {
		return err
	}
	answer, err := v.session(token)
	switch {
	case err == nil:
		v.stand(answer)
		if err := v.count(v.Account.GetId()); err != nil {
			return err
		}
		actor := ActorOf(v.Request, v.Account)
		actor.Sealed = answer.GetSealedAddress()
		v.Request = v.Request.WithContext(rights.With(audit.With(v.Context(), actor), LimitsOf(v.Account)))
	case fault.KindOf(err) == fault.Unauthenticated, fault.KindOf(err) == fault.Invalid:
	default:
		return err
	}
	v.asked = true
	return nil
}

// MaxToken bounds a token in bytes; what is longer was not made here.
const MaxToken = 512

// SessionToken is the one that the request brings: a Bearer of a program, or the cookie of a browser.
func (v *Visit) SessionToken() string {
	if token := v.Bearer(); token != "" {
		return token
	}
	return v.Site.Cookies.Read(v.Request, SessionCookie)
}

// Bearer is the token of the Authorization header; "" without one.
func (v *Visit) Bearer() string {
	scheme, token, _ := strings.Cut(v.Request.Header.Get("Authorization"), " ")
	token = strings.TrimSpace(token)
	if !strings.EqualFold(scheme, "Bearer") || !Visible(token, MaxToken) {
		return ""
	}
	return token
}

// Visible reports whether a header's value is 1 to limit visible ASCII characters.
func Visible(s string, limit int) bool {
	for i := range len(s) {
		if s[i] <= ' ' || s[i] > '~' {
			return false
		}
	}
	return s != "" && len(s) <= limit
}

// Viewer is on whose behalf services are called. A Bearer is told to ordering as an
// order's own token too: it may be either.
func (v *Visit) Viewer() (*orderingv1.Viewer, error) {
	account, err := v.WhoAmI()
	if err != nil {
		return nil, err
	}
	viewer := &orderingv1.Viewer{
		CustomerId: account.GetId(), ProducerIds: producersOf(account, rights.Orders),
		Operator: account != nil && IsOperator(account), Verified: account.GetEmailVerified(),
		Email: account.GetEmail(),
	}
	if account == nil {
		viewer.AccessToken = v.Bearer()
	}
	if viewer.AccessToken == "" {
		viewer.AccessToken = v.Site.Cookies.Read(v.Request, OrderCookie)
	}
	return viewer, nil
}

// ActsFor reports whether the visitor works for a producer, or runs the market.
func (v *Visit) ActsFor(producerID string) bool {
	return IsOperator(v.Account) || slices.Contains(v.Account.GetProducerIds(), producerID)
}

// LimitsOf are what an account may do for producers that it does not own.
func LimitsOf(a *identityv1.Account) rights.Limits {
	limits := rights.Limits{}
	if a == nil || IsOperator(a) {
		return limits
	}
	for _, of := range a.GetProducerRights() {
		limits[of.GetProducerId()] = of.GetRights()
	}
	return limits
}

// producersOf are the producers for which an account may do something.
func producersOf(a *identityv1.Account, right string) (all []string) {
	limits := LimitsOf(a)
	for _, producer := range a.GetProducerIds() {
		if limits.Allow(producer, right) {
			all = append(all, producer)
		}
	}
	return all
}

// MayFor refuses what the visitor may not do for a producer.
func (v *Visit) MayFor(producerID, right string) error {
	if right == "" || LimitsOf(v.Account).Allow(producerID, right) {
		return nil
	}
	return rights.Denied(right)
}

// Check holds the visitor against the route's rule.
func (v *Visit) Check(rt *Route) error {
	if rt.Rule == Anyone {
		return nil
	}
	account, err := v.WhoAmI()
	if err != nil {
		return err
	}
	return v.Site.Refused(v.Context(), rt, v.allowed(rt, account))
}

// allowed holds an account, and what its session has shown, against the route's marks.
func (v *Visit) allowed(rt *Route, account *identityv1.Account) error {
	err := rt.Rule.Allows(account)
	switch {
	case v.Recalled && (err != nil || rt.StepUp):
		return errCannotTell
	case err != nil && v.Locked != nil && rt.Rule.Allows(v.Locked) == nil:
		return v.Unlock()
	case err == nil && rt.StepUp && !v.Fresh():
		return ErrStepUp
	}
	return err
}

// Answer holds the visitor against the route's rule, and does the route's work.
func (v *Visit) Answer(rt *Route) (*Reply, error) {
	if err := v.Check(rt); err != nil {
		return nil, err
	}
	answer, err := rt.Personal(v)
	return answer, v.Site.Refused(v.Context(), rt, err)
}

// RoleProducer and RoleOperator are roles of an account that open a desk.
const (
	RoleProducer = "producer"
	RoleOperator = "operator"
)
