package book

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/artisan-eats/artisan/gen/sql/orderingdb"
	"github.com/artisan-eats/artisan/ordering/order"
	"github.com/artisan-eats/artisan/sqldb"
)

// MemberCart is the cart that is a member's basket in a market, or the one that became that last of all
// markets; "" for none.
func (s *Book) MemberCart(ctx context.Context, customerID, market string) (string, error) {
	q := orderingdb.New(s.DB.Read())
	if market == "" {
		ids, err := q.MemberCarts(ctx, customerID)
		if err != nil {
			return "", fmt.Errorf("find a member's cart: %w", sqldb.Classify(err))
		}
		return append(ids, "")[0], nil
	}
	cartID, err := q.MemberCartIn(ctx, orderingdb.MemberCartInParams{CustomerID: customerID, Market: market})
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return "", fmt.Errorf("find a member's cart: %w", sqldb.Classify(err))
	}
	return cartID, nil
}

// Adopt makes a cart a member's basket of its market, or adds what a guest's has to the one that there is. A
// guest's cart is adopted once: who asks again finds it adopted.
func (s *Book) Adopt(ctx context.Context, customerID string, shown order.Cart) error {
	now := s.clock()
	return s.DB.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		q := orderingdb.New(tx)
		current, err := lockMemberCart(ctx, q, customerID, shown.Market)
		if err != nil {
			return err
		}
		if shown.CustomerID == "" {
			adopted, err := q.AdoptCart(ctx, orderingdb.AdoptCartParams{CustomerID: customerID, ID: shown.ID})
			if err != nil || adopted == 0 {
				return err
			}
			open, err := q.TouchOpenCart(ctx,
				orderingdb.TouchOpenCartParams{ID: current, TouchedDay: dayOf(now)})
			if err != nil {
				return err
			}
			if open > 0 {
				// What was poured is in one basket, or it could be ordered twice.
				return errors.Join(pour(ctx, tx, shown.ID, current), deleteCarts(ctx, tx, []string{shown.ID}))
			}
		}
		return q.PutMemberCart(ctx, orderingdb.PutMemberCartParams{
			CustomerID: customerID,
			Market:     shown.Market, CartID: shown.ID, Since: now.UnixMilli(),
		})
	})
}

// BeginMemberCart makes a new cart a member's basket in a market, in place of what that was, and answers
// which is: another request may have been faster.
func (s *Book) BeginMemberCart(
	ctx context.Context, customerID, market, before, made string,
) (current string, err error) {
	err = s.DB.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		q := orderingdb.New(tx)
		locked, err := lockMemberCart(ctx, q, customerID, market)
		if err != nil || locked != before {
			current = locked
			return err
		}
		current = made
		return q.PutMemberCart(ctx, orderingdb.PutMemberCartParams{
			CustomerID: customerID, Market: market,
			CartID: current, Since: s.clock().UnixMilli(),
		})
	})
	if err != nil {
		return "", fmt.Errorf("begin a member's cart: %w", err)
	}
	return current, nil
}

// lockMemberCart locks what is a member's basket in a market, empty where none is yet.
func lockMemberCart(ctx context.Context, q *orderingdb.Queries, customerID, market string) (string, error) {
	if err := q.AddMemberCart(ctx,
		orderingdb.AddMemberCartParams{CustomerID: customerID, Market: market}); err != nil {
		return "", err
	}
	return q.LockMemberCart(ctx, orderingdb.LockMemberCartParams{CustomerID: customerID, Market: market})
}

// pour adds one cart's lines to another's, both of which are locked: of each thing as much as an order takes,
// and as many things. What was shown last is the price.
func pour(ctx context.Context, tx *sqldb.Tx, fromID, intoID string) error {
	from, err := readCart(ctx, orderingdb.New(tx), fromID)
	if err != nil {
		return err
	}
	into, err := readCart(ctx, orderingdb.New(tx), intoID)
	if err != nil {
		return err
	}
	has := map[string]order.Line{}
	for _, line := range into.Lines {
		has[line.VariantID] = line
	}
	lines := map[[2]string]*order.Line{}
	for _, line := range from.Lines {
		there, known := has[line.VariantID]
		if !known && len(has) >= order.MaxLines {
			continue
		}
		quantity := min(order.MaxQuantity, line.Quantity+there.Quantity)
		if there.QuotedAt.After(line.QuotedAt) {
			line = there
		}
		line.Quantity = quantity
		has[line.VariantID] = line
		lines[[2]string{intoID, line.VariantID}] = &line
	}
	return batchWriter{ctx: ctx, tx: tx}.writeLines(lines)
}
