package producer

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/artisan-eats/artisan/edge/desk"
	"github.com/artisan-eats/artisan/edge/page"
	"github.com/artisan-eats/artisan/edge/producer/view"
	"github.com/artisan-eats/artisan/edge/trade"
	"github.com/artisan-eats/artisan/edge/web"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/gen/state"
)

const (
	// shownRows is how many orders a list has at once, and found rows how many a search shows.
	shownRows = 50
)

// PartFilters are what the list of a desk's orders can be narrowed to, each with the states of its part that
// it stands for.
var PartFilters = []struct {
	value, label string
	Parts        []string
}{
	{"", "To do", []string{state.PartNew, state.PartAccepted, state.PartPacked, state.PartReady}},
	{state.PartNew, trade.PartWords[state.PartNew], []string{state.PartNew}},
	{state.PartAccepted, trade.PartWords[state.PartAccepted], []string{state.PartAccepted}},
	{state.PartPacked, trade.PartWords[state.PartPacked], []string{state.PartPacked}},
	{state.PartReady, trade.PartWords[state.PartReady], []string{state.PartReady}},
	{state.PartDone, trade.PartWords[state.PartDone], []string{state.PartDone}},
	{state.OrderCancelled, trade.PartWords[state.OrderCancelled], []string{state.OrderCancelled}},
	{"all", "All", nil},
}

// Orders lists the producer's orders: those that are to be done, unless the address asks for others.
func (d *Desk) Orders() (*web.Reply, error) { return d.showOrders(http.StatusOK, "", "", nil) }

// showOrders shows the list, with what came of a step to somewhere: the orders that it was about come first.
func (d *Desk) showOrders(status int, alert, to string, steps []*orderingv1.PartStep) (*web.Reply, error) {
	b, err := d.Bench("Orders", "/producer/orders")
	if err != nil {
		return nil, err
	}
	b.Alert = alert
	window, q, chosen := d.Visit.Param("window"), d.Visit.Param("q"), d.Visit.Param("chosen")
	at := func(more ...string) string {
		return d.At("/producer/orders",
			append([]string{"q", q, "state", d.Visit.Param("state"), "window", window}, more...)...)
	}
	model := view.OrderRows{
		Bench: b, Q: q, DeskID: d.Visit.Request.URL.Query().Get("producer"),
		Action: at("cursor", d.Visit.Cursor()), All: at("cursor", d.Visit.Cursor(), "chosen", "all"),
		None: at("cursor", d.Visit.Cursor()), Export: d.ExportForm("orders", window, "These orders"),
	}
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
	for _, f := range PartFilters {
		model.States = append(model.States,
			page.Choice{Value: f.value, Label: f.label, Chosen: f.value == d.Visit.Param("state")})
	}
	if model.Windows, err = d.rowWindows(window); err != nil {
		return nil, err
	}
	return web.Render(d.Visit.Context(), status, view.OrderRowsPage(model))
}

// rowWindows are the windows that the list can be narrowed to: those of the last week too, where something
// may be left to do.
func (d *Desk) rowWindows(chosen string) ([]page.Choice, error) {
	work, err := d.Visit.Site.Ordering.ListWork(d.Visit.Context(),
		&orderingv1.ListWorkRequest{
			ProducerId: d.Producer.GetId(),
			EndsAfter:  d.Visit.Site.Host.Now().AddDate(0, 0, -7).UnixMilli(),
		})
	if err != nil {
		return nil, err
	}
	list := []page.Choice{{Label: "Any", Chosen: chosen == ""}}
	for _, w := range work.GetWork() {
		label := d.In.Span(w.GetWindowStartsAt(), w.GetWindowEndsAt()) + ", " + w.GetWindowPlace()
		list = append(list,
			page.Choice{Value: w.GetWindowId(), Label: label, Chosen: w.GetWindowId() == chosen})
	}
	if !slices.ContainsFunc(list, func(c page.Choice) bool { return c.Chosen }) {
		list = append(list, page.Choice{Value: chosen, Label: "An earlier window", Chosen: true})
	}
	return list, nil
}

// findRows are the orders that the address asks for, by window and by what is to be done first; next is where
// to go on. A search goes through the newest orders and says when there are more.
func (d *Desk) findRows(q, window string, chosen bool) (rows []view.Row, next string, cut bool, err error) {
	request := &orderingv1.ListOrdersRequest{
		ProducerId: d.Producer.GetId(), WindowId: window,
		Limit: shownRows, Cursor: d.Visit.Cursor(),
	}
	for _, f := range PartFilters {
		if f.value == d.Visit.Param("state") {
			request.PartStatuses = f.Parts
		}
	}
	if q != "" {
		request.Limit = desk.LookedAtOnce
	}
	for looked := 0; ; {
		answer, err := d.Visit.Site.Ordering.ListOrders(d.Visit.Context(), request)
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
		if looked += len(answer.GetOrders()); q == "" || request.GetCursor() == "" ||
			looked >= desk.MaxLooked || len(rows) >= desk.FoundRows {
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
	view.Row
	text     string
	startsAt int64
	urgency  int
}

func (s sought) like(q string) bool { return strings.Contains(s.text, desk.FoldedText(q)) }

// rowsOf are orders as rows, by window and by what is to be done first.
func (d *Desk) rowsOf(orders []*orderingv1.Order) (rows []sought) {
	if len(orders) == 0 {
		return nil
	}
	contacts := trade.Contacts(d.Visit, orders...)
	refunds, _ := trade.PartRefunds(d.Visit, d.Producer.GetId(), orders...)
	for i, o := range orders {
		r := d.orderRow(o)
		r.PaidBack = d.paidBackOf(o, refunds[o.GetId()]).Sum
		if len(contacts[i]) > 0 {
			r.For = contacts[i][0]
		}
		status := d.part(o).GetStatus()
		rows = append(rows, sought{
			Row: r, text: desk.FoldedText(strings.Join([]string{r.ID, r.For, r.Things}, "\n")),
			startsAt: o.GetWindowStartsAt(), urgency: slices.Index(trade.Progress, status),
		})
	}
	slices.SortStableFunc(rows, func(a, b sought) int {
		return cmp.Or(cmp.Compare(a.startsAt, b.startsAt), cmp.Compare(a.urgency, b.urgency))
	})
	return rows
}

// orderRow is an order as a row, but for whom it is.
func (d *Desk) orderRow(o *orderingv1.Order) view.Row {
	t, part := d.ticket(o, nil, nil), d.part(o)
	r := view.Row{
		ID: o.GetId(), Number: t.Number, Page: t.Page, When: t.When, Place: t.Place, Total: t.Total,
		Next: t.Next, Changes: strings.Join(t.Changes, "; "),
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
