package contact

import (
	"fmt"

	"google.golang.org/protobuf/proto"

	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
)

// FromProto reads a contact.
func FromProto(c *identityv1.Contact) Details {
	d := Details{Email: c.GetEmail(), Name: c.GetName(), Phone: c.GetPhone(), Note: c.GetNote()}
	if c.GetAddress() != nil {
		address := AddressFromProto(c.GetAddress())
		d.Address = &address
	}
	return d
}

// ToProto is the way back.
func ToProto(d Details) *identityv1.Contact {
	c := &identityv1.Contact{Email: d.Email, Name: d.Name, Phone: d.Phone, Note: d.Note}
	if d.Address != nil {
		c.Address = AddressToProto(*d.Address)
	}
	return c
}

// AddressFromProto reads an address.
func AddressFromProto(a *identityv1.Address) Address {
	return Address{
		ID: a.GetId(), Line1: a.GetLine1(), Line2: a.GetLine2(), PostalCode: a.GetPostalCode(),
		City: a.GetCity(), Region: a.GetRegion(), Country: a.GetCountry(),
	}
}

// AddressToProto is the way back.
func AddressToProto(a Address) *identityv1.Address {
	return &identityv1.Address{
		Id: a.ID, Line1: a.Line1, Line2: a.Line2, PostalCode: a.PostalCode,
		City: a.City, Region: a.Region, Country: a.Country,
	}
}

// Encode makes the bytes that are sealed: the message itself, so that a field can be added as to any
// contract.
func Encode(m proto.Message) ([]byte, error) {
	plain, err := proto.Marshal(m)
	if err != nil {
		return nil, fmt.Errorf("encode personal data: %w", err)
	}
	return plain, nil
}

// Decode is the way back.
func Decode(plain []byte, m proto.Message) error {
	if err := proto.Unmarshal(plain, m); err != nil {
		return fmt.Errorf("decode personal data: %w", err)
	}
	return nil
}
