package edge

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

// rule says who may use a route. What is within (whose cart, whose order) is said
// by the service that owns it. The zero rule is nobody's, so that a route without
// one cannot be used.
type rule int

const (
	nobody    rule = iota
	anyone         // without an account
	member         // with an account
	producing      // who acts for a producer, and the operator
	operating      // the operator
)

const (
	roleProducer = "producer"
	roleOperator = "operator"
)

// allows checks a rule; account is nil for who is not signed in.
func (rl rule) allows(account *identityv1.Account) error {
	switch {
	case rl == anyone:
		return nil
	case rl == nobody:
		return errDenied
	case account == nil:
		return errSignIn
	case rl == member, isOperator(account), rl == producing && slices.Contains(account.GetRoles(), roleProducer):
		return nil
	}
	return errDenied
}

// isOperator reports whether an account runs the markets.
func isOperator(a *identityv1.Account) bool { return slices.Contains(a.GetRoles(), roleOperator) }

var (
	errSignIn = fault.New(fault.Unauthenticated, "no_session", "Please sign in.")
	errDenied = fault.New(fault.Denied, "denied", "Your account may not do this.")
)

// visit is one request of one visitor, with its whole body.
type visit struct {
	*http.Request
	site *site
	body []byte
	// oversized says that a file was too large to be taken.
	oversized error
	// counts counts the visit to an account too, by its ID, and fails where that has its share; nil where nobody counts.
	counts  func(account string) error
	account *identityv1.Account
	asked   bool
	// tongue is how pages of no market speak to the visitor; see says.
	tongue *locale.Locale
	// held is what the session has shown, and locked the account where it has to show more for its desk; see stand.
	held   *identityv1.GetSessionResponse
	locked *identityv1.Account
}

// newVisit is a visit whose body is still to come.
func newVisit(site *site, r *http.Request) *visit {
	return &visit{Request: r.WithContext(audit.With(r.Context(), actorOf(r, nil))), site: site}
}

// Context is of the request, and says who acts.
func (v *visit) Context() context.Context { return v.Request.Context() }

// count counts the visit to an account and no longer to another one; to none without an ID.
func (v *visit) count(account string) error {
	if v.counts == nil {
		return nil
	}
	return v.counts(account)
}

// whoami answers whose session comes with the request, nil for a guest.
func (v *visit) whoami() (*identityv1.Account, error) {
	token := v.sessionToken()
	if token == "" || v.asked {
		return v.account, nil
	}
	if err := v.hold(token); err != nil {
		return nil, err
	}
	return v.account, nil
}

// hold goes on as whose session a token is of; as a guest where it is nobody's. There is no other way to an account.
func (v *visit) hold(token string) error {
	v.account, v.held, v.locked = nil, nil, nil
	if err := v.count(""); err != nil {
		return err
	}
	answer, err := v.site.identity.GetSession(v.Context(), &identityv1.GetSessionRequest{SessionToken: token})
	switch {
	case err == nil:
		v.stand(answer)
		if err := v.count(v.account.GetId()); err != nil {
			return err
		}
		actor := actorOf(v.Request, v.account)
		actor.Sealed = answer.GetSealedAddress()
		v.Request = v.WithContext(rights.With(audit.With(v.Context(), actor), limitsOf(v.account)))
	case fault.KindOf(err) == fault.Unauthenticated, fault.KindOf(err) == fault.Invalid:
	default:
		return err
	}
	v.asked = true
	return nil
}

// maxToken bounds a token in bytes; what is longer was not made here.
const maxToken = 512

// sessionToken is the one that the request brings: a Bearer of a program, or the cookie of a browser.
func (v *visit) sessionToken() string {
	if token := v.bearer(); token != "" {
		return token
	}
	return v.site.jar.read(v.Request, sessionCookie)
}

// bearer is the token of the Authorization header; "" without one.
func (v *visit) bearer() string {
	scheme, token, _ := strings.Cut(v.Header.Get("Authorization"), " ")
	token = strings.TrimSpace(token)
	if !strings.EqualFold(scheme, "Bearer") || !visible(token, maxToken) {
		return ""
	}
	return token
}

// visible reports whether a header's value is 1 to limit visible ASCII characters.
func visible(s string, limit int) bool {
	for i := range len(s) {
		if s[i] <= ' ' || s[i] > '~' {
			return false
		}
	}
	return s != "" && len(s) <= limit
}

// viewer is on whose behalf services are called. A Bearer is told to ordering as an
// order's own token too: it may be either.
func (v *visit) viewer() (*orderingv1.Viewer, error) {
	account, err := v.whoami()
	if err != nil {
		return nil, err
	}
	viewer := &orderingv1.Viewer{
		CustomerId: account.GetId(), ProducerIds: producersOf(account, rights.Orders),
		Operator: account != nil && isOperator(account), Verified: account.GetEmailVerified(), Email: account.GetEmail(),
	}
	if account == nil {
		viewer.AccessToken = v.bearer()
	}
	if viewer.AccessToken == "" {
		viewer.AccessToken = v.site.jar.read(v.Request, orderCookie)
	}
	return viewer, nil
}

// actsFor reports whether the visitor works for a producer, or runs the market.
func (v *visit) actsFor(producerID string) bool {
	return isOperator(v.account) || slices.Contains(v.account.GetProducerIds(), producerID)
}

// limitsOf are what an account may do for producers that it does not own.
func limitsOf(a *identityv1.Account) rights.Limits {
	limits := rights.Limits{}
	if a == nil || isOperator(a) {
		return limits
	}
	for _, of := range a.GetProducerRights() {
		limits[of.GetProducerId()] = of.GetRights()
	}
	return limits
}

// producersOf are the producers for which an account may do something.
func producersOf(a *identityv1.Account, right string) (all []string) {
	limits := limitsOf(a)
	for _, producer := range a.GetProducerIds() {
		if limits.Allow(producer, right) {
			all = append(all, producer)
		}
	}
	return all
}

// mayFor refuses what the visitor may not do for a producer.
func (v *visit) mayFor(producerID, right string) error {
	if right == "" || limitsOf(v.account).Allow(producerID, right) {
		return nil
	}
	return rights.Denied(right)
}
