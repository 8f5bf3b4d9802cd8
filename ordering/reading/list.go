package reading

import (
	"context"
	"encoding/base64"
	"slices"
	"strings"
	"time"

	"github.com/artisan-eats/artisan/fault"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/gen/state"
	"github.com/artisan-eats/artisan/id"
	"github.com/artisan-eats/artisan/ordering/book"
	"github.com/artisan-eats/artisan/ordering/order"
	"github.com/artisan-eats/artisan/rights"
)

const (
	defaultPage = 25
	maxPage     = 100
	// maxCustomers is how many customers one list may be of.
	maxCustomers = 50
	// minNumber is how much of the end of its ID names an order.
	minNumber = 6
)

// ListOrders lists a customer's, a producer's or a market's orders, newest first. Customers
// and producers see those that were acknowledged, a market's operator all.
func (s *Reader) ListOrders(
	ctx context.Context, r *orderingv1.ListOrdersRequest,
) (*orderingv1.ListOrdersResponse, error) {
	if r.GetProducerId() != "" {
		if err := rights.Check(ctx, r.GetProducerId(), rights.Orders); err != nil {
			return nil, err
		}
	}
	f, err := filterFromProto(r, s.host.Now())
	if err != nil {
		return nil, err
	}
	response := &orderingv1.ListOrdersResponse{}
	if f.empty() {
		return response, nil
	}
	orders, err := s.list(ctx, f)
	if err != nil {
		return nil, err
	}
	if len(orders) == f.limit {
		orders = orders[:f.limit-1]
		response.NextCursor = base64.RawURLEncoding.EncodeToString([]byte(orders[len(orders)-1].ID))
	}
	for _, o := range orders {
		if r.GetProducerId() != "" {
			o = order.PartOf(o, []string{r.GetProducerId()})
		}
		response.Orders = append(response.Orders, order.ToProto(o))
	}
	return response, nil
}

// filter says which orders to list. What is empty does not matter.
type filter struct {
	market, customerID, producerID, windowID string
	customerIDs                              []string
	// guestIDs are customers whose orders are listed beside the customerID's.
	guestIDs []string
	number   string   // how its ID ends, at least minNumber characters
	statuses []string // never empty, each once
	parts    []string // states of the producer's part; empty for any
	// from and before bound the unique part of the ID, and by that the time of placing.
	from, before string
	stuckSince   time.Time // in flight, and not moved on since then
	limit        int
}

// empty reports whether a filter contradicts itself.
func (f filter) empty() bool {
	elsewhere := func(kind, named string) bool {
		market, err := id.Market(kind, named)
		return named != "" && f.market != "" && (err != nil || market != f.market)
	}
	return len(f.statuses) == 0 || elsewhere(id.Window, f.windowID) || elsewhere(id.Producer, f.producerID)
}

func filterFromProto(r *orderingv1.ListOrdersRequest, now time.Time) (filter, error) {
	f := filter{
		market: r.GetMarket(), customerID: r.GetCustomerId(), producerID: r.GetProducerId(),
		windowID:    r.GetWindowId(),
		customerIDs: r.GetCustomerIds(), guestIDs: r.GetGuestIds(), limit: pageSize(r.GetLimit()) + 1,
	}
	if err := checkOwner(r); err != nil {
		return f, err
	}
	if r.GetWithProducerId() != "" {
		f.producerID = r.GetWithProducerId()
	}
	if r.GetStuck() {
		f.stuckSince = now.Add(-book.StuckAfter)
	}
	for _, read := range []func(*orderingv1.ListOrdersRequest) error{
		f.readOwners, f.readStatuses,
		f.readNumber, f.readTimes, f.readCursor,
	} {
		if err := read(r); err != nil {
			return f, err
		}
	}
	return f, nil
}

func pageSize(limit int32) int {
	if limit <= 0 {
		return defaultPage
	}
	return min(int(limit), maxPage)
}

// checkOwner refuses a list that is not of one customer, producer or market, or that has
// a filter which only a market's list has.
func checkOwner(r *orderingv1.ListOrdersRequest) error {
	given := 0
	for _, by := range []string{r.GetCustomerId(), r.GetProducerId(), r.GetMarket()} {
		if by != "" {
			given++
		}
	}
	if given != 1 || (r.GetMarket() != "" && !id.ValidMarket(r.GetMarket())) {
		return fault.InvalidAlone("market", "Orders are listed by a customer, a producer or a market.")
	}
	if r.GetMarket() == "" && (len(r.GetCustomerIds()) > 0 || r.GetWithProducerId() != "" ||
		r.GetNumber() != "") {
		return fault.InvalidAlone("market", "Customers, a producer and a number are looked for in a market.")
	}
	if r.GetProducerId() == "" && len(r.GetPartStatuses()) > 0 {
		return fault.InvalidAlone("part_statuses", "The states of parts are looked for with their producer.")
	}
	if r.GetCustomerId() == "" && len(r.GetGuestIds()) > 0 {
		return fault.InvalidAlone("guest_ids", "Guests are looked for beside a customer.")
	}
	return nil
}

func (f *filter) readOwners(*orderingv1.ListOrdersRequest) error {
	if len(f.customerIDs) > maxCustomers || len(f.guestIDs) > maxCustomers {
		return fault.InvalidAlone("customer_ids", "At most %d customers at a time.", maxCustomers)
	}
	for _, customer := range slices.Concat(f.customerIDs, f.guestIDs, []string{f.customerID}) {
		if customer == "" {
			continue
		}
		if _, err := id.Market(id.Customer, customer); err != nil {
			return fault.InvalidAlone("customer_ids", "This is not the ID of a customer.")
		}
	}
	if _, err := id.Market(id.Producer, f.producerID); f.producerID != "" && err != nil {
		return fault.InvalidAlone("with_producer_id", "This is not the ID of a producer.")
	}
	if _, err := id.Market(id.Window, f.windowID); f.windowID != "" && err != nil {
		return fault.InvalidAlone("window_id", "This is not the ID of a window.")
	}
	return nil
}

// readStatuses leaves to customers and producers what was acknowledged, unless they ask for more.
func (f *filter) readStatuses(r *orderingv1.ListOrdersRequest) error {
	all := state.OrderStates()
	for _, status := range r.GetStatuses() {
		if !slices.Contains(all, status) {
			return fault.InvalidAlone("statuses", "An order is never %q.", status)
		}
	}
	for _, status := range r.GetPartStatuses() {
		if !slices.Contains(state.PartStates(), status) {
			return fault.InvalidAlone("part_statuses", "A part is never %q.", status)
		}
	}
	f.parts = r.GetPartStatuses()
	switch {
	case len(r.GetStatuses()) > 0:
		f.statuses = slices.Compact(slices.Sorted(slices.Values(r.GetStatuses())))
	case f.market != "" || r.GetStuck():
		f.statuses = all
	default:
		f.statuses = order.AcknowledgedStates
	}
	if r.GetStuck() {
		f.statuses = slices.DeleteFunc(slices.Clone(f.statuses),
			func(status string) bool { return !slices.Contains(order.InFlightStates, status) })
	}
	return nil
}

func (f *filter) readNumber(r *orderingv1.ListOrdersRequest) error {
	if r.GetNumber() == "" {
		return nil
	}
	number, ok := id.Number(strings.TrimSpace(r.GetNumber()))
	if !ok || len(number) < minNumber {
		return fault.InvalidAlone("number",
			"An order's number is the last %d letters and digits of its ID, or more.", minNumber)
	}
	f.number = number
	return nil
}

// maxTime is the last time that an ID can tell, in Unix milliseconds.
const maxTime = 1<<48 - 1

func (f *filter) readTimes(r *orderingv1.ListOrdersRequest) error {
	for field, at := range map[string]int64{
		"placed_from":   r.GetPlacedFrom(),
		"placed_before": r.GetPlacedBefore(),
	} {
		if at < 0 || at > maxTime {
			return fault.InvalidAlone(field, "This is not a time in Unix milliseconds.")
		}
	}
	if at := r.GetPlacedFrom(); at > 0 {
		f.from = id.Earliest(time.UnixMilli(at))
	}
	if at := r.GetPlacedBefore(); at > 0 {
		f.before = id.Earliest(time.UnixMilli(at))
	}
	return nil
}

func (f *filter) readCursor(r *orderingv1.ListOrdersRequest) error {
	if r.GetCursor() == "" {
		return nil
	}
	last, err := base64.RawURLEncoding.DecodeString(r.GetCursor())
	if err != nil {
		return errBadCursor
	}
	if _, err := id.Market(id.Order, string(last)); err != nil {
		return errBadCursor
	}
	if at := id.Unique(string(last)); f.before == "" || at < f.before {
		f.before = at
	}
	return nil
}

var errBadCursor = fault.New(fault.Invalid, "invalid_cursor",
	"This page of the list cannot be found. Start from the first one.",
	fault.Field{Name: "cursor", Message: "This cursor is not one of ours."})
