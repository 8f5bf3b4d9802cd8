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
	"github.com/artisan-eats/artisan/edge/input"
	"github.com/artisan-eats/artisan/edge/page"
	"github.com/artisan-eats/artisan/edge/producer"
	"github.com/artisan-eats/artisan/edge/producer/view"
	"github.com/artisan-eats/artisan/edge/web"
	"github.com/artisan-eats/artisan/fault"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	"github.com/artisan-eats/artisan/money"
	"github.com/artisan-eats/artisan/stamp"
)

// maxRows bounds the variants of a form.
const maxRows = 100

// NewProduct is an empty form.
func NewProduct(d *producer.Desk) (*web.Reply, error) {
	return showProduct(d, http.StatusOK, nil, url.Values{"key": {d.Visit.Site.NewKey()}, "rows": {"1"}}, nil)
}

// EditProduct is the form of a product as it is.
func EditProduct(d *producer.Desk) (*web.Reply, error) {
	p, err := product(d, d.Visit.Request.PathValue("id"))
	if err != nil {
		return nil, err
	}
	return showProduct(d, http.StatusOK, p, filledProduct(p), nil)
}

// filledProduct is the form of a product as it is, with what it is made from.
func filledProduct(p *catalogv1.Product) url.Values {
	form := FormOfProduct(p)
	form.Set(web.MadeField, web.MadeFrom(storedProduct(p, sizesOf(p, nil))))
	return form
}

// FormOfProduct is a product as its form would be filled in.
func FormOfProduct(p *catalogv1.Product) url.Values {
	form := url.Values{
		"title": {p.GetTitle()}, "description": {p.GetDescription()}, "ingredients": {p.GetIngredients()},
		"category":  {p.GetCategory()},
		"allergens": p.GetAllergens(), "contains": {answerOf(p)},
		"rows": {strconv.Itoa(len(p.GetVariants()))},
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

// AddProduct makes a product of what was typed.
func AddProduct(d *producer.Desk) (*web.Reply, error) {
	form, err := d.Visit.Form()
	if err != nil {
		return nil, err
	}
	return putProduct(d, nil, &catalogv1.Product{Market: d.In.Code, ProducerId: d.Producer.GetId()}, form)
}

// SaveProduct changes a product to what was typed.
func SaveProduct(d *producer.Desk) (*web.Reply, error) {
	form, err := d.Visit.Form()
	if err != nil {
		return nil, err
	}
	return web.Saving(func() (*web.Reply, error) {
		p, err := product(d, d.Visit.Request.PathValue("id"))
		if err != nil {
			return nil, err
		}
		return putProduct(d, p, p, form)
	})
}

// putProduct writes what was typed over a product; before is nil for a new one.
func putProduct(d *producer.Desk, before, p *catalogv1.Product, form url.Values) (*web.Reply, error) {
	if form.Get("more") != "" {
		form.Set("rows", strconv.Itoa(rowsOf(form)+1))
		return showProduct(d, http.StatusOK, before, form, nil)
	}
	now, shown := storedProduct(p, sizesOf(p, form)), p.GetPublished()
	chooseProduct(form, p, now)
	rows, wrong := TypeProduct(d, p, form)
	if len(wrong) > 0 {
		return showProduct(d, http.StatusUnprocessableEntity, before, form, wrong)
	}
	if all := productDifferences(p, form, now); len(all) > 0 {
		return showChanged(d, before, form, now, all)
	}
	if shown && !p.GetPublished() {
		if ask, err := asksToHide(d, p, form); ask != nil || err != nil {
			return ask, err
		}
	}
	var err error
	if before == nil {
		err = d.Visit.CheckKey(form)
	}
	answer := &catalogv1.PutProductResponse{}
	if err == nil {
		answer, err = d.Visit.Site.Catalog.PutProduct(d.Visit.Context(),
			&catalogv1.PutProductRequest{Product: p, Key: form.Get("key"), Version: p.GetVersion()})
	}
	if err == nil {
		return web.Redirect(d.At("/producer/products/" + answer.GetProduct().GetId())), nil
	}
	f := fault.Of(err)
	if f.Kind != fault.Invalid && f.Kind != fault.Conflict || f.Code == stamp.Changed {
		return nil, err
	}
	d.Visit.NewForm(form, f)
	return showProduct(d, web.StatusOf(f), before, form, producer.FieldsOfRows(f, "variants.", rows, rowAt))
}

// TypeProduct writes a form over a product. It gives the form's row of each variant, and what is wrong by
// field.
func TypeProduct(
	d *producer.Desk, p *catalogv1.Product, form url.Values,
) (rows []int, wrong map[string]string) {
	wrong = map[string]string{}
	p.Title, p.Published = strings.TrimSpace(form.Get("title")), form.Get("published") != ""
	if slug := form.Get("category"); slug != p.GetCategory() {
		p.Category, p.CategoryName = slug, categoryName(d, slug)
	}
	p.Description, p.Ingredients = web.Lines(form.Get("description")), web.Lines(form.Get("ingredients"))
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
		if known := slices.IndexFunc(before,
			func(b *catalogv1.Variant) bool { return b.GetId() == form.Get(at+"id") }); known >= 0 {
			v = before[known]
		}
		typeVariant(d, v, form, at, wrong)
		if same := sameSize(before, form, v); v.GetId() == "" && same != nil {
			v = same
		} else if v.GetId() == "" && form.Has(web.MadeField) {
			v.Id = form.Get(at + "id") // it is not sold any more: whether it is to be again is asked
		}
		p.Variants, rows = append(p.Variants, v), append(rows, row)
	}
	return rows, wrong
}

func typeVariant(
	d *producer.Desk, v *catalogv1.Variant, form url.Values, at string, wrong map[string]string,
) {
	v.Title, v.Sku, v.SoldBy = strings.TrimSpace(form.Get(at+"title")), strings.TrimSpace(form.Get(at+"sku")),
		form.Get(at+"sold_by")
	price, err := input.TypedAmount(form.Get(at+"price"), d.In.Currency)
	if err != nil {
		wrong[at+"price"] = fault.Of(err).Message
	}
	held := v.GetUnitValue()
	v.Price, v.Unit, v.UnitValue = price.Proto(), "", 0
	if holds := form.Get(at + "unit_value"); holds != "" {
		v.Unit = form.Get(at + "unit")
		if v.UnitValue, err = TypedContents(holds, held); err != nil {
			wrong[at+"unit_value"] = err.Error()
		}
	}
}

// TypedContents is what a piece holds, as it was typed. What is left as it was shown stays, however many
// decimals it has.
func TypedContents(typed string, held float64) (float64, error) {
	if typed == shownContents(held) {
		return held, nil
	}
	milli, err := input.TypedQuantity(typed)
	return float64(milli) / float64(money.Milli), err
}

func shownContents(held float64) string { return strconv.FormatFloat(held, 'f', -1, 64) }

// showProduct shows the form of a product, nil for a new one, filled in.
func showProduct(
	d *producer.Desk, status int, p *catalogv1.Product, form url.Values, wrong map[string]string,
) (*web.Reply, error) {
	return showPictured(d, status, p, form, wrong, productExtra{})
}

// productExtra is what a product's page shows beside its form: a picture that was typed for, or what was
// changed meanwhile.
type productExtra struct {
	picture     view.NewPicture
	differences []page.Difference
}

func showPictured(
	d *producer.Desk, status int, p *catalogv1.Product, form url.Values, wrong map[string]string,
	extra productExtra,
) (*web.Reply, error) {
	title, action := "New product", d.At("/producer/products")
	if p != nil {
		title, action = p.GetTitle(), d.At("/producer/products/"+p.GetId())
	}
	b, err := d.Bench(title, "/producer/products")
	if err != nil {
		return nil, err
	}
	b.Alert = wrong[""]
	if len(extra.differences) > 0 {
		b.Alert = web.ChangedMeanwhile
	}
	if len(wrong) > 0 && b.Alert == "" {
		b.Alert = "Some of this cannot be saved yet."
	}
	model := view.ProductForm{
		Bench: b, Action: action, Back: d.At("/producer/products"), Published: form.Get("published") != "",
		Rows: strconv.Itoa(rowsOf(form)),
		Title: web.Input(form, wrong,
			page.Input{Name: "title", Label: "Name", Type: "text", MaxLength: "200", Required: true}),
		Description: page.Input{
			Name: "description", Label: "Description", Value: form.Get("description"),
			Wrong: wrong["description"], MaxLength: "20000",
		},
		Ingredients: page.Input{
			Name: "ingredients", Label: "Ingredients", Value: form.Get("ingredients"),
			Wrong: wrong["ingredients"], MaxLength: "20000",
		},
		Wrong: wrong, Currency: d.In.Currency, Picture: extra.picture,
		Differences: page.Differences{MadeFrom: form.Get(web.MadeField), Each: extra.differences},
	}
	if p == nil {
		model.Key = form.Get("key")
	}
	for i := range rowsOf(form) {
		model.Variants = append(model.Variants, variantRow(i, form, wrong))
	}
	if model.Categories, err = categories(d, form.Get("category"), p); err != nil {
		return nil, err
	}
	model.Answers = answers(form)
	if p != nil {
		model.Undeclared = allergen.Undeclared(form.Get("description"), form.Get("ingredients"),
			form["allergens"], form.Get("contains") == containsNone)
	}
	addChoices(&model, form)
	if p != nil {
		addShown(d, &model, p)
	}
	return web.Render(d.Visit.Context(), status, view.ProductFormPage(model))
}

// addChoices adds what is ticked of a list.
func addChoices(model *view.ProductForm, form url.Values) {
	for _, a := range allergen.All {
		model.Allergens = append(model.Allergens,
			page.Choice{Value: a.Code, Label: a.Name, Chosen: slices.Contains(form["allergens"], a.Code)})
	}
	for month := time.January; month <= time.December; month++ {
		value := strconv.Itoa(int(month))
		model.Season = append(model.Season,
			page.Choice{Value: value, Label: month.String(), Chosen: slices.Contains(form["season"], value)})
	}
}

// addShown adds what leads from a product that there is: to its lots, its page and its pictures.
func addShown(d *producer.Desk, model *view.ProductForm, p *catalogv1.Product) {
	at := producer.GoodsAt + "/" + p.GetId()
	model.Lots, model.Page, model.Shown = d.At(at+"/lots"), "/p/"+p.GetId(), p.GetPublished()
	if !model.Shown {
		model.Page = d.At(at + "/preview")
	}
	pictures(d, model, p)
}

func variantRow(i int, form url.Values, wrong map[string]string) view.VariantRow {
	at := rowAt(i)
	return view.VariantRow{
		At: at, ID: form.Get(at + "id"), Title: form.Get(at + "title"), Price: form.Get(at + "price"),
		Weight: form.Get(at+"sold_by") == web.ByWeight,
		Holds:  form.Get(at + "unit_value"), Unit: form.Get(at + "unit"), SKU: form.Get(at + "sku"),
		Number: strconv.Itoa(i + 1), Wrong: wrong,
		Remove: form.Get(at+"remove") != "",
	}
}

// categoryName is what the market calls a category; empty where that cannot be asked.
func categoryName(d *producer.Desk, slug string) string {
	choices, err := categories(d, slug, nil)
	if err != nil || slug == "" {
		return ""
	}
	return choices[slices.IndexFunc(choices, func(c page.Choice) bool { return c.Value == slug })].Label
}

// categories are those to choose from, with the one that is chosen: a product that is not listed may stand in
// one of its own.
func categories(d *producer.Desk, chosen string, of *catalogv1.Product) (choices []page.Choice, err error) {
	answer, err := d.Visit.Site.Catalog.ListCategories(d.Visit.Context(),
		&catalogv1.ListCategoriesRequest{Market: d.In.Code})
	if err != nil {
		return nil, err
	}
	known := chosen == ""
	for _, c := range answer.GetCategories() {
		choices = append(choices,
			page.Choice{Value: c.GetSlug(), Label: c.GetName(), Chosen: c.GetSlug() == chosen})
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
