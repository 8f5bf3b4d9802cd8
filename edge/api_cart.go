package edge

import (
	"context"
	"net/http"

	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/money"
)

type lineJSON struct {
	VariantID    string       `json:"variant_id"`
	Title        string       `json:"title"`
	Quantity     quantity     `json:"quantity"`
	Price        money.Amount `json:"price"`
	Total        money.Amount `json:"total"`
	ProductID    string       `json:"product_id"`
	ProductTitle string       `json:"product_title"`
	VariantTitle string       `json:"variant_title"`
	Producer     refJSON      `json:"producer"`
	SoldBy       string       `json:"sold_by"`
	Unit         string       `json:"unit"`
	UnitValue    float64      `json:"unit_value"`
	ImageURL     *string      `json:"image_url,omitempty"`
	// AllergensStated is null where that was not kept.
	Allergens       []string `json:"allergens"`
	AllergensStated *bool    `json:"allergens_stated"`
}

type cartJSON struct {
	ID      string        `json:"id"`
	Market  string        `json:"market"`
	Lines   []lineJSON    `json:"lines"`
	Total   *money.Amount `json:"total"`
	OrderID *string       `json:"order_id"`
	Version string        `json:"version"`
	// Shown is what it was shown as, where that is not what was kept.
	Shown *string `json:"shown"`
}

// object reads the body, which must be one JSON object.
func (v *visit) object() (*object, error) {
	if err := requireType(v.Request, "application/json"); err != nil {
		return nil, err
	}
	return parseObject(v.body)
}

// createCart makes an empty basket in a market.
func (e *site) createCart(v *visit) (*reply, error) {
	in, err := v.object()
	if err != nil {
		return nil, err
	}
	market := in.need("market", 64)
	if err := in.done(); err != nil {
		return nil, err
	}
	account, err := v.whoami()
	if err != nil {
		return nil, err
	}
	answer, err := e.ordering.CreateCart(v.Context(), &orderingv1.CreateCartRequest{Market: market, CustomerId: account.GetId()})
	if err != nil {
		return nil, err
	}
	out, err := jsonReply(http.StatusCreated, e.cartToJSON(v.Context(), answer.GetCart()))
	if err != nil {
		return nil, err
	}
	return out.set("Location", "/api/v1/carts/"+answer.GetCart().GetId()), nil
}

// getCart answers a basket, with its version for If-Match.
func (e *site) getCart(v *visit) (*reply, error) {
	cart, err := v.cart(v.PathValue("id"))
	if err != nil {
		return nil, err
	}
	return tagged(http.StatusOK, cart.GetVersion(), e.cartToJSON(v.Context(), cart))
}

// cart reads a basket that the visitor may see.
func (v *visit) cart(cartID string) (*orderingv1.Cart, error) {
	viewer, err := v.viewer()
	if err != nil {
		return nil, err
	}
	answer, err := v.site.ordering.GetCart(v.Context(), &orderingv1.GetCartRequest{Id: cartID, Viewer: viewer})
	if err != nil {
		return nil, err
	}
	return answer.GetCart(), nil
}

// putLine sets how much of a variant is in a basket; zero takes it out.
func (e *site) putLine(v *visit) (*reply, error) {
	in, err := v.object()
	if err != nil {
		return nil, err
	}
	milli, seen := in.quantity(), in.text("version", maxText)
	if err := in.done(); err != nil {
		return nil, err
	}
	cart, err := v.setLineOf(v.PathValue("id"), v.PathValue("variant"), milli, v.seenBy(seen))
	if err != nil {
		return nil, v.unmatched(err)
	}
	return tagged(http.StatusOK, cart.GetVersion(), e.cartToJSON(v.Context(), cart))
}

// setLine sets how much of a variant is in a basket, in thousandths.
func (v *visit) setLine(cartID, variantID string, milli int64) (*orderingv1.Cart, error) {
	return v.setLineOf(cartID, variantID, milli, "")
}

// setLineOf is setLine of a cart that was seen as it is; seen is empty where that does not matter.
func (v *visit) setLineOf(cartID, variantID string, milli int64, seen string) (*orderingv1.Cart, error) {
	viewer, err := v.viewer()
	if err != nil {
		return nil, err
	}
	answer, err := v.site.ordering.SetLine(v.Context(), &orderingv1.SetLineRequest{
		CartId: cartID, VariantId: variantID, Quantity: milli, Viewer: viewer, Version: seen,
	})
	if err != nil {
		return nil, err
	}
	return answer.GetCart(), nil
}

func (e *site) cartToJSON(ctx context.Context, c *orderingv1.Cart) cartJSON {
	out := cartJSON{ID: c.GetId(), Market: c.GetMarket(), Lines: []lineJSON{}, Total: moneyOf(c.GetTotal()), OrderID: optional(c.GetOrderId()), Version: c.GetVersion(), Shown: optional(c.GetShown())}
	if len(c.GetLines()) == 0 && out.Total == nil {
		out.Total = e.nothing(ctx, c.GetMarket())
	}
	for _, l := range c.GetLines() {
		line := lineJSON{
			VariantID: l.GetVariantId(), Title: sized(l.GetProductTitle(), l.GetVariantTitle()), Quantity: quantity(l.GetQuantity()), Price: money.FromProto(l.GetPrice()), Total: money.FromProto(l.GetTotal()),
			ProductID: l.GetProductId(), ProductTitle: l.GetProductTitle(), VariantTitle: l.GetVariantTitle(),
			Producer: refJSON{l.GetProducerId(), l.GetProducerName()}, SoldBy: l.GetSoldBy(), Unit: l.GetUnit(), UnitValue: l.GetUnitValue(),
			Allergens: some(l.GetAllergens()), AllergensStated: l.AllergensStated,
		}
		if key := l.GetImage(); key != "" {
			line.ImageURL = optional(imageURL(key))
		}
		out.Lines = append(out.Lines, line)
	}
	return out
}

// nothing is zero in a market's currency; nil when the market cannot be asked for.
func (e *site) nothing(ctx context.Context, market string) *money.Amount {
	answer, err := e.catalog.GetMarket(ctx, &catalogv1.GetMarketRequest{Code: market})
	if err != nil {
		return nil
	}
	zero := money.New(0, answer.GetMarket().GetCurrency())
	return &zero
}
