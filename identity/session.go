package identity

import (
	"context"
	"fmt"
	"time"

	"github.com/artisan-eats/artisan/audit"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	"github.com/artisan-eats/artisan/gen/sql/identitydb"
	"github.com/artisan-eats/artisan/identity/accounts"
	"github.com/artisan-eats/artisan/sqldb"
)

// useStep is how much later a use is written down than the one before, so that most uses only read.
const useStep = 10 * time.Minute

// SignOut ends a session, or all of its account; also one that has ended already.
func (s *service) SignOut(
	ctx context.Context, r *identityv1.SignOutRequest,
) (*identityv1.SignOutResponse, error) {
	hash, ok := accounts.HashToken(r.GetSessionToken())
	if !ok {
		return &identityv1.SignOutResponse{}, nil
	}
	err := s.db.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		if err := s.auditSignOut(ctx, tx, hash, r.GetEverywhere()); err != nil {
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
	return s.accounts.EndOrderLinks(ctx, tx, account, false)
}

// GetSession reads one row by its key. Now and then it writes down that the session is used.
func (s *service) GetSession(
	ctx context.Context, r *identityv1.GetSessionRequest,
) (*identityv1.GetSessionResponse, error) {
	row, account, err := s.accounts.ReadSession(ctx, r.GetSessionToken())
	if err != nil {
		return nil, err
	}
	s.use(ctx, row.Session)
	row.Session.UsedAt = s.host.Now().UnixMilli()
	answer := &identityv1.GetSessionResponse{
		Account:       account.Proto(),
		ExpiresAt:     accounts.EndOf(account, row.Session).UnixMilli(),
		SealedAddress: s.SealedOrigin(ctx, account.ID),
	}
	return answer, s.factors.Standing(ctx, account, row, answer)
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

// auditSignOut tells whose session, or sessions, are about to end. A token that is nobody's tells of
// nothing.
func (s *service) auditSignOut(ctx context.Context, tx *sqldb.Tx, hash string, everywhere bool) error {
	account, err := identitydb.New(tx).AccountOfSession(ctx, hash)
	if sqldb.IsNone(err) {
		return nil
	}
	if err != nil {
		return err
	}
	entry := audit.Entry{Action: "sign_out", Subject: account, Outcome: audit.Done}
	if everywhere {
		entry.Detail = map[string]string{"sessions": "all"}
	}
	return s.host.Audit(ctx, tx, entry)
}

const (
	// sessionName is how much of a token's hash names its session: enough to be one, and nothing to sign in
	// with.
	sessionName = 24
	maxSessions = 100
)

// ListSessions lists where an account is signed in.
func (s *service) ListSessions(
	ctx context.Context, r *identityv1.ListSessionsRequest,
) (*identityv1.ListSessionsResponse, error) {
	current, account, err := s.accounts.ReadSession(ctx, r.GetSessionToken())
	if err != nil {
		return nil, err
	}
	now := s.host.Now()
	rows, err := identitydb.New(s.db.Read()).SessionsOf(ctx,
		identitydb.SessionsOfParams{AccountID: account.ID, Now: now.UnixMilli()})
	if err != nil {
		return nil, fmt.Errorf("list sessions: %w", sqldb.Classify(err))
	}
	response := &identityv1.ListSessionsResponse{}
	for _, row := range rows {
		if now.Before(accounts.EndOf(account, row)) && len(response.Sessions) < maxSessions {
			response.Sessions = append(response.Sessions,
				sessionToProto(account, row, row.TokenHash == current.Session.TokenHash))
		}
	}
	return response, nil
}

func sessionToProto(account accounts.Account, row identitydb.Session, current bool) *identityv1.Session {
	return &identityv1.Session{
		Id: row.TokenHash[:sessionName], CreatedAt: row.CreatedAt, UsedAt: max(row.UsedAt, row.CreatedAt),
		ExpiresAt: accounts.EndOf(account, row).UnixMilli(),
		Kind:      row.Kind, Device: row.Device, Network: row.Network, Current: current,
	}
}

// EndSession ends a session of the same account; also one that has ended already.
func (s *service) EndSession(
	ctx context.Context, r *identityv1.EndSessionRequest,
) (*identityv1.EndSessionResponse, error) {
	_, account, err := s.accounts.ReadSession(ctx, r.GetSessionToken())
	if err != nil {
		return nil, err
	}
	err = s.db.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		n, err := identitydb.New(tx).EndSession(ctx,
			identitydb.EndSessionParams{AccountID: account.ID, ID: r.GetId()})
		if err != nil || n == 0 {
			return err
		}
		return s.host.Audit(ctx, tx,
			audit.Entry{Action: "session.end", Subject: account.ID, Outcome: audit.Done})
	})
	if err != nil {
		return nil, fmt.Errorf("end a session: %w", err)
	}
	return &identityv1.EndSessionResponse{}, nil
}
