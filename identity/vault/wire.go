package vault

import (
	"fmt"

	"google.golang.org/protobuf/proto"

	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
)

func contactFromProto(c *identityv1.Contact) contactDetails {
	contact := contactDetails{Email: c.GetEmail(), Name: c.GetName(), Phone: c.GetPhone(), Note: c.GetNote()}
	if c.GetAddress() != nil {
		address := addressFromProto(c.GetAddress())
		contact.Address = &address
	}
	return contact
}

func contactToProto(c contactDetails) *identityv1.Contact {
	contact := &identityv1.Contact{Email: c.Email, Name: c.Name, Phone: c.Phone, Note: c.Note}
	if c.Address != nil {
		contact.Address = addressToProto(*c.Address)
	}
	return contact
}

func addressFromProto(a *identityv1.Address) postalAddress {
	return postalAddress{
		ID: a.GetId(), Line1: a.GetLine1(), Line2: a.GetLine2(), PostalCode: a.GetPostalCode(),
		City: a.GetCity(), Region: a.GetRegion(), Country: a.GetCountry(),
	}
}

func addressToProto(a postalAddress) *identityv1.Address {
	return &identityv1.Address{
		Id: a.ID, Line1: a.Line1, Line2: a.Line2, PostalCode: a.PostalCode,
		City: a.City, Region: a.Region, Country: a.Country,
	}
}

// What is sealed is the message itself, so that a field can be added as to any contract.

func encodeContact(c contactDetails) ([]byte, error) { return encode(contactToProto(c)) }

func decodeContact(plain []byte) (*identityv1.Contact, error) {
	contact := &identityv1.Contact{}
	return contact, decode(plain, contact)
}

func encodeAddress(a postalAddress) ([]byte, error) { return encode(addressToProto(a)) }

// decodeAddress gives an address the ID of its row: it was sealed before it had one.
func decodeAddress(addressID string, plain []byte) (*identityv1.Address, error) {
	address := &identityv1.Address{}
	err := decode(plain, address)
	address.Id, address.Version = addressID, addressFromProto(address).stamp()
	return address, err
}

func encode(m proto.Message) ([]byte, error) {
	plain, err := proto.Marshal(m)
	if err != nil {
		return nil, fmt.Errorf("encode personal data: %w", err)
	}
	return plain, nil
}

func decode(plain []byte, m proto.Message) error {
	if err := proto.Unmarshal(plain, m); err != nil {
		return fmt.Errorf("decode personal data: %w", err)
	}
	return nil
}
