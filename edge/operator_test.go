package edge

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/artisan-eats/artisan/edge/operator"
	"github.com/artisan-eats/artisan/edge/operator/windows"
	"github.com/artisan-eats/artisan/edge/web"
	"github.com/artisan-eats/artisan/fault"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	deliveryv1 "github.com/artisan-eats/artisan/gen/artisan/delivery/v1"
	notifyv1 "github.com/artisan-eats/artisan/gen/artisan/notify/v1"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	paymentsv1 "github.com/artisan-eats/artisan/gen/artisan/payments/v1"
	"github.com/artisan-eats/artisan/gen/state"
)

// asOperator opens a page of the operator's desk, or posts a form to it.
func (s *Shop) asOperator(t *testing.T, path string, form url.Values) *view {
	t.Helper()
	return s.open(t, path, "session=operator", form)
}

// wants checks a page's status and that it says some things.
func (v *view) wants(t *testing.T, status int, texts ...string) {
	t.Helper()
	if v.status != status {
		t.Errorf("status %d, want %d", v.status, status)
	}
	said := strings.Join(strings.Fields(v.text()), " ")
	for _, text := range texts {
		if !strings.Contains(said, text) {
			t.Errorf("the page does not say %q: %s", text, said)
		}
	}
}

// TestOrdersAreSiftedByTheAddress asks for everything at once. Days are the market's: 2026-11-01 has 25 hours
// in Portland.
func TestOrdersAreSiftedByTheAddress(t *testing.T) {
	s := openShop(t, DefaultLimits)
	v := s.asOperator(t, "/operator?q=ann%40example.org&status=new&window="+saturday+"&producer="+dairy+
		"&from=2026-11-01&to=2026-11-01", nil)
	v.wants(t, http.StatusOK, "Ann Example", "Confirmed", "$48.00")
	asked := s.peers.last["ListOrders"].(*orderingv1.ListOrdersRequest)
	if strings.Join(asked.GetCustomerIds(), " ") != "acc_x_1 cus_x_2" ||
		asked.GetStatuses()[0] != "confirmed" || asked.GetWindowId() != saturday ||
		asked.GetWithProducerId() != dairy {
		t.Errorf("ordering was asked for %v", asked)
	}
	if from, before := web.TimeOf(asked.GetPlacedFrom()), web.TimeOf(asked.GetPlacedBefore()); from.Format(
		time.RFC3339) != "2026-11-01T07:00:00Z" || before.Sub(from) != 25*time.Hour {
		t.Errorf("the day is from %s to %s", from, before)
	}
	if len(v.find("input", "name", "q", "value", "ann@example.org")) != 1 ||
		len(v.find("a", "href", "/operator/orders/"+placedOrder)) != 1 {
		t.Error("what was typed is lost, or the order cannot be opened")
	}
	s.asOperator(t, "/operator?q=T9W4BC", nil)
	if asked = s.peers.last["ListOrders"].(*orderingv1.ListOrdersRequest); asked.GetNumber() != "T9W4BC" ||
		len(asked.GetCustomerIds()) != 0 {
		t.Errorf("ordering was asked for %v", asked)
	}
}

func TestABadQuestionForOrdersIsMarked(t *testing.T) {
	s := openShop(t, DefaultLimits)
	s.asOperator(t, "/operator?q=nobody%40example.org", nil).wants(t, http.StatusOK,
		"Nobody has ordered with this address.")
	v := s.asOperator(t, "/operator?from=yesterday&to=2026-02-31", nil)
	v.wants(t, http.StatusUnprocessableEntity, "A day looks like 2026-11-21.")
	if len(v.find("input", "name", "from", "value", "yesterday", "aria-invalid", "true")) != 1 ||
		len(v.find("input", "name", "to", "aria-invalid", "true")) != 1 || s.peers.count("ListOrders") != 0 {
		t.Error("the fields are not marked, or ordering was asked all the same")
	}
	s.asOperator(t, "/operator?from=2026-11-02&to=2026-11-01", nil).wants(t, http.StatusUnprocessableEntity,
		"This day is before the first.")
	s.peers.fail("ListOrders",
		fault.New(fault.Invalid, "invalid", "No.",
			fault.Field{Name: "number", Message: "A number is longer."}))
	v = s.asOperator(t, "/operator?q=x", nil)
	v.wants(t, http.StatusUnprocessableEntity, "A number is longer.")
	if s.asOperator(t, "/operator?market=nowhere", nil).status != http.StatusNotFound {
		t.Error("there is a desk of a market that is not there")
	}
}

// TestAnOrdersWholeLifeIsOnOnePage reads what all services know of it.
func TestAnOrdersWholeLifeIsOnOnePage(t *testing.T) {
	s := openShop(t, DefaultLimits)
	v := s.asOperator(t, "/operator/orders/"+placedOrder, nil)
	v.wants(t, http.StatusOK,
		"Order T9W4BC", "Confirmed", "Placed Nov 20, 2026, 12:00 AM", "Sold.",
		"Held until Nov 20, 2026, 10:00 AM.", "2 × Hill Tomme", "2 of lot B12, best before 24 Dec 2026",
		"ann@example.org", "Collected $48.00", "Refunded $3.00", "To come from the provider", "-$48.00",
		"Your order", "Sent", "Cancel it")
	if v.value("amount") != "45.00" || v.value("key") == "" {
		t.Errorf("the refund is filled in with %q", v.value("amount"))
	}
	if len(v.find("a", "href", "/producer/orders/"+placedOrder+"?producer="+dairy)) != 1 {
		t.Error("the producer's desk cannot be reached")
	}
}

// TestAnOrderIsShownThoughServicesAreDown leaves out what cannot be had.
func TestAnOrderIsShownThoughServicesAreDown(t *testing.T) {
	s := openShop(t, DefaultLimits)
	for _, method := range []string{
		"inventory.GetHold", "delivery.GetHold", "GetPayment", "ListEntries",
		"ListMessages", "Open",
	} {
		s.peers.fail(method, fault.New(fault.Unavailable, "unavailable", "Down."))
	}
	v := s.asOperator(t, "/operator/orders/"+placedOrder, nil)
	v.wants(t, http.StatusOK, "Cannot be reached just now.", "2 × Hill Tomme")
	if len(v.find("input", "name", "amount")) != 0 {
		t.Error("money can be refunded that nobody knows of")
	}
}

func TestARefundIsAskedForOnceAndShownAgainWhenRefused(t *testing.T) {
	s := openShop(t, DefaultLimits)
	at := "/operator/orders/" + placedOrder
	v := s.asOperator(t, at+"/refunds", url.Values{"key": {"k"}, "amount": {"5.00"}, "reason": {"broken"}})
	sent := s.peers.last["Refund"].(*paymentsv1.RefundRequest)
	if v.status != http.StatusSeeOther || v.header.Get("Location") != at ||
		sent.GetAmount().GetAmount() != 500 || sent.GetKey() != placedOrder+":k" ||
		sent.GetReason() != "broken" {
		t.Errorf("status %d, to %s, %v", v.status, v.header.Get("Location"), sent)
	}
	for amount, want := range map[string]string{
		"five":  "Write an amount of USD such as 12.50.",
		"1.005": "Write an amount", "-1": "Write an amount", "0": "A refund is more than nothing.",
		"": "Write an amount",
	} {
		v = s.asOperator(t, at+"/refunds",
			url.Values{"key": {"k"}, "amount": {amount}, "reason": {"<b>broken"}})
		v.wants(t, http.StatusUnprocessableEntity, want)
		if len(v.find("input", "name", "amount", "value", amount, "aria-invalid", "true")) != 1 ||
			v.value("reason") != "<b>broken" || v.value("key") != "k" {
			t.Errorf("%q: what was typed is lost", amount)
		}
	}
	s.peers.fail("Refund",
		fault.New(fault.Conflict, "refund_too_large", "That is more than is left to refund."))
	v = s.asOperator(t, at+"/refunds", url.Values{"key": {"k"}, "amount": {"99"}})
	v.wants(t, http.StatusConflict, "That is more than is left to refund.", "$45.00 is left to refund.")
	if len(v.find("details", "open", "")) != 1 {
		t.Error("the form that was refused is folded away")
	}
}

func TestAnOrderIsCancelledByTheOperator(t *testing.T) {
	s := openShop(t, DefaultLimits)
	at := "/operator/orders/" + placedOrder
	if v := s.asOperator(t, at+"/cancel", url.Values{}); v.status != http.StatusSeeOther ||
		v.header.Get("Location") != at {
		t.Errorf("status %d, to %s", v.status, v.header.Get("Location"))
	}
	s.peers.fail("CancelOrder", fault.New(fault.Conflict, "too_late", "It is packed already."))
	s.asOperator(t, at+"/cancel", url.Values{}).wants(t, http.StatusConflict, "It is packed already.",
		"Order T9W4BC")
}

func TestProducersAreApproved(t *testing.T) {
	s := openShop(t, DefaultLimits)
	s.peers.set(func(p *peers) { p.producer = func(p *catalogv1.Producer) { p.Approved = false } })
	v := s.asOperator(t, "/operator/producers", nil)
	v.wants(t, http.StatusOK, "Waiting for approval", "Hill Dairy", "Gresham")
	at := "/operator/producers/" + dairy + "/approval"
	if len(v.find("form", "action", at, "method", "post")) < 2 {
		t.Error("a producer cannot be approved")
	}
	v = s.asOperator(t, at, url.Values{"approved": {"yes"}, "back": {"/operator/producers?q=hill"}})
	sent := s.peers.last["ApproveProducer"].(*catalogv1.ApproveProducerRequest)
	if v.status != http.StatusSeeOther || v.header.Get("Location") != "/operator/producers?q=hill" ||
		sent.GetId() != dairy || !sent.GetApproved() {
		t.Errorf("status %d, %v", v.status, sent)
	}
	s.asOperator(t, at, url.Values{"approved": {"perhaps"}}).wants(t, http.StatusUnprocessableEntity,
		"choose whether this producer may sell")
	s.asOperator(t, "/operator/producers?q=hill&cursor=next", nil)
	if asked := s.peers.last["ListProducers"].(*catalogv1.ListProducersRequest); asked.GetQ() != "hill" ||
		asked.GetCursor() != "next" || !asked.GetAll() || asked.GetWaiting() {
		t.Errorf("the catalogue was asked for %v", asked)
	}
}

// TestTheCalendarGoesByTheMarketsClocks opens the week in which Portland's clocks go back.
func TestTheCalendarGoesByTheMarketsClocks(t *testing.T) {
	s := openShop(t, DefaultLimits)
	v := s.asOperator(t, "/operator/calendar?week=2026-10-29", nil)
	v.wants(t, http.StatusOK, "October 26 to November 1, 2026", "No windows this week.")
	asked := s.peers.last["ListWindows"].(*deliveryv1.ListWindowsRequest)
	if from, to := web.TimeOf(asked.GetEndsAfter()), web.TimeOf(asked.GetStartsBefore()); from.Format(
		time.RFC3339) != "2026-10-26T07:00:00Z" || to.Sub(from) != 14*24*time.Hour+time.Hour {
		t.Errorf("the week and the next are from %s to %s", from, to)
	}
	if len(v.find("a", "href", "/operator/calendar?week=2026-10-19")) != 1 ||
		len(v.find("a", "href", "/operator/calendar?week=2026-11-02")) != 1 {
		t.Error("the weeks beside it cannot be reached")
	}
	s.asOperator(t, "/operator/calendar?week=never", nil).wants(t, http.StatusOK,
		"November 16 to November 22, 2026",
		"Fri, Nov 209:00 PM orders close for Pickup Sat 9:00 AM",
		"Sat, Nov 219:00 to 11:00 AM Pickup Farmers' market, stall 4", "28 of 40 taken")
}

// moved is a window's form with some fields changed.
func moved(fields ...string) url.Values {
	form := url.Values{
		"date": {"2026-11-21"}, "starts": {"09:00"}, "ends": {"11:00"}, "cutoff_date": {"2026-11-20"},
		"cutoff": {"21:00"}, "place": {"Farmers' market, stall 4"}, "capacity": {"40"},
	}
	for i := 0; i+1 < len(fields); i += 2 {
		form.Set(fields[i], fields[i+1])
	}
	return form
}

func TestAWindowIsMoved(t *testing.T) {
	s := openShop(t, DefaultLimits)
	at := "/operator/windows/" + saturday
	v := s.asOperator(t, at, nil)
	v.wants(t, http.StatusOK, "28 orders have a place in it", "are told by mail")
	for name, want := range moved() {
		if got := v.value(name); got != want[0] {
			t.Errorf("%s is filled in with %q, want %q", name, got, want[0])
		}
	}
	v = s.asOperator(t, at, moved("date", "2026-11-22", "starts", "10:00", "ends", "12:30", "place",
		" Stall 9 ", "capacity", "50"))
	put := s.peers.last["PutWindow"].(*deliveryv1.PutWindowRequest).GetWindow()
	if v.status != http.StatusSeeOther || v.header.Get("Location") != at+"?saved=1" ||
		put.GetPlace() != "Stall 9" || put.GetCapacity() != 50 || put.GetKind() != "pickup" ||
		put.GetMarket() != "portland" {
		t.Errorf("status %d, %v", v.status, put)
	}
	for got, want := range map[int64]string{
		put.GetStartsAt(): "2026-11-22T18:00:00Z",
		put.GetEndsAt():   "2026-11-22T20:30:00Z", put.GetOrderBy(): "2026-11-21T05:00:00Z",
	} {
		if web.TimeOf(got).Format(time.RFC3339) != want {
			t.Errorf("a time is %s, want %s", web.TimeOf(got), want)
		}
	}
	s.asOperator(t, at+"?saved=1", nil).wants(t, http.StatusOK, "Saved.")
}

func TestAWindowIsMade(t *testing.T) {
	s := openShop(t, DefaultLimits)
	v := s.asOperator(t, "/operator/calendar?week=2026-11-16", nil)
	v.wants(t, http.StatusOK, "Made by hand", "Saturdays, 10:00 AM to 12:00 PM", "order until 1 hour before",
		"orders from $25.00")
	if sat, sun := strings.Index(v.text(), "Saturdays"), strings.Index(v.text(), "Sundays"); sat < 0 ||
		sun < sat {
		t.Error("a week does not begin on Monday")
	}
	if len(v.find("a", "href", "/operator/new-window?week=2026-11-16")) != 1 {
		t.Error("there is no way to a new window")
	}
	if v = s.asOperator(t, "/operator/new-window?week=2027-03-01", nil); v.value("date") != "2027-03-01" {
		t.Errorf("the day is %q", v.value("date"))
	}
	v = s.asOperator(t, "/operator/windows", moved("kind", "delivery", "fee", "four", "place", "Stall 9"))
	v.wants(t, http.StatusUnprocessableEntity, "Write an amount of USD")
	if v.value("place") != "Stall 9" || v.value("fee") != "four" || s.peers.count("PutWindow") != 0 {
		t.Error("what was typed is lost, or it was made")
	}
	v = s.asOperator(t, "/operator/windows", moved("key", "k", "kind", "delivery", "fee", "4", "minimum", ""))
	put := s.peers.last["PutWindow"].(*deliveryv1.PutWindowRequest).GetWindow()
	if v.status != http.StatusSeeOther || v.header.Get("Location") != "/operator/windows/"+evening+
		"?saved=1" || put.GetId() != "" || put.GetKind() != "delivery" ||
		put.GetMarket() != "portland" || put.GetFee().GetAmount() != 400 ||
		put.GetMinimum().GetAmount() != 0 ||
		web.TimeOf(put.GetStartsAt()).Format(time.RFC3339) != "2026-11-21T17:00:00Z" {
		t.Errorf("status %d, %v", v.status, put)
	}
	s.peers.fail("PutWindow",
		fault.New(fault.Invalid, "invalid", "No.",
			fault.Field{Name: "kind", Message: "The kind is pickup or delivery."}))
	s.asOperator(t, "/operator/windows", moved("key", "k", "kind", "post")).wants(t,
		http.StatusUnprocessableEntity, "The kind is pickup or delivery.")
}

// TestAWindowThatCannotMoveSaysWhy keeps what was typed, and marks the field.
func TestAWindowThatCannotMoveSaysWhy(t *testing.T) {
	s := openShop(t, DefaultLimits)
	at := "/operator/windows/" + saturday
	for _, c := range []struct{ name, value, date, why string }{
		{"starts", "02:30", "2026-03-08", "The clocks go forward that day: there is no such hour."},
		{"starts", "soon", "2026-11-21", "an hour like 09:30"},
		{"capacity", "many", "2026-11-21", "This is a whole number."},
		{"place", "", "2026-11-21", "This is required."},
	} {
		v := s.asOperator(t, at, moved("date", c.date, c.name, c.value))
		v.wants(t, http.StatusUnprocessableEntity, c.why)
		if len(v.find("input", "name", c.name, "value", c.value, "aria-invalid", "true")) != 1 ||
			s.peers.count("PutWindow") != 0 {
			t.Errorf("%s: the field is not marked, or it was moved", c.name)
		}
	}
	s.peers.fail("PutWindow", fault.New(fault.Invalid, "invalid", "No.",
		fault.Field{Name: "order_by", Message: "The cut-off is not after the start."}))
	v := s.asOperator(t, at, moved("cutoff_date", "2026-11-23"))
	v.wants(t, http.StatusUnprocessableEntity, "The cut-off is not after the start.")
	if len(v.find("input", "name", "cutoff_date", "value", "2026-11-23", "aria-invalid", "true")) != 1 {
		t.Error("the cut-off is not marked")
	}
	s.peers.fail("PutWindow",
		fault.New(fault.Conflict, "capacity_taken",
			"28 places of this window are taken; it cannot have fewer."))
	v = s.asOperator(t, at, moved("capacity", "5"))
	v.wants(t, http.StatusConflict, "28 places of this window are taken")
	if len(v.find("input", "name", "capacity", "value", "5", "aria-invalid", "true")) != 1 {
		t.Error("the size is not marked")
	}
}

// TestAnHourThatIsThereTwiceStaysTheOneItIs sends a window's form back unchanged, in the hour that is
// repeated when clocks go back.
func TestAnHourThatIsThereTwiceStaysTheOneItIs(t *testing.T) {
	zone, err := time.LoadLocation("America/Los_Angeles")
	if err != nil {
		t.Fatal(err)
	}
	for _, begin := range []string{"2026-11-01T08:30:00Z", "2026-11-01T09:30:00Z"} {
		start, err := time.Parse(time.RFC3339, begin)
		if err != nil {
			t.Fatal(err)
		}
		o := &operator.Office{In: &web.Market{Zone: zone}}
		w := &deliveryv1.Window{
			StartsAt: start.UnixMilli(), EndsAt: start.Add(3 * time.Hour).UnixMilli(),
			OrderBy: start.UnixMilli(), Place: "Stall 4",
		}
		if got, wrong := windows.TypedWindow(o, w,
			windows.FilledIn(o, w)); got.GetStartsAt() != w.GetStartsAt() ||
			got.GetEndsAt() != w.GetEndsAt() || len(wrong) != 0 {
			t.Errorf("%s becomes %s: %v", begin, web.TimeOf(got.GetStartsAt()), wrong)
		}
	}
}

func TestMailThatFailedIsSentAgain(t *testing.T) {
	s := openShop(t, DefaultLimits)
	v := s.asOperator(t, "/operator/mail?status=failed", nil)
	v.wants(t, http.StatusOK, "Your order", "ann@example.org")
	here := v.find("a", "aria-current", "true", "href", "/operator/mail?status=failed")
	asked := s.peers.last["ListMessages"].(*notifyv1.ListMessagesRequest)
	if asked.GetStatus() != state.MessageFailed || len(here) != 1 {
		t.Errorf("notify was asked for %v", asked)
	}
	v = s.asOperator(t, "/operator/mail/msg_x_1/resend", url.Values{"back": {"/operator/mail?status=failed"}})
	if sent := s.peers.last["Resend"].(*notifyv1.ResendRequest); v.status != http.StatusSeeOther ||
		v.header.Get("Location") != "/operator/mail?status=failed" || sent.GetId() != "msg_x_1" {
		t.Errorf("status %d, %v", v.status, sent)
	}
}

// TestWhatIsStuckIsShownThoughAServiceIsDown asks all services, one of which is not there.
func TestWhatIsStuckIsShownThoughAServiceIsDown(t *testing.T) {
	s := openShop(t, DefaultLimits)
	s.peers.fail("inventory.ListTroubles", fault.New(fault.Unavailable, "unavailable", "Down."))
	v := s.asOperator(t, "/operator/stuck", nil)
	v.wants(t, http.StatusOK, "The service “inventory” cannot be reached",
		"Money that is not where it should be", "The provider does not answer.", "Order T9W4BC", "7 attempts")
	if v.value("id") != "money:"+placedOrder ||
		len(v.find("form", "action", "/operator/stuck/payments")) != 1 {
		t.Error("it cannot be tried again")
	}
	v = s.asOperator(t, "/operator/stuck/payments", url.Values{"id": {"money:" + placedOrder}})
	if v.status != http.StatusSeeOther || s.peers.last["payments.Retry"] != placedOrder {
		t.Errorf("status %d, %v", v.status, s.peers.last["payments.Retry"])
	}
	if v = s.asOperator(t, "/operator/stuck/nobody",
		url.Values{"id": {"x"}}); v.status != http.StatusNotFound {
		t.Errorf("a service that is not there is answered with %d", v.status)
	}
}

// TestTheLedgerNamesThings writes accounts in words, with whose they are.
func TestTheLedgerNamesThings(t *testing.T) {
	s := openShop(t, DefaultLimits)
	v := s.asOperator(t, "/operator/orders/"+placedOrder, nil)
	v.wants(t, http.StatusOK, "To come from the provider (Test card)", "Owed to Hill Dairy",
		"Refunds promisedRefund promised: Hill Tomme, Wheel (Hill Dairy)", "Refund paid")
	if strings.Contains(v.text(), "refund_paid") || strings.Contains(v.text(), "captured") {
		t.Error("the ledger speaks in codes")
	}
}

// TestASearchOfTheMarketFindsNames looks for who ordered, and who makes it, where no order has the number.
func TestASearchOfTheMarketFindsNames(t *testing.T) {
	openMarket(t, func(t *testing.T, m *market) {
		m.ask(t, 201, call{
			method: "POST", path: "/api/v1/carts/" + m.fillCart(t) + "/checkout",
			header: withKey, body: strings.Replace(buying, saturday, m.windows, 1),
		})
		cookie := "session=" + m.token(t, "op@example.org")
		for q, found := range map[string]bool{
			"Ann": true, "ÄNN": true, "dairy": true, "Nobody Here": false,
			"zzzzzzz": false,
		} {
			v := m.open(t, "/operator?"+url.Values{"q": {q}}.Encode(), cookie, nil)
			if got := len(v.find("li", "class", "line")) == 1; v.status != http.StatusOK || got != found {
				t.Errorf("%q finds it: %t (%d)", q, got, v.status)
			}
		}
	})
}

// TestTheFilterRowSurvivesWhatIsWrong keeps all fields where the address asks for what cannot be.
func TestTheFilterRowSurvivesWhatIsWrong(t *testing.T) {
	s := openShop(t, DefaultLimits)
	s.peers.fail("ListOrders", fault.New(fault.Invalid, "invalid", "This is not the ID of a window.",
		fault.Field{Name: "window_id", Message: "No."}))
	v := s.asOperator(t, "/operator?q=ann%40example.org&window=win_nowhere&status=packed&from=2026-11-01",
		nil)
	v.wants(t, http.StatusUnprocessableEntity, "This is not the ID of a window.")
	if v.value("q") != "ann@example.org" || v.value("from") != "2026-11-01" ||
		len(v.find("option", "value", "packed", "selected", "")) != 1 {
		t.Errorf("the row forgets: %s", v.text())
	}
	for _, method := range []string{"ListOrders", "FindCustomers"} {
		s := openShop(t, DefaultLimits)
		s.peers.fail(method, errDown)
		v = s.asOperator(t, "/operator?q=ann%40example.org&status=packed", nil)
		v.wants(t, http.StatusServiceUnavailable, errDown.Message)
		if v.value("q") != "ann@example.org" ||
			len(v.find("option", "value", "packed", "selected", "")) != 1 ||
			strings.Contains(v.text(), "No order is like that.") {
			t.Errorf("without an answer to %s the row forgets: %s", method, v.text())
		}
	}
}
