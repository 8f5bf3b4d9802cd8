package checkout_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/artisan-eats/artisan/edge/edgetest"
	"github.com/artisan-eats/artisan/edge/web"
	"github.com/artisan-eats/artisan/fault"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	paymentsv1 "github.com/artisan-eats/artisan/gen/artisan/payments/v1"
	"github.com/artisan-eats/artisan/gen/state"
)

func TestAnOrderSaysHowFarItIs(t *testing.T) {
	s := edgetest.Open(t)
	s.Peers.Set(func(p *edgetest.Peers) { p.Payment = untaken("authorised") })
	v := s.Open(t, edgetest.OrderAt+"?new=1", edgetest.WithOrder, nil)
	v.Says(t, http.StatusOK, "Thank you, your order is confirmed.", "Not accepted yet",
		"Set aside on your card: $48.00.", "Keep the address of this page", "Pickup", "Stall 4")
	if now := v.Find("li", "class", "here"); len(now) != 1 || now[0].FirstChild.Data != "Confirmed " {
		t.Errorf("%d steps are the one of now", len(now))
	}
	s.Peers.Set(func(p *edgetest.Peers) {
		p.Order = func(o *orderingv1.Order) {
			o.Status, o.Parts[0].Status = state.OrderDone, state.PartDone
			o.Lines[0].Lots = []*orderingv1.Lot{{Code: "B12", BestBefore: "2026-12-01"}}
		}
		p.Payment = func(p *paymentsv1.Payment) {
			p.Status, p.Captured, p.Refunded = state.PaymentRefunded, edgetest.Dollars(4800),
				edgetest.Dollars(500)
		}
	})
	v = s.Open(t, edgetest.OrderAt, "session=shopper", nil)
	v.Says(t, http.StatusOK, "Enjoy your food.", "Handed over", "B12, best before Dec 1, 2026",
		"Paid: $48.00.", "Paid back: $5.00.")
	if len(v.Find("li", "class", "past")) != 6 || len(v.Find("div", "hx-sse:connect", "")) != 0 {
		t.Error("an order that is over waits for news")
	}
}

func TestAnOrderOfACancelledWindowSaysWhoCancelledItAndWhy(t *testing.T) {
	s := edgetest.Open(t)
	s.Peers.Set(func(p *edgetest.Peers) {
		p.Payment = untaken("voided")
		p.Order = func(o *orderingv1.Order) {
			o.Status, o.Parts[0].Status, o.CancelledAt, o.MarketSays = state.OrderCancelled,
				state.PartCancelled, edgetest.HappenedAt, "The hall is flooded."
			o.Steps = append(o.Steps, &orderingv1.Step{
				Status: state.OrderCancelled, At: edgetest.HappenedAt,
				ActorKind: "operator", ActorId: "acc_x_4", Note: o.GetMarketSays(),
			})
		}
	})
	v := s.Open(t, edgetest.OrderAt, edgetest.WithOrder, nil)
	v.Says(t, http.StatusOK, "This order is cancelled.", "The market cancelled it: Sat, Nov 21, 9:00 AM.",
		"The market says: The hall is flooded.", "Nothing was charged.")
	s.Peers.Set(func(p *edgetest.Peers) {
		p.Order = func(o *orderingv1.Order) {
			o.MarketSays, o.MovedFrom = "The hall is flooded.",
				&orderingv1.MovedFrom{
					StartsAt: edgetest.HappenedAt, EndsAt: edgetest.HappenedAt + 7_200_000,
					Place: "The hall",
				}
		}
	})
	s.Open(t, edgetest.OrderAt, edgetest.WithOrder, nil).Says(t, http.StatusOK,
		"The market has moved it. It was to be Sat, Nov 21, 9:00", "The market says: The hall is flooded.")
}

// untaken is a payment of which nothing was taken.
func untaken(status string) func(*paymentsv1.Payment) {
	return func(p *paymentsv1.Payment) {
		p.Status, p.Authorised, p.Captured, p.Refunded = status, edgetest.Dollars(4800), nil, nil
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
		s := edgetest.Open(t)
		s.Peers.Set(func(p *edgetest.Peers) {
			p.Order = func(o *orderingv1.Order) { o.PaymentMethod = c.method }
			p.Payment = untaken(c.status)
		})
		s.Open(t, edgetest.OrderAt, edgetest.WithOrder, nil).Says(t, http.StatusOK, want)
	}
}

func TestAMakerIsNotToldWhatTheWholeOrderCost(t *testing.T) {
	s := edgetest.Open(t)
	s.Peers.Set(func(p *edgetest.Peers) {
		p.Order = func(o *orderingv1.Order) { o.PartOnly = true }
		p.Payment = untaken("authorised")
	})
	v := s.Open(t, edgetest.OrderAt, "session=producer", nil)
	v.Says(t, http.StatusOK, "Not accepted yet")
	if strings.Contains(v.Text(), "Set aside") || len(v.Find("a", "href", edgetest.OrderAt+"/cancel")) != 0 {
		t.Error("a maker is told what was paid for the order, or may cancel it")
	}
}

func TestCancellingIsAskedTwice(t *testing.T) {
	s := edgetest.Open(t)
	if v := s.Open(t, edgetest.OrderAt, edgetest.WithOrder,
		nil); len(v.Find("a", "href", edgetest.OrderAt+"/cancel")) != 1 {
		t.Fatal("there is no way to cancel")
	}
	v := s.Open(t, edgetest.OrderAt+"/cancel", edgetest.WithOrder, nil)
	v.Says(t, http.StatusOK, "Cancel order", "This cannot be taken back.")
	if s.Peers.Count("CancelOrder") != 0 ||
		len(v.Find("form", "action", edgetest.OrderAt+"/cancel", "method", "post")) != 1 {
		t.Error("asking cancels, or there is no button")
	}
	if v = s.Open(t, edgetest.OrderAt+"/cancel", edgetest.WithOrder,
		url.Values{}); v.Status != http.StatusSeeOther {
		t.Errorf("status %d", v.Status)
	}
	s.Peers.Fail("CancelOrder",
		fault.New(fault.Conflict, "too_late", "This order is being packed and cannot be cancelled any more."))
	s.Open(t, edgetest.OrderAt+"/cancel", edgetest.WithOrder, url.Values{}).Says(t, http.StatusConflict,
		"cannot be cancelled any more")
	s.Peers.Set(func(p *edgetest.Peers) {
		p.Order = func(o *orderingv1.Order) { o.Parts[0].Status = state.PartPacked }
	})
	s.Open(t, edgetest.OrderAt+"/cancel", edgetest.WithOrder, nil).Says(t, http.StatusConflict,
		"This order cannot be cancelled any more.")
}

func TestAnOrderAgainIsBesideWhatIsInTheBasket(t *testing.T) {
	s := edgetest.Open(t)
	v := s.Open(t, edgetest.OrderAt+"/again", edgetest.WithOrder+"; cart="+edgetest.GuestCart, url.Values{})
	if v.Status != http.StatusSeeOther || v.Header.Get("Location") != "/cart" || len(v.Cookies) != 1 ||
		v.Cookies[0].Name != web.CartCookie {
		t.Fatalf("status %d to %s with %v", v.Status, v.Header.Get("Location"), v.Cookies)
	}
	if set := s.Peers.Last["SetLine"].(*orderingv1.SetLineRequest); set.GetQuantity() != 4000 {
		t.Errorf("two of before and two again are %d", set.GetQuantity())
	}
	s.Peers.Set(func(p *edgetest.Peers) {
		p.LeftOut = []*orderingv1.OrderLine{{ProductTitle: "Plum jam", VariantTitle: "Jar"}}
	})
	s.Open(t, edgetest.OrderAt+"/again", edgetest.WithOrder, url.Values{}).Says(t, http.StatusOK, "left out",
		"Plum jam, Jar",
		"Hill Tomme")
	if v = s.Open(t, edgetest.OrderAt+"/again", "", url.Values{}); v.Status != http.StatusNotFound {
		t.Errorf("somebody else's order is ordered again: %d", v.Status)
	}
}

func TestAnOrderIsForTheCalendar(t *testing.T) {
	s := edgetest.Open(t)
	s.Peers.Set(func(p *edgetest.Peers) {
		p.Order = func(o *orderingv1.Order) {
			o.WindowStartsAt, o.WindowEndsAt, o.WindowPlace = 1_795_000_000_000, 1_795_007_200_000,
				"Stall 4; by the river, "+strings.Repeat("ü", 60)
		}
	})
	answer, body := s.Send(t, edgetest.Call{
		Method: "GET", Path: edgetest.OrderAt + "/calendar.ics",
		Header: []string{"Cookie", edgetest.WithOrder},
	})
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

func TestNewsAreForWhoMaySeeTheOrder(t *testing.T) {
	s := edgetest.Open(t)
	for _, cookie := range []string{"", "session=other", "order=x"} {
		if answer, _ := s.Listen(t, cookie); answer.StatusCode != http.StatusNotFound {
			t.Errorf("%q is answered with %d", cookie, answer.StatusCode)
		}
	}
}

func TestALivePageHasItsScriptInOnePiece(t *testing.T) {
	s := edgetest.Open(t)
	v := s.Open(t, edgetest.OrderAt, edgetest.WithOrder, nil)
	scripts := v.Find("script", "defer", "")
	first, _ := edgetest.Attribute(scripts[0], "src")
	answer, body := s.Send(t, edgetest.Call{Method: "GET", Path: first})
	text := string(body)
	if at := strings.Index(text, "registerExtension(\"sse\""); answer.StatusCode != http.StatusOK ||
		len(scripts) != 2 || at < 0 || at < strings.Index(text, "DOMContentLoaded") {
		t.Errorf("status %d, %d scripts, the news are at %d", answer.StatusCode, len(scripts), at)
	}
}
