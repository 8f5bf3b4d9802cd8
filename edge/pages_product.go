package edge

import (
	"context"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/artisan-eats/artisan/edge/page"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	inventoryv1 "github.com/artisan-eats/artisan/gen/artisan/inventory/v1"
	moneyv1 "github.com/artisan-eats/artisan/gen/artisan/money/v1"
	"github.com/artisan-eats/artisan/money"
)

func (e *edge) productPage(ctx context.Context, q *query) (*reply, error) {
	model, err := e.product(ctx, q.id)
	if err != nil {
		return nil, err
	}
	return render(ctx, http.StatusOK, page.ProductPage(model))
}

// product is a product's page.
func (e *edge) product(ctx context.Context, productID string) (page.Product, error) {
	answer, err := e.catalog.GetProduct(ctx, &catalogv1.GetProductRequest{Id: productID})
	if err != nil {
		return page.Product{}, err
	}
	p := answer.GetProduct()
	in, err := e.place(ctx, p.GetMarket())
	if err != nil {
		return page.Product{}, err
	}
	model := page.Product{
		Frame: e.frame(p.GetTitle(), in), Heading: p.GetTitle(), Maker: page.Maker{ID: p.GetProducerId(), Name: p.GetProducerName()},
		Category: e.category(ctx, p), Ingredients: p.GetIngredients(), Season: season(p.GetSeason()),
		Allergens: strings.Join(p.GetAllergens(), ", "), Certifications: strings.Join(p.GetCertifications(), ", "),
	}
	model.Description, model.Text = short(p.GetDescription()), paragraphs(p.GetDescription())
	for i, key := range p.GetImages() {
		alt := p.GetTitle()
		if alts := p.GetImageAlts(); i < len(alts) && alts[i] != "" {
			alt = alts[i]
		}
		model.Pictures = append(model.Pictures, pictureOf(key, alt))
	}
	stock := e.stock(ctx, p)
	for _, v := range p.GetVariants() {
		model.Offers = append(model.Offers, offerOf(in, v, stock[v.GetId()]))
	}
	model.Meta = e.productMeta(in, p, model.Category, stock)
	if maker, err := e.publicProducer(ctx, p.GetProducerId()); e.missing(ctx, "producer", err) == nil {
		model.Maker = makerOf(maker)
	}
	if windows, err := e.openings(ctx, in); e.missing(ctx, "windows", err) == nil && len(windows) > 0 {
		model.Next = openingsOf(in, windows[:1])[0]
	}
	model.More = e.others(ctx, in, p)
	return model, nil
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

// category is the product's category by its name, where that can be had.
func (e *edge) category(ctx context.Context, p *catalogv1.Product) page.Choice {
	choice := page.Choice{Value: p.GetCategory(), Label: p.GetCategory()}
	answer, err := e.catalog.ListCategories(ctx, &catalogv1.ListCategoriesRequest{Market: p.GetMarket()})
	if e.missing(ctx, "category", err) != nil {
		return choice
	}
	for _, c := range answer.GetCategories() {
		if c.GetSlug() == p.GetCategory() {
			choice.Label = c.GetName()
		}
	}
	return choice
}

// season names the months in which something is at its best.
func season(months []int32) string {
	var names []string
	for _, m := range months {
		names = append(names, time.Month(m).String())
	}
	return strings.Join(names, ", ")
}

// shownOthers is how many more products of a producer a product's page has.
const shownOthers = 4

func (e *edge) others(ctx context.Context, in *place, p *catalogv1.Product) []page.Card {
	answer, err := e.catalog.ListProducts(ctx, &catalogv1.ListProductsRequest{Market: in.code, ProducerId: p.GetProducerId(), Limit: shownOthers + 1})
	if e.missing(ctx, "more from the producer", err) != nil {
		return nil
	}
	others := slices.DeleteFunc(answer.GetProducts(), func(other *catalogv1.Product) bool { return other.GetId() == p.GetId() })
	return e.cards(ctx, in, others[:min(len(others), shownOthers)], nil)
}

// stock is what there is of a product's variants; empty when that cannot be had.
func (e *edge) stock(ctx context.Context, p *catalogv1.Product) map[string]*inventoryv1.Availability {
	ctx, cancel := context.WithTimeout(ctx, stockPatience)
	defer cancel()
	request := &inventoryv1.AvailabilityRequest{}
	for _, v := range p.GetVariants() {
		request.VariantIds = append(request.VariantIds, v.GetId())
	}
	stock := map[string]*inventoryv1.Availability{}
	answer, err := e.inventory.Availability(ctx, request)
	if e.missing(ctx, "stock", err) != nil {
		return stock
	}
	for _, a := range answer.GetVariants() {
		stock[a.GetVariantId()] = a
	}
	return stock
}

// offerOf is a variant as it can be bought; what there is of it is nil where that is not known.
func offerOf(in *place, v *catalogv1.Variant, there *inventoryv1.Availability) page.Offer {
	offer := page.Offer{VariantID: v.GetId(), Title: v.GetTitle(), Start: "1"}
	offer.Price, offer.Per = in.price(v.GetPrice(), v.GetSoldBy()), in.perUnit(v)
	if offer.Step, offer.Unit = steps(v.GetSoldBy()); v.GetSoldBy() == byWeight {
		offer.Start = "0.5"
	}
	if there == nil {
		return offer
	}
	available := quantity(there.GetAvailable())
	offer.Left, offer.SoldOut = leftOf(&available, v.GetSoldBy()), available <= 0
	if day, err := time.Parse(time.DateOnly, there.GetBestBefore()); err == nil && !offer.SoldOut {
		offer.BestBefore = day.Format("2 January")
	}
	return offer
}

// steps are a quantity's field: how it counts, and in what.
func steps(soldBy string) (step, unit string) {
	if soldBy == byWeight {
		return "0.05", "Kilograms"
	}
	return "1", "Pieces"
}

// perUnit is what a kilogram or a litre of a variant costs, where that is not the price
// itself and its size is known: what Directive 98/6/EC asks for.
func (p *place) perUnit(v *catalogv1.Variant) string {
	whole, unit := map[string]float64{"g": 1000, "kg": 1, "ml": 1000, "cl": 100, "l": 1}[v.GetUnit()], "kg"
	if v.GetSoldBy() == byWeight || whole == 0 || v.GetUnitValue() <= 0 || v.GetUnitValue() == whole {
		return ""
	}
	if strings.HasSuffix(v.GetUnit(), "l") {
		unit = "l"
	}
	minor := math.Round(float64(v.GetPrice().GetAmount()) * whole / v.GetUnitValue())
	return p.money(&moneyv1.Money{Amount: int64(minor), Currency: v.GetPrice().GetCurrency()}) + " / " + unit
}

// priceFrom is the lowest price of a product's variants, and what that comes to for a kilogram or a litre.
func (p *place) priceFrom(product *catalogv1.Product) (price, per string) {
	variants := product.GetVariants()
	if len(variants) == 0 {
		return "", ""
	}
	lowest := slices.MinFunc(variants, func(a, b *catalogv1.Variant) int { return int(a.GetPrice().GetAmount() - b.GetPrice().GetAmount()) })
	price = p.price(lowest.GetPrice(), lowest.GetSoldBy())
	if len(variants) > 1 {
		return "from " + price, ""
	}
	return price, p.perUnit(lowest)
}

// fewLeft is from when on it is worth telling, in thousandths.
const fewLeft = 5 * money.Milli

// leftOf says what a shopper should know about stock; nothing where there is plenty,
// or where it is not known.
func leftOf(available *quantity, soldBy string) string {
	switch {
	case available == nil || *available > fewLeft:
		return ""
	case *available <= 0:
		return "Sold out"
	}
	return "Only " + amount(int64(*available), soldBy) + " left"
}

// leftOfAll tells only that a product is sold out altogether.
func leftOfAll(p *catalogv1.Product, stock map[string]int64) string {
	for _, v := range p.GetVariants() {
		if milli, known := stock[v.GetId()]; !known || milli > 0 {
			return ""
		}
	}
	return "Sold out"
}

// shownByProducer is how many products a producer's own page has.
const shownByProducer = 12

func (e *edge) producerPage(ctx context.Context, q *query) (*reply, error) {
	p, err := e.publicProducer(ctx, q.id)
	if err != nil {
		return nil, err
	}
	in, err := e.place(ctx, p.GetMarket())
	if err != nil {
		return nil, err
	}
	answer, err := e.catalog.ListProducts(ctx, &catalogv1.ListProductsRequest{Market: in.code, ProducerId: p.GetId(), Limit: shownByProducer})
	if err != nil {
		return nil, err
	}
	model := page.Producer{
		Frame: e.frame(p.GetName(), in), Heading: p.GetName(), Town: p.GetTown(), Tagline: p.GetTagline(), Picture: pictureOf(p.GetImage(), p.GetName()),
		Certifications: strings.Join(p.GetCertifications(), ", "), Story: paragraphs(p.GetStory()), Cards: e.cards(ctx, in, answer.GetProducts(), nil),
	}
	model.Description, model.Meta = p.GetTagline(), e.producerMeta(in, p)
	if answer.GetNextCursor() != "" {
		model.More = "/m/" + in.code + "/products?producer=" + url.QueryEscape(p.GetId())
	}
	return render(ctx, http.StatusOK, page.ProducerPage(model))
}
