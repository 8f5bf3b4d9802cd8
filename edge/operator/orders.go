package operator

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/artisan-eats/artisan/edge/desk"
	"github.com/artisan-eats/artisan/edge/operator/view"
	"github.com/artisan-eats/artisan/edge/page"
	"github.com/artisan-eats/artisan/edge/trade"
	"github.com/artisan-eats/artisan/edge/web"
	"github.com/artisan-eats/artisan/fault"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	deliveryv1 "github.com/artisan-eats/artisan/gen/artisan/delivery/v1"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/gen/state"
)

// orderFilters are what the list of orders can be narrowed by, each with the states that it stands for.
var orderFilters = []struct {
	value, label string
	statuses     []string
}{
	{"", "Any", nil},
	{"new", "To prepare", []string{state.OrderConfirmed}},
	{"packed", "Packed", []string{state.OrderPacked}},
	{"done", "Done", []string{state.OrderDone}},
	{"cancelled", "Cancelled", []string{state.OrderCancelled}},
	{"failed", "Failed", []string{state.OrderFailed}},
	{"awaiting", "Not confirmed yet", []string{state.OrderAwaitingConfirmation}},
	{"underway", "Being placed", []string{
		state.OrderPlaced, state.OrderHeld, state.OrderAuthorised,
		state.OrderReleasing,
	}},
}

// search is what the list of orders was asked for, and what is wrong with that.
type search struct {
	request *orderingv1.ListOrdersRequest
	wrong   map[string]string
	// nobody says that nobody ordered with the e-mail address that was asked for.
	nobody bool
}

// Orders lists a market's orders. The address says what is looked for.
func (o *Office) Orders() (*web.Reply, error) {
	model := view.OfficeOrders{Bench: o.Desk("Orders", "/operator"), Typed: o.typed()}
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
		model.Statuses = append(model.Statuses,
			page.Choice{Value: f.value, Label: f.label, Chosen: f.value == o.Visit.Param("status")})
	}
	model.Windows = o.windowChoices()
	model.Chips = o.orderChips()
	model.Code = o.In.Code
	status := http.StatusOK
	if len(s.wrong) > 0 || model.Alert != "" {
		status = http.StatusUnprocessableEntity
	}
	if away { // the fields stay, to ask again
		status, model.Alert = http.StatusServiceUnavailable, fault.Of(err).Message
	}
	out, renderErr := web.Render(o.Visit.Context(), status, view.OfficeOrdersPage(model))
	if renderErr != nil || !away {
		return out, renderErr
	}
	return out.Advising(fault.Of(err)), nil
}

// listOrders fills the list in. What is wrong with what is looked for is said above it, and the fields stay.
func (o *Office) listOrders(s *search, model *view.OfficeOrders) error {
	orders, next, err := o.find(s, model)
	if f := fault.Of(err); f != nil {
		if f.Kind != fault.Invalid {
			return err
		}
		if s.wrong["q"] = web.FieldsOf(f)["number"]; s.wrong["q"] == "" {
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
func (o *Office) find(
	s *search, model *view.OfficeOrders,
) (orders []*orderingv1.Order, next string, err error) {
	answer, err := o.Visit.Site.Ordering.ListOrders(o.Visit.Context(), s.request)
	none := s.request.GetNumber() != "" &&
		(fault.Is(err, "invalid") && web.FieldsOf(fault.Of(err))["number"] != "" || err == nil &&
			len(answer.GetOrders()) == 0)
	if !none {
		return answer.GetOrders(), answer.GetNextCursor(), err
	}
	name := desk.FoldedText(s.request.GetNumber())
	s.request.Number, s.request.Limit = "", desk.LookedAtOnce
	for looked := 0; ; {
		if answer, err = o.Visit.Site.Ordering.ListOrders(o.Visit.Context(), s.request); err != nil {
			return nil, "", err
		}
		for i, lines := range trade.Contacts(o.Visit, answer.GetOrders()...) {
			if order := answer.GetOrders()[i]; strings.Contains(desk.FoldedText(namesOf(order, lines)),
				name) {
				orders = append(orders, order)
			}
		}
		s.request.Cursor = answer.GetNextCursor()
		if looked += len(answer.GetOrders()); s.request.GetCursor() == "" || looked >= desk.MaxLooked ||
			len(orders) >= desk.FoundRows {
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

func (o *Office) typed() map[string]string {
	typed := map[string]string{}
	for _, name := range orderParams {
		typed[name] = o.Visit.Param(name)
	}
	return typed
}

// orderList is the address of this list with one parameter changed.
func (o *Office) orderList(name, value string) string {
	params := []string{name, value}
	for _, other := range orderParams {
		if other != name {
			params = append(params, other, o.Visit.Param(other))
		}
	}
	return o.At("/operator", params...)
}

func (o *Office) search() (*search, error) {
	s := &search{wrong: map[string]string{}, request: &orderingv1.ListOrdersRequest{
		Market: o.In.Code, Limit: web.DeskPage, Cursor: o.Visit.Cursor(), WindowId: o.Visit.Param("window"),
		WithProducerId: o.Visit.Param("producer"),
	}}
	for _, f := range orderFilters {
		if f.value == o.Visit.Param("status") {
			s.request.Statuses = f.statuses
		}
	}
	from, until := o.Day("from", s.wrong), o.Day("to", s.wrong)
	if !from.IsZero() {
		s.request.PlacedFrom = from.UnixMilli()
	}
	if !until.IsZero() {
		s.request.PlacedBefore = until.AddDate(0, 0, 1).UnixMilli()
	}
	if !from.IsZero() && until.Before(from) && !until.IsZero() {
		s.wrong["to"] = "This day is before the first."
	}
	q := o.Visit.Param("q")
	if !strings.Contains(q, "@") {
		s.request.Number = q
		return s, nil
	}
	answer, err := o.Visit.Site.Identity.FindCustomers(o.Visit.Context(),
		&identityv1.FindCustomersRequest{Email: q})
	if f := fault.Of(err); err != nil && f.Kind == fault.Invalid {
		s.wrong["q"] = "This is not an e-mail address."
		return s, nil
	}
	s.request.CustomerIds = answer.GetCustomerIds()
	s.nobody = err == nil && len(s.request.CustomerIds) == 0
	return s, err
}

// Day reads a day of the address, at its start by the market's clocks; zero without one.
func (o *Office) Day(name string, wrong map[string]string) time.Time {
	text := o.Visit.Param(name)
	if text == "" {
		return time.Time{}
	}
	day, err := time.ParseInLocation(time.DateOnly, text, o.In.Zone)
	if err != nil {
		wrong[name] = "A day looks like 2026-11-21."
	}
	return day
}

// orderRows are orders in the list, each with whom it is for.
func (o *Office) orderRows(orders []*orderingv1.Order) []view.OfficeOrder {
	if len(orders) == 0 {
		return nil
	}
	names := trade.Contacts(o.Visit, orders...)
	var rows []view.OfficeOrder
	for i, order := range orders {
		row := view.OfficeOrder{
			Number: trade.OrderNumber(order.GetId()), Address: o.At("/operator/orders/" + order.GetId()),
			Total: o.In.Money(order.GetTotal()),
			State: desk.StateOf(order), When: o.In.Span(order.GetWindowStartsAt(), order.GetWindowEndsAt()),
			Place: order.GetWindowPlace(), Placed: desk.When(o.In, order.GetPlacedAt()),
		}
		if len(names[i]) > 0 {
			row.For = names[i][0]
		}
		rows = append(rows, row)
	}
	return rows
}

// siftedWindows is how many windows the list can be narrowed to.
const siftedWindows = 60

// windowChoices are the windows of the last week and those to come. Without them the list is not narrowed by
// one.
func (o *Office) windowChoices() []page.Choice {
	begin := o.Visit.Site.Host.Now().AddDate(0, 0, -7).UnixMilli()
	answer, err := o.Visit.Site.Delivery.ListWindows(o.Visit.Context(),
		&deliveryv1.ListWindowsRequest{Market: o.In.Code, EndsAfter: begin, Limit: siftedWindows})
	if o.Visit.Site.Missing(o.Visit.Context(), "windows", err) != nil {
		return nil
	}
	list := []page.Choice{{Label: "Any", Chosen: o.Visit.Param("window") == ""}}
	for _, w := range answer.GetWindows() {
		label := o.In.Span(w.GetStartsAt(), w.GetEndsAt()) + ", " + w.GetPlace()
		list = append(list,
			page.Choice{Value: w.GetId(), Label: label, Chosen: w.GetId() == o.Visit.Param("window")})
	}
	if slices.ContainsFunc(list, func(c page.Choice) bool { return c.Chosen }) {
		return list
	}
	return append(list, page.Choice{Value: o.Visit.Param("window"), Label: "An earlier window", Chosen: true})
}

// orderChips are what narrows the list and has no field, each with the address of the list without it.
func (o *Office) orderChips() []page.Choice {
	producer := o.Visit.Param("producer")
	if producer == "" {
		return nil
	}
	name := producer
	answer, err := o.Visit.Site.Catalog.GetProducer(o.Visit.Context(),
		&catalogv1.GetProducerRequest{Id: producer})
	if o.Visit.Site.Missing(o.Visit.Context(), "producer", err) == nil {
		name = answer.GetProducer().GetName()
	}
	return []page.Choice{{Label: name, Value: o.orderList("producer", "")}}
}
