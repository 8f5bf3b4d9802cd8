package edge

import (
	"net/http"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/artisan-eats/artisan/fault"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
)

// orderCalendar answers when and where to get an order, for a calendar (RFC 5545). It names nobody.
func (e *site) orderCalendar(v *visit) (*reply, error) {
	order, err := v.order(v.PathValue("id"))
	if err != nil {
		return nil, err
	}
	if order.GetWindowStartsAt() == 0 {
		return nil, fault.New(fault.NotFound, "not_found", "This order has no time yet.")
	}
	in, err := e.place(v.Context(), order.GetMarket())
	if err != nil {
		return nil, err
	}
	out := &reply{status: http.StatusOK, contentType: "text/calendar; charset=utf-8", body: calendar(in, order)}
	return out.set("Content-Disposition", `attachment; filename="order.ics"`), nil
}

func calendar(in *place, o *orderingv1.Order) []byte {
	status := "CONFIRMED"
	if o.GetStatus() == statusCancelled || o.GetStatus() == statusFailed {
		status = "CANCELLED"
	}
	var out strings.Builder
	for _, line := range []string{
		"BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Artisan Eats//Orders//" + strings.ToUpper(in.Language()), "BEGIN:VEVENT",
		"UID:" + o.GetId(), "SEQUENCE:" + strconv.FormatInt(o.GetVersion(), 10), "DTSTAMP:" + utcStamp(changedAt(o)), "LAST-MODIFIED:" + utcStamp(changedAt(o)),
		"DTSTART:" + utcStamp(o.GetWindowStartsAt()), "DTEND:" + utcStamp(o.GetWindowEndsAt()),
		"SUMMARY:" + escaped(in.Text("Artisan Eats, order {number}", number(o.GetId()))), "LOCATION:" + escaped(in.orderWay(o)), "STATUS:" + status,
		"END:VEVENT", "END:VCALENDAR",
	} {
		out.WriteString(folded(line))
	}
	return []byte(out.String())
}

// changedAt is when an order last changed.
func changedAt(o *orderingv1.Order) int64 {
	at := o.GetPlacedAt()
	for _, s := range o.GetSteps() {
		at = max(at, s.GetAt())
	}
	return at
}

func utcStamp(millis int64) string { return timeOf(millis).Format("20060102T150405Z") }

var escaped = strings.NewReplacer(`\`, `\\`, ";", `\;`, ",", `\,`, "\n", `\n`, "\r", "").Replace

// maxLine is how many bytes a line of a calendar has at most.
const maxLine = 75

// folded ends a line, and parts a long one between characters.
func folded(line string) string {
	var out strings.Builder
	for room := maxLine; len(line) > room; room = maxLine - 1 {
		cut := room
		for !utf8.RuneStart(line[cut]) {
			cut--
		}
		out.WriteString(line[:cut] + "\r\n ")
		line = line[cut:]
	}
	return out.String() + line + "\r\n"
}
