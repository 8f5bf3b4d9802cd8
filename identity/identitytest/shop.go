package identitytest

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/artisan-eats/artisan/audit"
	"github.com/artisan-eats/artisan/fault"
	auditv1 "github.com/artisan-eats/artisan/gen/artisan/audit/v1"
	"github.com/artisan-eats/artisan/gen/artisan/audit/v1/auditv1connect"
	"github.com/artisan-eats/artisan/gen/artisan/catalog/v1/catalogv1connect"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	"github.com/artisan-eats/artisan/gen/artisan/identity/v1/identityv1connect"
	"github.com/artisan-eats/artisan/gen/artisan/notify/v1/notifyv1connect"
	"github.com/artisan-eats/artisan/host"
	"github.com/artisan-eats/artisan/host/hosttest"
	"github.com/artisan-eats/artisan/id"
	"github.com/artisan-eats/artisan/identity"
	"github.com/artisan-eats/artisan/sqldb"
	"github.com/artisan-eats/artisan/sqldb/sqldbtest"
)

// Password is what members sign in with.
const Password = "correct horse battery"

// Cheap is a cost of password hashes with which tests are fast.
var Cheap = identity.Cost{Memory: 8, Iterations: 1, Parallelism: 1, SaltLength: 16, KeyLength: 32}

// Shop is identity on one engine, with a clock that the test holds, beside a notify that keeps its letters
// and a catalogue of makers. Its jobs run when the test wants.
type Shop struct {
	identityv1connect.IdentityServiceClient

	Process *host.Process
	Clock   *hosttest.Clock
	Post    *Post
	Makers  *Makers
}

// Each runs a test on each engine.
func Each(t *testing.T, test func(t *testing.T, s Shop)) {
	t.Helper()
	for _, engine := range sqldbtest.Engines {
		t.Run(string(engine), func(t *testing.T) { test(t, Open(t, engine)) })
	}
}

// Open opens a shop until the test ends. Options change its configuration.
func Open(t *testing.T, engine sqldb.Engine, options ...func(*host.Config)) Shop {
	t.Helper()
	letters, makers := &Post{}, &Makers{}
	services := []host.Service{
		identity.Room().With(identity.WithCost(Cheap)),
		{Name: "notify", New: func(h *host.Host) error {
			notifyv1connect.RegisterNotifyServiceHandler(h.RPC(), letters)
			return nil
		}},
		{Name: "catalog", New: func(h *host.Host) error {
			catalogv1connect.RegisterCatalogServiceHandler(h.RPC(), makers)
			return nil
		}},
	}
	clock := hosttest.NewClock(time.Date(2026, 4, 4, 9, 0, 0, 0, time.UTC))
	options = append(options, func(c *host.Config) { c.Now = clock.Now })
	p := hosttest.Open(t, engine, services, options...)
	return Shop{Of(p), p, clock, letters, makers}
}

// Of is a process's identity.
func Of(p *host.Process) identityv1connect.IdentityServiceClient {
	return identityv1connect.NewIdentityServiceClient(p.Client("identity"))
}

// Member makes an account of an address that the shop vouches for, and signs it in.
func (s Shop) Member(t *testing.T, email string, roles ...string) *identityv1.SignInResponse {
	t.Helper()
	if _, err := s.EnsureAccount(t.Context(), &identityv1.EnsureAccountRequest{
		Email: email, Password: Password, Name: "Ann Baker", Roles: roles,
	}); err != nil {
		t.Fatal(err)
	}
	in, err := s.SignIn(t.Context(), &identityv1.SignInRequest{Email: email, Password: Password})
	if err != nil {
		t.Fatal(err)
	}
	return in
}

// Session asks whose a token is.
func (s Shop) Session(ctx context.Context, token string) (*identityv1.GetSessionResponse, error) {
	return s.GetSession(ctx, &identityv1.GetSessionRequest{SessionToken: token})
}

// Order is an order's ID.
func (s Shop) Order() string { return s.Process.Host("identity").NewID(id.Order, "portland") }

// Contact is whom an order is for.
func Contact() *identityv1.Contact {
	return &identityv1.Contact{
		Email: "ann@example.org", Name: "Ann Baker", Phone: "+1 503 555 0100",
		Note: "The blue door.\nRing twice.",
		Address: &identityv1.Address{
			Line1: "1 Mill Lane", PostalCode: "97201", City: "Portland",
			Region: "OR", Country: "US",
		},
	}
}

// SealFor seals the contact of a customer, or of an order's guest.
func (s Shop) SealFor(t *testing.T, customer, order string) *identityv1.SealResponse {
	t.Helper()
	r, err := s.Seal(t.Context(),
		&identityv1.SealRequest{CustomerId: customer, OrderId: order, Contact: Contact()})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// Opened opens what was sealed.
func (s Shop) Opened(t *testing.T, sealed ...[]byte) []*identityv1.Opened {
	t.Helper()
	r, err := s.Open(t.Context(), &identityv1.OpenRequest{Sealed: sealed})
	if err != nil {
		t.Fatal(err)
	}
	return r.GetContacts()
}

// Logged are the lines of the service's security log, the newest first.
func (s Shop) Logged(t *testing.T, r *auditv1.ListEntriesRequest) []*auditv1.Entry {
	t.Helper()
	r.Limit = audit.MaxListed
	answer, err := auditv1connect.NewAuditServiceClient(s.Process.Client("identity")).ListEntries(t.Context(),
		r)
	if err != nil {
		t.Fatal(err)
	}
	return answer.GetEntries()
}

// Count counts the rows of a table.
func (s Shop) Count(t *testing.T, table string) (n int) {
	t.Helper()
	if err := s.Process.Host("identity").DB().Read().QueryRowContext(t.Context(), "SELECT COUNT(*) FROM "+
		table).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// Exec changes the database behind the service's back.
func (s Shop) Exec(t *testing.T, query string, args ...any) {
	t.Helper()
	err := s.Process.Host("identity").DB().Tx(t.Context(), func(ctx context.Context, tx *sqldb.Tx) error {
		_, err := tx.ExecContext(ctx, query, args...)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// WantCode fails the test where an error is not the fault that it should be.
func WantCode(t *testing.T, what string, err error, kind fault.Kind, code string) {
	t.Helper()
	if !fault.Is(err, code) || fault.KindOf(err) != kind {
		t.Errorf("%s: %v, want code %s", what, err, code)
	}
}

// WantFields fails the test where an error does not name these wrong fields, in this order.
func WantFields(t *testing.T, err error, names ...string) {
	t.Helper()
	WantCode(t, "a wrong request", err, fault.Invalid, "invalid")
	var got []string
	for _, field := range fault.Of(err).Fields {
		got = append(got, field.Name)
	}
	if !slices.Equal(got, names) {
		t.Errorf("wrong fields %v, want %v", got, names)
	}
}
