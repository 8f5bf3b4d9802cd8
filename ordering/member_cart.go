package ordering

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/artisan-eats/artisan/fault"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/gen/sql/orderingdb"
	"github.com/artisan-eats/artisan/id"
	"github.com/artisan-eats/artisan/sqldb"
)

// MemberCart answers the basket of a member; see the contract.
func (s *Service) MemberCart(
	ctx context.Context, r *orderingv1.MemberCartRequest,
) (*orderingv1.MemberCartResponse, error) {
	if n := len(r.GetCustomerId()); n == 0 || n > 128 {
		return nil, fault.InvalidAlone("customer_id", "This is not the ID of an account.")
	}
	if r.GetMarket() != "" && !id.ValidMarket(r.GetMarket()) {
		return nil, fault.InvalidAlone("market", "There is no such market.")
	}
	shown, err := s.shownCart(ctx, r)
	if err != nil {
		return nil, err
	}
	if shown.ID != "" {
		if err := s.keepForMember(ctx, r.GetCustomerId(), shown); err != nil {
			return nil, fmt.Errorf("keep a cart for a member: %w", err)
		}
	}
	cartID, err := s.store.memberCart(ctx, r.GetCustomerId(), shown.Market)
	if err == nil && r.GetMarket() != "" {
		cartID, err = s.openMemberCart(ctx, r.GetCustomerId(), r.GetMarket())
	}
	if err != nil || cartID == "" {
		return &orderingv1.MemberCartResponse{}, err
	}
	cart, err := s.GetCart(ctx,
		&orderingv1.GetCartRequest{Id: cartID, Viewer: &orderingv1.Viewer{CustomerId: r.GetCustomerId()}})
	if fault.KindOf(err) == fault.NotFound && err != nil { // it was forgotten meanwhile
		return &orderingv1.MemberCartResponse{}, nil //nolint:nilerr // as if there had been none
	}
	return &orderingv1.MemberCartResponse{Cart: cart.GetCart()}, err
}

// shownCart is the cart that a device knows, where it is the member's or a guest's that is not ordered; the
// zero Cart otherwise.
func (s *Service) shownCart(ctx context.Context, r *orderingv1.MemberCartRequest) (Cart, error) {
	if _, err := id.Market(id.Cart, r.GetCartId()); err != nil {
		return Cart{}, nil //nolint:nilerr // a cookie may say anything
	}
	cart, err := s.store.cart(ctx, r.GetCartId())
	switch {
	case fault.Is(err, errNoCart.Code):
		return Cart{}, nil
	case err != nil:
		return Cart{}, err
	case cart.CustomerID == r.GetCustomerId(), cart.CustomerID == "" && cart.OrderID == "":
		return cart, nil
	}
	return Cart{}, nil
}

// keepForMember makes a cart the member's basket of its market, or adds what a guest's has to the one that
// there is. A guest's cart is adopted once: who asks again finds it adopted.
func (s *Service) keepForMember(ctx context.Context, customerID string, shown Cart) error {
	if shown.CustomerID == customerID {
		has, err := s.hasBasket(ctx, customerID, shown)
		if err != nil || has {
			return err
		}
	}
	now := s.host.Now()
	return s.store.db.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
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

// hasBasket reports whether a member has a basket that a cart of theirs does not replace: an open one, or any
// where that cart is ordered.
func (s *Service) hasBasket(ctx context.Context, customerID string, shown Cart) (bool, error) {
	current, err := s.store.memberCart(ctx, customerID, shown.Market)
	if err != nil || current == "" {
		return false, err
	}
	if current == shown.ID || shown.OrderID != "" {
		return true, nil
	}
	cart, err := s.store.cart(ctx, current)
	if fault.Is(err, errNoCart.Code) {
		return false, nil
	}
	return cart.OrderID == "", err
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
	has := map[string]Line{}
	for _, line := range into.Lines {
		has[line.VariantID] = line
	}
	lines := map[[2]string]*Line{}
	for _, line := range from.Lines {
		there, known := has[line.VariantID]
		if !known && len(has) >= maxLines {
			continue
		}
		quantity := min(MaxQuantity, line.Quantity+there.Quantity)
		if there.quotedAt.After(line.quotedAt) {
			line = there
		}
		line.Quantity = quantity
		has[line.VariantID] = line
		lines[[2]string{intoID, line.VariantID}] = &line
	}
	return batchWriter{ctx: ctx, tx: tx}.writeLines(lines)
}

// openMemberCart is a member's basket in a market, a new one where there is none that is open.
func (s *Service) openMemberCart(ctx context.Context, customerID, market string) (string, error) {
	current, err := s.store.memberCart(ctx, customerID, market)
	if err != nil {
		return "", err
	}
	if cart, err := s.store.cart(ctx, current); err == nil && cart.OrderID == "" {
		return current, nil
	} else if err != nil && !fault.Is(err, errNoCart.Code) {
		return "", err
	}
	made, err := s.CreateCart(ctx, &orderingv1.CreateCartRequest{Market: market, CustomerId: customerID})
	if err != nil {
		return "", err
	}
	err = s.store.db.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		q := orderingdb.New(tx)
		locked, err := lockMemberCart(ctx, q, customerID, market)
		if err != nil || locked != current {
			current = locked // another request was faster
			return err
		}
		current = made.GetCart().GetId()
		return q.PutMemberCart(ctx, orderingdb.PutMemberCartParams{
			CustomerID: customerID, Market: market,
			CartID: current, Since: s.host.Now().UnixMilli(),
		})
	})
	if err != nil {
		return "", fmt.Errorf("begin a member's cart: %w", err)
	}
	return current, nil
}

// memberCart is the cart that is a member's basket in a market, or the one that became that last of all
// markets; "" for none.
func (s *store) memberCart(ctx context.Context, customerID, market string) (string, error) {
	q := orderingdb.New(s.db.Read())
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
