package edge

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/runes"
	"golang.org/x/text/transform"
	"golang.org/x/text/unicode/norm"

	"github.com/artisan-eats/artisan/edge/page"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
)

const (
	// shownRows is how many orders a list has at once, and found rows how many a search shows.
	shownRows = 50
	foundRows = 200
	// maxLooked is how many orders a search looks through, lookedAtOnce of them at a time.
	maxLooked    = 1_000
	lookedAtOnce = 100
)

// partFilters are what the list of a desk's orders can be narrowed to, each with the states of its part that it stands for.
var partFilters = []struct {
	value, label string
	parts        []string
}{
	{"", "To do", []string{partNew, partAccepted, partPacked, partReady}},
	{partNew, partWords[partNew], []string{partNew}},
	{partAccepted, partWords[partAccepted], []string{partAccepted}},
	{partPacked, partWords[partPacked], []string{partPacked}},
	{partReady, partWords[partReady], []string{partReady}},
	{partDone, partWords[partDone], []string{partDone}},
	{statusCancelled, partWords[statusCancelled], []string{statusCancelled}},
	{"all", "All", nil},
}

// orders lists the producer's orders: those that are to be done, unless the address asks for others.
func (d *desk) orders() (*reply, error) { return d.showOrders(http.StatusOK, "", "", nil) }

// showOrders shows the list, with what came of a step to somewhere: the orders that it was about come first.
func (d *desk) showOrders(status int, alert, to string, steps []*orderingv1.PartStep) (*reply, error) {
	b, err := d.bench("Orders", "/producer/orders")
	if err != nil {
		return nil, err
	}
	b.Alert = alert
	window, q, chosen := d.param("window"), d.param("q"), d.param("chosen")
	at := func(more ...string) string {
		return d.at("/producer/orders", append([]string{"q", q, "state", d.param("state"), "window", window}, more...)...)
	}
	model := page.OrderRows{Bench: b, Q: q, DeskID: d.URL.Query().Get("producer"), Action: at("cursor", d.cursor()), All: at("cursor", d.cursor(), "chosen", "all"), None: at("cursor", d.cursor()), Export: d.exportForm("orders", window, "These orders")}
	went := d.steppedRows(steps)
	model.Said = d.stepsSaid(to, steps, went)
	found, next, cut, err := d.findRows(q, window, chosen == "all")
	if err != nil {
		return nil, err
	}
	model.Cut = cut
	if next != "" {
		model.Next = at("cursor", next)
	}
	shown := map[string]bool{}
	for _, r := range slices.Concat(went, found) {
		if shown[r.ID] {
			continue
		}
		shown[r.ID] = true
		model.Rows = append(model.Rows, r)
		if r.Choice != "" {
			model.Able++
		}
		if r.Chosen {
			model.Chosen++
		}
	}
	for _, f := range partFilters {
		model.States = append(model.States, page.Choice{Value: f.value, Label: f.label, Chosen: f.value == d.param("state")})
	}
	if model.Windows, err = d.rowWindows(window); err != nil {
		return nil, err
	}
	return render(d.Context(), status, page.OrderRowsPage(model))
}

// rowWindows are the windows that the list can be narrowed to: those of the last week too, where something may be left to do.
func (d *desk) rowWindows(chosen string) ([]page.Choice, error) {
	work, err := d.site.ordering.ListWork(d.Context(), &orderingv1.ListWorkRequest{ProducerId: d.producer.GetId(), EndsAfter: d.site.host.Now().AddDate(0, 0, -7).UnixMilli()})
	if err != nil {
		return nil, err
	}
	list := []page.Choice{{Label: "Any", Chosen: chosen == ""}}
	for _, w := range work.GetWork() {
		label := d.in.span(w.GetWindowStartsAt(), w.GetWindowEndsAt()) + ", " + w.GetWindowPlace()
		list = append(list, page.Choice{Value: w.GetWindowId(), Label: label, Chosen: w.GetWindowId() == chosen})
	}
	if !slices.ContainsFunc(list, func(c page.Choice) bool { return c.Chosen }) {
		list = append(list, page.Choice{Value: chosen, Label: "An earlier window", Chosen: true})
	}
	return list, nil
}

// findRows are the orders that the address asks for, by window and by what is to be done first; next is where to go on. A search goes through the newest orders
// and says when there are more.
func (d *desk) findRows(q, window string, chosen bool) (rows []page.Row, next string, cut bool, err error) {
	request := &orderingv1.ListOrdersRequest{ProducerId: d.producer.GetId(), WindowId: window, Limit: shownRows, Cursor: d.cursor()}
	for _, f := range partFilters {
		if f.value == d.param("state") {
			request.PartStatuses = f.parts
		}
	}
	if q != "" {
		request.Limit = lookedAtOnce
	}
	for looked := 0; ; {
		answer, err := d.site.ordering.ListOrders(d.Context(), request)
		if err != nil {
			return nil, "", false, err
		}
		for _, r := range d.rowsOf(answer.GetOrders()) {
			if q == "" || r.like(q) {
				r.Chosen = chosen && r.Choice != ""
				rows = append(rows, r.Row)
			}
		}
		request.Cursor = answer.GetNextCursor()
		if looked += len(answer.GetOrders()); q == "" || request.GetCursor() == "" || looked >= maxLooked || len(rows) >= foundRows {
			break
		}
	}
	if q != "" {
		cut, request.Cursor = request.GetCursor() != "", ""
	}
	return rows, request.GetCursor(), cut, nil
}

// sought is a row with what a search looks at.
type sought struct {
	page.Row
	text     string
	startsAt int64
	urgency  int
}

func (s sought) like(q string) bool { return strings.Contains(s.text, foldedText(q)) }

// foldedText is a text as a search compares it: without marks, in small letters.
func foldedText(text string) string {
	out, _, err := transform.String(transform.Chain(norm.NFKD, runes.Remove(runes.In(unicode.Mn))), text)
	if err != nil {
		out = text
	}
	return strings.ToLower(out)
}

// rowsOf are orders as rows, by window and by what is to be done first.
func (d *desk) rowsOf(orders []*orderingv1.Order) (rows []sought) {
	if len(orders) == 0 {
		return nil
	}
	contacts := d.contacts(orders...)
	refunds, _ := d.partRefunds(d.producer.GetId(), orders...)
	for i, o := range orders {
		r := d.orderRow(o)
		r.PaidBack = d.paidBackOf(o, refunds[o.GetId()]).Sum
		if len(contacts[i]) > 0 {
			r.For = contacts[i][0]
		}
		status := d.part(o).GetStatus()
		rows = append(rows, sought{
			Row: r, text: foldedText(strings.Join([]string{r.ID, r.For, r.Things}, "\n")), startsAt: o.GetWindowStartsAt(), urgency: slices.Index(progress, status),
		})
	}
	slices.SortStableFunc(rows, func(a, b sought) int {
		return cmp.Or(cmp.Compare(a.startsAt, b.startsAt), cmp.Compare(a.urgency, b.urgency))
	})
	return rows
}

// orderRow is an order as a row, but for whom it is.
func (d *desk) orderRow(o *orderingv1.Order) page.Row {
	t, part := d.ticket(o, nil, nil), d.part(o)
	r := page.Row{
		ID: o.GetId(), Number: t.Number, Page: t.Page, When: t.When, Place: t.Place, Total: t.Total, Next: t.Next, Changes: strings.Join(t.Changes, "; "),
		State: page.State{Label: t.Status, Good: t.Good, Bad: t.Bad},
	}
	var things []string
	for _, l := range t.Lines {
		things = append(things, strings.TrimSuffix(l.Quantity+" × "+l.Title+", "+l.Variant, ", "))
		r.Weigh = r.Weigh || l.Weigh
	}
	r.Things = strings.Join(things, "; ")
	if t.Next.To != "" {
		r.Choice = choiceOf(o, part)
		r.One = t.Next.To + ":" + r.Choice
	}
	return r
}

// choiceOf names an order with what was seen of its part.
func choiceOf(o *orderingv1.Order, part *orderingv1.Part) string {
	return o.GetId() + ":" + strconv.FormatInt(part.GetMoves(), 10)
}
