package edge

import (
	"bufio"
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/artisan-eats/artisan/edge/web"
	"github.com/artisan-eats/artisan/fault"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	paymentsv1 "github.com/artisan-eats/artisan/gen/artisan/payments/v1"
	"github.com/artisan-eats/artisan/gen/state"
	"github.com/artisan-eats/artisan/share"
)

const (
	orderAt   = "/orders/" + placedOrder
	withOrder = "order=" + orderToken
)

func TestAnOrderSaysHowFarItIs(t *testing.T) {
	s := openShop(t, DefaultLimits)
	s.peers.set(func(p *peers) { p.payment = untaken("authorised") })
	v := s.open(t, orderAt+"?new=1", withOrder, nil)
	v.says(t, http.StatusOK, "Thank you, your order is confirmed.", "Not accepted yet",
		"Set aside on your card: $48.00.", "Keep the address of this page", "Pickup", "Stall 4")
	if now := v.find("li", "class", "here"); len(now) != 1 || now[0].FirstChild.Data != "Confirmed " {
		t.Errorf("%d steps are the one of now", len(now))
	}
	s.peers.set(func(p *peers) {
		p.order = func(o *orderingv1.Order) {
			o.Status, o.Parts[0].Status = state.OrderDone, state.PartDone
			o.Lines[0].Lots = []*orderingv1.Lot{{Code: "B12", BestBefore: "2026-12-01"}}
		}
		p.payment = func(p *paymentsv1.Payment) {
			p.Status, p.Captured, p.Refunded = state.PaymentRefunded, dollars(4800), dollars(500)
		}
	})
	v = s.open(t, orderAt, "session=shopper", nil)
	v.says(t, http.StatusOK, "Enjoy your food.", "Handed over", "B12, best before Dec 1, 2026",
		"Paid: $48.00.", "Paid back: $5.00.")
	if len(v.find("li", "class", "past")) != 6 || len(v.find("div", "hx-sse:connect", "")) != 0 {
		t.Error("an order that is over waits for news")
	}
}

func TestAnOrderOfACancelledWindowSaysWhoCancelledItAndWhy(t *testing.T) {
	s := openShop(t, DefaultLimits)
	s.peers.set(func(p *peers) {
		p.payment = untaken("voided")
		p.order = func(o *orderingv1.Order) {
			o.Status, o.Parts[0].Status, o.CancelledAt, o.MarketSays = state.OrderCancelled,
				state.PartCancelled, happenedAt, "The hall is flooded."
			o.Steps = append(o.Steps, &orderingv1.Step{
				Status: state.OrderCancelled, At: happenedAt,
				ActorKind: "operator", ActorId: "acc_x_4", Note: o.GetMarketSays(),
			})
		}
	})
	v := s.open(t, orderAt, withOrder, nil)
	v.says(t, http.StatusOK, "This order is cancelled.", "The market cancelled it: Sat, Nov 21, 9:00 AM.",
		"The market says: The hall is flooded.", "Nothing was charged.")
	s.peers.set(func(p *peers) {
		p.order = func(o *orderingv1.Order) {
			o.MarketSays, o.MovedFrom = "The hall is flooded.",
				&orderingv1.MovedFrom{StartsAt: happenedAt, EndsAt: happenedAt + 7_200_000, Place: "The hall"}
		}
	})
	s.open(t, orderAt, withOrder, nil).says(t, http.StatusOK,
		"The market has moved it. It was to be Sat, Nov 21, 9:00", "The market says: The hall is flooded.")
}

// untaken is a payment of which nothing was taken.
func untaken(status string) func(*paymentsv1.Payment) {
	return func(p *paymentsv1.Payment) {
		p.Status, p.Authorised, p.Captured, p.Refunded = status, dollars(4800), nil, nil
	}
}

func TestMoneyIsToldInWords(t *testing.T) {
	for want, c := range map[string]struct{ method, status string }{
		"Nothing was charged.":                                {"test", "voided"},
		"The payment was declined. Nothing was charged.":      {"test", "declined"},
		"You pay on pickup or delivery.":                      {"pickup", "authorised"},
		"There is nothing to pay.":                            {"pickup", "voided"},
		"When everything is packed, we take what it comes to": {"test", "authorised"},
	} {
		s := openShop(t, DefaultLimits)
		s.peers.set(func(p *peers) {
			p.order = func(o *orderingv1.Order) { o.PaymentMethod = c.method }
			p.payment = untaken(c.status)
		})
		s.open(t, orderAt, withOrder, nil).says(t, http.StatusOK, want)
	}
}

func TestAMakerIsNotToldWhatTheWholeOrderCost(t *testing.T) {
	s := openShop(t, DefaultLimits)
	s.peers.set(func(p *peers) {
		p.order = func(o *orderingv1.Order) { o.PartOnly = true }
		p.payment = untaken("authorised")
	})
	v := s.open(t, orderAt, "session=producer", nil)
	v.says(t, http.StatusOK, "Not accepted yet")
	if strings.Contains(v.text(), "Set aside") || len(v.find("a", "href", orderAt+"/cancel")) != 0 {
		t.Error("a maker is told what was paid for the order, or may cancel it")
	}
}

func TestCancellingIsAskedTwice(t *testing.T) {
	s := openShop(t, DefaultLimits)
	if v := s.open(t, orderAt, withOrder, nil); len(v.find("a", "href", orderAt+"/cancel")) != 1 {
		t.Fatal("there is no way to cancel")
	}
	v := s.open(t, orderAt+"/cancel", withOrder, nil)
	v.says(t, http.StatusOK, "Cancel order", "This cannot be taken back.")
	if s.peers.count("CancelOrder") != 0 ||
		len(v.find("form", "action", orderAt+"/cancel", "method", "post")) != 1 {
		t.Error("asking cancels, or there is no button")
	}
	if v = s.open(t, orderAt+"/cancel", withOrder, url.Values{}); v.status != http.StatusSeeOther {
		t.Errorf("status %d", v.status)
	}
	s.peers.fail("CancelOrder",
		fault.New(fault.Conflict, "too_late", "This order is being packed and cannot be cancelled any more."))
	s.open(t, orderAt+"/cancel", withOrder, url.Values{}).says(t, http.StatusConflict,
		"cannot be cancelled any more")
	s.peers.set(func(p *peers) {
		p.order = func(o *orderingv1.Order) { o.Parts[0].Status = state.PartPacked }
	})
	s.open(t, orderAt+"/cancel", withOrder, nil).says(t, http.StatusConflict,
		"This order cannot be cancelled any more.")
}

func TestAnOrderAgainIsBesideWhatIsInTheBasket(t *testing.T) {
	s := openShop(t, DefaultLimits)
	v := s.open(t, orderAt+"/again", withOrder+"; cart="+guestCart, url.Values{})
	if v.status != http.StatusSeeOther || v.header.Get("Location") != "/cart" || len(v.cookies) != 1 ||
		v.cookies[0].Name != web.CartCookie {
		t.Fatalf("status %d to %s with %v", v.status, v.header.Get("Location"), v.cookies)
	}
	if set := s.peers.last["SetLine"].(*orderingv1.SetLineRequest); set.GetQuantity() != 4000 {
		t.Errorf("two of before and two again are %d", set.GetQuantity())
	}
	s.peers.set(func(p *peers) {
		p.leftOut = []*orderingv1.OrderLine{{ProductTitle: "Plum jam", VariantTitle: "Jar"}}
	})
	s.open(t, orderAt+"/again", withOrder, url.Values{}).says(t, http.StatusOK, "left out", "Plum jam, Jar",
		"Hill Tomme")
	if v = s.open(t, orderAt+"/again", "", url.Values{}); v.status != http.StatusNotFound {
		t.Errorf("somebody else's order is ordered again: %d", v.status)
	}
}

func TestAnOrderIsForTheCalendar(t *testing.T) {
	s := openShop(t, DefaultLimits)
	s.peers.set(func(p *peers) {
		p.order = func(o *orderingv1.Order) {
			o.WindowStartsAt, o.WindowEndsAt, o.WindowPlace = 1_795_000_000_000, 1_795_007_200_000,
				"Stall 4; by the river, "+strings.Repeat("ü", 60)
		}
	})
	answer, body := s.send(t, call{method: "GET", path: orderAt + "/calendar.ics", header: []string{"Cookie", withOrder}}) //nolint:bodyclose // send closes it
	text := string(body)
	if answer.StatusCode != http.StatusOK || !strings.HasPrefix(answer.Header.Get("Content-Type"),
		"text/calendar") || answer.Header.Get("Cache-Control") != "no-store" {
		t.Fatalf("status %d, %v", answer.StatusCode, answer.Header)
	}
	for _, want := range []string{
		"BEGIN:VCALENDAR\r\n", "DTSTART:20261118T", `Stall 4\; by the river\, `,
		"END:VCALENDAR\r\n",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("there is no %q in %s", want, text)
		}
	}
	for line := range strings.SplitSeq(text, "\r\n") {
		if len(line) > maxLine || strings.ToValidUTF8(line, "") != line {
			t.Errorf("a line of %d bytes, or a character in two", len(line))
		}
	}
	if strings.Contains(text, "Ann") {
		t.Error("the calendar says whose it is")
	}
}

// listen opens the news of an order.
func (s *Shop) listen(t *testing.T, cookie string) (*http.Response, *bufio.Scanner) {
	t.Helper()
	ctx, leave := context.WithCancel(t.Context())
	t.Cleanup(leave)
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, s.URL+orderAt+"/events?version=-1",
		http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Cookie", cookie)
	answer, err := s.Client().Do(request)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = answer.Body.Close() })
	return answer, bufio.NewScanner(answer.Body)
}

// next reads up to a line that begins so.
func next(t *testing.T, lines *bufio.Scanner, prefix string) string {
	t.Helper()
	for lines.Scan() {
		if strings.HasPrefix(lines.Text(), prefix) {
			return lines.Text()
		}
	}
	t.Fatalf("the news end before %q", prefix)
	return ""
}

func TestAnOpenPageIsToldOfEachChange(t *testing.T) {
	s := openShop(t, DefaultLimits)
	answer, lines := s.listen(t, withOrder) //nolint:bodyclose // listen closes it
	if answer.StatusCode != http.StatusOK || answer.Header.Get("Content-Type") != "text/event-stream" ||
		answer.Header.Get("Cache-Control") != "no-store" {
		t.Fatalf("status %d, %v", answer.StatusCode, answer.Header)
	}
	if got := next(t, lines, "data: "); !strings.Contains(got, "Not accepted yet") {
		t.Errorf("the first news are %s", got)
	}
	s.peers.set(func(p *peers) {
		p.order = func(o *orderingv1.Order) {
			o.Version, o.Status, o.Parts[0].Status = 2, state.OrderDone,
				state.PartDone
		}
	})
	s.peers.bell <- struct{}{}
	if got := next(t, lines, "data: "); !strings.Contains(got, "Enjoy your food.") {
		t.Errorf("the next news are %s", got)
	}
	next(t, lines, "event: over")
	for lines.Scan() { //nolint:revive // it ends by itself
	}
	if s.edge.live.Used() != 0 || s.edge.gates[web.UnderWay].Running() != 0 {
		t.Error("a place is still taken")
	}
}

func TestNewsAreForWhoMaySeeTheOrder(t *testing.T) {
	s := openShop(t, DefaultLimits)
	for _, cookie := range []string{"", "session=other", "order=x"} {
		if answer, _ := s.listen(t, cookie); answer.StatusCode != http.StatusNotFound { //nolint:bodyclose // listen closes it
			t.Errorf("%q is answered with %d", cookie, answer.StatusCode)
		}
	}
}

func TestMorePagesThanPlacesAreSentAway(t *testing.T) {
	s := openShop(t, DefaultLimits)
	s.edge.live = share.NewPool(share.Live, 1, 1, web.ErrOverloaded)
	_, lines := s.listen(t, withOrder) //nolint:bodyclose // listen closes it
	next(t, lines, "data: ")
	answer, _ := s.listen(t, withOrder) //nolint:bodyclose // listen closes it
	if answer.StatusCode != http.StatusServiceUnavailable || answer.Header.Get("Retry-After") == "" {
		t.Errorf("status %d, %v", answer.StatusCode, answer.Header)
	}
}

func TestALivePageHasItsScriptInOnePiece(t *testing.T) {
	s := openShop(t, DefaultLimits)
	v := s.open(t, orderAt, withOrder, nil)
	scripts := v.find("script", "defer", "")
	first, _ := attribute(scripts[0], "src")
	answer, body := s.send(t, call{method: "GET", path: first}) //nolint:bodyclose // send closes it
	text := string(body)
	if at := strings.Index(text, "registerExtension(\"sse\""); answer.StatusCode != http.StatusOK ||
		len(scripts) != 2 || at < 0 || at < strings.Index(text, "DOMContentLoaded") {
		t.Errorf("status %d, %d scripts, the news are at %d", answer.StatusCode, len(scripts), at)
	}
}
