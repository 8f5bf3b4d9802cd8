package edge

import (
	"cmp"
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

// productPage shows a product.
func (e *site) productPage(ctx context.Context, q *query) (*reply, error) {
	model, err := e.product(ctx, q)
	if err != nil {
		return nil, err
	}
	return render(ctx, http.StatusOK, page.ProductPage(model))
}

// product is the page of a product, for who asks for some allergens not to be in it.
func (e *site) product(ctx context.Context, q *query) (page.Product, error) {
	answer, err := e.catalog.GetProduct(ctx, &catalogv1.GetProductRequest{Id: q.id})
	if err != nil {
		return page.Product{}, err
	}
	return e.productAs(ctx, answer.GetProduct(), q)
}

// productAs is the page of a product, published or not.
func (e *site) productAs(ctx context.Context, p *catalogv1.Product, q *query) (page.Product, error) {
	in, err := e.place(ctx, p.GetMarket())
	if err != nil {
		return page.Product{}, err
	}
	model := page.Product{
		Frame: e.shopFrame(p.GetTitle(), in), Heading: p.GetTitle(), Maker: page.Maker{ID: p.GetProducerId(), Name: p.GetProducerName()},
		Category: in.category(p), Ingredients: p.GetIngredients(), Season: in.season(p.GetSeason()),
		Allergens: page.Allergens{Contains: in.allergens(p.GetAllergens()), Stated: allergensStated(p)}, Certifications: strings.Join(p.GetCertifications(), ", "),
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
		offer := offerOf(in, v, stock[v.GetId()])
		offer.Title = in.sized(sizeOf(p, v))
		offer.Thing = sized(p.GetTitle(), offer.Title)
		model.Offers = append(model.Offers, offer)
	}
	model.Meta = e.productMeta(in, p, model.Category, stock)
	if maker, err := e.publicProducer(ctx, p.GetProducerId()); e.missing(ctx, "producer", err) == nil {
		model.Maker, model.Terms = in.makerOf(maker), in.termsOf(maker, e.todayIn(in))
	}
	if windows, err := e.openings(ctx, in); e.missing(ctx, "windows", err) == nil && len(windows) > 0 {
		model.Next = openingsOf(in, windows[:1])[0]
	}
	asks, stated := e.asks(q), allergensStated(p)
	model.Warns = in.declared(p.GetAllergens(), &stated, asks.avoids).Warns
	model.Kept, model.FreeFrom = asks.chips(q, "/p/"+p.GetId(), in), len(asks.avoids) > 0
	model.More = e.others(ctx, in, p, asks)
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

// category is what a product stands in. Services of before do not tell its name.
func (p *place) category(product *catalogv1.Product) page.Choice {
	return page.Choice{Value: product.GetCategory(), Label: p.Sentence(cmp.Or(product.GetCategoryName(), product.GetCategory()))}
}

// season names the months in which something is at its best.
func (p *place) season(months []int32) string {
	var names []string
	for _, m := range months {
		names = append(names, p.Month(time.Month(m)))
	}
	return strings.Join(names, ", ")
}

// allergens names allergens by their codes.
func (p *place) allergens(codes []string) string {
	var names []string
	for _, code := range codes {
		names = append(names, p.Text(code))
	}
	return strings.Join(names, ", ")
}

// shownOthers is how many more products of a producer a product's page has.
const shownOthers = 4

func (e *site) others(ctx context.Context, in *place, p *catalogv1.Product, asks visited) []page.Card {
	answer, err := e.catalog.ListProducts(ctx, asks.narrows(&catalogv1.ListProductsRequest{Market: in.code, ProducerId: p.GetProducerId(), Sort: featured, Limit: shownOthers + 1}))
	if e.missing(ctx, "more from the producer", err) != nil {
		return nil
	}
	others := slices.DeleteFunc(answer.GetProducts(), func(other *catalogv1.Product) bool { return other.GetId() == p.GetId() })
	return e.cards(ctx, in, others[:min(len(others), shownOthers)], nil)
}

// stock is what there is of a product's variants; empty when that cannot be had.
func (e *site) stock(ctx context.Context, p *catalogv1.Product) map[string]*inventoryv1.Availability {
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
	offer := page.Offer{VariantID: v.GetId(), Start: "1"}
	offer.Price, offer.Per = in.price(v.GetPrice(), v.GetSoldBy()), in.perUnit(v)
	offer.Step, offer.Unit = in.steps(v.GetSoldBy())
	offer.In = in.countedIn(v.GetSoldBy())
	most := int64(mostOfAKind)
	if there != nil {
		most = in.mostOf(there.GetAvailable(), v.GetSoldBy())
	}
	offer.Most = quantity(most).String()
	if v.GetSoldBy() == byWeight {
		in.weigh(&offer, v, most)
	}
	if there == nil {
		return offer
	}
	available := quantity(there.GetAvailable())
	offer.Left, offer.SoldOut = in.leftOf(&available, v.GetSoldBy()), available <= 0
	if day, err := time.Parse(time.DateOnly, there.GetBestBefore()); err == nil && !offer.SoldOut {
		offer.BestBefore = in.MonthDay(day)
	}
	return offer
}

// steps are a quantity's field: how it counts, and in what.
func (p *place) steps(soldBy string) (step, unit string) {
	switch {
	case soldBy != byWeight:
		return "1", p.Text("Pieces")
	case p.WeightUnit() == "lb":
		return weightStep, p.Text("Pounds")
	}
	return weightStep, p.Text("Kilograms")
}

// weightStep is by how much a field of weight goes up.
const weightStep = "0.05"

// perUnit is what a kilogram (a pound) or a litre (a fluid ounce) of a variant costs, where that is not the price
// itself and its size is known: what Directive 98/6/EC asks for.
func (p *place) perUnit(v *catalogv1.Variant) string {
	whole, unit := map[string]float64{"g": 1000, "kg": 1, "ml": 1000, "cl": 100, "l": 1}[v.GetUnit()], "kg"
	if v.GetSoldBy() == byWeight || whole == 0 || v.GetUnitValue() <= 0 || v.GetUnitValue() == whole {
		return ""
	}
	if strings.HasSuffix(v.GetUnit(), "l") {
		unit = "l"
	}
	minor := float64(v.GetPrice().GetAmount()) * whole / v.GetUnitValue()
	switch {
	case unit == "kg":
		minor, unit = minor*float64(p.PerUnit(perMillion))/perMillion, p.WeightUnit()
	case p.WeightUnit() == "lb":
		minor, unit = minor*litreOfFluidOunce, "fl oz"
	}
	return p.money(&moneyv1.Money{Amount: int64(math.Round(minor)), Currency: v.GetPrice().GetCurrency()}) + " / " + unit
}

const (
	perMillion        = 1_000_000
	litreOfFluidOunce = 0.0295735295625
)

// priceFrom is the lowest price of a product's variants, and what that comes to for a kilogram or a litre.
func (p *place) priceFrom(product *catalogv1.Product) (price, per string) {
	variants := product.GetVariants()
	if len(variants) == 0 {
		return "", ""
	}
	lowest := slices.MinFunc(variants, func(a, b *catalogv1.Variant) int { return int(a.GetPrice().GetAmount() - b.GetPrice().GetAmount()) })
	price = p.price(lowest.GetPrice(), lowest.GetSoldBy())
	if len(variants) > 1 {
		return p.Text("from {price}", price), ""
	}
	return price, p.perUnit(lowest)
}

// fewLeft is from when on it is worth telling, in thousandths.
const fewLeft = 5 * money.Milli

// leftOf says what a shopper should know about stock; nothing where there is plenty,
// or where it is not known.
func (p *place) leftOf(available *quantity, soldBy string) string {
	switch {
	case available == nil || *available > fewLeft:
		return ""
	case *available <= 0:
		return p.Text("Sold out")
	}
	return p.Text("Only {amount} left", p.amount(int64(*available), soldBy))
}

// leftOfAll tells only that a product is sold out altogether.
func (p *place) leftOfAll(product *catalogv1.Product, stock map[string]int64) string {
	for _, v := range product.GetVariants() {
		if milli, known := stock[v.GetId()]; !known || milli > 0 {
			return ""
		}
	}
	return p.Text("Sold out")
}

// shownByProducer is how many products a producer's own page has.
const shownByProducer = 12

// producerPage shows a maker and some of their goods.
func (e *site) producerPage(ctx context.Context, q *query) (*reply, error) {
	p, err := e.publicProducer(ctx, q.id)
	if err != nil {
		return nil, err
	}
	in, err := e.place(ctx, p.GetMarket())
	if err != nil {
		return nil, err
	}
	asks := e.asks(q)
	answer, err := e.catalog.ListProducts(ctx, asks.narrows(&catalogv1.ListProductsRequest{Market: in.code, ProducerId: p.GetId(), Sort: featured, Limit: shownByProducer}))
	if err != nil {
		return nil, err
	}
	model := page.Producer{
		Frame: e.shopFrame(p.GetName(), in), Heading: p.GetName(), Town: p.GetTown(), Tagline: p.GetTagline(), Picture: pictureOf(p.GetImage(), p.GetName()),
		Certifications: strings.Join(p.GetCertifications(), ", "), Story: paragraphs(p.GetStory()), Cards: e.cards(ctx, in, answer.GetProducts(), nil),
		Kept: asks.chips(q, "/producers/"+p.GetId(), in), FreeFrom: len(asks.avoids) > 0,
	}
	model.Terms = in.termsOf(p, e.todayIn(in))
	model.Description, model.Meta = p.GetTagline(), e.producerMeta(in, p)
	if answer.GetNextCursor() != "" {
		model.More = "/m/" + in.code + "/products?producer=" + url.QueryEscape(p.GetId())
	}
	return render(ctx, http.StatusOK, page.ProducerPage(model))
}
