package goods

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
	"github.com/artisan-eats/artisan/edge/producer"
	"github.com/artisan-eats/artisan/edge/trade"
	"github.com/artisan-eats/artisan/edge/web"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	"github.com/artisan-eats/artisan/money"
)

// sizeAt names a variant in what a product's form was made from; the form itself has it in a row.
func sizeAt(variantID string) string { return "variants." + variantID }

// sizeFields are what a row says of a variant.
var sizeFields = []struct{ name, label string }{
	{"title", "Name"},
	{"price", "Price"},
	{"sold_by", "Sold by"},
	{"unit_value", "Contents"},
	{"unit", "Unit"},
	{"sku", "SKU"},
}

// storedProduct is a product as its form has it, with the sizes of these IDs, whether it has them or not.
func storedProduct(p *catalogv1.Product, sizes []string) []web.Stored {
	form := FormOfProduct(p)
	all := []web.Stored{
		web.Entry("title", "Name", p.GetTitle()),
		web.Entry("category", "Category",
			p.GetCategory()).Called(cmp.Or(p.GetCategoryName(), p.GetCategory())),
		web.Entry("description", "Description", p.GetDescription()),
		web.Entry("ingredients", "Ingredients", p.GetIngredients()),
		web.Entry("allergens", "Allergens",
			slices.Concat([]string{answerOf(p)}, slices.Sorted(slices.Values(p.GetAllergens())))...).Called(
			allergensRead(p)),
		web.Entry("season", "In season", form["season"]...).Called(seasonRead(p.GetSeason())),
		web.Entry("published", "In the shop",
			form.Get("published")).Called(map[bool]string{true: "Shown", false: "Hidden"}[p.GetPublished()]),
	}
	for _, size := range sizes {
		row := slices.IndexFunc(p.GetVariants(), func(v *catalogv1.Variant) bool { return v.GetId() == size })
		if row < 0 {
			all = append(all, web.Entry(sizeAt(size), "Size").Called("Not sold"))
			continue
		}
		v := p.GetVariants()[row]
		all = append(all, web.Entry(sizeAt(size), "Size", "sold").Called(sizeRead(v)))
		for _, f := range sizeFields {
			all = append(all, web.Entry(sizeAt(size)+"."+f.name,
				strings.TrimSuffix(f.label+", "+trade.SizeOf(p, v), ", "), form.Get(rowAt(row)+f.name)))
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
func chooseProduct(form url.Values, p *catalogv1.Product, now []web.Stored) {
	web.Choose(form, now)
	is := FormOfProduct(p)
	if web.Takes(form, "allergens") {
		form["contains"], form["allergens"] = is["contains"], is["allergens"]
	}
	for _, size := range sizesOf(p, form) {
		there := slices.IndexFunc(p.GetVariants(),
			func(v *catalogv1.Variant) bool { return v.GetId() == size })
		row := rowOf(form, size)
		if web.Takes(form, sizeAt(size)) && there < 0 {
			form.Set(rowAt(row)+"remove", "1")
		}
		if there < 0 || row < 0 && !web.Takes(form, sizeAt(size)) {
			continue
		}
		if row < 0 {
			row = rowsOf(form)
			form.Set("rows", strconv.Itoa(row+1))
			form.Set(rowAt(row)+"id", size)
		}
		for _, f := range sizeFields {
			if web.Takes(form, sizeAt(size)) && !form.Has(rowAt(row)+f.name) ||
				web.Takes(form, sizeAt(size)+"."+f.name) {
				form.Set(rowAt(row)+f.name, is.Get(rowAt(there)+f.name))
			}
		}
	}
}

// productDifferences are what somebody else has changed of a product since its form was made. p is the
// product as the form wants it.
func productDifferences(p *catalogv1.Product, form url.Values, now []web.Stored) []page.Difference {
	var sizes []string
	for _, f := range now {
		if rest, ok := strings.CutPrefix(f.Name, "variants."); ok && !strings.Contains(rest, ".") {
			sizes = append(sizes, rest)
		}
	}
	want := storedProduct(p, sizes)
	for i, f := range want {
		if rest, ok := strings.CutPrefix(f.Name, "variants."); ok && len(f.Texts) == 0 &&
			rowOf(form, rest) < 0 {
			want[i].Untouched, want[i].Shown = true, "Stop selling it"
		}
	}
	return web.Differences(form, now, want)
}

// showChanged shows the form again with what is stored by now, to choose from.
func showChanged(
	d *producer.Desk, before *catalogv1.Product, form url.Values, now []web.Stored, all []page.Difference,
) (*web.Reply, error) {
	p, err := product(d, before.GetId()) // the form was written over the other
	if err != nil {
		return nil, err
	}
	form.Set(web.MadeField, web.MadeFrom(now))
	return showPictured(d, http.StatusConflict, p, form, nil, productExtra{differences: all})
}

// sameSize is the variant that a row without one is for, which the form does not list: the form was sent
// before, or somebody else has added the same size. Nothing where there is none.
func sameSize(before []*catalogv1.Variant, form url.Values, v *catalogv1.Variant) *catalogv1.Variant {
	same := slices.IndexFunc(before, func(b *catalogv1.Variant) bool {
		return b.GetTitle() == v.GetTitle() && b.GetPrice().GetAmount() == v.GetPrice().GetAmount() &&
			b.GetSoldBy() == v.GetSoldBy() &&
			b.GetUnit() == v.GetUnit() && b.GetUnitValue() == v.GetUnitValue() && b.GetSku() == v.GetSku() &&
			rowOf(form, b.GetId()) < 0
	})
	if same < 0 {
		return nil
	}
	return before[same]
}
