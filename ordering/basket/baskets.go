package basket

import (
	"context"
	"slices"

	"github.com/artisan-eats/artisan/fault"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	"github.com/artisan-eats/artisan/gen/artisan/catalog/v1/catalogv1connect"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/host"
	"github.com/artisan-eats/artisan/id"
	"github.com/artisan-eats/artisan/ordering/book"
	"github.com/artisan-eats/artisan/ordering/order"
	"github.com/artisan-eats/artisan/ordering/reading"
)

// Baskets answers what shoppers ask of their carts, and says what is in them costs. It needs each of its
// fields.
type Baskets struct {
	Host    *host.Host
	Book    *book.Book
	Reader  *reading.Reader
	Catalog catalogv1connect.CatalogServiceClient
}

// CreateCart starts a cart in a market: an empty one, or one with what an order had.
func (s *Baskets) CreateCart(
	ctx context.Context, r *orderingv1.CreateCartRequest,
) (*orderingv1.CreateCartResponse, error) {
	if r.GetFromOrder() != "" {
		return s.reorder(ctx, r)
	}
	if !id.ValidMarket(r.GetMarket()) {
		return nil, fault.InvalidAlone("market", "There is no such market.")
	}
	if _, err := s.Catalog.GetMarket(ctx, &catalogv1.GetMarketRequest{Code: r.GetMarket()}); err != nil {
		if fault.KindOf(err) == fault.NotFound {
			return nil, fault.InvalidAlone("market", "There is no such market.")
		}
		return nil, err
	}
	cart := s.newCart(r.GetMarket(), r.GetCustomerId())
	if err := s.Book.PutCart(ctx, &cart); err != nil {
		return nil, err
	}
	return &orderingv1.CreateCartResponse{Cart: order.CartToProto(cart)}, nil
}

func (s *Baskets) newCart(market, customerID string) order.Cart {
	return order.Cart{
		ID: s.Host.NewID(id.Cart, market), Market: market, CustomerID: customerID, Revision: 1,
		CreatedAt: s.Host.Now(),
	}
}

// reorder starts a cart with what the viewer sees of an order, at today's prices.
func (s *Baskets) reorder(
	ctx context.Context, r *orderingv1.CreateCartRequest,
) (*orderingv1.CreateCartResponse, error) {
	seen, err := s.Reader.Visible(ctx, r.GetFromOrder(), r.GetViewer())
	if err != nil {
		return nil, err
	}
	lines := seen.SeenBy(r.GetViewer()).Lines
	quotes, err := s.Quote(ctx, order.VariantIDs(lines)...)
	if err != nil {
		return nil, err
	}
	cart := s.newCart(seen.Market, r.GetCustomerId())
	response := &orderingv1.CreateCartResponse{}
	for _, line := range lines {
		fresh, err := NewLine(quotes[line.VariantID], line.Quantity, s.Host.Now())
		if err != nil {
			response.LeftOut = append(response.LeftOut, seen.LineToProto(line))
			continue
		}
		cart = cart.With(line.VariantID, &fresh)
	}
	if err := s.Book.PutCart(ctx, &cart); err != nil {
		return nil, err
	}
	response.Cart = order.CartToProto(cart)
	return response, nil
}

// GetCart answers a cart to its owner. Instead of prices that were shown too long ago it shows today's. It
// changes nothing.
func (s *Baskets) GetCart(
	ctx context.Context, r *orderingv1.GetCartRequest,
) (*orderingv1.GetCartResponse, error) {
	cart, err := s.Own(ctx, r.GetId(), r.GetViewer())
	if err != nil {
		return nil, err
	}
	if cart, err = s.asShown(ctx, cart); err != nil {
		return nil, err
	}
	return &orderingv1.GetCartResponse{Cart: order.CartToProto(cart)}, nil
}

// Own reads a cart; somebody else's is not there. A guest's cart belongs to
// whoever knows its ID.
func (s *Baskets) Own(ctx context.Context, cartID string, v *orderingv1.Viewer) (order.Cart, error) {
	if _, err := id.Market(id.Cart, cartID); err != nil {
		return order.Cart{}, err
	}
	cart, err := s.Book.Cart(ctx, cartID)
	if err != nil {
		return order.Cart{}, err
	}
	if cart.CustomerID != "" && cart.CustomerID != v.GetCustomerId() {
		return order.Cart{}, book.ErrNoCart
	}
	return cart, nil
}

// SetLine sets a variant's quantity in a cart, at today's price.
func (s *Baskets) SetLine(
	ctx context.Context, r *orderingv1.SetLineRequest,
) (*orderingv1.SetLineResponse, error) {
	cart, err := s.Own(ctx, r.GetCartId(), r.GetViewer())
	if err != nil {
		return nil, err
	}
	if cart.OrderID != "" {
		return nil, book.ErrCartOrdered
	}
	if cart, err = s.asShown(ctx, cart); err != nil {
		return nil, err
	}
	change := &book.LineWrite{CartID: cart.ID, VariantID: r.GetVariantId(), Seen: r.GetVersion()}
	if cart.Unkept {
		change.Said, cart.Unkept = cart.Lines, false
	}
	if r.GetQuantity() != 0 {
		line, err := s.quoteLine(ctx, cart, r.GetVariantId(), r.GetQuantity())
		if err != nil {
			return nil, err
		}
		change.Line = &line
	} else if _, err := id.Market(id.Variant, r.GetVariantId()); err != nil {
		return nil, err
	}
	if err := s.Book.SetLine(ctx, change); err != nil {
		return nil, err
	}
	if change.Seen != "" {
		// it was read before the line was held to anything
		if cart, err = s.Book.Cart(ctx, cart.ID); err != nil {
			return nil, err
		}
		return &orderingv1.SetLineResponse{Cart: order.CartToProto(cart)}, nil
	}
	return &orderingv1.SetLineResponse{Cart: order.CartToProto(cart.With(change.VariantID, change.Line))}, nil
}

func (s *Baskets) quoteLine(
	ctx context.Context, cart order.Cart, variantID string, quantity int64,
) (order.Line, error) {
	market, err := id.Market(id.Variant, variantID)
	if err != nil {
		return order.Line{}, err
	}
	if market != cart.Market {
		return order.Line{}, fault.InvalidAlone("variant_id", "This is from another market than the cart.")
	}
	if err := order.CheckQuantity(quantity, ""); err != nil {
		return order.Line{}, err
	}
	isNew := !slices.ContainsFunc(cart.Lines, func(l order.Line) bool { return l.VariantID == variantID })
	if isNew && len(cart.Lines) >= order.MaxLines {
		return order.Line{},
			fault.Newf(fault.Invalid, "cart_full", "A cart holds %d different things at the most.",
				order.MaxLines)
	}
	quotes, err := s.Quote(ctx, variantID)
	if err != nil {
		return order.Line{}, err
	}
	return NewLine(quotes[variantID], quantity, s.Host.Now())
}
