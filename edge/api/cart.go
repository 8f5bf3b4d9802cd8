package api

import (
	"context"
	"net/http"

	"github.com/artisan-eats/artisan/edge/input"
	"github.com/artisan-eats/artisan/edge/trade"
	"github.com/artisan-eats/artisan/edge/web"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/money"
)

type lineJSON struct {
	VariantID    string         `json:"variant_id"`
	Title        string         `json:"title"`
	Quantity     input.Quantity `json:"quantity"`
	Price        money.Amount   `json:"price"`
	Total        money.Amount   `json:"total"`
	ProductID    string         `json:"product_id"`
	ProductTitle string         `json:"product_title"`
	VariantTitle string         `json:"variant_title"`
	Producer     refJSON        `json:"producer"`
	SoldBy       string         `json:"sold_by"`
	Unit         string         `json:"unit"`
	UnitValue    float64        `json:"unit_value"`
	ImageURL     *string        `json:"image_url,omitempty"`
	// AllergensStated is null where that was not kept.
	Allergens       []string `json:"allergens"`
	AllergensStated *bool    `json:"allergens_stated"`
}

// lineToJSON is a line of a cart or of an order.
func lineToJSON(l trade.Goods, stated *bool) lineJSON {
	return lineJSON{
		VariantID: l.GetVariantId(), Title: trade.Sized(l.GetProductTitle(), l.GetVariantTitle()),
		Quantity: input.Quantity(l.GetQuantity()),
		Price:    money.FromProto(l.GetPrice()), Total: money.FromProto(l.GetTotal()),
		ProductID: l.GetProductId(), ProductTitle: l.GetProductTitle(), VariantTitle: l.GetVariantTitle(),
		Producer: refJSON{l.GetProducerId(), l.GetProducerName()}, SoldBy: l.GetSoldBy(), Unit: l.GetUnit(),
		UnitValue: l.GetUnitValue(),
		Allergens: some(l.GetAllergens()), AllergensStated: stated,
	}
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

// CreateCart makes an empty basket in a market.
func CreateCart(v *web.Visit) (*web.Reply, error) {
	in, err := v.Object()
	if err != nil {
		return nil, err
	}
	market := in.Need("market", 64)
	if err := in.Done(); err != nil {
		return nil, err
	}
	account, err := v.WhoAmI()
	if err != nil {
		return nil, err
	}
	answer, err := v.Site.Ordering.CreateCart(v.Context(),
		&orderingv1.CreateCartRequest{Market: market, CustomerId: account.GetId()})
	if err != nil {
		return nil, err
	}
	out, err := web.JSON(http.StatusCreated, cartToJSON(v.Context(), v.Site, answer.GetCart()))
	if err != nil {
		return nil, err
	}
	return out.Set("Location", "/api/v1/carts/"+answer.GetCart().GetId()), nil
}

// GetCart answers a basket, with its version for If-Match.
func GetCart(v *web.Visit) (*web.Reply, error) {
	cart, err := trade.Cart(v, v.Request.PathValue("id"))
	if err != nil {
		return nil, err
	}
	return tagged(http.StatusOK, cart.GetVersion(), cartToJSON(v.Context(), v.Site, cart))
}

// PutLine sets how much of a variant is in a basket; zero takes it out.
func PutLine(v *web.Visit) (*web.Reply, error) {
	in, err := v.Object()
	if err != nil {
		return nil, err
	}
	milli, seen := in.Quantity(), in.Text("version", web.MaxText)
	if err := in.Done(); err != nil {
		return nil, err
	}
	cart, err := trade.SetLineOf(v, v.Request.PathValue("id"), v.Request.PathValue("variant"), milli,
		seenBy(v, seen))
	if err != nil {
		return nil, unmatched(v, err)
	}
	return tagged(http.StatusOK, cart.GetVersion(), cartToJSON(v.Context(), v.Site, cart))
}

func cartToJSON(ctx context.Context, site *web.Site, c *orderingv1.Cart) cartJSON {
	out := cartJSON{
		ID: c.GetId(), Market: c.GetMarket(), Lines: []lineJSON{}, Total: moneyOf(c.GetTotal()),
		OrderID: optional(c.GetOrderId()), Version: c.GetVersion(), Shown: optional(c.GetShown()),
	}
	if len(c.GetLines()) == 0 && out.Total == nil {
		out.Total = nothing(ctx, site, c.GetMarket())
	}
	for _, l := range c.GetLines() {
		line := lineToJSON(l, l.AllergensStated)
		if key := l.GetImage(); key != "" {
			line.ImageURL = optional(web.ImageURL(key))
		}
		out.Lines = append(out.Lines, line)
	}
	return out
}

// nothing is zero in a market's currency; nil when the market cannot be asked for.
func nothing(ctx context.Context, site *web.Site, market string) *money.Amount {
	in, err := site.Market(ctx, market)
	if err != nil {
		return nil
	}
	zero := money.New(0, in.Currency)
	return &zero
}
