package identity

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
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

var errNoSession = fault.New(fault.Unauthenticated, "no_session", "Please sign in.")

// session is what a token stands for. Its token is known only to who signed in. Where a second factor is
// still to come it is a pending sign-in instead, with what the account has.
type session struct {
	token   string
	expires time.Time
	pending string
	factors []string
}

// ends is when a session ends, in Unix milliseconds; 0 for a pending sign-in.
func (s session) ends() int64 {
	if s.token == "" {
		return 0
	}
	return s.expires.UnixMilli()
}

// newToken makes a secret that opens something to whoever has it.
func (s *service) newToken() (string, error) {
	raw := make([]byte, tokenSize)
	if _, err := io.ReadFull(s.host.Random(), raw); err != nil {
		return "", fmt.Errorf("no randomness: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(raw), nil
}

// hashToken is what is stored of a token. ok is false for what cannot be one.
func hashToken(token string) (hash string, ok bool) {
	raw, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil || len(raw) != tokenSize {
		return "", false
	}
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:]), true
}

// startSession starts the session of who has shown the proofs, where they are. It fails with bad credentials
// when the account has meanwhile gone or has another password.
func (s *service) startSession(
	ctx context.Context, tx *sqldb.Tx, row identitydb.Account, proofs string, at clientInfo,
) (session, error) {
	account, err := accountFromRow(row)
	if err != nil {
		return session{}, err
	}
	token, err := s.newToken()
	if err != nil {
		return session{}, err
	}
	now := s.host.Now()
	tokenHash, _ := hashToken(token)
	// The row ends by the clock of its sign-in only; what depends on its use is judged when it is used.
	n, err := identitydb.New(tx).InsertSession(ctx, identitydb.InsertSessionParams{
		TokenHash: tokenHash, AccountID: row.ID, PasswordHash: row.PasswordHash, Proofs: proofs,
		Kind: at.kind, Device: at.device, Network: at.network,
		CreatedAt: now.UnixMilli(), ExpiresAt: account.ends(now, now.Add(sessionLife)).UnixMilli(),
	})
	if err == nil && n == 0 {
		err = guard.ErrBadCredentials
	}
	return session{token: token, expires: account.ends(now, now)}, err
}

// renewSession gives a session another token, and ends all others of its account. Without one, or where it is
// another account's, all end, and the new token is empty. The former token is good for a grace.
func (s *service) renewSession(
	ctx context.Context, tx *sqldb.Tx, account Account, token string, grace time.Duration,
) (session, error) {
	q := identitydb.New(tx)
	hash, ok := hashToken(token)
	if !ok {
		return session{}, q.DeleteSessionsOf(ctx, account.ID)
	}
	renewed, err := s.newToken()
	if err != nil {
		return session{}, err
	}
	newHash, _ := hashToken(renewed)
	n, err := q.RenewSession(ctx, identitydb.RenewSessionParams{
		TokenHash: hash, NewHash: newHash,
		AccountID: account.ID, FormerUntil: s.host.Now().Add(grace).UnixMilli(),
	})
	if err != nil {
		return session{}, err
	}
	if err := q.DeleteOtherSessions(ctx, identitydb.DeleteOtherSessionsParams{
		AccountID: account.ID,
		TokenHash: newHash,
	}); err != nil || n == 0 {
		return session{}, err
	}
	row, err := q.Session(ctx, identitydb.SessionParams{TokenHash: newHash, Now: 0})
	return session{token: renewed, expires: endOf(account, row.Session)}, err
}

// endOf is when a session ends. Of one from before uses were written down, the last use is known by when it
// was to expire.
func endOf(account Account, row identitydb.Session) time.Time {
	used := max(row.UsedAt, row.CreatedAt, row.ExpiresAt-sessionLife.Milliseconds())
	end := account.ends(time.UnixMilli(row.CreatedAt), time.UnixMilli(used))
	if expires := time.UnixMilli(row.ExpiresAt); expires.Before(end) {
		return expires
	}
	return end
}

// SignOut ends a session, or all of its account; also one that has ended already.
func (s *service) SignOut(
	ctx context.Context, r *identityv1.SignOutRequest,
) (*identityv1.SignOutResponse, error) {
	hash, ok := hashToken(r.GetSessionToken())
	if !ok {
		return &identityv1.SignOutResponse{}, nil
	}
	err := s.db.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		if err := s.toldOfSignOut(ctx, tx, hash, r.GetEverywhere()); err != nil {
			return err
		}
		if r.GetEverywhere() {
			return s.endAll(ctx, tx, hash)
		}
		return identitydb.New(tx).DeleteSession(ctx, hash)
	})
	if err != nil {
		return nil, fmt.Errorf("sign out: %w", err)
	}
	return &identityv1.SignOutResponse{}, nil
}

// endAll ends all sessions of the account that one is of, and the links to its orders.
func (s *service) endAll(ctx context.Context, tx *sqldb.Tx, hash string) error {
	q := identitydb.New(tx)
	account, err := q.AccountOfSession(ctx, hash)
	if sqldb.IsNone(err) {
		return nil
	}
	if err != nil {
		return err
	}
	if err := q.DeleteSessionsOf(ctx, account); err != nil {
		return err
	}
	return s.endLinks(ctx, tx, account, false)
}

// GetSession reads one row by its key. Now and then it writes down that the session is used.
func (s *service) GetSession(
	ctx context.Context, r *identityv1.GetSessionRequest,
) (*identityv1.GetSessionResponse, error) {
	row, account, err := s.readSession(ctx, r.GetSessionToken())
	if err != nil {
		return nil, err
	}
	s.use(ctx, row.Session)
	row.Session.UsedAt = s.host.Now().UnixMilli()
	answer := &identityv1.GetSessionResponse{
		Account:   accountToProto(account),
		ExpiresAt: endOf(account, row.Session).UnixMilli(), SealedAddress: s.SealedOrigin(ctx, account.ID),
	}
	return answer, s.standing(ctx, account, row, answer)
}

// readSession answers a session that has not ended, and whose it is.
func (s *service) readSession(ctx context.Context, token string) (identitydb.SessionRow, Account, error) {
	hash, ok := hashToken(token)
	if !ok {
		return identitydb.SessionRow{}, Account{}, errNoSession
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
		return row, Account{}, errNoSession
	}
	if err != nil {
		return row, Account{}, fmt.Errorf("read a session: %w", sqldb.Classify(err))
	}
	account, err := accountFromRow(row.Account)
	if err == nil && !now.Before(endOf(account, row.Session)) {
		err = errNoSession
	}
	return row, account, err
}

// use writes down that a session is used. While that cannot be written the session is good all the same.
func (s *service) use(ctx context.Context, row identitydb.Session) {
	now := s.host.Now()
	if now.Sub(time.UnixMilli(row.UsedAt)) < useStep {
		return
	}
	err := s.db.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		return identitydb.New(tx).UseSession(ctx,
			identitydb.UseSessionParams{TokenHash: row.TokenHash, UsedAt: now.UnixMilli()})
	})
	if err != nil {
		s.host.Log().WarnContext(ctx, "the use of a session was not written down", "error", err)
	}
}
