package shop

import (
	"cmp"
	"context"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/artisan-eats/artisan/edge/input"
	"github.com/artisan-eats/artisan/edge/page"
	"github.com/artisan-eats/artisan/edge/shop/view"
	"github.com/artisan-eats/artisan/edge/trade"
	"github.com/artisan-eats/artisan/edge/web"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	inventoryv1 "github.com/artisan-eats/artisan/gen/artisan/inventory/v1"
	moneyv1 "github.com/artisan-eats/artisan/gen/artisan/money/v1"
)

// ProductPage shows a product.
func ProductPage(ctx context.Context, q *web.Query) (*web.Reply, error) {
	model, err := product(ctx, q)
	if err != nil {
		return nil, err
	}
	return web.Render(ctx, http.StatusOK, view.ProductPage(model))
}

// product is the page of a product, for who asks for some allergens not to be in it.
func product(ctx context.Context, q *web.Query) (view.Product, error) {
	answer, err := q.Site.Catalog.GetProduct(ctx, &catalogv1.GetProductRequest{Id: q.ID})
	if err != nil {
		return view.Product{}, err
	}
	return productAs(ctx, answer.GetProduct(), q)
}

// productAs is the page of a product, published or not.
func productAs(ctx context.Context, p *catalogv1.Product, q *web.Query) (view.Product, error) {
	in, err := q.Site.Market(ctx, p.GetMarket())
	if err != nil {
		return view.Product{}, err
	}
	model := view.Product{
		Frame: q.Site.ShopFrame(p.GetTitle(), in), Heading: p.GetTitle(),
		Maker:    view.Maker{ID: p.GetProducerId(), Name: p.GetProducerName()},
		Category: category(in, p), Ingredients: p.GetIngredients(), Season: season(in, p.GetSeason()),
		Allergens: view.Allergens{
			Contains: trade.Allergens(in, p.GetAllergens()),
			Stated:   trade.AllergensStated(p),
		}, Certifications: strings.Join(p.GetCertifications(), ", "),
	}
	model.Description, model.Text = short(p.GetDescription()), paragraphs(p.GetDescription())
	for i, key := range p.GetImages() {
		alt := p.GetTitle()
		if alts := p.GetImageAlts(); i < len(alts) && alts[i] != "" {
			alt = alts[i]
		}
		model.Pictures = append(model.Pictures, web.PictureOf(key, alt))
	}
	stock := stock(ctx, q.Site, p)
	for _, v := range p.GetVariants() {
		offer := offerOf(in, v, stock[v.GetId()])
		offer.Title = trade.SizeIn(in, trade.SizeOf(p, v))
		offer.Thing = trade.Sized(p.GetTitle(), offer.Title)
		model.Offers = append(model.Offers, offer)
	}
	model.Meta = productMeta(q.Site, in, p, model.Category, stock)
	if maker, err := trade.PublicProducer(ctx, q.Site, p.GetProducerId()); q.Site.Missing(ctx, "producer",
		err) == nil {
		model.Maker, model.Terms = makerOf(in, maker), trade.TermsOf(in, maker, trade.TodayIn(q.Site, in))
	}
	if windows, err := openings(ctx, q.Site, in); q.Site.Missing(ctx, "windows", err) == nil &&
		len(windows) > 0 {
		model.Next = openingsOf(in, windows[:1])[0]
	}
	asks, stated := q.Site.Asks(q), trade.AllergensStated(p)
	model.Warns = trade.Declared(in, p.GetAllergens(), &stated, asks.Avoids).Warns
	model.Kept, model.FreeFrom = chips(asks, q, "/p/"+p.GetId(), in), len(asks.Avoids) > 0
	model.More = others(ctx, q.Site, in, p, asks)
	return model, nil
}

// season names the months in which something is at its best.
func season(p *web.Market, months []int32) string {
	var names []string
	for _, m := range months {
		names = append(names, p.Locale.Month(time.Month(m)))
	}
	return strings.Join(names, ", ")
}

// shownOthers is how many more products of a producer a product's page has.
const shownOthers = 4

func others(
	ctx context.Context, site *web.Site, in *web.Market, p *catalogv1.Product, asks web.Remembered,
) []page.Card {
	answer, err := site.Catalog.ListProducts(ctx,
		asks.Narrows(&catalogv1.ListProductsRequest{
			Market: in.Code, ProducerId: p.GetProducerId(),
			Sort: featured, Limit: shownOthers + 1,
		}))
	if site.Missing(ctx, "more from the producer", err) != nil {
		return nil
	}
	others := slices.DeleteFunc(answer.GetProducts(),
		func(other *catalogv1.Product) bool { return other.GetId() == p.GetId() })
	return cards(ctx, site, in, others[:min(len(others), shownOthers)], nil)
}

// stock is what there is of a product's variants; empty when that cannot be had.
func stock(ctx context.Context, site *web.Site, p *catalogv1.Product) map[string]*inventoryv1.Availability {
	return trade.Balances(ctx, site, p)
}

// offerOf is a variant as it can be bought; what there is of it is nil where that is not known.
func offerOf(in *web.Market, v *catalogv1.Variant, there *inventoryv1.Availability) view.Offer {
	offer := view.Offer{VariantID: v.GetId(), Start: "1"}
	offer.Price, offer.Per = in.Price(v.GetPrice(), v.GetSoldBy()), perUnit(in, v)
	offer.Step, offer.Unit = trade.Steps(in, v.GetSoldBy())
	offer.In = trade.CountedIn(in, v.GetSoldBy())
	most := int64(trade.MostOfAKind)
	if there != nil {
		most = trade.MostOf(in, there.GetAvailable(), v.GetSoldBy())
	}
	offer.Most = input.Quantity(most).String()
	if v.GetSoldBy() == web.ByWeight {
		weigh(in, &offer, v, most)
	}
	if there == nil {
		return offer
	}
	available := input.Quantity(there.GetAvailable())
	offer.Left, offer.SoldOut = leftOf(in, &available, v.GetSoldBy()), available <= 0
	if day, err := time.Parse(time.DateOnly, there.GetBestBefore()); err == nil && !offer.SoldOut {
		offer.BestBefore = in.Locale.MonthDay(day)
	}
	return offer
}

// perUnit is what a kilogram (a pound) or a litre (a fluid ounce) of a variant costs, where that is not the
// price itself and its size is known: what Directive 98/6/EC asks for.
func perUnit(p *web.Market, v *catalogv1.Variant) string {
	whole, unit := map[string]float64{"g": 1000, "kg": 1, "ml": 1000, "cl": 100, "l": 1}[v.GetUnit()], "kg"
	if v.GetSoldBy() == web.ByWeight || whole == 0 || v.GetUnitValue() <= 0 || v.GetUnitValue() == whole {
		return ""
	}
	if strings.HasSuffix(v.GetUnit(), "l") {
		unit = "l"
	}
	minor := float64(v.GetPrice().GetAmount()) * whole / v.GetUnitValue()
	switch {
	case unit == "kg":
		minor, unit = minor*float64(p.Locale.PerUnit(perMillion))/perMillion, p.Locale.WeightUnit()
	case p.Locale.WeightUnit() == "lb":
		minor, unit = minor*litreOfFluidOunce, "fl oz"
	}
	return p.Money(&moneyv1.Money{Amount: int64(math.Round(minor)), Currency: v.GetPrice().GetCurrency()}) +
		" / " + unit
}

const (
	perMillion        = 1_000_000
	litreOfFluidOunce = 0.0295735295625
)

// priceFrom is the lowest price of a product's variants, and what that comes to for a kilogram or a litre.
func priceFrom(p *web.Market, product *catalogv1.Product) (price, per string) {
	variants := product.GetVariants()
	if len(variants) == 0 {
		return "", ""
	}
	lowest := slices.MinFunc(variants,
		func(a, b *catalogv1.Variant) int { return int(a.GetPrice().GetAmount() - b.GetPrice().GetAmount()) })
	price = p.Price(lowest.GetPrice(), lowest.GetSoldBy())
	if len(variants) > 1 {
		return p.Text("from {price}", price), ""
	}
	return price, perUnit(p, lowest)
}

// leftOf says what a shopper should know about stock; nothing where there is plenty,
// or where it is not known.
func leftOf(p *web.Market, available *input.Quantity, soldBy string) string {
	switch {
	case available == nil || *available > trade.FewLeft:
		return ""
	case *available <= 0:
		return p.Text("Sold out")
	}
	return p.Text("Only {amount} left", p.Amount(int64(*available), soldBy))
}

// leftOfAll tells only that a product is sold out altogether.
func leftOfAll(p *web.Market, product *catalogv1.Product, stock map[string]int64) string {
	for _, v := range product.GetVariants() {
		if milli, known := stock[v.GetId()]; !known || milli > 0 {
			return ""
		}
	}
	return p.Text("Sold out")
}

// shownByProducer is how many products a producer's own page has.
const shownByProducer = 12

// ProducerPage shows a maker and some of their goods.
func ProducerPage(ctx context.Context, q *web.Query) (*web.Reply, error) {
	p, err := trade.PublicProducer(ctx, q.Site, q.ID)
	if err != nil {
		return nil, err
	}
	in, err := q.Site.Market(ctx, p.GetMarket())
	if err != nil {
		return nil, err
	}
	asks := q.Site.Asks(q)
	answer, err := q.Site.Catalog.ListProducts(ctx,
		asks.Narrows(&catalogv1.ListProductsRequest{
			Market: in.Code, ProducerId: p.GetId(), Sort: featured,
			Limit: shownByProducer,
		}))
	if err != nil {
		return nil, err
	}
	model := view.Producer{
		Frame: q.Site.ShopFrame(p.GetName(), in), Heading: p.GetName(), Town: p.GetTown(),
		Tagline: p.GetTagline(), Picture: web.PictureOf(p.GetImage(), p.GetName()),
		Certifications: strings.Join(p.GetCertifications(), ", "), Story: paragraphs(p.GetStory()),
		Cards: cards(ctx, q.Site, in, answer.GetProducts(), nil),
		Kept:  chips(asks, q, "/producers/"+p.GetId(), in), FreeFrom: len(asks.Avoids) > 0,
	}
	model.Terms = trade.TermsOf(in, p, trade.TodayIn(q.Site, in))
	model.Description, model.Meta = p.GetTagline(), producerMeta(q.Site, in, p)
	if answer.GetNextCursor() != "" {
		model.More = "/m/" + in.Code + "/products?producer=" + url.QueryEscape(p.GetId())
	}
	return web.Render(ctx, http.StatusOK, view.ProducerPage(model))
}

// paragraphs parts plain text at its blank lines.
func paragraphs(text string) []string {
	var list []string
	for part := range strings.SplitSeq(strings.ReplaceAll(text, "\r\n", "\n"), "\n\n") {
		if part = strings.TrimSpace(part); part != "" {
			list = append(list, part)
		}
	}
	return list
}

// RefusedPage shows a product as it is, with why what was typed of one of its variants is not in the basket.
func RefusedPage(v *web.Visit, status int, q *web.Query, variant, typed, why string) (*web.Reply, error) {
	model, err := product(v.Context(), q)
	if err != nil {
		return nil, err
	}
	model.Alert = why
	for i := range model.Offers {
		if model.Offers[i].VariantID == variant {
			model.Offers[i].Start, model.Offers[i].Wrong = typed, why
		}
	}
	return web.Render(v.Context(), status, view.ProductPage(model))
}

// PreviewPage shows a product, published or not, with something said above it.
func PreviewPage(v *web.Visit, p *catalogv1.Product, says string) (*web.Reply, error) {
	model, err := productAs(v.Context(), p, &web.Query{Site: v.Site, ID: p.GetId()})
	if err != nil {
		return nil, err
	}
	model.Preview = says
	return web.Render(v.Context(), http.StatusOK, view.ProductPage(model))
}

// shortest is how long a text is at least that is cut for search engines, in characters.
const shortest = 150

// short is the beginning of a text, to the end of a word.
func short(text string) string {
	words := strings.Fields(text)
	for n, length := 0, 0; n < len(words); n++ {
		if length += len(words[n]) + 1; length > shortest {
			return strings.Join(words[:n+1], " ") + " …"
		}
	}
	return strings.Join(words, " ")
}

// category is what a product stands in. Services of before do not tell its name.
func category(p *web.Market, product *catalogv1.Product) page.Choice {
	return page.Choice{
		Value: product.GetCategory(),
		Label: p.Locale.Sentence(cmp.Or(product.GetCategoryName(), product.GetCategory())),
	}
}
