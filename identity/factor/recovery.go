package factor

import (
	"context"
	"encoding/base32"
	"fmt"
	"io"
	"strings"

	"github.com/artisan-eats/artisan/audit"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	"github.com/artisan-eats/artisan/gen/sql/identitydb"
	"github.com/artisan-eats/artisan/identity/accounts"
	"github.com/artisan-eats/artisan/sqldb"
)

const (
	recoveryCodes = 10
	// recoverySize is the random bytes of a code: 120 bits, so that a fast hash is enough.
	recoverySize  = 15
	recoveryGroup = 6
)

// recoveryText is Crockford's base 32: nothing in it is taken for something else.
var recoveryText = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)

// newRecoveryCode makes a code in four groups of six.
func newRecoveryCode(random io.Reader) (string, error) {
	raw := make([]byte, recoverySize)
	if _, err := io.ReadFull(random, raw); err != nil {
		return "", fmt.Errorf("no randomness: %w", err)
	}
	text := recoveryText.EncodeToString(raw)
	var groups []string
	for at := 0; at < len(text); at += recoveryGroup {
		groups = append(groups, text[at:at+recoveryGroup])
	}
	return strings.Join(groups, "-"), nil
}

// normalRecoveryCode is a code as it was made, however it was copied.
var normalRecoveryCode = strings.NewReplacer(" ", "", "-", "", "\t", "", "o", "0", "i", "1", "l", "1").Replace

// recoveryHash is what is stored of a code.
func (s *Service) recoveryHash(account, code string) string {
	return s.vault.Subject("recovery code " + account + " " + normalRecoveryCode(strings.ToLower(code)))
}

// makeRecoveryCodes makes an account's codes in place of all that there were.
func (s *Service) makeRecoveryCodes(
	ctx context.Context, q *identitydb.Queries, account string,
) ([]string, error) {
	if err := q.DeleteRecoveryCodesOf(ctx, account); err != nil {
		return nil, err
	}
	var codes []string
	for range recoveryCodes {
		code, err := newRecoveryCode(s.host.Random())
		if err != nil {
			return nil, err
		}
		codes = append(codes, code)
		err = q.InsertRecoveryCode(ctx, identitydb.InsertRecoveryCodeParams{
			CodeHash: s.recoveryHash(account, code), AccountID: account, CreatedAt: s.host.Now().UnixMilli(),
		})
		if err != nil {
			return nil, err
		}
	}
	return codes, nil
}

// MakeRecoveryCodes fails with not-found "no_factor" where the password is all that there is.
func (s *Service) MakeRecoveryCodes(
	ctx context.Context, r *identityv1.MakeRecoveryCodesRequest,
) (*identityv1.MakeRecoveryCodesResponse, error) {
	h, err := s.Fresh(ctx, r.GetSessionToken())
	if err != nil {
		return nil, err
	}
	if h.Account.Factors == "" {
		return nil, errNoFactor
	}
	response := &identityv1.MakeRecoveryCodesResponse{}
	err = s.db.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		q := identitydb.New(tx)
		if _, err := q.LockAccount(ctx, h.Account.ID); err != nil {
			return err
		}
		if response.RecoveryCodes, err = s.makeRecoveryCodes(ctx, q, h.Account.ID); err != nil {
			return err
		}
		if err := s.accounts.Notices.Put(ctx, tx, h.Account.ID, accounts.CodesMade); err != nil {
			return err
		}
		return s.host.Audit(ctx, tx, audit.Entry{
			Action: "recovery_codes.make", Subject: h.Account.ID,
			Outcome: audit.Done,
		})
	})
	if err != nil {
		return nil, fmt.Errorf("make recovery codes: %w", err)
	}
	return response, nil
}
