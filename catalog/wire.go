package catalog

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/artisan-eats/artisan/allergen"
	"github.com/artisan-eats/artisan/catalog/category"
	"github.com/artisan-eats/artisan/catalog/gallery"
	"github.com/artisan-eats/artisan/catalog/goods"
	"github.com/artisan-eats/artisan/catalog/picture"
	"github.com/artisan-eats/artisan/fault"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	inventoryv1 "github.com/artisan-eats/artisan/gen/artisan/inventory/v1"
	"github.com/artisan-eats/artisan/id"
	"github.com/artisan-eats/artisan/money"
	"github.com/artisan-eats/artisan/naming"
)

func marketFromProto(m *catalogv1.Market) goods.Market {
	return goods.Market{
		Code: m.GetCode(), Name: m.GetName(), Currency: m.GetCurrency(), TimeZone: m.GetTimeZone(),
		Country: m.GetCountry(), CommissionBP: m.GetCommissionBp(), Locale: m.GetLocale(),
	}
}

func marketToProto(m goods.Market) *catalogv1.Market {
	return &catalogv1.Market{
		Code: m.Code, Name: m.Name, Currency: m.Currency, TimeZone: m.TimeZone,
		Country: m.Country, CommissionBp: m.CommissionBP, Locale: m.Locale,
	}
}

func producerFromProto(p *catalogv1.Producer) goods.Producer {
	return goods.Producer{
		ID: p.GetId(), Market: p.GetMarket(), Name: p.GetName(), Slug: p.GetSlug(), Town: p.GetTown(),
		Tagline: p.GetTagline(), Story: p.GetStory(),
		Certifications: p.GetCertifications(), Approved: p.GetApproved(), Image: p.GetImage(),
		ImageAlt: p.GetImageAlt(),
	}
}

func producerToProto(p goods.Producer) *catalogv1.Producer {
	return &catalogv1.Producer{
		Id: p.ID, Market: p.Market, Name: p.Name, Slug: p.Slug, Town: p.Town, Tagline: p.Tagline,
		Story:          p.Story,
		Certifications: p.Certifications, Approved: p.Approved, Image: p.Image, ImageAlt: p.ImageAlt,
		CreatedAt: p.CreatedAt, Caution: p.Caution, Suspended: p.Suspended, OrderMinimum: p.OrderMinimum,
		Holidays: holidaysToProto(p.Holidays),
	}
}

func holidaysToProto(all []goods.Holiday) []*catalogv1.Holiday {
	out := make([]*catalogv1.Holiday, len(all))
	for i, h := range all {
		out[i] = &catalogv1.Holiday{From: h.From, Until: h.Until}
	}
	return out
}

func holidaysFromProto(all []*catalogv1.Holiday) []goods.Holiday {
	out := make([]goods.Holiday, len(all))
	for i, h := range all {
		out[i] = goods.Holiday{From: h.GetFrom(), Until: h.GetUntil()}
	}
	return out
}

// productFromProto reads a product. The fault is Invalid for allergens that are none, and
// for prices in several currencies; the one they are in is Currency.
func productFromProto(r *catalogv1.PutProductRequest) (goods.Product, error) {
	p := r.GetProduct()
	allergens, err := allergen.Parse("allergens", p.GetAllergens())
	if err != nil {
		return goods.Product{}, err
	}
	season, err := goods.ParseSeason("season", p.GetSeason())
	if err != nil {
		return goods.Product{}, err
	}
	product := goods.Product{
		ID: p.GetId(), Market: p.GetMarket(), ProducerID: p.GetProducerId(), Title: p.GetTitle(),
		Slug:        p.GetSlug(),
		Description: p.GetDescription(), Ingredients: p.GetIngredients(), Category: p.GetCategory(),
		Tags: p.GetTags(), Allergens: allergens,
		NoAllergens: p.GetAllergensNone() && allergens == 0, Seen: r.GetVersion(),
		Certifications: p.GetCertifications(), Published: p.GetPublished(),
		ReplacePictures: r.GetReplaceImages(), Season: season,
	}
	if product.Category == "" {
		product.Category = category.Other
	}
	if r.GetReplaceImages() {
		product.Pictures = picturesFromProto(p)
	}
	for _, v := range p.GetVariants() {
		if product.Currency == "" {
			product.Currency = v.GetPrice().GetCurrency()
		}
		if v.GetPrice() == nil || v.GetPrice().GetCurrency() != product.Currency {
			return goods.Product{}, wrongCurrency()
		}
		product.Variants = append(product.Variants, variantFromProto(v))
	}
	return product, nil
}

func wrongCurrency() error {
	return fault.New(fault.Invalid, "invalid", "Prices are in the market's currency.",
		fault.Field{
			Name:    "variants",
			Message: "A price is missing or in another currency than the market's.",
		})
}

// uploadFromProto reads a picture and whose it is. The fault is Invalid unless it is for one product or
// producer.
func uploadFromProto(r *catalogv1.PutImageRequest) (gallery.Upload, error) {
	u := gallery.Upload{
		ProductID: r.GetProductId(), ProducerID: r.GetProducerId(), Content: r.GetContent(),
		Alt: r.GetAlt(),
	}
	kind, owner := id.Product, u.ProductID
	if u.ProducerID != "" {
		kind, owner = id.Producer, u.ProducerID
	}
	if _, err := id.Market(kind, owner); err != nil {
		return gallery.Upload{}, err
	}
	var c goods.Checker
	c.Line("alt", u.Alt, 0, naming.MaxName)
	c.Require(u.ProductID == "" || u.ProducerID == "", "producer_id",
		"A picture is of a product or of a producer.")
	c.Require(len(r.GetSizes()) <= gallery.MaxSizes, "sizes",
		fmt.Sprintf("There may be at most %d.", gallery.MaxSizes))
	for _, size := range r.GetSizes() {
		u.Sizes = append(u.Sizes, picture.Size{Width: int(size.GetWidth()), Content: size.GetContent()})
	}
	return u, c.Refusal("picture")
}

func picturesFromProto(p *catalogv1.Product) []goods.Picture {
	pictures := make([]goods.Picture, len(p.GetImages()))
	for i, key := range p.GetImages() {
		pictures[i].Key = key
		if i < len(p.GetImageAlts()) {
			pictures[i].Alt = p.GetImageAlts()[i]
		}
	}
	return pictures
}

func variantFromProto(v *catalogv1.Variant) goods.Variant {
	return goods.Variant{
		ID: v.GetId(), Title: v.GetTitle(), SKU: v.GetSku(), Price: v.GetPrice().GetAmount(),
		SoldBy:    v.GetSoldBy(),
		UnitValue: v.GetUnitValue(), Unit: v.GetUnit(), Barcode: v.GetBarcode(),
	}
}

// versionedProduct is a product with the stamp of what it says.
func versionedProduct(p goods.Product) *catalogv1.Product {
	out := productToProto(p)
	out.Version = p.Stamp()
	return out
}

func productToProto(p goods.Product) *catalogv1.Product {
	out := &catalogv1.Product{
		Id: p.ID, Market: p.Market, ProducerId: p.ProducerID, ProducerName: p.ProducerName, Title: p.Title,
		Slug:        p.Slug,
		Description: p.Description, Ingredients: p.Ingredients, Category: p.Category,
		CategoryName: p.InCategory().Name, Tags: p.Tags, Allergens: p.Allergens.Codes(),
		AllergensNone:  p.NoAllergens,
		Certifications: p.Certifications, Published: p.Published, UpdatedAt: p.UpdatedAt,
		CreatedAt: p.CreatedAt,
		Season:    p.Season.Months(), InStock: p.InStock, AwayUntil: p.AwayUntil,
	}
	if p.InStock && p.GoodUntil != goods.Undated {
		out.GoodUntil = p.GoodUntil
	}
	for _, picture := range p.Pictures {
		out.Images = append(out.Images, picture.Key)
		out.ImageAlts = append(out.ImageAlts, picture.Alt)
	}
	if len(p.Pictures) > 0 {
		out.Image = p.Pictures[0].Key
	}
	for _, v := range p.Variants {
		out.Variants = append(out.Variants, variantToProto(v, p.Currency))
	}
	return out
}

func variantToProto(v goods.Variant, currency string) *catalogv1.Variant {
	return &catalogv1.Variant{
		Id: v.ID, Title: v.Title, Sku: v.SKU, Price: money.New(v.Price, currency).Proto(), SoldBy: v.SoldBy,
		UnitValue: v.UnitValue, Unit: v.Unit, Barcode: v.Barcode,
	}
}

// goodOn is the day on which all that is listed has to be good; empty for any.
func goodOn(r *catalogv1.ListProductsRequest, today goods.Day) goods.Day {
	if r.GetInStock() || r.GetGoodOn() != "" {
		return max(today, r.GetGoodOn())
	}
	return ""
}

// listingFromProto reads what is asked of the list of products on a day.
func listingFromProto(r *catalogv1.ListProductsRequest, today goods.Day) (l listing, err error) {
	l = listing{market: r.GetMarket(), q: r.GetQ(), search: hasText(r.GetQ()), facets: r.GetFacets()}
	without, err := allergen.Parse("allergen_free", r.GetAllergenFree())
	if err != nil {
		return l, err
	}
	if r.GetProducerId() != "" {
		if _, err := id.Market(id.Producer, r.GetProducerId()); err != nil {
			return l, err
		}
	}
	var c goods.Checker
	c.Slug("category", r.GetCategory())
	c.Require(r.GetGoodOn() == "" || goods.ValidDay(r.GetGoodOn()), "good_on",
		"A date looks like 2026-12-31.")
	c.Require(r.GetSeasonMonth() >= 0 && r.GetSeasonMonth() <= 12, "season_month",
		"This must be from 1 to 12.")
	if err := c.Refusal("list"); err != nil {
		return l, err
	}
	l.filter = newFilter(filterKey{
		category: r.GetCategory(), producer: r.GetProducerId(), without: without, unlisted: r.GetAll(),
		today: today, goodOn: goodOn(r, today), day: r.GetGoodOn(), month: r.GetSeasonMonth(),
	})
	if l.ordering, err = findOrdering(r.GetSort(), l.search); err != nil {
		return l, err
	}
	if l.limit, err = limitOf(r.GetLimit()); err != nil {
		return l, err
	}
	l.after, err = parseCursor(r.GetCursor(), l.ordering.name, id.Product, l.market)
	return l, err
}

// makersFromProto reads what is asked of the list of producers.
func makersFromProto(r *catalogv1.ListProducersRequest) (l makerListing, err error) {
	l = makerListing{
		q: r.GetQ(), all: r.GetAll(), waiting: r.GetWaiting(), suspended: r.GetSuspended(),
		order: makersByName,
	}
	if l.waiting || l.suspended {
		l.order = makersByWaiting
	}
	if l.limit, err = limitOf(r.GetLimit()); err != nil {
		return l, err
	}
	l.after, err = parseCursor(r.GetCursor(), l.order.name, id.Producer, r.GetMarket())
	return l, err
}

func (a listed) proto() *catalogv1.ListProductsResponse {
	out := &catalogv1.ListProductsResponse{
		NextCursor: a.next, Total: a.total, Words: a.words,
		Corrected: a.corrected,
	}
	for _, p := range a.products {
		out.Products = append(out.Products, productToProto(p))
	}
	for _, f := range a.facets {
		out.Facets = append(out.Facets, &catalogv1.Facet{
			Name: f.name, Value: f.value, Label: f.label,
			Count: f.count,
		})
	}
	return out
}

func suggestionsToProto(suggestions []suggestion, words []string) *catalogv1.SuggestResponse {
	out := &catalogv1.SuggestResponse{Words: words}
	for _, s := range suggestions {
		suggested := &catalogv1.Suggestion{
			Kind: s.kind, Id: s.id, Title: s.title, Detail: s.detail,
			Image: s.image,
		}
		if s.kind == suggestedProduct {
			stated := s.product.AllergensStated()
			suggested.Allergens, suggested.AllergensStated = s.product.Allergens.Codes(), &stated
		}
		if variants := s.product.Variants; len(variants) > 0 {
			cheapest := slices.MinFunc(variants,
				func(a, b goods.Variant) int { return cmp.Compare(a.Price, b.Price) })
			priced := variantToProto(cheapest, s.product.Currency)
			suggested.Price, suggested.SoldBy, suggested.From = priced.GetPrice(), priced.GetSoldBy(),
				len(variants) > 1
		}
		out.Suggestions = append(out.Suggestions, suggested)
	}
	return out
}

func (q *quote) proto() *catalogv1.Quote {
	stated := q.declared != 0 || q.none
	return &catalogv1.Quote{
		Variant: variantToProto(q.Variant, q.currency), ProductId: q.productID, ProductTitle: q.productTitle,
		ProducerId: q.producerID, ProducerName: q.producerName, Market: q.market, Image: q.image,
		OrderMinimum: q.orderMinimum, Holidays: q.away,
		Allergens: q.declared.Codes(), AllergensStated: &stated,
	}
}

func stockChangeFromProto(m *inventoryv1.StockChange) (stockChange, error) {
	market, err := id.Market(id.Variant, m.GetVariantId())
	if err != nil {
		return stockChange{}, err
	}
	change := stockChange{variantID: m.GetVariantId(), market: market, told: m.GetVersion()}
	if m.GetInStock() {
		change.goodUntil = cmp.Or(m.GetGoodUntil(), goods.Undated)
	}
	return change, nil
}

func hasText(s string) bool { return strings.TrimSpace(s) != "" }
