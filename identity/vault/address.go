package vault

import (
	"context"
	"fmt"

	"github.com/artisan-eats/artisan/contact"
	"github.com/artisan-eats/artisan/fault"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	"github.com/artisan-eats/artisan/gen/sql/identitydb"
	"github.com/artisan-eats/artisan/id"
	"github.com/artisan-eats/artisan/idempotency"
	"github.com/artisan-eats/artisan/sqldb"
	"github.com/artisan-eats/artisan/stamp"
)

const maxAddresses = 20

var (
	errNoAddress        = fault.New(fault.NotFound, "not_found", "There is no such address.")
	errTooManyAddresses = fault.New(fault.Conflict, "too_many_addresses",
		"An account keeps at most 20 addresses. Please delete one first.")
)

// ListAddresses lists an account's addresses, oldest first. Somebody without an account has none.
func (s *Service) ListAddresses(
	ctx context.Context, r *identityv1.ListAddressesRequest,
) (*identityv1.ListAddressesResponse, error) {
	rows, err := identitydb.New(s.db.Read()).AddressesOf(ctx, r.GetCustomerId())
	if err != nil {
		return nil, fmt.Errorf("read addresses: %w", sqldb.Classify(err))
	}
	response := &identityv1.ListAddressesResponse{}
	if len(rows) == 0 {
		return response, nil
	}
	key, err := s.vault.Key(ctx, r.GetCustomerId())
	if err != nil {
		return nil, err
	}
	for _, row := range rows {
		address, err := openAddress(key, row)
		if err != nil {
			return nil, err
		}
		response.Addresses = append(response.Addresses, address)
	}
	return response, nil
}

func openAddress(key []byte, row identitydb.Address) (*identityv1.Address, error) {
	plain, err := Unseal(key, sealedAddress, row.Sealed)
	if err != nil {
		return nil, fmt.Errorf("open an address: %w", err)
	}
	address := &identityv1.Address{}
	err = contact.Decode(plain, address)
	// it was sealed before it had an ID
	address.Id, address.Version = row.ID, stampOf(contact.AddressFromProto(address))
	return address, err
}

// PutAddress makes (without an ID) or changes an address of an account.
func (s *Service) PutAddress(
	ctx context.Context, r *identityv1.PutAddressRequest,
) (*identityv1.PutAddressResponse, error) {
	address, err := contact.CheckedAddress(contact.AddressFromProto(r.GetAddress()))
	if err != nil {
		return nil, err
	}
	key, err := s.vault.Key(ctx, r.GetCustomerId())
	if err != nil {
		return nil, err
	}
	plain, err := contact.Encode(contact.AddressToProto(address))
	if err != nil {
		return nil, err
	}
	sealed, err := s.vault.Seal(r.GetCustomerId(), key, sealedAddress, plain)
	if err != nil {
		return nil, fmt.Errorf("seal an address: %w", err)
	}
	row := identitydb.Address{
		ID: address.ID, CustomerID: r.GetCustomerId(), Sealed: sealed,
		CreatedAt: s.host.Now().UnixMilli(),
	}
	if row.ID == "" {
		form := idempotency.Form{Owner: row.CustomerID, Key: r.GetKey(), Hash: s.vault.Subject(string(plain))}
		address.ID, err = s.addAddress(ctx, row, form)
	} else {
		err = s.changeAddress(ctx, row, func(before identitydb.Address) error {
			return checkSeen(key, before, address, r.GetVersion())
		})
	}
	if err != nil {
		return nil, fmt.Errorf("put an address: %w", err)
	}
	out := contact.AddressToProto(address)
	out.Version = stampOf(address)
	return &identityv1.PutAddressResponse{Address: out}, nil
}

// stampOf tells what an address says from what it said before.
func stampOf(a contact.Address) string {
	a.ID = ""
	return stamp.Of(a)
}

// checkSeen holds a change to what was seen of an address, unless the address says that already.
func checkSeen(key []byte, before identitydb.Address, to contact.Address, seen string) error {
	if seen == "" {
		return nil
	}
	now, err := openAddress(key, before)
	if err != nil || now.GetVersion() == stampOf(to) {
		return err
	}
	return stamp.Check(seen, now.GetVersion())
}

func (s *Service) changeAddress(
	ctx context.Context, row identitydb.Address, check func(before identitydb.Address) error,
) error {
	return s.db.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		before, err := identitydb.New(tx).LockAddress(ctx,
			identitydb.LockAddressParams{ID: row.ID, CustomerID: row.CustomerID})
		if sqldb.IsNone(err) {
			return errNoAddress
		}
		if err == nil {
			err = check(before)
		}
		if err != nil {
			return err
		}
		n, err := identitydb.New(tx).UpdateAddress(ctx,
			identitydb.UpdateAddressParams{ID: row.ID, CustomerID: row.CustomerID, Sealed: row.Sealed})
		if err == nil && n == 0 {
			err = errNoAddress
		}
		return err
	})
}

// addAddress keeps an address, and answers its ID, or that of the one which the same form has made.
func (s *Service) addAddress(
	ctx context.Context, row identitydb.Address, form idempotency.Form,
) (addressID string, err error) {
	row.ID = s.host.NewID(id.Address, id.Global)
	err = s.db.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) (err error) {
		q := identitydb.New(tx)
		// The lock makes the count hold until the commit, and comes before the form's key: erasing locks in
		// that order.
		if _, err := q.LockAccount(ctx, row.CustomerID); sqldb.IsNone(err) {
			return ErrNoAccount
		} else if err != nil {
			return err
		}
		addressID, err = idempotency.Do(ctx, tx, form,
			func() (string, error) { return row.ID, insertAddress(ctx, q, row) })
		return err
	})
	return addressID, err
}

func insertAddress(ctx context.Context, q *identitydb.Queries, row identitydb.Address) error {
	n, err := q.CountAddresses(ctx, row.CustomerID)
	if err != nil {
		return err
	}
	if n >= maxAddresses {
		return errTooManyAddresses
	}
	return q.InsertAddress(ctx, identitydb.InsertAddressParams(row))
}

// DeleteAddress is idempotent.
func (s *Service) DeleteAddress(
	ctx context.Context, r *identityv1.DeleteAddressRequest,
) (*identityv1.DeleteAddressResponse, error) {
	err := s.db.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		return identitydb.New(tx).DeleteAddress(ctx,
			identitydb.DeleteAddressParams{ID: r.GetAddressId(), CustomerID: r.GetCustomerId()})
	})
	if err != nil {
		return nil, fmt.Errorf("delete an address: %w", err)
	}
	return &identityv1.DeleteAddressResponse{}, nil
}
