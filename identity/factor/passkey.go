package factor

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"github.com/artisan-eats/artisan/audit"
	"github.com/artisan-eats/artisan/fault"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	"github.com/artisan-eats/artisan/gen/sql/identitydb"
	"github.com/artisan-eats/artisan/host"
	"github.com/artisan-eats/artisan/id"
	"github.com/artisan-eats/artisan/identity/accounts"
	"github.com/artisan-eats/artisan/sqldb"
)

// maxCredential bounds what a browser sends of a passkey, in bytes.
const maxCredential = 32 << 10

var (
	errPasskeysOff = fault.New(fault.Unavailable, "passkeys_off",
		"This shop has no domain of its own, so there are no passkeys. Please use your password.")
	errBadPasskey = fault.New(fault.Unauthenticated, "bad_passkey",
		"This passkey does not open an account here.")
	errPasskeyRefused = fault.New(fault.Invalid, "passkey_refused",
		"This passkey cannot be used: it has to ask for your finger, your face or its code.")
	errPasskeyKnown = fault.New(fault.Conflict, "passkey_known", "This passkey is there already.")
	errPasskeysFull = fault.New(fault.Conflict, "too_many_passkeys",
		"An account has at most 20 passkeys. Please remove one first.")
	errCloned = fault.New(fault.Unauthenticated, "passkey_cloned",
		"This passkey may have been copied, so it is not taken. Please sign in another way, and remove it.")
)

// relyingParty is the shop as passkeys know it; nil where it has no domain.
func relyingParty(base string) (*webauthn.WebAuthn, error) {
	domain, origin := host.PasskeyOrigin(base)
	if domain == "" {
		return nil, nil
	}
	w, err := webauthn.New(&webauthn.Config{
		RPID: domain, RPDisplayName: shopName, RPOrigins: []string{origin},
		AttestationPreference: protocol.PreferNoAttestation,
		AuthenticatorSelection: protocol.AuthenticatorSelection{
			ResidentKey:      protocol.ResidentKeyRequirementRequired,
			UserVerification: protocol.VerificationRequired,
		},
	})
	if err != nil {
		return nil, fmt.Errorf("the base URL is no address for passkeys: %w", err)
	}
	return w, nil
}

// owner is an account as its passkeys know it. Their user handle is the account's ID.
type owner struct {
	identitydb.Account
	keys []webauthn.Credential
}

func (o owner) WebAuthnID() []byte                         { return []byte(o.ID) }
func (o owner) WebAuthnName() string                       { return o.Email }
func (o owner) WebAuthnCredentials() []webauthn.Credential { return o.keys }
func (o owner) WebAuthnDisplayName() string {
	if o.Name != "" {
		return o.Name
	}
	return o.Email
}

func (s *Service) owner(ctx context.Context, account identitydb.Account) (owner, error) {
	rows, err := identitydb.New(s.db.Read()).PasskeysOf(ctx, account.ID)
	if err != nil {
		return owner{}, fmt.Errorf("read passkeys: %w", sqldb.Classify(err))
	}
	o := owner{Account: account}
	for _, row := range rows {
		var key webauthn.Credential
		if err := json.Unmarshal([]byte(row.Record), &key); err != nil {
			return owner{}, fmt.Errorf("read passkey %s: %w", row.ID, err)
		}
		o.keys = append(o.keys, key)
	}
	return o, nil
}

// BeginPasskey binds a challenge to the session or the pending sign-in that it is for.
func (s *Service) BeginPasskey(
	ctx context.Context, r *identityv1.BeginPasskeyRequest,
) (*identityv1.BeginPasskeyResponse, error) {
	if s.keys == nil {
		return nil, errPasskeysOff
	}
	bound, account, err := s.boundTo(ctx, r)
	if err != nil {
		return nil, err
	}
	options, data, err := s.ceremony(ctx, r.GetPurpose(), account)
	if err != nil {
		return nil, err
	}
	text, err := json.Marshal(options)
	if err != nil {
		return nil, fmt.Errorf("write a challenge: %w", err)
	}
	token, err := s.keepChallenge(ctx, r.GetPurpose(), bound, data)
	if err != nil {
		return nil, fmt.Errorf("keep a challenge: %w", err)
	}
	return &identityv1.BeginPasskeyResponse{ChallengeToken: token, Options: string(text)}, nil
}

// boundTo is whom a challenge is for: the hash of a token and its account. Who signs in anew has neither.
func (s *Service) boundTo(
	ctx context.Context, r *identityv1.BeginPasskeyRequest,
) (bound string, account identitydb.Account, err error) {
	var h Holder
	switch r.GetPurpose() {
	case forSignIn:
		return "", account, nil
	case forRegister:
		h, err = s.Fresh(ctx, r.GetToken())
	case forStepUp:
		h, err = s.Holder(ctx, r.GetToken())
	case forSecondFactor:
		return s.pendingOf(ctx, r.GetToken())
	default:
		err = fault.InvalidField("purpose", "This is no purpose of a passkey.")
	}
	return h.hash, h.Account, err
}

// ceremony is what the browser is asked, and what its answer is held against.
func (s *Service) ceremony(
	ctx context.Context, purpose string, account identitydb.Account,
) (options any, data *webauthn.SessionData, err error) {
	if purpose == forSignIn {
		asked, data, err := s.keys.BeginDiscoverableLogin(
			webauthn.WithUserVerification(protocol.VerificationRequired))
		if err != nil {
			return nil, nil, fmt.Errorf("begin a sign-in by passkey: %w", err)
		}
		return asked.Response, data, nil
	}
	o, err := s.owner(ctx, account)
	if err != nil {
		return nil, nil, err
	}
	if purpose == forRegister {
		made, data, err := s.keys.BeginRegistration(o,
			webauthn.WithExclusions(webauthn.Credentials(o.keys).CredentialDescriptors()))
		if err != nil {
			return nil, nil, fmt.Errorf("begin a passkey: %w", err)
		}
		return made.Response, data, nil
	}
	if len(o.keys) == 0 {
		return nil, nil, errBadPasskey
	}
	asked, data, err := s.keys.BeginLogin(o, webauthn.WithUserVerification(protocol.VerificationRequired))
	if err != nil {
		return nil, nil, fmt.Errorf("ask for a passkey: %w", err)
	}
	return asked.Response, data, nil
}

// AddPasskey keeps the public half of a new key pair.
func (s *Service) AddPasskey(
	ctx context.Context, r *identityv1.AddPasskeyRequest,
) (*identityv1.AddPasskeyResponse, error) {
	h, err := s.Fresh(ctx, r.GetSessionToken())
	if err != nil {
		return nil, err
	}
	name, fields := passkeyName(r.GetName())
	if err := fault.InvalidFields(fields...); err != nil {
		return nil, err
	}
	key, err := s.registered(ctx, h, r)
	if err != nil {
		return nil, err
	}
	response := &identityv1.AddPasskeyResponse{}
	err = s.db.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) (err error) {
		if h.Account, err = identitydb.New(tx).LockAccountByID(ctx, h.Account.ID); err != nil {
			return err
		}
		if err := s.insertPasskey(ctx, tx, h.Account.ID, name, key); err != nil {
			return err
		}
		response.RecoveryCodes, err = s.factorAdded(ctx, tx, h, byPasskey, accounts.PasskeyAdded)
		return err
	})
	if sqldb.IsUnique(err) {
		return nil, errPasskeyKnown
	}
	if err != nil {
		return nil, fmt.Errorf("add a passkey: %w", err)
	}
	return response, nil
}

// registered holds a browser's answer against the challenge of its session.
func (s *Service) registered(
	ctx context.Context, h Holder, r *identityv1.AddPasskeyRequest,
) (*webauthn.Credential, error) {
	if s.keys == nil {
		return nil, errPasskeysOff
	}
	data, err := s.useChallenge(ctx, r.GetChallengeToken(), forRegister, h.hash)
	if err != nil {
		return nil, err
	}
	if len(r.GetCredential()) > maxCredential {
		return nil, errPasskeyRefused
	}
	parsed, err := protocol.ParseCredentialCreationResponseBytes([]byte(r.GetCredential()))
	if err != nil {
		return nil, errPasskeyRefused.Because(err)
	}
	key, err := s.keys.CreateCredential(owner{Account: h.Account}, data, parsed)
	if err != nil || !key.Flags.UserVerified {
		return nil, errPasskeyRefused.Because(err)
	}
	return key, nil
}

func (s *Service) insertPasskey(
	ctx context.Context, tx *sqldb.Tx, account, name string, key *webauthn.Credential,
) error {
	q := identitydb.New(tx)
	if n, err := q.CountPasskeys(ctx, account); err != nil || n >= maxPasskeys {
		return errors.Join(err, errPasskeysFull)
	}
	record, err := json.Marshal(key)
	if err != nil {
		return err
	}
	return q.InsertPasskey(ctx, identitydb.InsertPasskeyParams{
		ID: s.host.NewID(id.Passkey, id.Global), AccountID: account, CredentialID: credentialID(key.ID),
		Name:   name,
		Record: string(record), CreatedAt: s.host.Now().UnixMilli(),
	})
}

func credentialID(raw []byte) string { return base64.RawURLEncoding.EncodeToString(raw) }

// RemovePasskey leaves the private half where it is: only its owner can delete that.
func (s *Service) RemovePasskey(
	ctx context.Context, r *identityv1.RemovePasskeyRequest,
) (*identityv1.RemovePasskeyResponse, error) {
	if _, err := id.Market(id.Passkey, r.GetId()); err != nil {
		return nil, err
	}
	err := s.removeFactor(ctx, r.GetSessionToken(), accounts.PasskeyRemoved,
		func(ctx context.Context, q *identitydb.Queries, account string) (int64, error) {
			return q.DeletePasskey(ctx, identitydb.DeletePasskeyParams{ID: r.GetId(), AccountID: account})
		})
	if err != nil {
		return nil, fmt.Errorf("remove a passkey: %w", err)
	}
	return &identityv1.RemovePasskeyResponse{}, nil
}

// SignInWithPasskey finds the account by the passkey. It is two factors at once, so that nothing else is
// asked for.
func (s *Service) SignInWithPasskey(
	ctx context.Context, r *identityv1.SignInWithPasskeyRequest,
) (*identityv1.SignInWithPasskeyResponse, error) {
	given, err := s.takeAnswer(ctx, r.GetChallengeToken(), r.GetCredential(), forSignIn, "")
	if err != nil {
		return nil, s.refused(ctx, "sign_in", "", err)
	}
	whose := string(given.parsed.Response.UserHandle)
	if _, err := id.Market(id.Customer, whose); err != nil {
		return nil, s.refused(ctx, "sign_in", "", errBadPasskey)
	}
	var row identitydb.Account
	var made accounts.Session
	err = s.db.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		if row, err = identitydb.New(tx).LockAccountByID(ctx, whose); sqldb.IsNone(err) {
			return errBadPasskey
		} else if err != nil {
			return err
		}
		if err := s.usePasskey(ctx, tx, row, given); err != nil {
			return err
		}
		if made, err = s.accounts.StartSession(ctx, tx, row, byPasskey,
			accounts.ClientInfoOf(ctx, r.GetDevice())); err != nil {
			return err
		}
		return s.host.Audit(ctx, tx, audit.Entry{
			Action: "sign_in", Subject: row.ID, Outcome: audit.Done,
			Detail: map[string]string{"by": byPasskey},
		})
	})
	if err != nil {
		return nil, s.refused(ctx, "sign_in", whose, err)
	}
	account, err := accounts.FromRow(row)
	if err != nil {
		return nil, err
	}
	answer := &identityv1.SignInWithPasskeyResponse{
		Account:      account.Proto(),
		SessionToken: made.Token, ExpiresAt: made.Expires.UnixMilli(),
	}
	answer.DeviceToken, err = s.accounts.DeviceToken(made, account.ID)
	return answer, err
}
