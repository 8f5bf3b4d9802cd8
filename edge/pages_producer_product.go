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
	"github.com/artisan-eats/artisan/fault"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	"github.com/artisan-eats/artisan/money"
	"github.com/artisan-eats/artisan/stamp"
)

// maxRows bounds the variants of a form.
const maxRows = 100

// newProduct is an empty form.
func (d *desk) newProduct() (*reply, error) {
	return d.showProduct(http.StatusOK, nil, url.Values{"key": {d.site.newKey()}, "rows": {"1"}}, nil)
}

// editProduct is the form of a product as it is.
func (d *desk) editProduct() (*reply, error) {
	p, err := d.product(d.PathValue("id"))
	if err != nil {
		return nil, err
	}
	return d.showProduct(http.StatusOK, p, filledProduct(p), nil)
}

// filledProduct is the form of a product as it is, with what it is made from.
func filledProduct(p *catalogv1.Product) url.Values {
	form := formOfProduct(p)
	form.Set(madeField, madeFrom(storedProduct(p, sizesOf(p, nil))))
	return form
}

// formOfProduct is a product as its form would be filled in.
func formOfProduct(p *catalogv1.Product) url.Values {
	form := url.Values{
		"title": {p.GetTitle()}, "description": {p.GetDescription()}, "ingredients": {p.GetIngredients()}, "category": {p.GetCategory()},
		"allergens": p.GetAllergens(), "contains": {answerOf(p)}, "rows": {strconv.Itoa(len(p.GetVariants()))},
	}
	if p.GetPublished() {
		form.Set("published", "1")
	}
	for _, month := range p.GetSeason() {
		form.Add("season", strconv.Itoa(int(month)))
	}
	for i, v := range p.GetVariants() {
		at := rowAt(i)
		form.Set(at+"id", v.GetId())
		form.Set(at+"title", v.GetTitle())
		form.Set(at+"price", money.FromProto(v.GetPrice()).Decimal())
		form.Set(at+"sold_by", v.GetSoldBy())
		form.Set(at+"sku", v.GetSku())
		if v.GetUnitValue() > 0 {
			form.Set(at+"unit_value", shownContents(v.GetUnitValue()))
			form.Set(at+"unit", v.GetUnit())
		}
	}
	return form
}

// rowAt begins the names of a variant's fields.
func rowAt(row int) string { return "variants." + strconv.Itoa(row) + "." }

// rowsOf is how many variants a form has.
func rowsOf(form url.Values) int {
	rows, _ := strconv.Atoi(form.Get("rows"))
	return max(1, min(rows, maxRows))
}

// addProduct makes a product of what was typed.
func (d *desk) addProduct() (*reply, error) {
	form, err := d.form()
	if err != nil {
		return nil, err
	}
	return d.putProduct(nil, &catalogv1.Product{Market: d.in.code, ProducerId: d.producer.GetId()}, form)
}

// saveProduct changes a product to what was typed.
func (d *desk) saveProduct() (*reply, error) {
	form, err := d.form()
	if err != nil {
		return nil, err
	}
	return saving(func() (*reply, error) {
		p, err := d.product(d.PathValue("id"))
		if err != nil {
			return nil, err
		}
		return d.putProduct(p, p, form)
	})
}

// putProduct writes what was typed over a product; before is nil for a new one.
func (d *desk) putProduct(before, p *catalogv1.Product, form url.Values) (*reply, error) {
	if form.Get("more") != "" {
		form.Set("rows", strconv.Itoa(rowsOf(form)+1))
		return d.showProduct(http.StatusOK, before, form, nil)
	}
	now, shown := storedProduct(p, sizesOf(p, form)), p.GetPublished()
	chooseProduct(form, p, now)
	rows, wrong := d.typeProduct(p, form)
	if len(wrong) > 0 {
		return d.showProduct(http.StatusUnprocessableEntity, before, form, wrong)
	}
	if all := d.productDifferences(p, form, now); len(all) > 0 {
		return d.showChanged(before, form, now, all)
	}
	if shown && !p.GetPublished() {
		if ask, err := d.asksToHide(p, form); ask != nil || err != nil {
			return ask, err
		}
	}
	var err error
	if before == nil {
		err = d.checkKey(form)
	}
	answer := &catalogv1.PutProductResponse{}
	if err == nil {
		answer, err = d.site.catalog.PutProduct(d.Context(), &catalogv1.PutProductRequest{Product: p, Key: form.Get("key"), Version: p.GetVersion()})
	}
	if err == nil {
		return redirect(d.at("/producer/products/" + answer.GetProduct().GetId())), nil
	}
	f := fault.Of(err)
	if f.Kind != fault.Invalid && f.Kind != fault.Conflict || f.Code == stamp.Changed {
		return nil, err
	}
	d.newForm(form, f)
	return d.showProduct(statusOf(f), before, form, productFields(f, rows))
}

// typeProduct writes a form over a product. It gives the form's row of each variant, and what is wrong by field.
func (d *desk) typeProduct(p *catalogv1.Product, form url.Values) (rows []int, wrong map[string]string) {
	wrong = map[string]string{}
	p.Title, p.Published = strings.TrimSpace(form.Get("title")), form.Get("published") != ""
	if slug := form.Get("category"); slug != p.GetCategory() {
		p.Category, p.CategoryName = slug, d.categoryName(slug)
	}
	p.Description, p.Ingredients = lines(form.Get("description")), lines(form.Get("ingredients"))
	p.Season = nil
	typeAllergens(p, form, wrong)
	for _, month := range form["season"] {
		n, _ := strconv.ParseInt(month, 10, 32)
		p.Season = append(p.Season, int32(n))
	}
	before := p.GetVariants()
	p.Variants = nil
	for row := range rowsOf(form) {
		at := rowAt(row)
		blank := form.Get(at+"id") == "" && form.Get(at+"title") == "" && form.Get(at+"price") == ""
		if form.Get(at+"remove") != "" || (blank && row > 0) {
			continue
		}
		v := &catalogv1.Variant{}
		if known := slices.IndexFunc(before, func(b *catalogv1.Variant) bool { return b.GetId() == form.Get(at+"id") }); known >= 0 {
			v = before[known]
		}
		d.typeVariant(v, form, at, wrong)
		if same := sameSize(before, form, v); v.GetId() == "" && same != nil {
			v = same
		} else if v.GetId() == "" && form.Has(madeField) {
			v.Id = form.Get(at + "id") // it is not sold any more: whether it is to be again is asked
		}
		p.Variants, rows = append(p.Variants, v), append(rows, row)
	}
	return rows, wrong
}

func (d *desk) typeVariant(v *catalogv1.Variant, form url.Values, at string, wrong map[string]string) {
	v.Title, v.Sku, v.SoldBy = strings.TrimSpace(form.Get(at+"title")), strings.TrimSpace(form.Get(at+"sku")), form.Get(at+"sold_by")
	price, err := typedAmount(form.Get(at+"price"), d.in.currency)
	if err != nil {
		wrong[at+"price"] = fault.Of(err).Message
	}
	held := v.GetUnitValue()
	v.Price, v.Unit, v.UnitValue = price.Proto(), "", 0
	if holds := form.Get(at + "unit_value"); holds != "" {
		v.Unit = form.Get(at + "unit")
		if v.UnitValue, err = typedContents(holds, held); err != nil {
			wrong[at+"unit_value"] = err.Error()
		}
	}
}

// typedContents is what a piece holds, as it was typed. What is left as it was shown stays, however many decimals it has.
func typedContents(typed string, held float64) (float64, error) {
	if typed == shownContents(held) {
		return held, nil
	}
	milli, err := typedQuantity(typed)
	return float64(milli) / float64(money.Milli), err
}

func shownContents(held float64) string { return strconv.FormatFloat(held, 'f', -1, 64) }

// lines are a text as it is kept: browsers end lines in two characters.
func lines(text string) string { return strings.TrimSpace(strings.ReplaceAll(text, "\r\n", "\n")) }

// productFields says what catalog finds wrong with a product, by the form's fields; "" is the whole of it.
func productFields(f *fault.Error, rows []int) map[string]string {
	wrong := map[string]string{"": f.Message}
	for _, field := range f.Fields {
		name := field.Name
		if rest, ok := strings.CutPrefix(name, "variants."); ok {
			index, of, _ := strings.Cut(rest, ".")
			if i, err := strconv.Atoi(index); err == nil && i < len(rows) {
				name = rowAt(rows[i]) + of
			}
		}
		wrong[name] = field.Message
	}
	return wrong
}

// showProduct shows the form of a product, nil for a new one, filled in.
func (d *desk) showProduct(status int, p *catalogv1.Product, form url.Values, wrong map[string]string) (*reply, error) {
	return d.showPictured(status, p, form, wrong, productExtra{})
}

// productExtra is what a product's page shows beside its form: a picture that was typed for, or what was changed meanwhile.
type productExtra struct {
	picture     page.NewPicture
	differences []page.Difference
}

func (d *desk) showPictured(status int, p *catalogv1.Product, form url.Values, wrong map[string]string, extra productExtra) (*reply, error) {
	title, action := "New product", d.at("/producer/products")
	if p != nil {
		title, action = p.GetTitle(), d.at("/producer/products/"+p.GetId())
	}
	b, err := d.bench(title, "/producer/products")
	if err != nil {
		return nil, err
	}
	b.Alert = wrong[""]
	if len(extra.differences) > 0 {
		b.Alert = changedMeanwhile
	}
	if len(wrong) > 0 && b.Alert == "" {
		b.Alert = "Some of this cannot be saved yet."
	}
	model := page.ProductForm{
		Bench: b, Action: action, Back: d.at("/producer/products"), Published: form.Get("published") != "", Rows: strconv.Itoa(rowsOf(form)),
		Title:       input(form, wrong, page.Input{Name: "title", Label: "Name", Type: "text", MaxLength: "200", Required: true}),
		Description: page.Input{Name: "description", Label: "Description", Value: form.Get("description"), Wrong: wrong["description"], MaxLength: "20000"},
		Ingredients: page.Input{Name: "ingredients", Label: "Ingredients", Value: form.Get("ingredients"), Wrong: wrong["ingredients"], MaxLength: "20000"},
		Wrong:       wrong, Currency: d.in.currency, Picture: extra.picture, Differences: page.Differences{MadeFrom: form.Get(madeField), Each: extra.differences},
	}
	if p == nil {
		model.Key = form.Get("key")
	}
	for i := range rowsOf(form) {
		model.Variants = append(model.Variants, variantRow(i, form, wrong))
	}
	if model.Categories, err = d.categories(form.Get("category"), p); err != nil {
		return nil, err
	}
	model.Answers = answers(form)
	if p != nil {
		model.Undeclared = allergen.Undeclared(form.Get("description"), form.Get("ingredients"), form["allergens"], form.Get("contains") == containsNone)
	}
	for _, a := range allergen.All {
		model.Allergens = append(model.Allergens, page.Choice{Value: a.Code, Label: a.Name, Chosen: slices.Contains(form["allergens"], a.Code)})
	}
	for month := time.January; month <= time.December; month++ {
		value := strconv.Itoa(int(month))
		model.Season = append(model.Season, page.Choice{Value: value, Label: month.String(), Chosen: slices.Contains(form["season"], value)})
	}
	if p != nil {
		at := goodsAt + "/" + p.GetId()
		model.Lots, model.Page, model.Shown = d.at(at+"/lots"), "/p/"+p.GetId(), p.GetPublished()
		if !model.Shown {
			model.Page = d.at(at + "/preview")
		}
		d.pictures(&model, p)
	}
	return render(d.Context(), status, page.ProductFormPage(model))
}

func variantRow(i int, form url.Values, wrong map[string]string) page.VariantRow {
	at := rowAt(i)
	return page.VariantRow{
		At: at, ID: form.Get(at + "id"), Title: form.Get(at + "title"), Price: form.Get(at + "price"), Weight: form.Get(at+"sold_by") == byWeight,
		Holds: form.Get(at + "unit_value"), Unit: form.Get(at + "unit"), SKU: form.Get(at + "sku"), Number: strconv.Itoa(i + 1), Wrong: wrong,
		Remove: form.Get(at+"remove") != "",
	}
}

// categoryName is what the market calls a category; empty where that cannot be asked.
func (d *desk) categoryName(slug string) string {
	choices, err := d.categories(slug, nil)
	if err != nil || slug == "" {
		return ""
	}
	return choices[slices.IndexFunc(choices, func(c page.Choice) bool { return c.Value == slug })].Label
}

// categories are those to choose from, with the one that is chosen: a product that is not listed may stand in one of its own.
func (d *desk) categories(chosen string, of *catalogv1.Product) (choices []page.Choice, err error) {
	answer, err := d.site.catalog.ListCategories(d.Context(), &catalogv1.ListCategoriesRequest{Market: d.in.code})
	if err != nil {
		return nil, err
	}
	known := chosen == ""
	for _, c := range answer.GetCategories() {
		choices = append(choices, page.Choice{Value: c.GetSlug(), Label: c.GetName(), Chosen: c.GetSlug() == chosen})
		known = known || c.GetSlug() == chosen
	}
	if !known {
		label := chosen
		if of.GetCategory() == chosen {
			label = cmp.Or(of.GetCategoryName(), chosen)
		}
		choices = append(choices, page.Choice{Value: chosen, Label: label, Chosen: true})
	}
	return choices, nil
}
