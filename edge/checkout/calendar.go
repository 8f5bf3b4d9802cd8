package checkout

import (
	"net/http"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/artisan-eats/artisan/edge/trade"
	"github.com/artisan-eats/artisan/edge/web"
	"github.com/artisan-eats/artisan/fault"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/gen/state"
)

// OrderCalendar answers when and where to get an order, for a calendar (RFC 5545). It names nobody.
func OrderCalendar(v *web.Visit) (*web.Reply, error) {
	order, err := trade.Order(v, v.Request.PathValue("id"))
	if err != nil {
		return nil, err
	}
	if order.GetWindowStartsAt() == 0 {
		return nil, fault.New(fault.NotFound, "not_found", "This order has no time yet.")
	}
	in, err := v.Site.Market(v.Context(), order.GetMarket())
	if err != nil {
		return nil, err
	}
	out := &web.Reply{
		Status: http.StatusOK, ContentType: "text/calendar; charset=utf-8",
		Body: icalendar(in, order),
	}
	return out.Set("Content-Disposition", `attachment; filename="order.ics"`), nil
}

func icalendar(in *web.Market, o *orderingv1.Order) []byte {
	status := "CONFIRMED"
	if o.GetStatus() == state.OrderCancelled || o.GetStatus() == state.OrderFailed {
		status = "CANCELLED"
	}
	var out strings.Builder
	for _, line := range []string{
		"BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Artisan Eats//Orders//" +
			strings.ToUpper(in.Locale.Language()), "BEGIN:VEVENT",
		"UID:" + o.GetId(), "SEQUENCE:" + strconv.FormatInt(o.GetVersion(), 10), "DTSTAMP:" +
			utcStamp(changedAt(o)), "LAST-MODIFIED:" + utcStamp(changedAt(o)),
		"DTSTART:" + utcStamp(o.GetWindowStartsAt()), "DTEND:" + utcStamp(o.GetWindowEndsAt()),
		"SUMMARY:" + escaped(in.Text("Artisan Eats, order {number}", trade.OrderNumber(o.GetId()))),
		"LOCATION:" + escaped(orderWay(in, o)), "STATUS:" + status,
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

func utcStamp(millis int64) string { return web.TimeOf(millis).Format("20060102T150405Z") }

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
