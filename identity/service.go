package identity

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"github.com/artisan-eats/artisan/contact"
	"github.com/artisan-eats/artisan/gen/artisan/catalog/v1/catalogv1connect"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	"github.com/artisan-eats/artisan/gen/artisan/identity/v1/identityv1connect"
	"github.com/artisan-eats/artisan/gen/artisan/notify/v1/notifyv1connect"
	"github.com/artisan-eats/artisan/gen/sql/identitydb"
	"github.com/artisan-eats/artisan/host"
	"github.com/artisan-eats/artisan/id"
	"github.com/artisan-eats/artisan/idempotency"
	"github.com/artisan-eats/artisan/identity/accounts"
	"github.com/artisan-eats/artisan/identity/factor"
	"github.com/artisan-eats/artisan/identity/guard"
	"github.com/artisan-eats/artisan/identity/vault"
	"github.com/artisan-eats/artisan/mailbox"
	"github.com/artisan-eats/artisan/sqldb"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Migrations are of the service's database.
func Migrations() fs.FS { return sqldb.Migrations(migrations, "migrations") }

// purgeEvery is how often what has expired is deleted.
const purgeEvery = time.Hour

type service struct {
	*vault.Service // which answers what is sealed: those RPCs are its own
	host           *host.Host
	db             *sqldb.DB
	notify         notifyv1connect.NotifyServiceClient
	catalog        catalogv1connect.CatalogServiceClient
	guard          *guard.Guard
	accounts       *accounts.Store
	factors        *factor.Service
	vault          *vault.Vault
	mailing        *host.Job
}

// Room is the service's line of the table of services.
func Room() host.Service {
	return host.Service{
		Name: "identity", New: New, Migrations: Migrations(), Sets: idempotency.Sets,
		Calls: []string{"catalog", "notify"},
	}
}

// New makes the service on its host.
func New(h *host.Host) error { return WithCost(guard.DefaultCost)(h) }

// Cost is what one password hash costs.
type Cost = guard.Cost

// WithCost is New with another cost of password hashes, so that tests are fast.
func WithCost(cost Cost) func(*host.Host) error {
	return func(h *host.Host) error {
		v, err := vault.Open(h)
		if err != nil {
			return err
		}
		g, err := guard.New(h, v, cost)
		if err != nil {
			return err
		}
		s := &service{
			host: h, db: h.DB(), guard: g, vault: v, accounts: accounts.NewStore(h, v, g),
			Service: vault.New(h, v),
			notify:  notifyv1connect.NewNotifyServiceClient(h.Peer("notify")),
			catalog: catalogv1connect.NewCatalogServiceClient(h.Peer("catalog")),
		}
		if err := idempotency.Keep(h); err != nil {
			return err
		}
		if s.factors, err = factor.New(h, v, g, s.accounts); err != nil {
			return err
		}
		if err := s.closePublished(context.Background()); err != nil {
			return err
		}
		identityv1connect.RegisterIdentityServiceHandler(h.RPC(), s)
		identityv1connect.RegisterOperatorServiceHandler(h.RPC(), s)
		identityv1connect.RegisterFactorServiceHandler(h.RPC(), s.factors)
		identityv1connect.RegisterActorServiceHandler(h.RPC(), s.Service)
		identityv1connect.RegisterPeopleServiceHandler(h.RPC(), s)
		h.Every("purge sessions", purgeEvery, s.purge).Alone()
		s.mailing = h.Every("mail links", accounts.MailEvery, s.mail)
		s.accounts.Notices.Start()
		return nil
	}
}

// EnsureAccount makes or changes an account. A password that it has already is left alone, and its sessions
// with it; another one ends them, and so does a role or a producer more. Without a password a new account
// cannot sign in, and an old one keeps its own, unless it gets more to do and nobody has verified its
// address. Whoever asks vouches for the address.
func (s *service) EnsureAccount(
	ctx context.Context, r *identityv1.EnsureAccountRequest,
) (*identityv1.EnsureAccountResponse, error) {
	account, err := checkAccount(r)
	if err != nil {
		return nil, err
	}
	stored, err := s.accounts.ByEmail(ctx, account.Email)
	if err != nil {
		return nil, err
	}
	hash, err := s.newHash(ctx, r.GetPassword(), stored.PasswordHash)
	if err != nil {
		return nil, err
	}
	ensured, err := s.ensure(ctx, account, hash)
	if sqldb.IsUnique(err) {
		// Somebody else made it in between: now it is there to change.
		ensured, err = s.ensure(ctx, account, hash)
	}
	if err != nil {
		return nil, fmt.Errorf("ensure an account: %w", err)
	}
	return &identityv1.EnsureAccountResponse{Account: ensured.Proto()}, nil
}

func checkAccount(r *identityv1.EnsureAccountRequest) (accounts.Account, error) {
	var check contact.Check
	email, ok := mailbox.Normal(r.GetEmail())
	check.Require(ok, "email", "Enter an e-mail address, like name@example.org.")
	name := check.Line("name", r.GetName(), contact.MaxName)
	for _, producer := range r.GetProducerIds() {
		_, err := id.Market(id.Producer, producer)
		check.Require(err == nil, "producer_ids", "This is no producer's ID.")
	}
	check.Fields = append(check.Fields, accounts.CheckRoles(r.GetRoles(), r.GetProducerIds())...)
	if r.GetPassword() != "" {
		check.Fields = append(check.Fields, guard.CheckPassword(r.GetPassword(), email)...)
	}
	return accounts.Account{
		Email: email, Name: name, Roles: accounts.NormalRoles(r.GetRoles()),
		ProducerIDs: r.GetProducerIds(),
	}, check.Err()
}

// newHash is the hash of a password that differs from the stored one; empty when nothing changes.
func (s *service) newHash(ctx context.Context, password, stored string) (string, error) {
	if password == "" {
		return "", nil
	}
	if stored != "" {
		if same, err := s.guard.Matches(ctx, guard.Client(ctx), password, stored); err != nil || same {
			return "", err
		}
	}
	return s.guard.Hash(ctx, guard.Client(ctx), password)
}

// ensure writes an account. An empty hash or name leaves the stored one.
func (s *service) ensure(
	ctx context.Context, account accounts.Account, hash string,
) (accounts.Account, error) {
	err := s.db.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		stored, err := identitydb.New(tx).LockAccountByEmail(ctx, account.Email)
		if sqldb.IsNone(err) {
			account.ID, account.CreatedAt, account.VerifiedAt = s.host.NewID(id.Customer, id.Global),
				s.host.Now(), s.host.Now()
			return s.accounts.Insert(ctx, tx, account, hash)
		}
		if err != nil {
			return err
		}
		before, err := accounts.FromRow(stored)
		if err != nil {
			return err
		}
		account.ID, account.CreatedAt, account.VerifiedAt = before.ID, before.CreatedAt, s.host.Now()
		if account.Name == "" {
			account.Name = before.Name
		}
		kept := stored.PasswordHash
		if account.More(before) {
			if before.VerifiedAt.IsZero() {
				kept = "" // a stranger may have signed up with the address
			}
			if err := s.accounts.EndSessions(ctx, tx, account.ID); err != nil {
				return err
			}
		}
		if err := s.accounts.Update(ctx, tx, account, kept, hash); err != nil {
			return err
		}
		return identitydb.New(tx).VerifyAccount(ctx,
			identitydb.VerifyAccountParams{ID: account.ID, VerifiedAt: account.VerifiedAt.UnixMilli()})
	})
	return account, err
}

// mail mails what is due.
func (s *service) mail(ctx context.Context) error {
	return errors.Join(s.mailResets(ctx), s.mailLinks(ctx), s.mailInvitations(ctx))
}

// purge deletes sessions, links, challenges and counts of attempts that are over.
func (s *service) purge(ctx context.Context) error {
	now := s.host.Now()
	return s.db.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		q := identitydb.New(tx)
		if err := q.DeleteExpiredSessions(ctx, now.UnixMilli()); err != nil {
			return err
		}
		if err := errors.Join(q.DeleteExpiredChallenges(ctx, now.UnixMilli()),
			q.DeleteExpiredPending(ctx, now.UnixMilli()),
			q.DeleteOldResetLinks(ctx, now.UnixMilli())); err != nil {
			return err
		}
		if err := q.DeleteOldResets(ctx, now.Add(-2*resetLife).UnixMilli()); err != nil {
			return err
		}
		if err := errors.Join(q.DeleteOldLinks(ctx, now.UnixMilli()),
			q.DeleteOldMakerInvitations(ctx, now.UnixMilli())); err != nil {
			return err
		}
		return s.guard.Sweep(ctx, q)
	})
}
