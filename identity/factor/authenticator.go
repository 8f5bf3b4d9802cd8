package factor

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/artisan-eats/artisan/fault"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	"github.com/artisan-eats/artisan/gen/sql/identitydb"
	"github.com/artisan-eats/artisan/identity/accounts"
	"github.com/artisan-eats/artisan/identity/vault"
	"github.com/artisan-eats/artisan/sqldb"
)

// sealedTotp is what the key of an authenticator app is sealed as.
const sealedTotp = "totp"

var (
	errTotpKnown = fault.New(fault.Conflict, "totp_known",
		"There is an authenticator app already. Please remove it first.")
	errNoFactor = fault.New(fault.NotFound, "no_factor", "There is no such factor.")
)

// shopName is what apps and browsers call the shop.
const shopName = "Artisan Eats"

// totpBegun is how long a key waits for its first code.
const totpBegun = time.Hour

// BeginTotp answers the same key to the same session for an hour, so that a page that is opened again shows
// what was scanned. Another session gets another key: who has seen the one before may be a stranger.
func (s *Service) BeginTotp(
	ctx context.Context, r *identityv1.BeginTotpRequest,
) (*identityv1.BeginTotpResponse, error) {
	h, err := s.Fresh(ctx, r.GetSessionToken())
	if err != nil {
		return nil, err
	}
	key, err := s.vault.Key(ctx, h.Account.ID)
	if err != nil {
		return nil, err
	}
	var secret []byte
	err = s.db.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		row, err := identitydb.New(tx).LockTotp(ctx, h.Account.ID)
		switch {
		case err != nil && !sqldb.IsNone(err):
			return err
		case row.ConfirmedAt > 0:
			return errTotpKnown
		case err != nil, !s.begunTotp(row, h):
			secret, err = s.newTotp(ctx, tx, h, key)
			return err
		}
		secret, err = vault.Unseal(key, sealedTotp, row.Sealed)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("begin an authenticator app: %w", err)
	}
	return &identityv1.BeginTotpResponse{
		Secret: totpText.EncodeToString(secret),
		Uri:    totpURI(secret, shopName, h.Account.Email),
	}, nil
}

// begunTotp reports whether a session has begun a key, not long ago.
func (s *Service) begunTotp(row identitydb.Totp, h Holder) bool {
	return row.BegunBy == h.hash && s.host.Now().Before(time.UnixMilli(row.CreatedAt).Add(totpBegun))
}

func (s *Service) newTotp(ctx context.Context, tx *sqldb.Tx, h Holder, key []byte) ([]byte, error) {
	secret := make([]byte, totpSize)
	if _, err := io.ReadFull(s.host.Random(), secret); err != nil {
		return nil, fmt.Errorf("no randomness: %w", err)
	}
	sealed, err := s.vault.Seal(h.Account.ID, key, sealedTotp, secret)
	if err != nil {
		return nil, err
	}
	return secret, identitydb.New(tx).PutTotp(ctx, identitydb.PutTotpParams{
		AccountID: h.Account.ID,
		Sealed:    sealed, CreatedAt: s.host.Now().UnixMilli(), BegunBy: h.hash,
	})
}

// ConfirmTotp makes the app count from its first code on.
func (s *Service) ConfirmTotp(
	ctx context.Context, r *identityv1.ConfirmTotpRequest,
) (*identityv1.ConfirmTotpResponse, error) {
	h, err := s.Fresh(ctx, r.GetSessionToken())
	if err != nil {
		return nil, err
	}
	if err := s.countCode(ctx, byTotp, h.Account.ID); err != nil {
		return nil, err
	}
	response := &identityv1.ConfirmTotpResponse{}
	err = s.db.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) (err error) {
		if h.Account, err = identitydb.New(tx).LockAccountByID(ctx, h.Account.ID); err != nil {
			return err
		}
		err = s.takeTotp(ctx, tx, h.Account.ID, r.GetCode(),
			func(row identitydb.Totp) bool { return row.ConfirmedAt == 0 && s.begunTotp(row, h) })
		if fault.Is(err, errBadCode.Code) {
			return fault.InvalidField("code", "This is not the code that the app shows now.")
		}
		if err != nil {
			return err
		}
		response.RecoveryCodes, err = s.factorAdded(ctx, tx, h, byTotp, accounts.TotpAdded)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("confirm an authenticator app: %w", err)
	}
	return response, nil
}

// useTotp takes a code of a confirmed app.
func (s *Service) useTotp(ctx context.Context, tx *sqldb.Tx, account, code string) error {
	return s.takeTotp(ctx, tx, account, code, func(row identitydb.Totp) bool { return row.ConfirmedAt > 0 })
}

// takeTotp takes a code of a key that is good for it, and no older one after it.
func (s *Service) takeTotp(
	ctx context.Context, tx *sqldb.Tx, account, code string, good func(identitydb.Totp) bool,
) error {
	q := identitydb.New(tx)
	row, err := q.LockTotp(ctx, account)
	if sqldb.IsNone(err) || (err == nil && !good(row)) {
		return errBadCode
	}
	if err != nil {
		return err
	}
	keys, err := s.vault.Keys(ctx, tx.Querier, []string{account})
	if err != nil {
		return err
	}
	if keys[account] == nil {
		return vault.ErrErased
	}
	secret, err := vault.Unseal(keys[account], sealedTotp, row.Sealed)
	if err != nil {
		return err
	}
	now := s.host.Now()
	step, ok := totpMatch(secret, code, row.LastStep, now)
	if !ok {
		return errBadCode
	}
	if row.ConfirmedAt == 0 {
		row.ConfirmedAt = now.UnixMilli()
	}
	return q.UseTotp(ctx,
		identitydb.UseTotpParams{AccountID: account, LastStep: step, ConfirmedAt: row.ConfirmedAt})
}

// RemoveTotp leaves one that is not confirmed: it counts for nothing.
func (s *Service) RemoveTotp(
	ctx context.Context, r *identityv1.RemoveTotpRequest,
) (*identityv1.RemoveTotpResponse, error) {
	err := s.removeFactor(ctx, r.GetSessionToken(), accounts.TotpRemoved,
		func(ctx context.Context, q *identitydb.Queries, account string) (int64, error) {
			return q.DeleteTotp(ctx, account)
		})
	if err != nil {
		return nil, fmt.Errorf("remove an authenticator app: %w", err)
	}
	return &identityv1.RemoveTotpResponse{}, nil
}
