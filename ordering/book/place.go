package book

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/artisan-eats/artisan/contact"
	"github.com/artisan-eats/artisan/fault"
	"github.com/artisan-eats/artisan/gen/sql/orderingdb"
	"github.com/artisan-eats/artisan/ordering/order"
	"github.com/artisan-eats/artisan/sqldb"
)

// Placement is the durable intent: the cart becomes the order's, and the key stands for it.
type Placement struct {
	Order order.Order
	// CartRevision is the cart's as it was read. Where it is another one by now nothing is placed.
	CartRevision int64
	// Key and Hash are of the request: what it was sent under, and its keyed hash.
	Key, Hash string
	// Replaces is the failed order that the key stood for, if any.
	Replaces string
	// Payer is set for an order that is paid when it is picked up: then the limits decide how it begins, and
	// Order is told of it.
	Payer *Payer
}

// OrderOfKey finds the order that a checkout key stands for; "" when the key is new.
func (s *Book) OrderOfKey(ctx context.Context, cartID, key string) (orderID, requestHash string, err error) {
	row, err := orderingdb.New(s.DB.Read()).GetCheckoutKey(ctx,
		orderingdb.GetCheckoutKeyParams{CartID: cartID, CheckoutKey: key})
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return "", "", fmt.Errorf("read checkout key: %w", sqldb.Classify(err))
	}
	return row.OrderID, row.RequestHash, nil
}

// CheckKey refuses what cannot be the key of a request that is sent twice and done once.
func CheckKey(key string) error {
	if len(key) < 1 || len(key) > 128 {
		return fault.New(fault.Invalid, "idempotency_key_required",
			"A checkout needs an Idempotency-Key of 1 to 128 visible characters.")
	}
	for i := range len(key) {
		if key[i] < '!' || key[i] > '~' {
			return fault.New(fault.Invalid, "idempotency_key_required",
				"A checkout needs an Idempotency-Key of 1 to 128 visible characters.")
		}
	}
	return nil
}

// placeOrders claims each cart as it was read. Of two checkouts of one cart the
// first gets it, whatever their keys; the other is told that one is under way.
func (b batchWriter) placeOrders(members []int) error {
	var claims [][]any
	claimed := map[string]bool{}
	var first []int
	for _, i := range members {
		p := b.batch[i].placed
		if claimed[p.Order.CartID] {
			b.out[i].Err = ErrInProgress
			continue
		}
		claimed[p.Order.CartID] = true
		first = append(first, i)
		claims = append(claims, []any{p.Order.CartID, p.Order.ID, p.CartRevision})
	}
	won, err := b.returning(claimCarts(dayOf(b.now())), claims, claimTypes...)
	if err != nil {
		return err
	}
	var winners []int
	for _, i := range first {
		if won[b.batch[i].placed.Order.CartID] {
			winners = append(winners, i)
		} else {
			b.out[i].Err = ErrInProgress
		}
	}
	if err := b.admit(winners); err != nil {
		return err
	}
	var admitted []*Placement
	for _, i := range winners {
		if b.out[i].Err == nil {
			admitted = append(admitted, b.batch[i].placed)
		}
	}
	if len(admitted) == 0 {
		return nil
	}
	return b.insertOrders(admitted)
}

// claimCarts gives carts to orders, by rows of a cart, its order and the revision that was read. The order is
// compared as a term and not as a column, or SQLite reads all carts that were never ordered to find a few.
func claimCarts(day int64) string {
	return fmt.Sprintf(`UPDATE carts SET order_id = v.column2, revision = carts.revision + 1, touched_day = %d
		FROM (%%s) AS v
		WHERE carts.id = v.column1 AND carts.order_id || '' = ''
		AND carts.revision = v.column3 RETURNING carts.id`, day)
}

var claimTypes = []string{"TEXT", "TEXT", "BIGINT"}

// ErrInProgress is for who asks for an order that is under way.
var ErrInProgress = fault.New(fault.Conflict, "in_progress",
	"This order is being placed. Please wait a moment and ask again.")

func (b batchWriter) insertOrders(placements []*Placement) error {
	var keys, rows [][]any
	lease, err := b.leaseValue(NewLease)
	if err != nil {
		return err
	}
	for _, p := range placements {
		o := p.Order
		document, err := json.Marshal(o)
		if err != nil {
			return fmt.Errorf("place order: %w", err)
		}
		keys = append(keys, []any{o.CartID, p.Key, p.Hash, o.ID, p.Replaces})
		rows = append(rows, []any{
			o.ID, o.Market, o.CartID, o.CustomerID, o.Window.ID, o.Status, o.Total.Minor, o.Total.Currency,
			o.Epoch, o.Revision, lease, o.MovedAt().UnixMilli(), string(document),
		})
	}
	stands, err := b.returning(`INSERT INTO checkout_keys (cart_id, checkout_key, request_hash, order_id,
		replaces) %s
		ON CONFLICT (cart_id, checkout_key) DO UPDATE
		SET order_id = excluded.order_id, replaces = excluded.replaces
		WHERE checkout_keys.order_id = excluded.replaces RETURNING
		order_id`, keys, "TEXT", "TEXT", "TEXT", "TEXT", "TEXT")
	if err != nil {
		return err
	}
	if len(stands) != len(placements) {
		// A key was used between our look at it and now; alone, its member is told so.
		return ErrInProgress
	}
	if err := b.noteSealedToKey(placements); err != nil {
		return err
	}
	return b.exec(`INSERT INTO orders (id, market, cart_id, customer_id, window_id, status, total, currency,
		epoch, revision, lease_until, moved_at, document)
		SELECT column1, column2, column3, column4, column5, column6, column7, column8, column9, column10,
		`+b.leaseColumn("column11")+`, column12, column13
		FROM (%s) AS v`, rows,
		"TEXT", "TEXT", "TEXT", "TEXT", "TEXT", "TEXT", "BIGINT", "TEXT", "BIGINT", "BIGINT", "BIGINT",
		"BIGINT", "TEXT")
}

// freedCart frees the cart of an order that failed, with the place that is kept for it.
func freedCart(o order.Order) []any {
	var kept, window string
	var until int64
	if !o.KeptUntil.IsZero() {
		kept, window, until = o.ID, o.Window.ID, o.KeptUntil.UnixMilli()
	}
	return []any{o.CartID, o.ID, kept, window, until}
}

// noteSealedToKey lists orders whose contact was sealed while identity was away.
func (b batchWriter) noteSealedToKey(placements []*Placement) error {
	var rows [][]any
	for _, p := range placements {
		if e, toKey := contact.ReadEnvelope(p.Order.SealedContact); toKey {
			rows = append(rows, []any{p.Order.ID, e.KeyID})
		}
	}
	return b.exec("INSERT INTO sealed_to_key (order_id, key_id) %s", rows, "TEXT", "TEXT")
}
