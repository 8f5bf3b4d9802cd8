package reading

import (
	"context"
	"fmt"
	"time"

	"github.com/artisan-eats/artisan/fault"
	"github.com/artisan-eats/artisan/gen/artisan/identity/v1/identityv1connect"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/host"
	"github.com/artisan-eats/artisan/ordering/book"
	"github.com/artisan-eats/artisan/ordering/order"
	"github.com/artisan-eats/artisan/sqldb"
)

// Reader answers what is asked of orders, to those who may know it.
type Reader struct {
	host       *host.Host
	book       *book.Book
	identity   identityv1connect.IdentityServiceClient
	linkKeys   linkKeys
	accessKeys [][]byte // made the access tokens of earlier versions
	// linksSince is when this shop began to make links that end.
	linksSince time.Time
	// LookAgain is when a watch looks again by itself: soon, but in tests.
	LookAgain func() <-chan time.Time
	sales     sales
}

// New reads from a book. Who is a guest's account it asks of identity.
func New(h *host.Host, book *book.Book, identity identityv1connect.IdentityServiceClient) (*Reader, error) {
	accessKeys, err := h.Config().Keys("order access")
	if err != nil {
		return nil, err
	}
	linkKeys, err := newLinkKeys(h.Config())
	if err != nil {
		return nil, err
	}
	return &Reader{
		host: h, book: book, identity: identity, linkKeys: linkKeys, accessKeys: accessKeys, LookAgain: soon,
	}, nil
}

// Start notes since when this shop makes links that end.
func (s *Reader) Start(ctx context.Context) (err error) {
	s.linksSince, err = linksSince(ctx, s.book.DB, s.host.Now())
	return err
}

// GetOrder answers an order to those who may see it; a producer sees its own part.
func (s *Reader) GetOrder(
	ctx context.Context, r *orderingv1.GetOrderRequest,
) (*orderingv1.GetOrderResponse, error) {
	o, err := s.Visible(ctx, r.GetId(), r.GetViewer())
	if err != nil {
		return nil, err
	}
	return &orderingv1.GetOrderResponse{Order: order.ToProto(o.SeenBy(r.GetViewer()))}, nil
}

// OrderStates answers the state of each order.
func (s *Reader) OrderStates(
	ctx context.Context, r *orderingv1.OrderStatesRequest,
) (*orderingv1.OrderStatesResponse, error) {
	if len(r.GetIds()) == 0 {
		return &orderingv1.OrderStatesResponse{}, nil
	}
	if len(r.GetIds()) > 1000 {
		return nil, fault.InvalidAlone("ids", "At most 1,000 orders can be asked for at once.")
	}
	states, err := s.statuses(ctx, r.GetIds())
	if err != nil {
		return nil, err
	}
	return &orderingv1.OrderStatesResponse{States: states}, nil
}

// statuses answers the state of each order, "" for one that is not there.
func (s *Reader) statuses(ctx context.Context, ids []string) ([]string, error) {
	found := map[string]string{}
	query := "SELECT id, status FROM orders WHERE id IN (" + sqldb.Placeholders(1, len(ids)) + ")"
	err := sqldb.EachRow(ctx, s.book.DB.Read(), query, sqldb.Args(ids), func(scan sqldb.Scanner) error {
		var id, status string
		err := scan(&id, &status)
		found[id] = status
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read order states: %w", err)
	}
	if len(found) < len(ids) {
		if err := s.changeStates(ctx, ids, found); err != nil {
			return nil, err
		}
	}
	states := make([]string, len(ids))
	for i, id := range ids {
		states[i] = found[id]
	}
	return states, nil
}

// changeStates adds what became of changes to the states of orders: those of orders that would be so far.
func (s *Reader) changeStates(ctx context.Context, ids []string, found map[string]string) error {
	these, arg := sqldb.In(s.book.DB.Read(), "id", 1, ids)
	err := sqldb.EachRow(ctx, s.book.DB.Read(), "SELECT id, state FROM order_changes WHERE "+these,
		[]any{arg},
		func(scan sqldb.Scanner) error {
			var id, state string
			err := scan(&id, &state)
			found[id] = map[string]string{
				book.ChangeUnderWay: order.Held, book.ChangeDone: order.Confirmed,
				book.ChangeFailed: order.Failed,
			}[state]
			return err
		})
	if err != nil {
		return fmt.Errorf("read states of changes: %w", err)
	}
	return nil
}
