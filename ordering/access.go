package ordering

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/artisan-eats/artisan/fault"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/gen/sql/orderingdb"
	"github.com/artisan-eats/artisan/id"
	"github.com/artisan-eats/artisan/sqldb"
)

// errReadOnly is for a link that shows an order, and can do no more.
var errReadOnly = fault.New(fault.Denied, "read_only",
	"This link only shows the order. To change or cancel it, sign in, or follow the link in the letter that confirmed it.")

// visible reads an order that the viewer may see, with what they may do with it; to others it is not there.
func (s *Service) visible(ctx context.Context, orderID string, v *orderingv1.Viewer) (leased, error) {
	if _, err := id.Market(id.Order, orderID); err != nil {
		return leased{}, err
	}
	o, err := s.store.order(ctx, orderID)
	if err != nil {
		return leased{}, err
	}
	if o.viewerMay, err = s.scopeOf(ctx, o.Order, v); err != nil {
		return leased{}, err
	}
	if !o.viewerMay.may(reading) && !mayManage(o.Order, v) {
		return leased{}, errNoOrder
	}
	return o, nil
}

// scopeOf is what the viewer may do with an order as who ordered it: all with the account that did, with a
// link what it says.
func (s *Service) scopeOf(ctx context.Context, o Order, v *orderingv1.Viewer) (scope, error) {
	if v.GetCustomerId() != "" && v.GetCustomerId() == o.CustomerID {
		return reading | cancelling, nil
	}
	l, ok := s.linkKeys.read(o.ID, v.GetAccessToken())
	if !ok {
		l, ok = s.oldLink(o, v.GetAccessToken())
	}
	if !ok {
		return s.scopeOfMember(ctx, o, v)
	}
	ended, err := s.store.endedLinks(ctx, o.CustomerID)
	if err != nil || !l.good(ended[o.CustomerID], s.host.Now()) {
		return 0, err
	}
	return l.scope, nil
}

// scopeOfMember is what the viewer's account may do with an order of a guest's: all, where the guest gave the
// address that the account has verified. While nobody can tell, it is not there.
func (s *Service) scopeOfMember(ctx context.Context, o Order, v *orderingv1.Viewer) (scope, error) {
	if v.GetCustomerId() == "" || !v.GetVerified() || v.GetOperator() || !o.isGuests() {
		return 0, nil
	}
	answer, err := s.identity.SharesAddress(ctx,
		&identityv1.SharesAddressRequest{AccountId: v.GetCustomerId(), GuestId: o.CustomerID})
	if err != nil || !answer.GetShares() {
		return 0, err
	}
	return reading | cancelling, nil
}

// mayManage reports whether the viewer is an operator or has a part in the order.
func mayManage(o Order, v *orderingv1.Viewer) bool {
	// A producer sees nothing of an order before it is confirmed.
	return v.GetOperator() || !o.ConfirmedAt.IsZero() &&
		slices.ContainsFunc(o.Parts,
			func(p Part) bool { return slices.Contains(v.GetProducerIds(), p.ProducerID) })
}

// seenBy leaves a producer who is nothing else to the order its own part.
func (o Order) seenBy(v *orderingv1.Viewer) Order {
	if v.GetOperator() || o.viewerMay.may(reading) {
		return o
	}
	return partOf(o, v.GetProducerIds())
}

// accessToken is the link to an order that its checkout answers with.
func (s *Service) accessToken(ctx context.Context, o Order) (string, error) {
	// A guest is a customer of one order, whose links are never ended but by erasing them.
	if o.isGuests() {
		return s.linkKeys.sign(o.ID, link{scope: reading | cancelling, expires: o.linkEnds()}), nil
	}
	ended, err := s.store.endedLinks(ctx, o.CustomerID)
	if err != nil {
		return "", err
	}
	return s.linkKeys.sign(o.ID, link{reading | cancelling, o.linkEnds(), ended[o.CustomerID].epoch}), nil
}

// maxLinks is how many links are made at once.
const maxLinks = 200

// LinkOrders makes links to orders, for letters to who ordered them.
func (s *Service) LinkOrders(
	ctx context.Context, r *orderingv1.LinkOrdersRequest,
) (*orderingv1.LinkOrdersResponse, error) {
	if len(r.GetIds()) > maxLinks {
		return nil, fault.InvalidAlone("ids", "At most %d links at a time.", maxLinks)
	}
	orders, err := s.store.orders(ctx, r.GetIds())
	if err != nil {
		return nil, err
	}
	var customers []string
	for _, o := range orders {
		customers = append(customers, o.CustomerID)
	}
	ended, err := s.store.endedLinks(ctx, customers...)
	if err != nil {
		return nil, err
	}
	may := reading
	if r.GetCancel() {
		may |= cancelling
	}
	response := &orderingv1.LinkOrdersResponse{Tokens: make([]string, len(r.GetIds()))}
	for i, orderID := range r.GetIds() {
		o, there := orders[orderID]
		l := link{may, o.linkEnds(), ended[o.CustomerID].epoch}
		if there && l.good(ended[o.CustomerID], s.host.Now()) {
			response.Tokens[i] = s.linkKeys.sign(orderID, l)
		}
	}
	return response, nil
}

// endedLinks answers what is known of the customers whose links were ended; the others are left out.
func (s *store) endedLinks(ctx context.Context, customers ...string) (map[string]endedLinks, error) {
	found := map[string]endedLinks{}
	if len(customers) == 0 {
		return found, nil
	}
	these, arg := sqldb.In(s.db.Read(), "customer_id", 1, customers)
	err := sqldb.EachRow(ctx, s.db.Read(), "SELECT customer_id, epoch, erased FROM link_epochs WHERE "+these,
		[]any{arg}, func(scan sqldb.Scanner) error {
			var customer string
			var ended endedLinks
			err := scan(&customer, &ended.epoch, &ended.erased)
			found[customer] = ended
			return err
		})
	if err != nil {
		return nil, fmt.Errorf("read which links ended: %w", err)
	}
	return found, nil
}

// linksSince answers when this shop began to make links that end: now, at the first start that asks.
func (s *store) linksSince(ctx context.Context, now time.Time) (since time.Time, err error) {
	q := orderingdb.New(s.db.Read())
	at, err := q.GetLinksSince(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		err = s.db.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
			if err := orderingdb.New(tx).LinksSince(ctx, now.UnixMilli()); err != nil {
				return err
			}
			at, err = orderingdb.New(tx).GetLinksSince(ctx)
			return err
		})
	}
	if err != nil {
		return since, fmt.Errorf("read since when links end: %w", sqldb.Classify(err))
	}
	return time.UnixMilli(at).UTC(), nil
}
