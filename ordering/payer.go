package ordering

import (
	"context"

	"github.com/artisan-eats/artisan/audit"
	"github.com/artisan-eats/artisan/fault"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/id"
	"github.com/artisan-eats/artisan/mailbox"
	"github.com/artisan-eats/artisan/ordering/book"
	"github.com/artisan-eats/artisan/ordering/order"
	"github.com/artisan-eats/artisan/share"
)

// maxProofs is how many links of a browser are looked at.
const maxProofs = 3

// whoPaysLater tells who asks for an order that is paid when it is picked up. An address that was typed
// proves nothing.
func (s *Service) whoPaysLater(
	ctx context.Context, r *orderingv1.CheckoutRequest,
) (u *book.Payer, err error) {
	u = &book.Payer{Client: s.keyed("client", share.NetworkOf(audit.ActorOf(ctx).Address))}
	if v := r.GetViewer(); v.GetCustomerId() != "" && v.GetVerified() {
		u.Contact, u.Proven = s.keyed("customer", v.GetCustomerId()), true
		if v.GetEmail() != "" { // an edge of the version before does not tell it
			u.Contact = s.keyed("contact", mailbox.Of(v.GetEmail()))
		}
		u.Collected, err = s.Book.HasCollected(ctx, v.GetCustomerId())
		return u, err
	}
	typed := mailbox.Of(r.GetContact().GetEmail())
	u.Contact = s.keyed("contact", typed)
	links := r.GetLinks()
	for _, link := range links[:min(len(links), maxProofs)] {
		if u.Collected, err = s.proves(ctx, link, typed); err != nil || u.Collected {
			break
		}
	}
	u.Proven = u.Collected
	return u, err
}

// proves reports whether a link is of an order that was handed over, whose shopper gave an address of this
// mailbox.
func (s *Service) proves(ctx context.Context, link *orderingv1.OrderLink, typed string) (bool, error) {
	if _, err := id.Market(id.Order, link.GetId()); err != nil {
		return false, nil //nolint:nilerr // it proves nothing
	}
	o, err := s.Book.Order(ctx, link.GetId())
	if fault.Is(err, book.ErrNoOrder.Code) || err == nil && o.Status != order.Done {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	may, err := s.Reader.ScopeOf(ctx, o.Order, &orderingv1.Viewer{AccessToken: link.GetToken()})
	if err != nil || !may.May(order.Cancelling) {
		return false, err
	}
	opened, err := s.identity.Open(ctx, &identityv1.OpenRequest{Sealed: [][]byte{o.SealedContact}})
	if err != nil || len(opened.GetContacts()) != 1 {
		return false, err
	}
	return mailbox.Of(opened.GetContacts()[0].GetContact().GetEmail()) == typed, nil
}
