package windows

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/artisan-eats/artisan/audit"
	"github.com/artisan-eats/artisan/fault"
	deliveryv1 "github.com/artisan-eats/artisan/gen/artisan/delivery/v1"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/gen/sql/orderingdb"
	"github.com/artisan-eats/artisan/id"
	"github.com/artisan-eats/artisan/ordering/book"
	"github.com/artisan-eats/artisan/ordering/order"
)

// maxSays is how long the market's words to its shoppers are, in characters.
const maxSays = 300

// clearing is a window that was cancelled, and where its orders go.
type clearing struct {
	window, to string // to is empty where they are cancelled
	says       string
	key        string
	by         audit.Actor
	startedAt  time.Time
	done       bool
}

var (
	errBeingCancelled = fault.New(fault.Conflict, "being_cancelled",
		"This window is being cancelled already. Look how far it is first.")
	errOtherDecision = fault.New(fault.Conflict, "idempotency_key_reused",
		"This form was sent already, with something else in it, and that was done. If this is to be done as well, send it again.")
	errOperatorOnly = fault.New(fault.NotFound, "not_found", "There is no such window.")
	errOpenChanged  = fault.New(fault.Conflict, "changed_since",
		"The number of open orders is another one by now. Nothing is changed yet: please look again.")
)

// ClearWindow cancels a window and sends its orders elsewhere; see the contract.
func (s *Mover) ClearWindow(
	ctx context.Context, r *orderingv1.ClearWindowRequest,
) (*orderingv1.ClearWindowResponse, error) {
	c, err := s.readClearing(ctx, r)
	if err != nil {
		return nil, err
	}
	if err := s.checkTarget(ctx, c); err != nil {
		return nil, err
	}
	if c, err = s.beginClearing(ctx, c, r.Open); err != nil {
		return nil, err
	}
	s.clears.Wake()
	// The job would do it too; whoever asks is answered when nobody can order into the window any more.
	if _, err := s.Delivery.CancelWindow(ctx, &deliveryv1.CancelWindowRequest{Id: c.window}); err != nil {
		return nil, err
	}
	answer, err := s.clearingNow(ctx, c)
	return &orderingv1.ClearWindowResponse{Clearing: answer}, err
}

func (s *Mover) readClearing(ctx context.Context, r *orderingv1.ClearWindowRequest) (clearing, error) {
	c := clearing{
		window: r.GetWindowId(), to: r.GetToWindowId(), says: strings.TrimSpace(r.GetReason()),
		key: r.GetKey(), by: audit.ActorOf(ctx), startedAt: s.Host.Now(),
	}
	if !r.GetViewer().GetOperator() {
		return c, errOperatorOnly
	}
	if _, err := id.Market(id.Window, c.window); err != nil {
		return c, errOperatorOnly
	}
	if !utf8.ValidString(c.says) || utf8.RuneCountInString(c.says) > maxSays ||
		strings.ContainsFunc(c.says, unicode.IsControl) {
		return c, fault.InvalidAlone("reason", "A reason is one line of at most %d characters.", maxSays)
	}
	if c.says == "" {
		return c, fault.InvalidAlone("reason", "Say why: the shoppers read it in their letters.")
	}
	return c, book.CheckKey(c.key)
}

// checkTarget refuses a window that the orders cannot be moved to. Whether it has room is said for each
// order, when its place is held.
func (s *Mover) checkTarget(ctx context.Context, c clearing) error {
	from, err := s.Delivery.GetWindow(ctx, &deliveryv1.GetWindowRequest{Id: c.window})
	if err != nil {
		return err
	}
	if c.to == "" {
		return nil
	}
	to, err := s.Delivery.GetWindow(ctx, &deliveryv1.GetWindowRequest{Id: c.to})
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return err
	}
	if err != nil || c.to == c.window || to.GetWindow().GetMarket() != from.GetWindow().GetMarket() ||
		to.GetWindow().GetKind() != from.GetWindow().GetKind() {
		return fault.InvalidAlone("to_window_id",
			"Choose another window of the same market and kind.") //nolint:nilerr // it is said for people
	}
	if to.GetWindow().GetClosed() || to.GetWindow().GetOrderBy() <= s.Host.Now().UnixMilli() {
		return fault.InvalidAlone("to_window_id", "That window takes no more orders. Choose another.")
	}
	return nil
}

// GetClearing answers how far a window's orders have gone; see the contract.
func (s *Mover) GetClearing(
	ctx context.Context, r *orderingv1.GetClearingRequest,
) (*orderingv1.GetClearingResponse, error) {
	if _, err := id.Market(id.Window, r.GetWindowId()); err != nil {
		return nil, fault.InvalidAlone("window_id", "This is not the ID of a window.")
	}
	c, err := s.clearing(ctx, r.GetWindowId())
	if err != nil || c.window == "" {
		return &orderingv1.GetClearingResponse{}, err
	}
	answer, err := s.clearingNow(ctx, c)
	return &orderingv1.GetClearingResponse{Clearing: answer}, err
}

// maxStayed is how many orders are named that could not go.
const maxStayed = 200

func (s *Mover) clearingNow(ctx context.Context, c clearing) (*orderingv1.Clearing, error) {
	q := orderingdb.New(s.Book.DB.Read())
	all, err := q.CountClearing(ctx, c.window)
	stay, stayErr := q.CountStayed(ctx, c.window)
	rows, rowsErr := q.StayedOrders(ctx, orderingdb.StayedOrdersParams{WindowID: c.window, Limit: maxStayed})
	went, wentErr := q.CountWent(ctx, c.window)
	if err := errors.Join(err, stayErr, rowsErr, wentErr); err != nil {
		return nil, fmt.Errorf("read a clearing: %w", err)
	}
	out := &orderingv1.Clearing{
		WindowId: c.window, ToWindowId: c.to, Reason: c.says, StartedAt: c.startedAt.UnixMilli(),
		Done:   c.done,
		Orders: all.Orders, Waiting: all.Waiting, Stay: stay, Gone: max(0, all.Orders-all.Waiting-stay),
	}
	for _, row := range rows {
		out.Stayed = append(out.Stayed,
			&orderingv1.Stayed{OrderId: row.OrderID, Code: row.Code, Message: row.Message})
	}
	for _, w := range went {
		out.Went = append(out.Went, wentToProto(w.WentTo, w.Orders))
	}
	return out, nil
}

func wentToProto(to string, orders int64) *orderingv1.Went {
	went := &orderingv1.Went{HandedOver: to == order.Done, Orders: orders}
	if to != order.Done && to != order.Cancelled {
		went.ToWindowId = to
	}
	return went
}
