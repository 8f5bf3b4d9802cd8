package basket

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/artisan-eats/artisan/fault"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	"github.com/artisan-eats/artisan/ordering/order"
)

// priceHonoured is how long a price that was shown is kept to.
const priceHonoured = 15 * time.Minute

// isStale reports whether a cart has a price that was shown too long ago to be kept to.
func (s *Baskets) isStale(cart order.Cart) bool {
	return cart.OrderID == "" && cart.OldestQuote().Add(priceHonoured).Before(s.Host.Now())
}

// today is a cart at today's prices, which were not kept. What is not for sale any more stays as it was, to
// be refused at checkout.
func (s *Baskets) today(cart order.Cart, quotes map[string]*catalogv1.Quote) (order.Cart, error) {
	cart.Lines, cart.Unkept = slices.Clone(cart.Lines), true
	for i, line := range cart.Lines {
		quote := quotes[line.VariantID]
		if quote == nil {
			continue
		}
		fresh, err := lineFromQuote(quote, line.Quantity, s.Host.Now())
		if err != nil {
			return cart, err
		}
		cart.Lines[i] = fresh
	}
	return cart, nil
}

// asShown is a cart as it is shown: where its prices are stale, at today's; or as it is, when the catalogue
// cannot be asked. Nothing is written.
func (s *Baskets) asShown(ctx context.Context, cart order.Cart) (order.Cart, error) {
	if !s.isStale(cart) {
		return cart, nil
	}
	quotes, err := s.quoteSoon(ctx, cart)
	if fault.Away(err) {
		return cart, nil //nolint:nilerr // an old price is better than no cart
	}
	if err != nil {
		return cart, err
	}
	return s.today(cart, quotes)
}

// sayToday is a stale cart at today's prices, where that is how it was shown. Otherwise it is as it was kept,
// and where its prices are others now, or it was shown as neither, it says today's from then on: then nothing
// is ordered.
func (s *Baskets) sayToday(
	ctx context.Context, cart order.Cart, quotes map[string]*catalogv1.Quote, shown string,
) (order.Cart, error) {
	today, err := s.today(cart, quotes)
	if err != nil || today.Shown() == shown {
		return today, err
	}
	err = comparePrices(cart.Lines, quotes, s.Host.Now())
	if err == nil && shown != "" && shown != cart.Shown() {
		err = errPriceChanged()
	}
	if fault.Is(err, "price_changed") {
		failed := s.Book.Say(ctx, cart.ID, today.Lines)
		return cart, cmp.Or(failed, err)
	}
	return cart, nil
}

// AgreePrices makes sure that what was shown is what is charged. A price that was shown lately is kept to; an
// older one has to be the one of today. Goods that are not for sale any more are out of stock. While the
// catalogue does not answer, or not soon, what was shown lately still holds, and there are no quotes. What
// was shown of an older cart was not kept: the checkout tells it.
func (s *Baskets) AgreePrices(
	ctx context.Context, cart order.Cart, shown string,
) ([]order.Line, map[string]*catalogv1.Quote, error) {
	if len(cart.Lines) == 0 {
		return nil, nil, fault.InvalidAlone("lines", "The cart is empty.")
	}
	fresh := cart.OldestQuote().Add(priceHonoured).After(s.Host.Now())
	ask := s.quoteAll
	if fresh {
		ask = s.quoteSoon
	}
	quotes, err := ask(ctx, cart)
	if fresh && fault.Away(err) {
		return cart.Lines, nil, nil
	}
	if err != nil {
		return nil, nil, err
	}
	if !fresh {
		if cart, err = s.sayToday(ctx, cart, quotes, shown); err != nil {
			return nil, nil, err
		}
	}
	if err := comparePrices(cart.Lines, quotes, s.Host.Now()); err != nil {
		return nil, nil, err
	}
	lines, err := s.agreeDeclared(ctx, cart, quotes)
	return lines, quotes, err
}

// agreeDeclared keeps with each line what its maker says of allergens now. Where that warns of more than the
// cart did, nothing is ordered before it was seen: from now on the cart says it.
func (s *Baskets) agreeDeclared(
	ctx context.Context, cart order.Cart, quotes map[string]*catalogv1.Quote,
) ([]order.Line, error) {
	lines := slices.Clone(cart.Lines)
	var news []fault.Field
	for i, line := range lines {
		now := DeclaredIn(quotes[line.VariantID])
		lines[i].Declared = cmp.Or(now, line.Declared)
		if !now.Beyond(line.Declared) {
			continue
		}
		news = append(news,
			fault.Field{Name: line.VariantID, Message: "Its maker says something else of its allergens now."})
	}
	if len(news) > 0 {
		if err := s.Book.Say(ctx, cart.ID, lines); err != nil {
			return nil, err
		}
		return nil, fault.New(fault.Conflict, "allergens_changed",
			"What is said of the allergens in your basket has changed since you saw it. Nothing is ordered yet: please look it over.", news...)
	}
	return lines, nil
}
