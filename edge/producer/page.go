package producer

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/artisan-eats/artisan/edge/desk"
	"github.com/artisan-eats/artisan/edge/input"
	"github.com/artisan-eats/artisan/edge/page"
	"github.com/artisan-eats/artisan/edge/producer/view"
	"github.com/artisan-eats/artisan/edge/trade"
	"github.com/artisan-eats/artisan/edge/web"
	"github.com/artisan-eats/artisan/fault"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	"github.com/artisan-eats/artisan/money"
	"github.com/artisan-eats/artisan/stamp"
)

const (
	// OwnPageAt is the address of a maker's own page at the desk.
	OwnPageAt     = "/producer/page"
	spareHolidays = 2
)

// OwnPage is the form of what a maker says of herself, and how she takes orders.
func (d *Desk) OwnPage() (*web.Reply, error) {
	return d.showOwnPage(http.StatusOK, d.filledPage(), nil, nil)
}

// filledPage is the form as it is, with what it is made from.
func (d *Desk) filledPage() url.Values {
	form := formOfPage(d.Producer, d.In.Currency)
	form.Set(web.MadeField, web.MadeFrom(d.storedPage(d.Producer)))
	return form
}

func formOfPage(p *catalogv1.Producer, currency string) url.Values {
	form := url.Values{
		"town": {p.GetTown()}, "tagline": {p.GetTagline()}, "story": {p.GetStory()},
		"image_alt": {p.GetImageAlt()}, "order_minimum": {""},
	}
	if p.GetOrderMinimum() > 0 {
		form.Set("order_minimum", money.New(p.GetOrderMinimum(), currency).Decimal())
	}
	for i, h := range p.GetHolidays() {
		form.Set(holidayAt(i)+"from", h.GetFrom())
		form.Set(holidayAt(i)+"until", h.GetUntil())
	}
	return form
}

func holidayAt(row int) string { return "holidays." + strconv.Itoa(row) + "." }

// storedPage is what a maker says of herself as the form has it.
func (d *Desk) storedPage(p *catalogv1.Producer) []web.Stored {
	form := formOfPage(p, d.In.Currency)
	all := []web.Stored{
		web.Entry("town", "Town", p.GetTown()), web.Entry("tagline", "In a sentence", p.GetTagline()),
		web.Entry("story", "Your story", p.GetStory()),
		web.Entry("image_alt", "What your picture shows", p.GetImageAlt()),
		web.Entry("order_minimum", "Smallest order", form.Get("order_minimum")),
	}
	var days, read []string
	for _, h := range p.GetHolidays() {
		days = append(days, h.GetFrom()+"/"+h.GetUntil())
		read = append(read, desk.Day(d.In, h.GetFrom())+" to "+desk.Day(d.In, h.GetUntil()))
	}
	return append(all, web.Entry("holidays", "Holidays", days...).Called(strings.Join(read, "; ")))
}

// SaveOwnPage changes what a maker says of herself, unless that is not any more what the form was made from.
func (d *Desk) SaveOwnPage() (*web.Reply, error) {
	form, err := d.Visit.Form()
	if err != nil {
		return nil, err
	}
	return web.Saving(func() (*web.Reply, error) {
		answer, err := d.Visit.Site.Catalog.GetProducer(d.Visit.Context(),
			&catalogv1.GetProducerRequest{Id: d.Producer.GetId()})
		if err != nil {
			return nil, err
		}
		d.Producer = answer.GetProducer()
		return d.changeOwnPage(form)
	})
}

func (d *Desk) changeOwnPage(form url.Values) (*web.Reply, error) {
	now := d.storedPage(d.Producer)
	web.Choose(form, now)
	if web.Takes(form, "holidays") {
		is := formOfPage(d.Producer, d.In.Currency)
		for row := range trade.MaxHolidays {
			for _, end := range []string{"from", "until"} {
				form.Set(holidayAt(row)+end, is.Get(holidayAt(row)+end))
			}
		}
	}
	want, rows, wrong := d.typedPage(form)
	if len(wrong) > 0 {
		return d.showOwnPage(http.StatusUnprocessableEntity, form, wrong, nil)
	}
	if all := web.Differences(form, now, d.storedPage(want)); len(all) > 0 {
		form.Set(web.MadeField, web.MadeFrom(now))
		return d.showOwnPage(http.StatusConflict, form, nil, all)
	}
	_, err := d.Visit.Site.Catalog.EditProducer(d.Visit.Context(), &catalogv1.EditProducerRequest{
		Id: want.GetId(), Town: want.GetTown(), Tagline: want.GetTagline(), Story: want.GetStory(),
		ImageAlt:     want.GetImageAlt(),
		OrderMinimum: want.GetOrderMinimum(), Holidays: want.GetHolidays(), Version: d.Producer.GetVersion(),
	})
	if err == nil {
		return web.Redirect(d.At(OwnPageAt, "saved", "1")), nil
	}
	f := fault.Of(err)
	if f.Kind != fault.Invalid && f.Kind != fault.Conflict || f.Code == stamp.Changed {
		return nil, err
	}
	return d.showOwnPage(web.StatusOf(f), form, FieldsOfRows(f, "holidays.", rows, holidayAt), nil)
}

// typedPage is the producer as the form wants it, the row of each of its holidays, and what is wrong.
func (d *Desk) typedPage(form url.Values) (want *catalogv1.Producer, rows []int, wrong map[string]string) {
	wrong = map[string]string{}
	want = &catalogv1.Producer{
		Id: d.Producer.GetId(), Town: strings.TrimSpace(form.Get("town")),
		Tagline: strings.TrimSpace(form.Get("tagline")), Story: web.Lines(form.Get("story")),
		ImageAlt: strings.TrimSpace(form.Get("image_alt")),
	}
	if !form.Has("image_alt") {
		want.ImageAlt = d.Producer.GetImageAlt()
	}
	least, err := input.TypedAmount(cmp.Or(strings.TrimSpace(form.Get("order_minimum")), "0"), d.In.Currency)
	if err != nil {
		wrong["order_minimum"] = fault.Of(err).Message
	}
	want.OrderMinimum = least.Minor
	for row := range trade.MaxHolidays {
		from, until := strings.TrimSpace(form.Get(holidayAt(row)+"from")),
			strings.TrimSpace(form.Get(holidayAt(row)+"until"))
		switch {
		case from == "" && until == "":
			continue
		case from == "":
			wrong[holidayAt(row)+"from"], wrong[holidayAt(row)+"until"] = "Enter the first day, too.",
				"There is no first day to this."
		case until == "":
			until = from
		}
		want.Holidays, rows = append(want.Holidays, &catalogv1.Holiday{From: from, Until: until}),
			append(rows, row)
	}
	slices.SortStableFunc(want.Holidays,
		func(a, b *catalogv1.Holiday) int { return cmp.Compare(a.GetFrom(), b.GetFrom()) })
	slices.SortStableFunc(rows,
		func(a, b int) int {
			return cmp.Compare(form.Get(holidayAt(a)+"from"),
				form.Get(holidayAt(b)+"from"))
		})
	return want, rows, wrong
}

// FieldsOfRows says what catalog finds wrong, by the form's fields; "" is the whole of it. What catalog
// counts after a prefix are these rows of the form, each with a prefix of its own.
func FieldsOfRows(f *fault.Error, prefix string, rows []int, rowAt func(int) string) map[string]string {
	wrong := map[string]string{"": f.Message}
	for _, field := range f.Fields {
		name := field.Name
		if rest, ok := strings.CutPrefix(name, prefix); ok {
			index, of, _ := strings.Cut(rest, ".")
			if i, err := strconv.Atoi(index); err == nil && i < len(rows) {
				name = rowAt(rows[i]) + of
			}
		}
		wrong[name] = field.Message
	}
	return wrong
}

// showOwnPage shows the form filled in.
func (d *Desk) showOwnPage(
	status int, form url.Values, wrong map[string]string, changed []page.Difference,
) (*web.Reply, error) {
	return d.showPicturedPage(status, form, wrong, changed, view.NewPicture{})
}

func (d *Desk) showPicturedPage(
	status int, form url.Values, wrong map[string]string, changed []page.Difference, picture view.NewPicture,
) (*web.Reply, error) {
	b, err := d.Bench("Your page", OwnPageAt)
	if err != nil {
		return nil, err
	}
	b.Alert = wrong[""]
	if len(changed) > 0 {
		b.Alert = web.ChangedMeanwhile
	} else if len(wrong) > 0 && b.Alert == "" {
		b.Alert = "Some of this cannot be saved yet."
	}
	model := view.OwnPage{
		Bench: b, Action: d.At(OwnPageAt), AddPicture: d.At(OwnPageAt + "/picture"),
		DropPicture: d.At(OwnPageAt + "/picture/remove"), Page: "/producers/" + d.Producer.GetId(),
		Saved: d.Visit.Request.URL.Query().Get("saved") != "" && status == http.StatusOK,
		Inputs: web.Inputs(form, wrong,
			page.Input{Name: "town", Label: "Town", MaxLength: "200"},
			page.Input{Name: "tagline", Label: "In a sentence", MaxLength: "400"}),
		Story: web.Input(form, wrong, page.Input{Name: "story", Label: "Your story", MaxLength: "20000"}),
		Least: web.Input(form, wrong, page.Input{
			Name: "order_minimum", Label: "Smallest order, " + d.In.Currency, Type: "text", MaxLength: "20",
			Hint: "How much of your goods an order has to have. Leave it empty to take any.",
		}),
		Picture: picture, Shown: web.PictureOf(d.Producer.GetImage(), d.Producer.GetImageAlt()),
		Key: d.Producer.GetImage(), Wrong: wrong["holidays"],
		Differences: page.Differences{MadeFrom: form.Get(web.MadeField), Each: changed},
	}
	if d.Producer.GetImage() != "" {
		model.Inputs = append(model.Inputs,
			web.Inputs(form, wrong, page.Input{
				Name: "image_alt", Label: "What your picture shows",
				MaxLength: "200",
			})...)
	}
	model.Holidays = holidayRows(form, wrong, trade.TodayIn(d.Visit.Site, d.In))
	return web.Render(d.Visit.Context(), status, view.OwnPagePage(model))
}

// holidayRows are those that are filled in, and a few to fill in.
func holidayRows(form url.Values, wrong map[string]string, today string) (rows []view.HolidayRow) {
	spare := spareHolidays
	for row := range trade.MaxHolidays {
		at := holidayAt(row)
		h := view.HolidayRow{
			At: at, Number: strconv.Itoa(row + 1), From: form.Get(at + "from"), Until: form.Get(at + "until"),
			FromWrong: wrong[at+"from"], UntilWrong: wrong[at+"until"], Today: today,
		}
		if h.From == "" && h.Until == "" && h.FromWrong == "" {
			if spare--; spare < 0 {
				continue
			}
		}
		rows = append(rows, h)
	}
	return rows
}

// AddOwnPicture takes a maker's picture in, instead of the one that she has.
func (d *Desk) AddOwnPicture() (*web.Reply, error) {
	form, sent, err := d.Visit.Parts()
	picture := view.NewPicture{Alt: strings.TrimSpace(form.Get("alt"))}
	switch {
	case err != nil:
	case len(sent.Content) == 0:
		err = web.Invalid("content", "Choose a picture first.")
	case picture.Alt == "":
		err = web.Invalid("alt", "Say in a few words what it shows. Choose the picture again, too.")
	default:
		_, err = d.Visit.Site.Catalog.PutImage(d.Visit.Context(),
			&catalogv1.PutImageRequest{
				ProducerId: d.Producer.GetId(), Content: sent.Content,
				Alt: picture.Alt,
			})
	}
	if err == nil {
		return web.Redirect(d.At(OwnPageAt, "saved", "1")), nil
	}
	f := fault.Of(err)
	if f.Kind != fault.Invalid && f.Kind != fault.Conflict {
		return nil, err
	}
	wrong := web.FieldsOf(f)
	if picture.AltWrong = wrong["alt"]; picture.AltWrong == "" {
		picture.Wrong = cmp.Or(wrong["content"], f.Message)
	}
	return d.showPicturedPage(web.StatusOf(f), d.filledPage(), nil, nil, picture)
}

// DropOwnPicture removes a maker's picture, if it is the one that she saw.
func (d *Desk) DropOwnPicture() (*web.Reply, error) {
	form, err := d.Visit.Form()
	if err != nil {
		return nil, err
	}
	_, err = d.Visit.Site.Catalog.DropImage(d.Visit.Context(),
		&catalogv1.DropImageRequest{ProducerId: d.Producer.GetId(), Key: form.Get("key")})
	if err == nil {
		return web.Redirect(d.At(OwnPageAt, "saved", "1")), nil
	}
	f := fault.Of(err)
	if f.Kind != fault.Invalid && f.Kind != fault.Conflict {
		return nil, err
	}
	return d.showOwnPage(web.StatusOf(f), d.filledPage(), map[string]string{"": f.Message}, nil)
}
