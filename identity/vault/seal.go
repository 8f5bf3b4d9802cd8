package vault

import (
	"context"
	"fmt"
	"slices"

	"github.com/artisan-eats/artisan/contact"
	"github.com/artisan-eats/artisan/fault"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	"github.com/artisan-eats/artisan/sqldb"
)

const (
	maxGuestBatch = 128
	maxOpen       = 500
)

// Seal encrypts an order's contact. Repeated it makes other bytes for the same customer.
func (s *Service) Seal(ctx context.Context, r *identityv1.SealRequest) (*identityv1.SealResponse, error) {
	details, err := contact.Checked(contact.FromProto(r.GetContact()))
	if err != nil {
		return nil, err
	}
	customer, key, err := s.sealingKey(ctx, r, details.Email)
	if err != nil {
		return nil, err
	}
	plain, err := contact.Encode(contact.ToProto(details))
	if err != nil {
		return nil, err
	}
	sealed, err := s.vault.Seal(customer, key, sealedContact, plain)
	if err != nil {
		return nil, fmt.Errorf("seal a contact: %w", err)
	}
	return &identityv1.SealResponse{CustomerId: customer, Sealed: sealed}, nil
}

// guest is somebody without an account, and what they are found by.
type guest struct{ customer, emailIndex string }

func (s *Service) sealingKey(
	ctx context.Context, r *identityv1.SealRequest, email string,
) (customer string, key []byte, err error) {
	if customer = r.GetCustomerId(); customer != "" {
		key, err = s.vault.Key(ctx, customer)
		return customer, key, err
	}
	if customer, err = contact.GuestOf(r.GetOrderId()); err != nil {
		return "", nil, err
	}
	key, err = s.guests.Do(ctx, guest{customer, s.vault.EmailIndex(email)})
	return customer, key, err
}

// Open decrypts contacts, in order. It reads each customer's key once.
func (s *Service) Open(ctx context.Context, r *identityv1.OpenRequest) (*identityv1.OpenResponse, error) {
	if len(r.GetSealed()) > maxOpen {
		return nil, fault.InvalidField("sealed", "At most 500 contacts are opened at once.")
	}
	var customers []string
	for _, sealed := range r.GetSealed() {
		customer, err := customerOf(sealed)
		if err != nil {
			return nil, err
		}
		customers = append(customers, customer)
	}
	each := slices.Compact(slices.Sorted(slices.Values(customers)))
	keys, err := s.vault.Keys(ctx, s.db.Read(), each)
	if err != nil {
		return nil, err
	}
	verified, err := s.verifiedEmails(ctx, each)
	if err != nil {
		return nil, err
	}
	response := &identityv1.OpenResponse{}
	for i, sealed := range r.GetSealed() {
		key, known := keys[customers[i]]
		opened, err := s.openContact(ctx, key, known && key == nil, sealed)
		if err != nil {
			return nil, err
		}
		email := verified[customers[i]]
		opened.Verified = email != "" && email == opened.GetContact().GetEmail()
		response.Contacts = append(response.Contacts, opened)
	}
	return response, nil
}

// customerOf is whom something is sealed for.
func customerOf(sealed []byte) (string, error) {
	if e, ok := contact.ReadEnvelope(sealed); ok {
		return e.Customer, nil
	}
	customer, _, err := sealedFor(sealed)
	return customer, err
}

// openContact takes no key for an erased customer: the sealed bytes are all that is left. What is sealed to a
// public key is opened by the private one, unless its customer is erased by now.
func (s *Service) openContact(
	ctx context.Context, key []byte, erased bool, sealed []byte,
) (*identityv1.Opened, error) {
	if e, ok := contact.ReadEnvelope(sealed); ok && !erased {
		opened, err := s.openEnvelope(ctx, e)
		return &identityv1.Opened{Contact: opened, Erased: err == nil && opened == nil}, err
	}
	if key == nil {
		return &identityv1.Opened{Erased: true}, nil
	}
	plain, err := Unseal(key, sealedContact, sealed)
	if err != nil {
		return nil, err
	}
	opened := &identityv1.Contact{}
	return &identityv1.Opened{Contact: opened}, contact.Decode(plain, opened)
}

// verifiedEmails are the e-mail addresses of those customers who have an account with a verified one.
func (s *Service) verifiedEmails(ctx context.Context, customers []string) (map[string]string, error) {
	if len(customers) == 0 {
		return nil, nil
	}
	these, arg := sqldb.In(s.db.Read(), "id", 1, customers)
	emails := map[string]string{}
	err := sqldb.EachRow(ctx, s.db.Read(), "SELECT id, email FROM accounts WHERE verified_at > 0 AND "+these,
		[]any{arg}, func(scan sqldb.Scanner) error {
			var customer, email string
			err := scan(&customer, &email)
			emails[customer] = email
			return err
		})
	if err != nil {
		return nil, fmt.Errorf("read verified addresses: %w", err)
	}
	return emails, nil
}
