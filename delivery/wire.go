package delivery

import (
	"cmp"
	"encoding/base64"
	"encoding/json"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/artisan-eats/artisan/fault"
	deliveryv1 "github.com/artisan-eats/artisan/gen/artisan/delivery/v1"
	moneyv1 "github.com/artisan-eats/artisan/gen/artisan/money/v1"
	"github.com/artisan-eats/artisan/gen/sql/deliverydb"
	"github.com/artisan-eats/artisan/hold"
	"github.com/artisan-eats/artisan/id"
	"github.com/artisan-eats/artisan/money"
	"github.com/artisan-eats/artisan/sqldb"
)

func checkMarket(market string) error {
	if !id.ValidMarket(market) {
		return fault.InvalidField("market", "This is not the code of a market.")
	}
	return nil
}

// checkWindow refuses what cannot be the ID of a window as one that is not there: it comes from shoppers.
func checkWindow(window string) error {
	if _, err := id.Market(id.Window, window); err != nil {
		return windowNotFound()
	}
	return nil
}

func holdRequest(m *deliveryv1.HoldRequest) (request, error) {
	r := request{
		order: m.GetOrderId(), window: m.GetWindowId(), ttl: m.GetTtlMs(),
		percent: int64(m.GetUnconfirmedPercent()), insteadOf: m.GetInsteadOf(),
	}
	if r.insteadOf != "" && (hold.CheckOrder(r.insteadOf) != nil || r.insteadOf == r.order) {
		return r, fault.InvalidField("instead_of", "This is not the ID of another order.")
	}
	return r, cmp.Or(hold.CheckOrder(r.order), hold.CheckTTL(r.ttl),
		hold.CheckShare("unconfirmed_percent", r.percent), checkWindow(r.window))
}

func checkTerms(t Terms) error {
	if t.Kind != "pickup" && t.Kind != "delivery" {
		return fault.InvalidField("kind", "The kind is pickup or delivery.")
	}
	if len(t.Place) > MaxPlace || !utf8.ValidString(t.Place) ||
		strings.ContainsFunc(t.Place, unicode.IsControl) {
		return fault.InvalidField("place", "A place is plain text of at most %d bytes.", MaxPlace)
	}
	if t.Capacity < 0 || t.Capacity > MaxCapacity {
		return fault.InvalidField("capacity", "A capacity is from 0 to %d.", MaxCapacity)
	}
	if t.Fee.Minor < 0 || t.Fee.Minor > money.Max || t.Minimum.Minor < 0 || t.Minimum.Minor > money.Max {
		return fault.InvalidField("fee", "A fee and a minimum are not negative.")
	}
	if t.Fee.Currency != t.Minimum.Currency ||
		(t.Fee.Currency != "" && !money.ValidCurrency(t.Fee.Currency)) ||
		(t.Fee.Currency == "" && t.Fee.Minor+t.Minimum.Minor > 0) {
		return fault.InvalidField("fee", "A fee and a minimum are in one currency.")
	}
	return nil
}

// amounts reads a fee and a minimum. Where one of them is left out it is nothing in the other's currency.
func amounts(fee, minimum *moneyv1.Money) (money.Amount, money.Amount) {
	f, m := money.FromProto(fee), money.FromProto(minimum)
	f.Currency, m.Currency = cmp.Or(f.Currency, m.Currency), cmp.Or(m.Currency, f.Currency)
	return f, m
}

func scheduleFromProto(m *deliveryv1.Schedule) (Schedule, error) {
	s := Schedule{
		ID: m.GetId(), Market: m.GetMarket(), Weekday: time.Weekday(m.GetWeekday()), Starts: m.GetStarts(),
		Ends:        m.GetEnds(),
		CutoffHours: int64(m.GetCutoffHours()), Zone: m.GetTimeZone(), LastDay: m.GetLastDay(),
		Terms: Terms{Kind: m.GetKind(), Place: m.GetPlace(), Capacity: m.GetCapacity()},
	}
	s.Fee, s.Minimum = amounts(m.GetFee(), m.GetMinimum())
	if err := checkMarket(s.Market); err != nil {
		return s, err
	}
	if market, err := id.Market(id.Schedule, s.ID); s.ID != "" && (err != nil || market != s.Market) {
		return s, fault.InvalidField("id", "This is not the ID of a schedule of this market.")
	}
	if err := checkTerms(s.Terms); err != nil {
		return s, err
	}
	return s, checkHours(s)
}

func checkHours(s Schedule) error {
	if s.Weekday < time.Sunday || s.Weekday > time.Saturday {
		return fault.InvalidField("weekday", "A weekday is from 0, Sunday, to 6.")
	}
	for field, hour := range map[string]string{"starts": s.Starts, "ends": s.Ends} {
		if _, err := time.Parse("15:04", hour); err != nil || len(hour) != len("10:00") {
			return fault.InvalidField(field, "An hour looks like 10:00.")
		}
	}
	if s.Starts >= s.Ends {
		return fault.InvalidField("ends", "A window ends after it starts, on the same day.")
	}
	if s.CutoffHours < 0 || s.CutoffHours > MaxCutoffHours {
		return fault.InvalidField("cutoff_hours", "A cut-off is from 0 to %d hours before the start.",
			MaxCutoffHours)
	}
	if _, err := time.LoadLocation(s.Zone); err != nil || s.Zone == "" || s.Zone == "Local" {
		return fault.InvalidField("time_zone", "A time zone looks like America/Los_Angeles.")
	}
	if _, err := time.Parse(time.DateOnly, s.LastDay); err != nil && s.LastDay != "" {
		return fault.InvalidField("last_day", "A day looks like 2026-11-28.")
	}
	return nil
}

func scheduleToProto(s Schedule) *deliveryv1.Schedule {
	return &deliveryv1.Schedule{
		Id: s.ID, Market: s.Market, Kind: s.Kind, Weekday: int32(s.Weekday), Starts: s.Starts, Ends: s.Ends,
		CutoffHours: int32(s.CutoffHours),
		Capacity:    s.Capacity, Place: s.Place, Fee: s.Fee.Proto(), Minimum: s.Minimum.Proto(),
		TimeZone: s.Zone, LastDay: s.LastDay, Version: s.stamp(),
	}
}

func scheduleToRow(s Schedule) deliverydb.PutScheduleParams {
	return deliverydb.PutScheduleParams{
		ID: s.ID, Market: s.Market, Kind: s.Kind, Weekday: int64(s.Weekday), Starts: s.Starts, Ends: s.Ends,
		CutoffHours: s.CutoffHours,
		Capacity:    s.Capacity, Place: s.Place, Fee: s.Fee.Minor, Minimum: s.Minimum.Minor,
		Currency: s.Fee.Currency, TimeZone: s.Zone, LastDay: s.LastDay,
	}
}

func scheduleFromRow(r deliverydb.Schedule) Schedule {
	return Schedule{
		ID: r.ID, Market: r.Market, Weekday: time.Weekday(r.Weekday), Starts: r.Starts, Ends: r.Ends,
		CutoffHours: r.CutoffHours, Zone: r.TimeZone, LastDay: r.LastDay,
		Terms: Terms{
			Kind: r.Kind, Place: r.Place, Capacity: r.Capacity, Fee: money.New(r.Fee, r.Currency),
			Minimum: money.New(r.Minimum, r.Currency),
		},
	}
}

// windowFromProto reads what an operator wants of a window. What is taken of it, and its cycle, are not
// theirs to say.
func windowFromProto(m *deliveryv1.Window) (Window, error) {
	w := Window{
		ID: m.GetId(), Market: m.GetMarket(), StartsAt: m.GetStartsAt(), EndsAt: m.GetEndsAt(),
		OrderBy: m.GetOrderBy(),
		Terms:   Terms{Kind: m.GetKind(), Place: m.GetPlace(), Capacity: m.GetCapacity()},
	}
	w.Fee, w.Minimum = amounts(m.GetFee(), m.GetMinimum())
	if err := checkMarket(w.Market); err != nil {
		return w, err
	}
	if market, err := id.Market(id.Window, w.ID); w.ID != "" && (err != nil || market != w.Market) {
		return w, windowNotFound()
	}
	if w.StartsAt <= 0 || w.EndsAt <= w.StartsAt || w.EndsAt-w.StartsAt > maxLength.Milliseconds() {
		return w,
			fault.InvalidField("ends_at", "A window ends after it starts, and is at most %d hours long.",
				int(maxLength.Hours()))
	}
	if w.OrderBy <= 0 || w.OrderBy > w.StartsAt {
		return w, fault.InvalidField("order_by", "The cut-off is not after the start.")
	}
	return w, checkTerms(w.Terms)
}

// versioned is a window with the stamp of what it says.
func (w Window) versioned() *deliveryv1.Window {
	out := windowToProto(w)
	out.Version = w.stamp()
	return out
}

func windowToProto(w Window) *deliveryv1.Window {
	return &deliveryv1.Window{
		Id: w.ID, Market: w.Market, Kind: w.Kind, StartsAt: w.StartsAt, EndsAt: w.EndsAt, OrderBy: w.OrderBy,
		Capacity:  w.Capacity,
		Remaining: w.Remaining(), Place: w.Place, Fee: w.Fee.Proto(), Minimum: w.Minimum.Proto(),
		CycleId: w.Cycle, ScheduleId: w.Schedule, Edited: w.Edited, Closed: w.Closed, Cancelled: w.Cancelled,
	}
}

func windowFromRow(r deliverydb.Window) Window {
	return Window{
		ID: r.ID, Market: r.Market, StartsAt: r.StartsAt, EndsAt: r.EndsAt, OrderBy: r.OrderBy,
		Taken: r.Taken, Held: r.Held,
		Cycle: r.CycleID, Schedule: r.ScheduleID, Date: r.LocalDate, Edited: r.Edited != 0,
		Changes: r.Changes, Closed: r.Closed != 0, Cancelled: r.Cancelled != 0,
		Terms: Terms{
			Kind: r.Kind, Place: r.Place, Capacity: r.Capacity, Fee: money.New(r.Fee, r.Currency),
			Minimum: money.New(r.Minimum, r.Currency),
		},
	}
}

func windowToRow(w Window) deliverydb.AddWindowParams {
	return deliverydb.AddWindowParams{
		ID: w.ID, Market: w.Market, Kind: w.Kind, StartsAt: w.StartsAt, EndsAt: w.EndsAt, OrderBy: w.OrderBy,
		Capacity: w.Capacity, Place: w.Place,
		Fee: w.Fee.Minor, Minimum: w.Minimum.Minor, Currency: w.Fee.Currency, CycleID: w.Cycle,
		ScheduleID: w.Schedule, LocalDate: w.Date,
	}
}

func windowChange(w Window) deliverydb.ChangeWindowParams {
	return deliverydb.ChangeWindowParams{
		ID: w.ID, Kind: w.Kind, StartsAt: w.StartsAt, EndsAt: w.EndsAt, OrderBy: w.OrderBy,
		Capacity: w.Capacity, Place: w.Place,
		Fee: w.Fee.Minor, Minimum: w.Minimum.Minor, Currency: w.Fee.Currency, CycleID: w.Cycle,
		Changes: w.Changes,
		Edited:  sqldb.Flag(w.Edited),
	}
}

// windowsToProto answers a page of rows, one of which may be there only to tell that there are more.
func windowsToProto(rows []deliverydb.Window, limit int) *deliveryv1.ListWindowsResponse {
	response := &deliveryv1.ListWindowsResponse{}
	if len(rows) > limit {
		rows = rows[:limit]
		last := rows[limit-1]
		response.NextCursor = cursor{last.StartsAt, last.ID}.String()
	}
	for _, row := range rows {
		response.Windows = append(response.Windows, windowToProto(windowFromRow(row)))
	}
	return response
}

// listLimit is how many windows to answer: as asked for, capped; zero is the cap.
func listLimit(asked int32) int32 {
	if asked <= 0 || asked > maxWindows {
		return maxWindows
	}
	return asked
}

// cursor is the last window of a page.
type cursor struct {
	Start int64  `json:"s"`
	ID    string `json:"i"`
}

// String is what the caller keeps of a cursor; it is opaque to them.
func (c cursor) String() string {
	content, _ := json.Marshal(c)
	return base64.RawURLEncoding.EncodeToString(content)
}

func parseCursor(s string) (cursor, error) {
	var c cursor
	content, err := base64.RawURLEncoding.DecodeString(s)
	if err == nil {
		err = json.Unmarshal(content, &c)
	}
	if err == nil {
		err = checkWindow(c.ID)
	}
	if err != nil {
		return cursor{},
			fault.New(fault.Invalid, "invalid_cursor",
				"This list cannot be continued from here.").Because(err)
	}
	return c, nil
}
