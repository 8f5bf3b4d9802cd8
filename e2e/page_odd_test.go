package e2e

import (
	"strings"
	"testing"
	"time"

	"github.com/artisan-eats/artisan/e2e/browser"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	"github.com/artisan-eats/artisan/gen/artisan/catalog/v1/catalogv1connect"
	deliveryv1 "github.com/artisan-eats/artisan/gen/artisan/delivery/v1"
	"github.com/artisan-eats/artisan/gen/artisan/delivery/v1/deliveryv1connect"
	moneyv1 "github.com/artisan-eats/artisan/gen/artisan/money/v1"
	"github.com/artisan-eats/artisan/locale"
	"github.com/artisan-eats/artisan/sqldb"
)

// oddMarkets are markets of which each is unlike the demo's in its own way. No product has a picture.
var oddMarkets = []struct {
	code, currency, locale, name, product string
	price, pieces                         int64
	sees                                  string
}{
	{code: "empty", currency: "USD", locale: "en-US", name: "Emptyville", sees: "Emptyville"},
	{
		code: "sold-out", currency: "USD", locale: "en-US", name: "Soldoutville", product: "Quince cheese",
		price: 900, sees: "Sold out",
	},
	{
		code: "tokyo", currency: "JPY", locale: "ja-JP", name: "東京", product: "梅干し、三年もの", price: 123_456,
		pieces: 5, sees: "123,456",
	},
	{
		code: "lyon", currency: "EUR", locale: "fr-FR", name: "Lyon", product: "Saint-marcellin affiné",
		price: 123_456, pieces: 5, sees: "1 234,56 €",
	},
	{
		code: "long-words", currency: "EUR", locale: "de-DE", name: strings.Repeat("Langenmarkt ", 10),
		product: strings.Repeat("Sauerrahmbutter ", 7) + "frisch", price: 100, pieces: 5,
		sees: "Sauerrahmbutter",
	},
	{
		code: "one-word", currency: "USD", locale: "en-US", name: strings.Repeat("Llanfair", 15),
		product: strings.Repeat("Donauwelle", 12), price: 1, pieces: 5, sees: "Donauwelle",
	},
}

// TestPagesFitOddMarkets orders in every odd market, and looks at each page on the way at every width.
func TestPagesFitOddMarkets(t *testing.T) {
	t.Parallel()
	browses(t)
	s := open(t, one, sqldb.SQLite)
	for _, m := range oddMarkets {
		t.Run(m.code, func(t *testing.T) {
			catalog := catalogv1connect.NewCatalogServiceClient(s.client("catalog"))
			_, err := catalog.PutMarket(t.Context(), &catalogv1.PutMarketRequest{Market: &catalogv1.Market{
				Code: m.code, Name: m.name, Currency: m.currency, Locale: m.locale, TimeZone: "Europe/Paris",
				Country: "FR", CommissionBp: 800,
			}})
			if err != nil {
				t.Fatal(err)
			}
			p := s.visitor(t, browser.Phone)
			if m.product == "" {
				p.looksAt("/m/"+m.code, "/m/"+m.code+"/products", "/m/"+m.code+"/producers")
				return
			}
			product := s.oddProduct(t, m.code, m.product,
				&moneyv1.Money{Amount: m.price, Currency: m.currency}, m.pieces)
			p.looksAt("/m/"+m.code, "/m/"+m.code+"/producers", "/producers/"+product.GetProducerId(), "/m/"+
				m.code+"/products")
			p.sees(m.sees)
			p.looksAt("/p/" + product.GetId())
			p.sees(m.sees)
			if m.pieces > 0 {
				p.buysOdd(locale.New(m.locale, "FR"), m.product)
			}
		})
	}
}

// looksAt opens pages, each of which has to fit.
func (p *person) looksAt(paths ...string) {
	p.t.Helper()
	for _, path := range paths {
		p.opens(path)
		p.fits()
	}
}

// buysOdd orders what the page offers, as somebody with a long name.
func (p *person) buysOdd(in *locale.Locale, product string) {
	p.t.Helper()
	p.presses(in.Text("Add to basket"))
	p.seesBasketFilledIn(in)
	p.looksAt("/cart", "/checkout")
	p.fills(in.Text("Name"), strings.Repeat("Wolfeschlegelstein", 7)[:120])
	p.fills(in.Text("E-mail"), "ada@example.org")
	p.chooses("The hall")
	p.chooses(in.Text("A test card"))
	p.presses(in.Text("Place the order"))
	p.sees(in.Text("Thank you, your order is confirmed."), product)
	p.fits()
}

// oddProduct puts a product with so many pieces, of a producer of a name as long, and a window to pick it up.
func (s *shop) oddProduct(
	t *testing.T, market, title string, price *moneyv1.Money, pieces int64,
) *catalogv1.Product {
	t.Helper()
	catalog := catalogv1connect.NewCatalogServiceClient(s.client("catalog"))
	producer, err := catalog.PutProducer(t.Context(),
		&catalogv1.PutProducerRequest{Producer: &catalogv1.Producer{
			Market: market, Name: title, Tagline: title, Approved: true,
		}})
	if err != nil {
		t.Fatal(err)
	}
	product, err := catalog.PutProduct(t.Context(), &catalogv1.PutProductRequest{Product: &catalogv1.Product{
		Market: market, ProducerId: producer.GetProducer().GetId(), Title: title, Description: title,
		Category: "cheese", Published: true,
		Ingredients: title, Allergens: []string{"milk"},
		Variants: []*catalogv1.Variant{{Title: title, SoldBy: "each", Price: price}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	s.setStock(product.GetProduct().GetVariants()[0].GetId(), pieces)
	starts := time.Now().Add(48 * time.Hour)
	_, err = deliveryv1connect.NewDeliveryServiceClient(s.client("delivery")).PutWindow(t.Context(),
		&deliveryv1.PutWindowRequest{Window: &deliveryv1.Window{
			Market: market, Kind: "pickup", StartsAt: starts.UnixMilli(),
			EndsAt:  starts.Add(time.Hour).UnixMilli(),
			OrderBy: starts.Add(-time.Hour).UnixMilli(), Capacity: 5, Place: "The hall",
		}})
	if err != nil {
		t.Fatal(err)
	}
	return product.GetProduct()
}
