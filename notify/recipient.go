package notify

import (
	"context"
	"fmt"

	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
)

var (
	errErased    = problem{text: "the recipient's data was erased", final: true, hopeless: true}
	errNoAddress = problem{text: "the recipient is not an e-mail address", final: true}
	// A producer without an account gets no mail: the operator runs such a producer's desk.
	errNobody = problem{text: "nobody acts for the producer", final: true, hopeless: true}
)

// recipient is whom a message is for, or why that cannot be told.
type recipient struct {
	Person
	problem error
}

// recipients asks identity whom the messages of orders are for. Those without an order are left out.
func (s *service) recipients(ctx context.Context, batch []Message, orders []*orderingv1.Order) []recipient {
	found := make([]recipient, len(batch))
	var shoppers, producers []int
	for i, m := range batch {
		switch {
		case orders[i] == nil:
		case m.ProducerID == "":
			shoppers = append(shoppers, i)
		default:
			producers = append(producers, i)
		}
	}
	if len(shoppers) > 0 {
		s.findShoppers(ctx, shoppers, orders, found)
	}
	if len(producers) > 0 {
		s.findProducers(ctx, producers, batch, found)
	}
	for i := range found {
		if found[i].problem == nil && orders[i] != nil && !validAddress(found[i].Email) {
			found[i].problem = errNoAddress
		}
	}
	return found
}

// findShoppers opens the contacts of some of the orders.
func (s *service) findShoppers(
	ctx context.Context, which []int, orders []*orderingv1.Order, found []recipient,
) {
	request := &identityv1.OpenRequest{}
	for _, i := range which {
		request.Sealed = append(request.Sealed, orders[i].GetSealedContact())
	}
	opened, err := s.people.Open(ctx, request)
	if err == nil && len(opened.GetContacts()) != len(which) {
		err = fmt.Errorf("identity opened %d contacts of %d", len(opened.GetContacts()), len(which))
	}
	for n, i := range which {
		switch {
		case err != nil:
			found[i].problem = fmt.Errorf("open the contact: %w", err)
		case opened.GetContacts()[n].GetErased():
			found[i].problem = errErased
		default:
			found[i].Person = readPerson(opened.GetContacts()[n].GetContact())
			found[i].Verified = opened.GetContacts()[n].GetVerified() || orders[i].GetContactVerified()
		}
	}
}

// findProducers asks who acts for producers; of several people it is the first one of identity's.
func (s *service) findProducers(ctx context.Context, which []int, batch []Message, found []recipient) {
	request := &identityv1.ProducerContactsRequest{}
	for _, i := range which {
		request.ProducerIds = append(request.ProducerIds, batch[i].ProducerID)
	}
	response, err := s.people.ProducerContacts(ctx, request)
	first := map[string]Person{}
	for _, c := range response.GetContacts() {
		if _, known := first[c.GetProducerId()]; !known {
			first[c.GetProducerId()] = Person{
				Email: c.GetEmail(), Name: c.GetName(),
				Verified: c.GetVerified(),
			}
		}
	}
	for _, i := range which {
		person, known := first[batch[i].ProducerID]
		switch {
		case err != nil:
			found[i].problem = fmt.Errorf("ask who acts for the producer: %w", err)
		case !known:
			found[i].problem = errNobody
		default:
			found[i].Person = person
		}
	}
}
