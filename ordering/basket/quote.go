package basket

import (
	"context"
	"time"

	"github.com/artisan-eats/artisan/fault"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	"github.com/artisan-eats/artisan/money"
	"github.com/artisan-eats/artisan/ordering/order"
)

// Quote asks what variants cost; those that are not for sale are left out.
func (s *Baskets) Quote(ctx context.Context, variants ...string) (map[string]*catalogv1.Quote, error) {
	response, err := s.Catalog.Quote(ctx, &catalogv1.QuoteRequest{VariantIds: variants})
	if err != nil {
		return nil, err
	}
	quotes := map[string]*catalogv1.Quote{}
	for _, quote := range response.GetQuotes() {
		quotes[quote.GetVariant().GetId()] = quote
	}
	return quotes, nil
}

// quoteAll asks it of all that is in a cart.
func (s *Baskets) quoteAll(ctx context.Context, cart order.Cart) (map[string]*catalogv1.Quote, error) {
	return s.Quote(ctx, order.VariantIDs(cart.Lines)...)
}

// quotePatience is how long the catalogue is waited for by who can do without its answer.
const quotePatience = 2 * time.Second

// quoteSoon is quoteAll for who can do without.
func (s *Baskets) quoteSoon(ctx context.Context, cart order.Cart) (map[string]*catalogv1.Quote, error) {
	ctx, cancel := context.WithTimeout(ctx, quotePatience)
	defer cancel()
	return s.quoteAll(ctx, cart)
}

// NewLine is a line of what is for sale; a quote of nil is of what is not.
func NewLine(q *catalogv1.Quote, quantity int64, now time.Time) (order.Line, error) {
	if q == nil {
		return order.Line{}, fault.New(fault.NotFound, "not_found", "This is not for sale any more.")
	}
	if err := order.CheckQuantity(quantity, q.GetVariant().GetSoldBy()); err != nil {
		return order.Line{}, err
	}
	return lineFromQuote(q, quantity, now)
}

// lineFromQuote is a line of goods as they are quoted now.
func lineFromQuote(q *catalogv1.Quote, quantity int64, now time.Time) (order.Line, error) {
	v := q.GetVariant()
	line := order.Line{
		VariantID: v.GetId(), Quantity: quantity, Price: money.FromProto(v.GetPrice()),
		ProductID: q.GetProductId(), ProductTitle: q.GetProductTitle(), VariantTitle: v.GetTitle(),
		ProducerID: q.GetProducerId(), ProducerName: q.GetProducerName(), SoldBy: v.GetSoldBy(),
		Image: q.GetImage(), Unit: v.GetUnit(), UnitValue: v.GetUnitValue(),
		Declared: DeclaredIn(q), QuotedAt: now,
	}
	return line, line.SetTotal()
}

// DeclaredIn is what a quote says of allergens; a quote of nil says nothing of them.
func DeclaredIn(q *catalogv1.Quote) order.Declared {
	if q == nil {
		return ""
	}
	return order.Declare(q.GetAllergens(), q.AllergensStated)
}

// comparePrices refuses lines that are not for sale any more, and prices that were
// shown too long ago and have changed.
func comparePrices(lines []order.Line, quotes map[string]*catalogv1.Quote, now time.Time) error {
	var gone, changed []fault.Field
	for _, line := range lines {
		quote := quotes[line.VariantID]
		switch {
		case quote == nil:
			gone = append(gone,
				fault.Field{Name: line.VariantID, Message: line.Name() + " is not for sale any more."})
		case money.FromProto(quote.GetVariant().GetPrice()) != line.Price &&
			line.QuotedAt.Add(priceHonoured).Before(now):
			changed = append(changed,
				fault.Field{Name: line.VariantID, Message: "The price of " + line.Name() + " has changed."})
		}
	}
	if len(gone) > 0 {
		return fault.New(fault.Conflict, "out_of_stock", "Something in the cart is not for sale any more.",
			gone...)
	}
	if len(changed) > 0 {
		return errPriceChanged(changed...)
	}
	return nil
}

func errPriceChanged(changed ...fault.Field) error {
	return fault.New(fault.Conflict, "price_changed",
		"Prices have changed since you saw them. Please look at the cart again.", changed...)
}
