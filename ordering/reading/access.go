package reading

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"errors"
	"fmt"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/artisan-eats/artisan/events"
	"github.com/artisan-eats/artisan/fault"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/gen/sql/orderingdb"
	"github.com/artisan-eats/artisan/id"
	"github.com/artisan-eats/artisan/ordering/book"
	"github.com/artisan-eats/artisan/ordering/order"
	"github.com/artisan-eats/artisan/sqldb"
)

// managerPatience is how long who manages an order waits to be told whether it is theirs besides.
const managerPatience = time.Second

// Visible reads an order that the viewer may see, with what they may do with it; to others it is not there.
// Who manages it sees it also while nobody can tell whether they ordered it.
func (s *Reader) Visible(ctx context.Context, orderID string, v *orderingv1.Viewer) (book.Leased, error) {
	if _, err := id.Market(id.Order, orderID); err != nil {
		return book.Leased{}, err
	}
	o, err := s.book.Order(ctx, orderID)
	if err != nil {
		return book.Leased{}, err
	}
	manages, asking := order.MayManage(o.Order, v), ctx
	if manages {
		var cancel context.CancelFunc
		asking, cancel = context.WithTimeout(ctx, managerPatience)
		defer cancel()
	}
	o.ViewerMay, err = s.ScopeOf(asking, o.Order, v)
	if err != nil && (!manages || !fault.Away(err)) {
		return book.Leased{}, err
	}
	if !o.ViewerMay.May(order.Reading) && !manages {
		return book.Leased{}, book.ErrNoOrder
	}
	return o, nil
}

// ScopeOf is what the viewer may do with an order as who ordered it: all with the account that did, with a
// link what it says.
func (s *Reader) ScopeOf(ctx context.Context, o order.Order, v *orderingv1.Viewer) (order.Scope, error) {
	if v.GetCustomerId() != "" && v.GetCustomerId() == o.CustomerID {
		return order.Reading | order.Cancelling, nil
	}
	l, ok := s.linkKeys.read(o.ID, v.GetAccessToken())
	if !ok {
		l, ok = s.oldLink(o, v.GetAccessToken())
	}
	if !ok {
		return s.scopeOfMember(ctx, o, v)
	}
	ended, err := s.endedLinks(ctx, o.CustomerID)
	if err != nil || !l.good(ended[o.CustomerID], s.host.Now()) {
		return 0, err
	}
	return l.scope, nil
}

// scopeOfMember is what the viewer's account may do with an order of a guest's: all, where the guest gave the
// address that the account has verified. While nobody can tell, it is not there.
func (s *Reader) scopeOfMember(
	ctx context.Context, o order.Order, v *orderingv1.Viewer,
) (order.Scope, error) {
	if v.GetCustomerId() == "" || !v.GetVerified() || v.GetOperator() || !o.IsGuests() {
		return 0, nil
	}
	answer, err := s.identity.SharesAddress(ctx,
		&identityv1.SharesAddressRequest{AccountId: v.GetCustomerId(), GuestId: o.CustomerID})
	if err != nil || !answer.GetShares() {
		return 0, err
	}
	return order.Reading | order.Cancelling, nil
}

// AccessToken is the link to an order that its checkout answers with.
func (s *Reader) AccessToken(ctx context.Context, o order.Order) (string, error) {
	// A guest is a customer of one order, whose links are never ended but by erasing them.
	if o.IsGuests() {
		return s.linkKeys.sign(o.ID, link{scope: order.Reading | order.Cancelling, expires: linkEnds(o)}), nil
	}
	ended, err := s.endedLinks(ctx, o.CustomerID)
	if err != nil {
		return "", err
	}
	return s.linkKeys.sign(o.ID,
		link{order.Reading | order.Cancelling, linkEnds(o), ended[o.CustomerID].epoch}), nil
}

// maxLinks is how many links are made at once.
const maxLinks = 200

// LinkOrders makes links to orders, for letters to who ordered them.
func (s *Reader) LinkOrders(
	ctx context.Context, r *orderingv1.LinkOrdersRequest,
) (*orderingv1.LinkOrdersResponse, error) {
	if len(r.GetIds()) > maxLinks {
		return nil, fault.InvalidAlone("ids", "At most %d links at a time.", maxLinks)
	}
	orders, err := s.book.Orders(ctx, r.GetIds())
	if err != nil {
		return nil, err
	}
	var customers []string
	for _, o := range orders {
		customers = append(customers, o.CustomerID)
	}
	ended, err := s.endedLinks(ctx, customers...)
	if err != nil {
		return nil, err
	}
	may := order.Reading
	if r.GetCancel() {
		may |= order.Cancelling
	}
	response := &orderingv1.LinkOrdersResponse{Tokens: make([]string, len(r.GetIds()))}
	for i, orderID := range r.GetIds() {
		o, there := orders[orderID]
		l := link{may, linkEnds(o), ended[o.CustomerID].epoch}
		if there && l.good(ended[o.CustomerID], s.host.Now()) {
			response.Tokens[i] = s.linkKeys.sign(orderID, l)
		}
	}
	return response, nil
}

// endedLinks answers what is known of the customers whose links were ended; the others are left out.
func (s *Reader) endedLinks(ctx context.Context, customers ...string) (map[string]endedLinks, error) {
	found := map[string]endedLinks{}
	if len(customers) == 0 {
		return found, nil
	}
	these, arg := sqldb.In(s.book.DB.Read(), "customer_id", 1, customers)
	err := sqldb.EachRow(ctx, s.book.DB.Read(), "SELECT customer_id, epoch, erased FROM link_epochs WHERE "+
		these,
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
func linksSince(ctx context.Context, db *sqldb.DB, now time.Time) (since time.Time, err error) {
	q := orderingdb.New(db.Read())
	at, err := q.GetLinksSince(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		err = db.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
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

// oldLinkGrace is for processes of the version before, which go on for a while beside this one.
const oldLinkGrace = 24 * time.Hour

// oldLink is what a token of earlier versions says, which is a MAC of the order's ID alone and names no end.
// It is good for orders of before there were links that end, no longer than a new one would be, and until the
// customer's links are ended.
func (s *Reader) oldLink(o order.Order, token string) (link, bool) {
	for _, key := range s.accessKeys {
		mac := hmac.New(sha256.New, key)
		mac.Write([]byte(o.ID))
		if hmac.Equal([]byte(token), []byte(base64.RawURLEncoding.EncodeToString(mac.Sum(nil)))) {
			return link{scope: order.Reading | order.Cancelling, expires: linkEnds(o)},
				o.PlacedAt.Before(s.linksSince.Add(oldLinkGrace))
		}
	}
	return link{}, false
}

// EndLinks ends a customer's links of before the epoch that the event is.
func EndLinks(ctx context.Context, tx *sqldb.Tx, e events.Event) error {
	var m identityv1.CustomerEvent
	if err := proto.Unmarshal(e.Payload, &m); err != nil {
		return err
	}
	ended := orderingdb.EndLinksParams{CustomerID: e.Aggregate, Epoch: e.Version}
	if m.GetErased() {
		ended.Erased = 1
		if err := orderingdb.New(tx).ForgetMemberCarts(ctx, e.Aggregate); err != nil {
			return err
		}
	}
	return orderingdb.New(tx).EndLinks(ctx, ended)
}
