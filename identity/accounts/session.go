package accounts

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/artisan-eats/artisan/fault"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	"github.com/artisan-eats/artisan/gen/sql/identitydb"
	"github.com/artisan-eats/artisan/identity/guard"
	"github.com/artisan-eats/artisan/sqldb"
)

// tokenSize is the random bytes of a token; it is told in base64url.
const tokenSize = 32

// RenewalGrace is how long the former token of a session is good whose account may more than before.
const RenewalGrace = 30 * time.Second

// ErrNoSession is told to who shows the token of no session.
var ErrNoSession = fault.New(fault.Unauthenticated, "no_session", "Please sign in.")

// Session is what a token stands for. Its token is known only to who signed in. Where a second factor is
// still to come it is a pending sign-in instead, with what the account has.
type Session struct {
	Token   string
	Expires time.Time
	Pending string
	Factors []string
}

// Ends is when a session ends, in Unix milliseconds; 0 for a pending sign-in.
func (s Session) Ends() int64 {
	if s.Token == "" {
		return 0
	}
	return s.Expires.UnixMilli()
}

// Account is what whoever has signed in is told of the account: nothing while a second factor is still to
// come.
func (s Session) Account(a Account) *identityv1.Account {
	if s.Token == "" {
		return nil
	}
	return a.Proto()
}

// NewToken makes a secret that opens something to whoever has it.
func (s *Store) NewToken() (string, error) {
	raw := make([]byte, tokenSize)
	if _, err := io.ReadFull(s.host.Random(), raw); err != nil {
		return "", fmt.Errorf("no randomness: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(raw), nil
}

// HashToken is what is stored of a token. ok is false for what cannot be one.
func HashToken(token string) (hash string, ok bool) {
	raw, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil || len(raw) != tokenSize {
		return "", false
	}
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:]), true
}

// StartSession starts the session of who has shown the proofs, where they are. It fails with bad credentials
// when the account has meanwhile gone or has another password.
func (s *Store) StartSession(
	ctx context.Context, tx *sqldb.Tx, row identitydb.Account, proofs string, at ClientInfo,
) (Session, error) {
	account, err := FromRow(row)
	if err != nil {
		return Session{}, err
	}
	token, err := s.NewToken()
	if err != nil {
		return Session{}, err
	}
	now := s.host.Now()
	tokenHash, _ := HashToken(token)
	// The row ends by the clock of its sign-in only; what depends on its use is judged when it is used.
	n, err := identitydb.New(tx).InsertSession(ctx, identitydb.InsertSessionParams{
		TokenHash: tokenHash, AccountID: row.ID, PasswordHash: row.PasswordHash, Proofs: proofs,
		Kind: at.kind, Device: at.device, Network: at.network,
		CreatedAt: now.UnixMilli(), ExpiresAt: account.ends(now, now.Add(sessionLife)).UnixMilli(),
	})
	if err == nil && n == 0 {
		err = guard.ErrBadCredentials
	}
	return Session{Token: token, Expires: account.ends(now, now)}, err
}

// RenewSession gives a session another token, and ends all others of its account. Without one, or where it is
// another account's, all end, and the new token is empty. The former token is good for a grace.
func (s *Store) RenewSession(
	ctx context.Context, tx *sqldb.Tx, account Account, token string, grace time.Duration,
) (Session, error) {
	q := identitydb.New(tx)
	hash, ok := HashToken(token)
	if !ok {
		return Session{}, q.DeleteSessionsOf(ctx, account.ID)
	}
	renewed, err := s.NewToken()
	if err != nil {
		return Session{}, err
	}
	newHash, _ := HashToken(renewed)
	n, err := q.RenewSession(ctx, identitydb.RenewSessionParams{
		TokenHash: hash, NewHash: newHash,
		AccountID: account.ID, FormerUntil: s.host.Now().Add(grace).UnixMilli(),
	})
	if err != nil {
		return Session{}, err
	}
	if err := q.DeleteOtherSessions(ctx, identitydb.DeleteOtherSessionsParams{
		AccountID: account.ID,
		TokenHash: newHash,
	}); err != nil || n == 0 {
		return Session{}, err
	}
	row, err := q.Session(ctx, identitydb.SessionParams{TokenHash: newHash, Now: 0})
	return Session{Token: renewed, Expires: EndOf(account, row.Session)}, err
}

// EndOf is when a session ends. Of one from before uses were written down, the last use is known by when it
// was to expire.
func EndOf(account Account, row identitydb.Session) time.Time {
	used := max(row.UsedAt, row.CreatedAt, row.ExpiresAt-sessionLife.Milliseconds())
	end := account.ends(time.UnixMilli(row.CreatedAt), time.UnixMilli(used))
	if expires := time.UnixMilli(row.ExpiresAt); expires.Before(end) {
		return expires
	}
	return end
}

// ReadSession answers a session that has not ended, and whose it is. It fails with ErrNoSession for any
// other.
func (s *Store) ReadSession(ctx context.Context, token string) (identitydb.SessionRow, Account, error) {
	hash, ok := HashToken(token)
	if !ok {
		return identitydb.SessionRow{}, Account{}, ErrNoSession
	}
	now := s.host.Now()
	q := identitydb.New(s.db.Read())
	row, err := q.Session(ctx, identitydb.SessionParams{TokenHash: hash, Now: now.UnixMilli()})
	if sqldb.IsNone(err) {
		var former identitydb.FormerSessionRow
		former, err = q.FormerSession(ctx,
			identitydb.FormerSessionParams{FormerHash: hash, Now: now.UnixMilli()})
		row = identitydb.SessionRow(former)
	}
	if sqldb.IsNone(err) {
		return row, Account{}, ErrNoSession
	}
	if err != nil {
		return row, Account{}, fmt.Errorf("read a session: %w", sqldb.Classify(err))
	}
	account, err := FromRow(row.Account)
	if err == nil && !now.Before(EndOf(account, row.Session)) {
		err = ErrNoSession
	}
	return row, account, err
}

// EndSessions ends whatever an old password opened: the links to set another and those to orders included.
func (s *Store) EndSessions(ctx context.Context, tx *sqldb.Tx, account string) error {
	q := identitydb.New(tx)
	if err := errors.Join(q.DeleteSessionsOf(ctx, account), s.ForgetDevices(ctx, q, account)); err != nil {
		return err
	}
	if err := q.DeleteResetsOf(ctx, sql.NullString{String: account, Valid: true}); err != nil {
		return err
	}
	return s.EndOrderLinks(ctx, tx, account, false)
}

// ForgetDevices ends what an old password has begun, or made known, beside sessions.
func (s *Store) ForgetDevices(ctx context.Context, q *identitydb.Queries, account string) error {
	return errors.Join(q.DeletePendingOf(ctx, account), q.DeleteBegunTotpOf(ctx, account),
		q.ForgetDevices(ctx,
			identitydb.ForgetDevicesParams{ID: account, DevicesSince: s.host.Now().UnixMilli()}))
}
