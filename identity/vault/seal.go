package vault

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/artisan-eats/artisan/fault"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	"github.com/artisan-eats/artisan/id"
	"github.com/artisan-eats/artisan/sqldb"
)

const (
	maxGuestBatch = 128
	maxOpen       = 500
)

// Seal encrypts an order's contact. Repeated it makes other bytes for the same customer.
func (s *Service) Seal(ctx context.Context, r *identityv1.SealRequest) (*identityv1.SealResponse, error) {
	contact, err := checkContact(contactFromProto(r.GetContact()))
	if err != nil {
		return nil, err
	}
	customer, key, err := s.sealingKey(ctx, r, contact.Email)
	if err != nil {
		return nil, err
	}
	plain, err := encodeContact(contact)
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
	if customer, err = guestOf(r.GetOrderId()); err != nil {
		return "", nil, err
	}
	key, err = s.guests.Do(ctx, guest{customer, s.vault.EmailIndex(email)})
	return customer, key, err
}

// guestOf is the customer that an order without an account belongs to: its ID is made
// from the order's, so that asking again finds the same guest.
func guestOf(order string) (string, error) {
	if _, err := id.Market(id.Order, order); err != nil {
		return "", fault.InvalidField("order_id", "A guest's contact needs the ID of its order.")
	}
	return id.Customer + strings.TrimPrefix(order, id.Order), nil
}

// Open decrypts contacts, in order. It reads each customer's key once.
func (s *Service) Open(ctx context.Context, r *identityv1.OpenRequest) (*identityv1.OpenResponse, error) {
	if len(r.GetSealed()) > maxOpen {
		return nil, fault.InvalidField("sealed", "At most 500 contacts are opened at once.")
	}
	var customers []string
	for _, sealed := range r.GetSealed() {
		customer, _, err := sealedFor(sealed)
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
		opened, err := openContact(keys[customers[i]], sealed)
		if err != nil {
			return nil, err
		}
		known := verified[customers[i]]
		opened.Verified = known != "" && known == opened.GetContact().GetEmail()
		response.Contacts = append(response.Contacts, opened)
	}
	return response, nil
}

// openContact takes no key for an erased one: the sealed bytes are all that is left.
func openContact(key, sealed []byte) (*identityv1.Opened, error) {
	if key == nil {
		return &identityv1.Opened{Erased: true}, nil
	}
	plain, err := Unseal(key, sealedContact, sealed)
	if err != nil {
		return nil, err
	}
	contact, err := decodeContact(plain)
	if err != nil {
		return nil, err
	}
	return &identityv1.Opened{Contact: contact}, nil
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
