package ordering

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/artisan-eats/artisan/fault"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/id"
	"github.com/artisan-eats/artisan/stamp"
)

// CreateCart starts a cart in a market: an empty one, or one with what an order had.
func (s *Service) CreateCart(
	ctx context.Context, r *orderingv1.CreateCartRequest,
) (*orderingv1.CreateCartResponse, error) {
	if r.GetFromOrder() != "" {
		return s.reorder(ctx, r)
	}
	if !id.ValidMarket(r.GetMarket()) {
		return nil, fault.InvalidAlone("market", "There is no such market.")
	}
	if _, err := s.catalog.GetMarket(ctx, &catalogv1.GetMarketRequest{Code: r.GetMarket()}); err != nil {
		if fault.KindOf(err) == fault.NotFound {
			return nil, fault.InvalidAlone("market", "There is no such market.")
		}
		return nil, err
	}
	cart := s.newCart(r.GetMarket(), r.GetCustomerId())
	if _, err := s.store.writes.Do(ctx, write{cart: &cart}); err != nil {
		return nil, err
	}
	return &orderingv1.CreateCartResponse{Cart: cartToProto(cart)}, nil
}

func (s *Service) newCart(market, customerID string) Cart {
	return Cart{
		ID: s.host.NewID(id.Cart, market), Market: market, CustomerID: customerID, Revision: 1,
		CreatedAt: s.host.Now(),
	}
}

// reorder starts a cart with what the viewer sees of an order, at today's prices.
func (s *Service) reorder(
	ctx context.Context, r *orderingv1.CreateCartRequest,
) (*orderingv1.CreateCartResponse, error) {
	seen, err := s.visible(ctx, r.GetFromOrder(), r.GetViewer())
	if err != nil {
		return nil, err
	}
	lines := seen.seenBy(r.GetViewer()).Lines
	quotes, err := s.quote(ctx, variantIDs(lines)...)
	if err != nil {
		return nil, err
	}
	cart := s.newCart(seen.Market, r.GetCustomerId())
	response := &orderingv1.CreateCartResponse{}
	for _, line := range lines {
		fresh, err := newLine(quotes[line.VariantID], line.Quantity, s.host.Now())
		if err != nil {
			response.LeftOut = append(response.LeftOut, seen.lineToProto(line))
			continue
		}
		cart = cart.with(&lineWrite{cartID: cart.ID, variantID: line.VariantID, line: &fresh})
	}
	if _, err := s.store.writes.Do(ctx, write{cart: &cart}); err != nil {
		return nil, err
	}
	response.Cart = cartToProto(cart)
	return response, nil
}

// GetCart answers a cart to its owner. Instead of prices that were shown too long ago it shows today's. It
// changes nothing.
func (s *Service) GetCart(
	ctx context.Context, r *orderingv1.GetCartRequest,
) (*orderingv1.GetCartResponse, error) {
	cart, err := s.ownCart(ctx, r.GetId(), r.GetViewer())
	if err != nil {
		return nil, err
	}
	if cart, err = s.asShown(ctx, cart); err != nil {
		return nil, err
	}
	return &orderingv1.GetCartResponse{Cart: cartToProto(cart)}, nil
}

// ownCart reads a cart; somebody else's is not there. A guest's cart belongs to
// whoever knows its ID.
func (s *Service) ownCart(ctx context.Context, cartID string, v *orderingv1.Viewer) (Cart, error) {
	if _, err := id.Market(id.Cart, cartID); err != nil {
		return Cart{}, err
	}
	cart, err := s.store.cart(ctx, cartID)
	if err != nil {
		return Cart{}, err
	}
	if cart.CustomerID != "" && cart.CustomerID != v.GetCustomerId() {
		return Cart{}, errNoCart
	}
	return cart, nil
}

// oldestQuote is when the price was shown that was shown first; far ahead for an empty cart.
func (c Cart) oldestQuote() time.Time {
	oldest := time.Unix(1<<40, 0)
	for _, line := range c.Lines {
		if line.quotedAt.Before(oldest) {
			oldest = line.quotedAt
		}
	}
	return oldest
}

// SetLine sets a variant's quantity in a cart, at today's price.
func (s *Service) SetLine(
	ctx context.Context, r *orderingv1.SetLineRequest,
) (*orderingv1.SetLineResponse, error) {
	cart, err := s.ownCart(ctx, r.GetCartId(), r.GetViewer())
	if err != nil {
		return nil, err
	}
	if cart.OrderID != "" {
		return nil, errCartOrdered
	}
	if cart, err = s.asShown(ctx, cart); err != nil {
		return nil, err
	}
	change := &lineWrite{cartID: cart.ID, variantID: r.GetVariantId(), seen: r.GetVersion()}
	if cart.unkept {
		change.said, cart.unkept = &saidWrite{cart.ID, cart.Lines}, false
	}
	if r.GetQuantity() != 0 {
		line, err := s.quoteLine(ctx, cart, r.GetVariantId(), r.GetQuantity())
		if err != nil {
			return nil, err
		}
		change.line = &line
	} else if _, err := id.Market(id.Variant, r.GetVariantId()); err != nil {
		return nil, err
	}
	if _, err := s.store.writes.Do(ctx, write{line: change}); err != nil {
		return nil, err
	}
	if change.seen != "" {
		// it was read before the line was held to anything
		if cart, err = s.store.cart(ctx, cart.ID); err != nil {
			return nil, err
		}
		return &orderingv1.SetLineResponse{Cart: cartToProto(cart)}, nil
	}
	return &orderingv1.SetLineResponse{Cart: cartToProto(cart.with(change))}, nil
}

// stamp tells what is in a cart from what was in it before. Prices are the shop's.
func (c Cart) stamp() string {
	what := make([]any, 0, 2*len(c.Lines))
	for _, l := range slices.SortedFunc(slices.Values(c.Lines),
		func(a, b Line) int { return cmp.Compare(a.VariantID, b.VariantID) }) {
		what = append(what, l.VariantID, l.Quantity)
	}
	return stamp.Of(what...)
}

// with is the cart after a line was written.
func (c Cart) with(w *lineWrite) Cart {
	c.Lines = slices.DeleteFunc(slices.Clone(c.Lines),
		func(l Line) bool { return l.VariantID == w.variantID })
	if w.line != nil {
		c.Lines = append(c.Lines, *w.line)
	}
	c.Lines = sortLines(c.Lines)
	return c
}

// sortLines sorts lines by their maker and title, in place.
func sortLines(lines []Line) []Line {
	slices.SortFunc(lines, func(a, b Line) int {
		return cmp.Or(cmp.Compare(a.ProducerName, b.ProducerName),
			cmp.Compare(a.ProductTitle, b.ProductTitle), cmp.Compare(a.VariantID, b.VariantID))
	})
	return lines
}

func (s *Service) quoteLine(ctx context.Context, cart Cart, variantID string, quantity int64) (Line, error) {
	market, err := id.Market(id.Variant, variantID)
	if err != nil {
		return Line{}, err
	}
	if market != cart.Market {
		return Line{}, fault.InvalidAlone("variant_id", "This is from another market than the cart.")
	}
	if err := checkQuantity(quantity, ""); err != nil {
		return Line{}, err
	}
	isNew := !slices.ContainsFunc(cart.Lines, func(l Line) bool { return l.VariantID == variantID })
	if isNew && len(cart.Lines) >= maxLines {
		return Line{}, fault.Newf(fault.Invalid, "cart_full", "A cart holds %d different things at the most.",
			maxLines)
	}
	quotes, err := s.quote(ctx, variantID)
	if err != nil {
		return Line{}, err
	}
	return newLine(quotes[variantID], quantity, s.host.Now())
}

// newLine is a line of what is for sale; a quote of nil is of what is not.
func newLine(q *catalogv1.Quote, quantity int64, now time.Time) (Line, error) {
	if q == nil {
		return Line{}, fault.New(fault.NotFound, "not_found", "This is not for sale any more.")
	}
	if err := checkQuantity(quantity, q.GetVariant().GetSoldBy()); err != nil {
		return Line{}, err
	}
	return lineFromQuote(q, quantity, now)
}

// quote asks what variants cost; those that are not for sale are left out.
func (s *Service) quote(ctx context.Context, variants ...string) (map[string]*catalogv1.Quote, error) {
	response, err := s.catalog.Quote(ctx, &catalogv1.QuoteRequest{VariantIds: variants})
	if err != nil {
		return nil, err
	}
	quotes := map[string]*catalogv1.Quote{}
	for _, quote := range response.GetQuotes() {
		quotes[quote.GetVariant().GetId()] = quote
	}
	return quotes, nil
}

// declaredIn is what a quote says of allergens; a quote of nil says nothing of them.
func declaredIn(q *catalogv1.Quote) Declared {
	if q == nil {
		return ""
	}
	return declare(q.GetAllergens(), q.AllergensStated)
}

func variantIDs(lines []Line) []string {
	ids := make([]string, len(lines))
	for i, line := range lines {
		ids[i] = line.VariantID
	}
	return ids
}
