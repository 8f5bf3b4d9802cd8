package factor

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"github.com/artisan-eats/artisan/gen/sql/identitydb"
	"github.com/artisan-eats/artisan/sqldb"
)

// answer is what a passkey has signed, and the challenge that it was asked to.
type answer struct {
	data   webauthn.SessionData
	parsed *protocol.ParsedCredentialAssertionData
}

// takeAnswer uses up a challenge and reads the answer to it. Whether that is good is said by usePasskey.
func (s *Service) takeAnswer(ctx context.Context, token, credential, purpose, bound string) (*answer, error) {
	if s.keys == nil {
		return nil, errPasskeysOff
	}
	data, err := s.useChallenge(ctx, token, purpose, bound)
	if err != nil {
		return nil, err
	}
	if len(credential) > maxCredential {
		return nil, errBadPasskey
	}
	parsed, err := protocol.ParseCredentialRequestResponseBytes([]byte(credential))
	if err != nil {
		return nil, errBadPasskey.Because(err)
	}
	return &answer{data, parsed}, nil
}

// usePasskey fails unless an answer is good and of the account's own passkey, whose counter goes on with the
// transaction. A counter that does not go on is a copy's.
func (s *Service) usePasskey(
	ctx context.Context, tx *sqldb.Tx, account identitydb.Account, given *answer,
) error {
	q := identitydb.New(tx)
	row, err := q.LockPasskey(ctx,
		identitydb.LockPasskeyParams{AccountID: account.ID, CredentialID: credentialID(given.parsed.RawID)})
	if sqldb.IsNone(err) {
		return errBadPasskey
	}
	if err != nil {
		return err
	}
	var key webauthn.Credential
	if err := json.Unmarshal([]byte(row.Record), &key); err != nil {
		return fmt.Errorf("read passkey %s: %w", row.ID, err)
	}
	used, err := s.validate(owner{account, []webauthn.Credential{key}}, given)
	if err != nil {
		return errBadPasskey.Because(err)
	}
	if used.Authenticator.CloneWarning {
		return errCloned
	}
	record, err := json.Marshal(used)
	if err != nil {
		return err
	}
	return q.UsePasskey(ctx, identitydb.UsePasskeyParams{
		ID: row.ID, Record: string(record),
		UsedAt: s.host.Now().UnixMilli(),
	})
}

func (s *Service) validate(o owner, given *answer) (*webauthn.Credential, error) {
	if len(given.data.UserID) > 0 {
		// The challenge names all passkeys of the account; the owner here has the one that answered.
		given.data.AllowedCredentialIDs = nil
		return s.keys.ValidateLogin(o, given.data, given.parsed)
	}
	return s.keys.ValidateDiscoverableLogin(func(_, _ []byte) (webauthn.User, error) { return o, nil },
		given.data, given.parsed)
}
