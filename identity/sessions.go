package identity

import (
	"context"
	"fmt"

	"github.com/artisan-eats/artisan/audit"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	"github.com/artisan-eats/artisan/gen/sql/identitydb"
	"github.com/artisan-eats/artisan/identity/accounts"
	"github.com/artisan-eats/artisan/sqldb"
)

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
