package factor

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/go-webauthn/webauthn/webauthn"

	"github.com/artisan-eats/artisan/fault"
	"github.com/artisan-eats/artisan/gen/sql/identitydb"
	"github.com/artisan-eats/artisan/identity/accounts"
	"github.com/artisan-eats/artisan/identity/guard"
	"github.com/artisan-eats/artisan/sqldb"
)

// What a challenge is for.
const (
	forRegister     = "register"
	forSignIn       = "sign_in"
	forStepUp       = "step_up"
	forSecondFactor = "second_factor"
)

const (
	challengeLife = 5 * time.Minute
	// challengeLimit is how many one client is given in a quarter of an hour.
	challengeLimit = 300
)

var errChallenge = fault.New(fault.Unauthenticated, "bad_passkey",
	"This took too long, or was sent twice. Please use your passkey once more.")

// keepChallenge stores a challenge under a token, for a purpose and whoever holds what it is bound to.
func (s *Service) keepChallenge(
	ctx context.Context, purpose, bound string, data *webauthn.SessionData,
) (token string, err error) {
	if from := guard.Client(ctx); from != "" {
		if err := s.guard.Count(ctx, "challenge "+from, challengeLimit); err != nil {
			return "", err
		}
	}
	kept, err := json.Marshal(data)
	if err != nil {
		return "", err
	}
	if token, err = s.accounts.NewToken(); err != nil {
		return "", err
	}
	hash, _ := accounts.HashToken(token)
	return token, s.db.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		return identitydb.New(tx).InsertChallenge(ctx, identitydb.InsertChallengeParams{
			TokenHash: hash, Purpose: purpose, BoundTo: bound, Data: string(kept),
			ExpiresAt: s.host.Now().Add(challengeLife).UnixMilli(),
		})
	})
}

// useChallenge uses a challenge up, whatever becomes of its answer.
func (s *Service) useChallenge(
	ctx context.Context, token, purpose, bound string,
) (data webauthn.SessionData, err error) {
	hash, ok := accounts.HashToken(token)
	if !ok {
		return data, errChallenge
	}
	var kept string
	err = s.db.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		kept, err = identitydb.New(tx).UseChallenge(ctx, identitydb.UseChallengeParams{
			TokenHash: hash, Purpose: purpose, BoundTo: bound, Now: s.host.Now().UnixMilli(),
		})
		return err
	})
	if sqldb.IsNone(err) {
		return data, errChallenge
	}
	if err = errors.Join(err, json.Unmarshal([]byte(kept), &data)); err != nil {
		return data, fmt.Errorf("read a challenge: %w", err)
	}
	return data, nil
}
