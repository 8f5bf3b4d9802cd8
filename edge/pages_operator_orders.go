package edge

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/artisan-eats/artisan/edge/page"
	"github.com/artisan-eats/artisan/fault"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	deliveryv1 "github.com/artisan-eats/artisan/gen/artisan/delivery/v1"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
)

// orderFilters are what the list of orders can be narrowed by, each with the states that it stands for.
var orderFilters = []struct {
	value, label string
	statuses     []string
}{
	{"", "Any", nil},
	{"new", "To prepare", []string{statusConfirmed}},
	{"packed", "Packed", []string{statusPacked}},
	{"done", "Done", []string{statusDone}},
	{"cancelled", "Cancelled", []string{"cancelled"}},
	{"failed", "Failed", []string{"failed"}},
	{"awaiting", "Not confirmed yet", []string{statusAwaiting}},
	{"underway", "Being placed", []string{"placed", "held", "authorised", "releasing"}},
}

// orderWords are what the operator calls the states of an order.
var orderWords = map[string]string{
	"placed": "Placed", "held": "Held", "authorised": "Authorised", statusConfirmed: "Confirmed", statusPacked: "Packed", statusDone: "Done",
	"releasing": "Being called off", statusAwaiting: "Not confirmed yet", "failed": "Failed", "cancelled": "Cancelled",
}

// search is what the list of orders was asked for, and what is wrong with that.
type search struct {
	request *orderingv1.ListOrdersRequest
	wrong   map[string]string
	// nobody says that nobody ordered with the e-mail address that was asked for.
	nobody bool
}

// orders lists a market's orders. The address says what is looked for.
func (o *office) orders() (*reply, error) {
	model := page.OfficeOrders{Bench: o.desk("Orders", "/operator"), Typed: o.typed()}
	s, err := o.search()
	if model.Nobody = s.nobody; err == nil && len(s.wrong) == 0 && !s.nobody {
		err = o.listOrders(s, &model)
	}
	away := fault.KindOf(err) == fault.Unavailable
	if err != nil && !away {
		return nil, err
	}
	model.Wrong = s.wrong
	for _, f := range orderFilters {
		model.Statuses = append(model.Statuses, page.Choice{Value: f.value, Label: f.label, Chosen: f.value == o.param("status")})
	}
	model.Windows = o.windowChoices()
	model.Chips = o.orderChips()
	model.Code = o.in.code
	status := http.StatusOK
	if len(s.wrong) > 0 || model.Alert != "" {
		status = http.StatusUnprocessableEntity
	}
	if away { // the fields stay, to ask again
		status, model.Alert = http.StatusServiceUnavailable, fault.Of(err).Message
	}
	out, renderErr := render(o.Context(), status, page.OfficeOrdersPage(model))
	if renderErr != nil || !away {
		return out, renderErr
	}
	return out.advising(fault.Of(err)), nil
}

// listOrders fills the list in. What is wrong with what is looked for is said above it, and the fields stay.
func (o *office) listOrders(s *search, model *page.OfficeOrders) error {
	orders, next, err := o.find(s, model)
	if f := fault.Of(err); f != nil {
		if f.Kind != fault.Invalid {
			return err
		}
		if s.wrong["q"] = fieldsOf(f)["number"]; s.wrong["q"] == "" {
			delete(s.wrong, "q")
			model.Alert = f.Message
		}
		return nil
	}
	model.Rows = o.orderRows(orders)
	if next != "" {
		model.Next = o.orderList("cursor", next)
	}
	return nil
}

// find finds orders by what was typed: a number, and where no order has it, a name of a shopper or a maker.
func (o *office) find(s *search, model *page.OfficeOrders) (orders []*orderingv1.Order, next string, err error) {
	answer, err := o.site.ordering.ListOrders(o.Context(), s.request)
	none := s.request.GetNumber() != "" && (fault.Is(err, "invalid") && fieldsOf(fault.Of(err))["number"] != "" || err == nil && len(answer.GetOrders()) == 0)
	if !none {
		return answer.GetOrders(), answer.GetNextCursor(), err
	}
	name := foldedText(s.request.GetNumber())
	s.request.Number, s.request.Limit = "", lookedAtOnce
	for looked := 0; ; {
		if answer, err = o.site.ordering.ListOrders(o.Context(), s.request); err != nil {
			return nil, "", err
		}
		for i, lines := range o.contacts(answer.GetOrders()...) {
			if order := answer.GetOrders()[i]; strings.Contains(foldedText(namesOf(order, lines)), name) {
				orders = append(orders, order)
			}
		}
		s.request.Cursor = answer.GetNextCursor()
		if looked += len(answer.GetOrders()); s.request.GetCursor() == "" || looked >= maxLooked || len(orders) >= foundRows {
			model.Cut = s.request.GetCursor() != ""
			return orders, "", nil
		}
	}
}

// namesOf are the names of who ordered, and of who makes it.
func namesOf(o *orderingv1.Order, contact []string) string {
	var names []string
	if len(contact) > 0 {
		names = append(names, contact[0])
	}
	for _, p := range o.GetParts() {
		names = append(names, p.GetProducerName())
	}
	return strings.Join(names, "\n")
}

// orderParams are the parameters of the list of orders.
var orderParams = []string{"q", "status", "window", "producer", "from", "to"}

// param is a parameter of the address; "" for what is no text.
func (v *visit) param(name string) string {
	value := strings.TrimSpace(v.URL.Query().Get(name))
	if badText(value, maxValue) != "" {
		return ""
	}
	return value
}

func (o *office) typed() map[string]string {
	typed := map[string]string{}
	for _, name := range orderParams {
		typed[name] = o.param(name)
	}
	return typed
}

// orderList is the address of this list with one parameter changed.
func (o *office) orderList(name, value string) string {
	params := []string{name, value}
	for _, other := range orderParams {
		if other != name {
			params = append(params, other, o.param(other))
		}
	}
	return o.at("/operator", params...)
}

func (o *office) search() (*search, error) {
	s := &search{wrong: map[string]string{}, request: &orderingv1.ListOrdersRequest{
		Market: o.in.code, Limit: deskPage, Cursor: o.cursor(), WindowId: o.param("window"), WithProducerId: o.param("producer"),
	}}
	for _, f := range orderFilters {
		if f.value == o.param("status") {
			s.request.Statuses = f.statuses
		}
	}
	from, until := o.day("from", s.wrong), o.day("to", s.wrong)
	if !from.IsZero() {
		s.request.PlacedFrom = from.UnixMilli()
	}
	if !until.IsZero() {
		s.request.PlacedBefore = until.AddDate(0, 0, 1).UnixMilli()
	}
	if !from.IsZero() && until.Before(from) && !until.IsZero() {
		s.wrong["to"] = "This day is before the first."
	}
	q := o.param("q")
	if !strings.Contains(q, "@") {
		s.request.Number = q
		return s, nil
	}
	answer, err := o.site.identity.FindCustomers(o.Context(), &identityv1.FindCustomersRequest{Email: q})
	if f := fault.Of(err); err != nil && f.Kind == fault.Invalid {
		s.wrong["q"] = "This is not an e-mail address."
		return s, nil
	}
	s.request.CustomerIds = answer.GetCustomerIds()
	s.nobody = err == nil && len(s.request.CustomerIds) == 0
	return s, err
}

// day reads a day of the address, at its start by the market's clocks; zero without one.
func (o *office) day(name string, wrong map[string]string) time.Time {
	text := o.param(name)
	if text == "" {
		return time.Time{}
	}
	day, err := time.ParseInLocation(time.DateOnly, text, o.in.zone)
	if err != nil {
		wrong[name] = "A day looks like 2026-11-21."
	}
	return day
}

// orderRows are orders in the list, each with whom it is for.
func (o *office) orderRows(orders []*orderingv1.Order) []page.OfficeOrder {
	if len(orders) == 0 {
		return nil
	}
	names := o.contacts(orders...)
	var rows []page.OfficeOrder
	for i, order := range orders {
		row := page.OfficeOrder{
			Number: number(order.GetId()), Address: o.at("/operator/orders/" + order.GetId()), Total: o.in.money(order.GetTotal()),
			State: state(order), When: o.in.span(order.GetWindowStartsAt(), order.GetWindowEndsAt()), Place: order.GetWindowPlace(), Placed: o.in.when(order.GetPlacedAt()),
		}
		if len(names[i]) > 0 {
			row.For = names[i][0]
		}
		rows = append(rows, row)
	}
	return rows
}

// state is how an order stands, in a word.
func state(o *orderingv1.Order) page.State {
	s := o.GetStatus()
	return page.State{Label: orderWords[s], Good: s == statusDone, Bad: s == "failed" || s == "cancelled" || s == "releasing"}
}

// siftedWindows is how many windows the list can be narrowed to.
const siftedWindows = 60

// windowChoices are the windows of the last week and those to come. Without them the list is not narrowed by one.
func (o *office) windowChoices() []page.Choice {
	begin := o.site.host.Now().AddDate(0, 0, -7).UnixMilli()
	answer, err := o.site.delivery.ListWindows(o.Context(), &deliveryv1.ListWindowsRequest{Market: o.in.code, EndsAfter: begin, Limit: siftedWindows})
	if o.site.missing(o.Context(), "windows", err) != nil {
		return nil
	}
	list := []page.Choice{{Label: "Any", Chosen: o.param("window") == ""}}
	for _, w := range answer.GetWindows() {
		label := o.in.span(w.GetStartsAt(), w.GetEndsAt()) + ", " + w.GetPlace()
		list = append(list, page.Choice{Value: w.GetId(), Label: label, Chosen: w.GetId() == o.param("window")})
	}
	if slices.ContainsFunc(list, func(c page.Choice) bool { return c.Chosen }) {
		return list
	}
	return append(list, page.Choice{Value: o.param("window"), Label: "An earlier window", Chosen: true})
}

// orderChips are what narrows the list and has no field, each with the address of the list without it.
func (o *office) orderChips() []page.Choice {
	producer := o.param("producer")
	if producer == "" {
		return nil
	}
	name := producer
	answer, err := o.site.catalog.GetProducer(o.Context(), &catalogv1.GetProducerRequest{Id: producer})
	if o.site.missing(o.Context(), "producer", err) == nil {
		name = answer.GetProducer().GetName()
	}
	return []page.Choice{{Label: name, Value: o.orderList("producer", "")}}
}
