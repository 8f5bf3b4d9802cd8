package edge

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/artisan-eats/artisan/edge/page"
	"github.com/artisan-eats/artisan/fault"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	"github.com/artisan-eats/artisan/money"
	"github.com/artisan-eats/artisan/stamp"
)

const (
	ownPageAt = "/producer/page"
	// maxHolidays is how many a form takes, and spareHolidays how many empty ones it has.
	maxHolidays   = 20
	spareHolidays = 2
)

// ownPage is the form of what a maker says of herself, and how she takes orders.
func (d *desk) ownPage() (*reply, error) {
	return d.showOwnPage(http.StatusOK, d.filledPage(), nil, nil)
}

// filledPage is the form as it is, with what it is made from.
func (d *desk) filledPage() url.Values {
	form := formOfPage(d.producer, d.in.currency)
	form.Set(madeField, madeFrom(d.storedPage(d.producer)))
	return form
}

func formOfPage(p *catalogv1.Producer, currency string) url.Values {
	form := url.Values{"town": {p.GetTown()}, "tagline": {p.GetTagline()}, "story": {p.GetStory()}, "image_alt": {p.GetImageAlt()}, "order_minimum": {""}}
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
func (d *desk) storedPage(p *catalogv1.Producer) []stored {
	form := formOfPage(p, d.in.currency)
	all := []stored{
		entry("town", "Town", p.GetTown()), entry("tagline", "In a sentence", p.GetTagline()), entry("story", "Your story", p.GetStory()),
		entry("image_alt", "What your picture shows", p.GetImageAlt()), entry("order_minimum", "Smallest order", form.Get("order_minimum")),
	}
	var days, read []string
	for _, h := range p.GetHolidays() {
		days = append(days, h.GetFrom()+"/"+h.GetUntil())
		read = append(read, d.in.day(h.GetFrom())+" to "+d.in.day(h.GetUntil()))
	}
	return append(all, entry("holidays", "Holidays", days...).called(strings.Join(read, "; ")))
}

// day is a date as people write it, with its year.
func (p *place) day(date string) string {
	at, err := time.Parse(time.DateOnly, date)
	if err != nil {
		return date
	}
	return p.Date(at)
}

// saveOwnPage changes what a maker says of herself, unless that is not any more what the form was made from.
func (d *desk) saveOwnPage() (*reply, error) {
	form, err := d.form()
	if err != nil {
		return nil, err
	}
	return saving(func() (*reply, error) {
		answer, err := d.site.catalog.GetProducer(d.Context(), &catalogv1.GetProducerRequest{Id: d.producer.GetId()})
		if err != nil {
			return nil, err
		}
		d.producer = answer.GetProducer()
		return d.changeOwnPage(form)
	})
}

func (d *desk) changeOwnPage(form url.Values) (*reply, error) {
	now := d.storedPage(d.producer)
	choose(form, now)
	if takes(form, "holidays") {
		is := formOfPage(d.producer, d.in.currency)
		for row := range maxHolidays {
			for _, end := range []string{"from", "until"} {
				form.Set(holidayAt(row)+end, is.Get(holidayAt(row)+end))
			}
		}
	}
	want, rows, wrong := d.typedPage(form)
	if len(wrong) > 0 {
		return d.showOwnPage(http.StatusUnprocessableEntity, form, wrong, nil)
	}
	if all := differences(form, now, d.storedPage(want)); len(all) > 0 {
		form.Set(madeField, madeFrom(now))
		return d.showOwnPage(http.StatusConflict, form, nil, all)
	}
	_, err := d.site.catalog.EditProducer(d.Context(), &catalogv1.EditProducerRequest{
		Id: want.GetId(), Town: want.GetTown(), Tagline: want.GetTagline(), Story: want.GetStory(), ImageAlt: want.GetImageAlt(),
		OrderMinimum: want.GetOrderMinimum(), Holidays: want.GetHolidays(), Version: d.producer.GetVersion(),
	})
	if err == nil {
		return redirect(d.at(ownPageAt, "saved", "1")), nil
	}
	f := fault.Of(err)
	if f.Kind != fault.Invalid && f.Kind != fault.Conflict || f.Code == stamp.Changed {
		return nil, err
	}
	return d.showOwnPage(statusOf(f), form, holidayFields(f, rows), nil)
}

// typedPage is the producer as the form wants it, the row of each of its holidays, and what is wrong.
func (d *desk) typedPage(form url.Values) (want *catalogv1.Producer, rows []int, wrong map[string]string) {
	wrong = map[string]string{}
	want = &catalogv1.Producer{
		Id: d.producer.GetId(), Town: strings.TrimSpace(form.Get("town")), Tagline: strings.TrimSpace(form.Get("tagline")), Story: lines(form.Get("story")),
		ImageAlt: strings.TrimSpace(form.Get("image_alt")),
	}
	if !form.Has("image_alt") {
		want.ImageAlt = d.producer.GetImageAlt()
	}
	least, err := typedAmount(cmp.Or(strings.TrimSpace(form.Get("order_minimum")), "0"), d.in.currency)
	if err != nil {
		wrong["order_minimum"] = fault.Of(err).Message
	}
	want.OrderMinimum = least.Minor
	for row := range maxHolidays {
		from, until := strings.TrimSpace(form.Get(holidayAt(row)+"from")), strings.TrimSpace(form.Get(holidayAt(row)+"until"))
		switch {
		case from == "" && until == "":
			continue
		case from == "":
			wrong[holidayAt(row)+"from"], wrong[holidayAt(row)+"until"] = "Enter the first day, too.", "There is no first day to this."
		case until == "":
			until = from
		}
		want.Holidays, rows = append(want.Holidays, &catalogv1.Holiday{From: from, Until: until}), append(rows, row)
	}
	slices.SortStableFunc(want.Holidays, func(a, b *catalogv1.Holiday) int { return cmp.Compare(a.GetFrom(), b.GetFrom()) })
	slices.SortStableFunc(rows, func(a, b int) int { return cmp.Compare(form.Get(holidayAt(a)+"from"), form.Get(holidayAt(b)+"from")) })
	return want, rows, wrong
}

// holidayFields says what catalog finds wrong, by the form's fields; "" is the whole of it.
func holidayFields(f *fault.Error, rows []int) map[string]string {
	wrong := map[string]string{"": f.Message}
	for _, field := range f.Fields {
		name := field.Name
		if rest, ok := strings.CutPrefix(name, "holidays."); ok {
			index, end, _ := strings.Cut(rest, ".")
			if i, err := strconv.Atoi(index); err == nil && i < len(rows) {
				name = holidayAt(rows[i]) + end
			}
		}
		wrong[name] = field.Message
	}
	return wrong
}

// showOwnPage shows the form filled in.
func (d *desk) showOwnPage(status int, form url.Values, wrong map[string]string, changed []page.Difference) (*reply, error) {
	return d.showPicturedPage(status, form, wrong, changed, page.NewPicture{})
}

func (d *desk) showPicturedPage(status int, form url.Values, wrong map[string]string, changed []page.Difference, picture page.NewPicture) (*reply, error) {
	b, err := d.bench("Your page", ownPageAt)
	if err != nil {
		return nil, err
	}
	b.Alert = wrong[""]
	if len(changed) > 0 {
		b.Alert = changedMeanwhile
	} else if len(wrong) > 0 && b.Alert == "" {
		b.Alert = "Some of this cannot be saved yet."
	}
	model := page.OwnPage{
		Bench: b, Action: d.at(ownPageAt), AddPicture: d.at(ownPageAt + "/picture"), DropPicture: d.at(ownPageAt + "/picture/remove"), Page: "/producers/" + d.producer.GetId(), Saved: d.URL.Query().Get("saved") != "" && status == http.StatusOK,
		Inputs: inputs(form, wrong,
			page.Input{Name: "town", Label: "Town", MaxLength: "200"},
			page.Input{Name: "tagline", Label: "In a sentence", MaxLength: "400"}),
		Story: input(form, wrong, page.Input{Name: "story", Label: "Your story", MaxLength: "20000"}),
		Least: input(form, wrong, page.Input{
			Name: "order_minimum", Label: "Smallest order, " + d.in.currency, Type: "text", MaxLength: "20",
			Hint: "How much of your goods an order has to have. Leave it empty to take any.",
		}),
		Picture: picture, Shown: pictureOf(d.producer.GetImage(), d.producer.GetImageAlt()), Key: d.producer.GetImage(), Wrong: wrong["holidays"],
		Differences: page.Differences{MadeFrom: form.Get(madeField), Each: changed},
	}
	if d.producer.GetImage() != "" {
		model.Inputs = append(model.Inputs, inputs(form, wrong, page.Input{Name: "image_alt", Label: "What your picture shows", MaxLength: "200"})...)
	}
	model.Holidays = holidayRows(form, wrong, d.site.todayIn(d.in))
	return render(d.Context(), status, page.OwnPagePage(model))
}

// holidayRows are those that are filled in, and a few to fill in.
func holidayRows(form url.Values, wrong map[string]string, today string) (rows []page.HolidayRow) {
	spare := spareHolidays
	for row := range maxHolidays {
		at := holidayAt(row)
		h := page.HolidayRow{
			At: at, Number: strconv.Itoa(row + 1), From: form.Get(at + "from"), Until: form.Get(at + "until"), FromWrong: wrong[at+"from"], UntilWrong: wrong[at+"until"], Today: today,
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

// addOwnPicture takes a maker's picture in, instead of the one that she has.
func (d *desk) addOwnPicture() (*reply, error) {
	form, sent, err := d.parts()
	picture := page.NewPicture{Alt: strings.TrimSpace(form.Get("alt"))}
	switch {
	case err != nil:
	case len(sent.content) == 0:
		err = invalid("content", "Choose a picture first.")
	case picture.Alt == "":
		err = invalid("alt", "Say in a few words what it shows. Choose the picture again, too.")
	default:
		_, err = d.site.catalog.PutImage(d.Context(), &catalogv1.PutImageRequest{ProducerId: d.producer.GetId(), Content: sent.content, Alt: picture.Alt})
	}
	if err == nil {
		return redirect(d.at(ownPageAt, "saved", "1")), nil
	}
	f := fault.Of(err)
	if f.Kind != fault.Invalid && f.Kind != fault.Conflict {
		return nil, err
	}
	wrong := fieldsOf(f)
	if picture.AltWrong = wrong["alt"]; picture.AltWrong == "" {
		picture.Wrong = cmp.Or(wrong["content"], f.Message)
	}
	return d.showPicturedPage(statusOf(f), d.filledPage(), nil, nil, picture)
}

// dropOwnPicture removes a maker's picture, if it is the one that she saw.
func (d *desk) dropOwnPicture() (*reply, error) {
	form, err := d.form()
	if err != nil {
		return nil, err
	}
	_, err = d.site.catalog.DropImage(d.Context(), &catalogv1.DropImageRequest{ProducerId: d.producer.GetId(), Key: form.Get("key")})
	if err == nil {
		return redirect(d.at(ownPageAt, "saved", "1")), nil
	}
	f := fault.Of(err)
	if f.Kind != fault.Invalid && f.Kind != fault.Conflict {
		return nil, err
	}
	return d.showOwnPage(statusOf(f), d.filledPage(), map[string]string{"": f.Message}, nil)
}
