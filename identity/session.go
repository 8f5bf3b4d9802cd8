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
	"github.com/artisan-eats/artisan/id"
	"github.com/artisan-eats/artisan/sqldb"
)

// tokenSize is the random bytes of a token; it is told in base64url.
const tokenSize = 32

var (
	errBadCredentials = fault.New(fault.Unauthenticated, "bad_credentials", "The e-mail address or the password is wrong.")
	errNoSession      = fault.New(fault.Unauthenticated, "no_session", "Please sign in.")
	errTooMany        = fault.New(fault.Exhausted, "too_many_attempts", "There were too many tries for this account. Please wait a quarter of an hour.")
	errEmailTaken     = fault.New(fault.Conflict, "email_taken", "There is an account with this e-mail address. Please sign in.",
		fault.Field{Name: "email", Message: "This e-mail address has an account."})
)

// session is what a token stands for. Its token is known only to who signed in. Where a second factor is still to
// come it is a pending sign-in instead, with what the account has.
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

// SignUp makes a shopper's account with its key and its first session.
func (s *service) SignUp(ctx context.Context, r *identityv1.SignUpRequest) (*identityv1.SignUpResponse, error) {
	var check checker
	email, ok := NormalEmail(r.GetEmail())
	check.require(ok, "email", "Enter an e-mail address, like name@example.org.")
	name := check.text("name", r.GetName(), maxName, optional)
	check.fields = append(check.fields, checkPassword(r.GetPassword(), email)...)
	if err := invalid(check.fields); err != nil {
		return nil, err
	}
	hash, err := s.hasher.hash(ctx, r.GetPassword())
	if err != nil {
		return nil, err
	}
	account := Account{ID: s.host.NewID(id.Customer, id.Global), Email: email, Name: name, Roles: []string{Shopper}, CreatedAt: s.host.Now()}
	var made session
	err = s.db.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) (err error) {
		if err := s.insertAccount(ctx, tx, account, hash); err != nil {
			return err
		}
		made, err = s.startSession(ctx, tx, account.ID, hash, byPassword)
		return err
	})
	if sqldb.IsUnique(err) {
		return nil, errEmailTaken
	}
	if err != nil {
		return nil, fmt.Errorf("sign up: %w", err)
	}
	return &identityv1.SignUpResponse{Account: accountToProto(account), SessionToken: made.token, ExpiresAt: made.expires.UnixMilli()}, nil
}

// SignIn takes as long, and answers the same, for an e-mail address without an account as
// for a wrong password.
func (s *service) SignIn(ctx context.Context, r *identityv1.SignInRequest) (*identityv1.SignInResponse, error) {
	email, ok := NormalEmail(r.GetEmail())
	if !ok || len(r.GetPassword()) > 4*maxPassword {
		return nil, errBadCredentials
	}
	if err := s.countAttempt(ctx, s.vault.subject(email), attemptLimit); err != nil {
		return nil, err
	}
	stored, err := s.accountByEmail(ctx, email)
	if err != nil {
		return nil, err
	}
	if ok, err = s.hasher.matches(ctx, r.GetPassword(), stored.PasswordHash); err != nil {
		return nil, err
	}
	if !ok {
		return nil, errBadCredentials
	}
	account, err := accountFromRow(stored)
	if err != nil {
		return nil, err
	}
	made, err := s.signIn(ctx, stored)
	if err != nil {
		return nil, err
	}
	return &identityv1.SignInResponse{
		Account: accountToProto(account), SessionToken: made.token, ExpiresAt: made.ends(), PendingToken: made.pending, Factors: made.factors,
	}, nil
}

// countAttempt counts a try before its password is looked at, so that tries at the same
// time count as well. A refused try is only read, and does not lengthen the wait.
func (s *service) countAttempt(ctx context.Context, subject string, limit int64) error {
	now := s.host.Now()
	row, err := identitydb.New(s.db.Read()).Attempts(ctx, subject)
	if err != nil && !isNone(err) {
		return fmt.Errorf("read attempts: %w", sqldb.Classify(err))
	}
	if err == nil && tooManyAttempts(row.Tries, limit, time.UnixMilli(row.Since), now) {
		return errTooMany
	}
	var tries int64
	err = s.db.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) (err error) {
		tries, err = identitydb.New(tx).CountAttempt(ctx, identitydb.CountAttemptParams{
			Subject: subject, Now: now.UnixMilli(), Over: now.Add(-attemptWindow).UnixMilli(),
		})
		return err
	})
	if err != nil {
		return fmt.Errorf("count an attempt: %w", err)
	}
	if tries > limit {
		return errTooMany
	}
	return nil
}

func (s *service) signIn(ctx context.Context, account identitydb.Account) (session, error) {
	var made session
	err := s.db.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) (err error) {
		if err := identitydb.New(tx).ForgetAttempts(ctx, s.vault.subject(account.Email)); err != nil {
			return err
		}
		made, err = s.enter(ctx, tx, account)
		return err
	})
	if err != nil {
		return session{}, fmt.Errorf("sign in: %w", err)
	}
	return made, nil
}

// startSession starts the session of who has shown the proofs. It fails with bad credentials when the account has meanwhile gone or has another password.
func (s *service) startSession(ctx context.Context, tx *sqldb.Tx, account, hash, proofs string) (session, error) {
	token, err := s.newToken()
	if err != nil {
		return session{}, err
	}
	made := session{token: token, expires: s.host.Now().Add(sessionLife)}
	tokenHash, _ := hashToken(made.token)
	n, err := identitydb.New(tx).InsertSession(ctx, identitydb.InsertSessionParams{
		TokenHash: tokenHash, AccountID: account, PasswordHash: hash,
		CreatedAt: s.host.Now().UnixMilli(), ExpiresAt: made.expires.UnixMilli(), Proofs: proofs,
	})
	if err == nil && n == 0 {
		err = errBadCredentials
	}
	return made, err
}

// SignOut ends a session, or all of its account; also one that has ended already.
func (s *service) SignOut(ctx context.Context, r *identityv1.SignOutRequest) (*identityv1.SignOutResponse, error) {
	hash, ok := hashToken(r.GetSessionToken())
	if !ok {
		return &identityv1.SignOutResponse{}, nil
	}
	err := s.db.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
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
	if isNone(err) {
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

// GetSession reads one row by its key. Once a day a use extends the session.
func (s *service) GetSession(ctx context.Context, r *identityv1.GetSessionRequest) (*identityv1.GetSessionResponse, error) {
	hash, ok := hashToken(r.GetSessionToken())
	if !ok {
		return nil, errNoSession
	}
	now := s.host.Now()
	row, err := identitydb.New(s.db.Read()).Session(ctx, identitydb.SessionParams{TokenHash: hash, Now: now.UnixMilli()})
	if isNone(err) {
		return nil, errNoSession
	}
	if err != nil {
		return nil, fmt.Errorf("read a session: %w", sqldb.Classify(err))
	}
	account, err := accountFromRow(row.Account)
	if err != nil {
		return nil, err
	}
	expires := s.extend(ctx, hash, time.UnixMilli(row.ExpiresAt), now)
	answer := &identityv1.GetSessionResponse{Account: accountToProto(account), ExpiresAt: expires.UnixMilli(), SealedAddress: s.origins.ofCall(ctx, account.ID)}
	return answer, s.standing(ctx, account, row, answer)
}

// extend answers when a session ends. While it cannot be written the session is good all the same.
func (s *service) extend(ctx context.Context, hash string, expires, now time.Time) time.Time {
	later := extended(expires, now)
	if later.Equal(expires) {
		return expires
	}
	err := s.db.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		return identitydb.New(tx).ExtendSession(ctx, identitydb.ExtendSessionParams{TokenHash: hash, ExpiresAt: later.UnixMilli()})
	})
	if err != nil {
		s.host.Log().WarnContext(ctx, "a session was not extended", "error", err)
		return expires
	}
	return later
}
