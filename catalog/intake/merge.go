package intake

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"unicode/utf8"

	"github.com/artisan-eats/artisan/allergen"
	"github.com/artisan-eats/artisan/catalog/category"
	"github.com/artisan-eats/artisan/catalog/feed"
	"github.com/artisan-eats/artisan/catalog/goods"
	"github.com/artisan-eats/artisan/fault"
	"github.com/artisan-eats/artisan/money"
	"github.com/artisan-eats/artisan/naming"
)

// merge makes what a product will be of what it is and what the file says. What the file has
// no column for stays. It notes what of the file is left out.
func (im *importer) merge(p *plan) (notes []problem) {
	if p.before == nil {
		producer := im.producers[naming.Identity(p.file.Producer)]
		p.after = goods.Product{
			Market: im.market.Code, ProducerID: producer.ID, Slug: p.file.Handle,
			Category: category.Other, Published: !im.hideNew,
		}
	} else {
		p.after = *p.before
		p.after.Variants = slices.Clone(p.before.Variants)
	}
	key := importKey(p.file.Key)
	p.rekeyed = p.before != nil && slices.Contains(formerKeys(p.file.Key, p.file.Former), p.after.ImportKey)
	if p.after.ImportKey == "" || p.rekeyed {
		p.after.ImportKey = key
	}
	notes = p.mergeFields(im.categoryFor(p.file.Categories), im.words)
	if warning := p.after.NamesUndeclared(im.words); warning != "" {
		notes = append(notes, problem{"allergens", warning})
	}
	if p.before != nil {
		p.about = changedFields(*p.before, p.after)
	}
	return notes
}

func (p *plan) mergeFields(into category.Category, words allergen.Reader) (notes []problem) {
	in, out := p.file, &p.after
	if in.Has.Has(feed.HasTitle) {
		out.Title = in.Title
	}
	if in.Has.Has(feed.HasDescription) {
		out.Description = cutText(in.Description, "description", &notes)
	}
	if in.Has.Has(feed.HasIngredients) {
		out.Ingredients = cutText(in.Ingredients, "ingredients", &notes)
	}
	if in.Has.Has(feed.HasCategory) && into.Slug != "" {
		out.Category, out.CategoryName = into.Slug, category.OwnName(into)
	}
	if in.Has.Has(feed.HasTags) {
		out.Tags = cutLabels(in.Tags, "tags", &notes)
	}
	if in.Has.Has(feed.HasCertifications) {
		out.Certifications = cutLabels(in.Certifications, "certifications", &notes)
	}
	if in.Has.Has(feed.HasAllergens) {
		notes = append(notes, p.mergeAllergens(words)...)
	}
	if in.Has.Has(feed.HasSeason) {
		season, unknown := goods.SeasonFor(in.Season)
		out.Season = season
		for _, word := range unknown {
			notes = append(notes, problem{"season", fmt.Sprintf("“%s” is no month.", word)})
		}
	}
	return notes
}

// cutText keeps what of a text may be stored.
func cutText(s, column string, notes *[]problem) string {
	if utf8.RuneCountInString(s) <= naming.MaxText {
		return s
	}
	*notes = append(*notes,
		problem{column, fmt.Sprintf("The text is cut: it may have at most %d characters.", naming.MaxText)})
	return string([]rune(s)[:naming.MaxText])
}

// cutLabels keeps those labels that may be stored, each once.
func cutLabels(labels []string, column string, notes *[]problem) []string {
	var kept []string
	for _, label := range labels {
		if utf8.RuneCountInString(label) <= naming.MaxLabel && len(kept) < goods.MaxLabels &&
			!slices.Contains(kept, label) {
			kept = append(kept, label)
		}
	}
	if len(kept) < len(labels) {
		*notes = append(*notes,
			problem{
				column,
				fmt.Sprintf("Some are left out: there may be %d, each once and with at most %d characters.",
					goods.MaxLabels, naming.MaxLabel),
			})
	}
	return kept
}

// changedFields says which of a product's own fields differ.
func changedFields(before, after goods.Product) (about []string) {
	if before.Title != after.Title {
		about = append(about, fmt.Sprintf("title: %s to %s", before.Title, after.Title))
	}
	if before.Category != after.Category {
		about = append(about,
			fmt.Sprintf("category: %s to %s", before.InCategory().Name, after.InCategory().Name))
	}
	if before.Declaration() != after.Declaration() {
		about = append(about, fmt.Sprintf("allergens: %s to %s", before.Declaration(), after.Declaration()))
	}
	for _, field := range []struct {
		name string
		same bool
	}{
		{"description", before.Description == after.Description},
		{"ingredients", before.Ingredients == after.Ingredients},
		{"tags", slices.Equal(before.Tags, after.Tags)},
		{"certifications", slices.Equal(before.Certifications, after.Certifications)},
		{"season", before.Season == after.Season},
	} {
		if !field.same {
			about = append(about, field.name)
		}
	}
	return about
}

// addRow merges a variant of the file into the plan, or says why it cannot be.
func (p *plan) addRow(currency string, format feed.Dialect, in feed.Variant) *problem {
	prefix := string(format) + ":"
	key, former := importKey(prefix+in.Key), formerKeys(prefix+in.Key, prefixed(prefix, in.Former))
	at := p.match(key, former, in)
	v, row := goods.Variant{SoldBy: goods.Each}, rowPlan{file: in, at: at, fresh: at < 0}
	if !row.fresh {
		v = p.after.Variants[at]
	} else if p.file.MustExist {
		return &problem{"", "There is no such variant whose stock could be changed."}
	}
	before := v
	row.rekeyed = !row.fresh && slices.Contains(former, v.ImportKey)
	if v.ImportKey == "" || row.rekeyed {
		v.ImportKey = key
	}
	if problem := mergeVariant(&v, currency, in, row.fresh); problem != nil {
		return problem
	}
	var c goods.Checker
	if c.Variants([]goods.Variant{v}); len(c.Fields) > 0 {
		return &problem{c.Fields[0].Name[len("variants.0."):], c.Fields[0].Message}
	}
	if row.fresh {
		if len(p.after.Variants) == goods.MaxVariants {
			return &problem{"", fmt.Sprintf("A product may have at most %d variants.", goods.MaxVariants)}
		}
		p.noteNearSize(in.Row, v.Title)
		row.at = len(p.after.Variants)
		p.after.Variants = append(p.after.Variants, v)
	} else {
		row.about = changedVariant(before, v, currency)
		p.after.Variants[at] = v
	}
	p.rows = append(p.rows, row)
	return nil
}

// match finds the variant that a row is: by import key, its own or one that an earlier version made, or, of
// those that have no key of this dialect, the one of the same name, of several the one that holds the same.
func (p *plan) match(key string, former []string, in feed.Variant) int {
	for _, wanted := range append([]string{key}, former...) {
		if at := slices.IndexFunc(p.after.Variants,
			func(v goods.Variant) bool { return v.ImportKey == wanted }); at >= 0 &&
			(wanted == key || !p.taken(at)) {
			return at
		}
	}
	named := -1
	for i, v := range p.after.Variants {
		if p.taken(i) || p.before == nil || naming.Identity(v.Title) != naming.Identity(in.Title) ||
			!importedElsewhere(v.ImportKey, key) {
			continue
		}
		if named < 0 || (v.UnitValue == in.UnitValue && v.Unit == in.Unit) {
			named = i
		}
	}
	return named
}

// importedElsewhere reports whether a stored key is of another dialect than the file's key.
func importedElsewhere(stored, key string) bool {
	return stored == "" || dialectOf(stored) != dialectOf(key)
}

func dialectOf(key string) string {
	for i := range len(key) {
		if key[i] == ':' {
			return key[:i]
		}
	}
	return ""
}

// taken reports whether another row of the file is this variant.
func (p *plan) taken(at int) bool {
	return slices.ContainsFunc(p.rows, func(r rowPlan) bool { return r.at == at })
}

// mergeVariant puts what the row says into a variant.
func mergeVariant(v *goods.Variant, currency string, in feed.Variant, fresh bool) *problem {
	if in.Has.Has(feed.HasTitle) {
		v.Title = in.Title
	}
	if in.Has.Has(feed.HasSKU) {
		v.SKU = in.SKU
	}
	if in.Has.Has(feed.HasBarcode) {
		v.Barcode = in.Barcode
	}
	if in.UnitValue > 0 && in.Has.Has(feed.HasUnit) {
		v.UnitValue, v.Unit = in.UnitValue, in.Unit
	}
	soldBy := goods.Each
	if in.ByWeight {
		soldBy = goods.Weight
	}
	if in.Has != 0 {
		v.SoldBy = soldBy
	} else if v.SoldBy != soldBy && in.Price.Number != "" {
		return &problem{
			"price",
			"The variant is sold by weight here, and the row's price is for a piece, or the other way round.",
		}
	}
	if in.Price.Number == "" {
		if fresh {
			return &problem{"price", "The variant has no price."}
		}
		return nil
	}
	price, err := priceOf(in, currency)
	if err != nil {
		return &problem{"price", fault.Of(err).Message}
	}
	v.Price = price
	return nil
}

// priceOf is the price in minor units, of a piece or of one kilogram, rounded half up.
func priceOf(in feed.Variant, currency string) (int64, error) {
	if in.Price.Currency != "" && in.Price.Currency != currency {
		return 0, fault.Newf(fault.Invalid, "invalid_amount",
			"The price is in %s; the market's currency is %s.", in.Price.Currency, currency)
	}
	amount, err := money.Parse(in.Price.Number, currency)
	if err != nil || !in.ByWeight || in.PriceWeight == 1 {
		return amount.Minor, err
	}
	kilo := math.Round(float64(amount.Minor) / in.PriceWeight)
	if kilo > goods.MaxVariantCost {
		return 0, fault.New(fault.Invalid, "amount_too_large", "This is not a price that can be asked.")
	}
	return int64(kilo), nil
}

// changedVariant says which fields of a variant differ.
func changedVariant(before, after goods.Variant, currency string) (about []string) {
	if before.Price != after.Price {
		about = append(about, fmt.Sprintf("price: %s to %s", money.New(before.Price, currency).Decimal(),
			money.New(after.Price, currency).Decimal()))
	}
	for _, field := range []struct{ name, before, after string }{
		{"name", before.Title, after.Title},
		{"SKU", before.SKU, after.SKU},
		{"barcode", before.Barcode, after.Barcode},
		{"sold by", before.SoldBy, after.SoldBy},
		{"holds", shownNumber(before.UnitValue) + " " + before.Unit, shownNumber(after.UnitValue) + " " +
			after.Unit},
	} {
		if field.before != field.after {
			about = append(about, fmt.Sprintf("%s: %s to %s", field.name, field.before, field.after))
		}
	}
	return about
}

func shownNumber(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

func shownQuantity(milli int64) string { return shownNumber(float64(milli) / 1000) }
