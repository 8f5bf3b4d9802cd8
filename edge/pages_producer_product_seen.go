package edge

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/artisan-eats/artisan/allergen"
	"github.com/artisan-eats/artisan/edge/page"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	"github.com/artisan-eats/artisan/money"
)

// sizeAt names a variant in what a product's form was made from; the form itself has it in a row.
func sizeAt(variantID string) string { return "variants." + variantID }

// sizeFields are what a row says of a variant.
var sizeFields = []struct{ name, label string }{
	{"title", "Name"}, {"price", "Price"}, {"sold_by", "Sold by"}, {"unit_value", "Contents"}, {"unit", "Unit"}, {"sku", "SKU"},
}

// storedProduct is a product as its form has it, with the sizes of these IDs, whether it has them or not.
func storedProduct(p *catalogv1.Product, sizes []string) []stored {
	form := formOfProduct(p)
	all := []stored{
		entry("title", "Name", p.GetTitle()), entry("category", "Category", p.GetCategory()).called(cmp.Or(p.GetCategoryName(), p.GetCategory())),
		entry("description", "Description", p.GetDescription()), entry("ingredients", "Ingredients", p.GetIngredients()),
		entry("allergens", "Allergens", slices.Concat([]string{answerOf(p)}, slices.Sorted(slices.Values(p.GetAllergens())))...).called(allergensRead(p)),
		entry("season", "In season", form["season"]...).called(seasonRead(p.GetSeason())),
		entry("published", "In the shop", form.Get("published")).called(map[bool]string{true: "Shown", false: "Hidden"}[p.GetPublished()]),
	}
	for _, size := range sizes {
		row := slices.IndexFunc(p.GetVariants(), func(v *catalogv1.Variant) bool { return v.GetId() == size })
		if row < 0 {
			all = append(all, entry(sizeAt(size), "Size").called("Not sold"))
			continue
		}
		v := p.GetVariants()[row]
		all = append(all, entry(sizeAt(size), "Size", "sold").called(sizeRead(v)))
		for _, f := range sizeFields {
			all = append(all, entry(sizeAt(size)+"."+f.name, strings.TrimSuffix(f.label+", "+sizeOf(p, v), ", "), form.Get(rowAt(row)+f.name)))
		}
	}
	return all
}

func sizeRead(v *catalogv1.Variant) string {
	parts := []string{v.GetTitle()}
	if v.GetUnitValue() > 0 {
		parts = append(parts, shownContents(v.GetUnitValue())+" "+v.GetUnit())
	}
	parts = append(parts, money.FromProto(v.GetPrice()).Decimal())
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), ", ")
}

func allergensRead(p *catalogv1.Product) string {
	var names []string
	for _, a := range allergen.All {
		if slices.Contains(p.GetAllergens(), a.Code) {
			names = append(names, a.Name)
		}
	}
	switch {
	case len(names) > 0:
		return strings.Join(names, ", ")
	case p.GetAllergensNone():
		return "None of them"
	}
	return "Not stated"
}

func seasonRead(months []int32) string {
	if len(months) == 0 {
		return "All year"
	}
	names := make([]string, len(months))
	for i, month := range months {
		names[i] = time.Month(month).String()
	}
	return strings.Join(names, ", ")
}

// sizesOf are the variants that a product has, or a form.
func sizesOf(p *catalogv1.Product, form url.Values) []string {
	var all []string
	for _, v := range p.GetVariants() {
		all = append(all, v.GetId())
	}
	for row := range rowsOf(form) {
		if size := form.Get(rowAt(row) + "id"); size != "" && !slices.Contains(all, size) {
			all = append(all, size)
		}
	}
	return all
}

// rowOf is the row that a form has for a variant; negative without one.
func rowOf(form url.Values, variantID string) int {
	for row := range rowsOf(form) {
		if form.Get(rowAt(row)+"id") == variantID {
			return row
		}
	}
	return -1
}

// chooseProduct makes a form say what was chosen in it of what was changed meanwhile.
func chooseProduct(form url.Values, p *catalogv1.Product, now []stored) {
	choose(form, now)
	is := formOfProduct(p)
	if takes(form, "allergens") {
		form["contains"], form["allergens"] = is["contains"], is["allergens"]
	}
	for _, size := range sizesOf(p, form) {
		there := slices.IndexFunc(p.GetVariants(), func(v *catalogv1.Variant) bool { return v.GetId() == size })
		row := rowOf(form, size)
		if takes(form, sizeAt(size)) && there < 0 {
			form.Set(rowAt(row)+"remove", "1")
		}
		if there < 0 || row < 0 && !takes(form, sizeAt(size)) {
			continue
		}
		if row < 0 {
			row = rowsOf(form)
			form.Set("rows", strconv.Itoa(row+1))
			form.Set(rowAt(row)+"id", size)
		}
		for _, f := range sizeFields {
			if takes(form, sizeAt(size)) && !form.Has(rowAt(row)+f.name) || takes(form, sizeAt(size)+"."+f.name) {
				form.Set(rowAt(row)+f.name, is.Get(rowAt(there)+f.name))
			}
		}
	}
}

// productDifferences are what somebody else has changed of a product since its form was made. p is the product as the form wants it.
func (d *desk) productDifferences(p *catalogv1.Product, form url.Values, now []stored) []page.Difference {
	var sizes []string
	for _, f := range now {
		if rest, ok := strings.CutPrefix(f.name, "variants."); ok && !strings.Contains(rest, ".") {
			sizes = append(sizes, rest)
		}
	}
	want := storedProduct(p, sizes)
	for i, f := range want {
		if rest, ok := strings.CutPrefix(f.name, "variants."); ok && len(f.texts) == 0 && rowOf(form, rest) < 0 {
			want[i].untouched, want[i].shown = true, "Stop selling it"
		}
	}
	return differences(form, now, want)
}

// showChanged shows the form again with what is stored by now, to choose from.
func (d *desk) showChanged(before *catalogv1.Product, form url.Values, now []stored, all []page.Difference) (*reply, error) {
	p, err := d.product(before.GetId()) // the form was written over the other
	if err != nil {
		return nil, err
	}
	form.Set(madeField, madeFrom(now))
	return d.showPictured(http.StatusConflict, p, form, nil, productExtra{differences: all})
}

// sameSize is the variant that a row without one is for, which the form does not list: the form was sent before, or somebody else has added
// the same size. Nothing where there is none.
func sameSize(before []*catalogv1.Variant, form url.Values, v *catalogv1.Variant) *catalogv1.Variant {
	same := slices.IndexFunc(before, func(b *catalogv1.Variant) bool {
		return b.GetTitle() == v.GetTitle() && b.GetPrice().GetAmount() == v.GetPrice().GetAmount() && b.GetSoldBy() == v.GetSoldBy() &&
			b.GetUnit() == v.GetUnit() && b.GetUnitValue() == v.GetUnitValue() && b.GetSku() == v.GetSku() && rowOf(form, b.GetId()) < 0
	})
	if same < 0 {
		return nil
	}
	return before[same]
}
