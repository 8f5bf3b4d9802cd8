package checkout_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/artisan-eats/artisan/edge/edgetest"
	"github.com/artisan-eats/artisan/fault"
	deliveryv1 "github.com/artisan-eats/artisan/gen/artisan/delivery/v1"
)

var (
	errAway      = fault.New(fault.Unavailable, "unavailable", "Down.")
	errNoPayment = fault.New(fault.Unavailable, "payment_unavailable",
		"Payments cannot be reached just now. Nothing is ordered, and nothing is charged.")
)

// ways are the ways to pay that a page offers, the chosen one first.
func ways(v *edgetest.View) (all []string) {
	for _, input := range v.Find("input", "name", "payment") {
		value := ""
		for _, a := range input.Attr {
			if a.Key == "value" {
				value = a.Val
			}
		}
		if edgetest.HasAll(input, []string{"checked", ""}) {
			all = slices.Insert(all, 0, value)
		} else {
			all = append(all, value)
		}
	}
	return all
}

// TestOnePaysWhereItIsHandedOver reads the label of what is not paid for at once.
func TestOnePaysWhereItIsHandedOver(t *testing.T) {
	for _, c := range []struct {
		kind string // of every window; empty where there are both
		away bool
		want string
	}{
		{"", false, "Pay on pickup or delivery"},
		{"pickup", false, "Pay on pickup"},
		{"delivery", false, "Pay on delivery"},
		{"", true, "Pay on pickup"},
	} {
		s := edgetest.Open(t)
		s.Peers.Set(func(p *edgetest.Peers) {
			p.WithoutPayments = true
			p.Window = func(w *deliveryv1.Window) {
				w.Minimum = nil
				if c.kind != "" {
					w.Kind = c.kind
				}
			}
		})
		if c.away {
			s.Peers.Fail("Methods", errAway)
		}
		v := s.Open(t, "/checkout", edgetest.WithCart, nil)
		label := ""
		for _, input := range v.Find("input", "name", "payment") {
			label = strings.TrimSpace((&edgetest.View{Root: input.Parent}).Text()) // of the last way to pay
		}
		if label != c.want {
			t.Errorf("%+v: it is %q", c, label)
		}
	}
}

// TestWithoutPaymentsTheCheckoutSaysWhatThereIsToDo looks at the page, and tries to pay by card.
func TestWithoutPaymentsTheCheckoutSaysWhatThereIsToDo(t *testing.T) {
	for _, c := range []struct {
		allowed, unreachable bool // the market takes it without; payments does not even say how to pay
		looks, tries         string
		ways                 string
	}{
		{
			true, true, "You can order all the same what you pick up, and pay for it there.",
			"What you pick up you can pay for there", "pickup",
		},
		{
			false, true, "Your basket is kept", "Please try again in a few minutes.",
			"test:ok test:declined pickup",
		},
		{true, false, "", "What you pick up you can pay for there", "pickup test:ok test:declined"},
		{false, false, "", "Please try again in a few minutes.", "test:ok test:declined pickup"},
	} {
		s := edgetest.Open(t)
		s.Peers.Set(func(p *edgetest.Peers) { p.WithoutPayments = c.allowed })
		s.Open(t, "/checkout", edgetest.WithCart, nil).Says(t, http.StatusOK, "Payment")
		if c.unreachable {
			s.Peers.Fail("Methods", errAway)
		}
		s.Open(t, "/checkout", edgetest.WithCart, nil).Says(t, http.StatusOK, c.looks)
		s.Peers.Fail("Checkout", errNoPayment)
		v := s.Open(t, "/checkout", edgetest.WithCart, edgetest.Typed("the-key"))
		v.Says(t, http.StatusServiceUnavailable, c.tries,
			"Nothing is ordered yet, and all that you have chosen is still there.")
		if got := strings.Join(ways(v), " "); got != c.ways {
			t.Errorf("%+v: the ways to pay are %s", c, got)
		}
		if v.Header.Get("Retry-After") == "" || v.Value("name") != "Ann <Example>" {
			t.Errorf("%+v: it does not say when to come back, or what was typed is lost", c)
		}
		if key := v.Value("key"); key == "" || key == "the-key" {
			t.Errorf("%+v: paid in another way it is sent under the key %q", c, key)
		}
	}
}

func TestWithoutPaymentsNothingIsOfferedWhereNothingIsPickedUp(t *testing.T) {
	s := edgetest.Open(t)
	s.Peers.Set(func(p *edgetest.Peers) {
		p.WithoutPayments = true
		p.Window = func(w *deliveryv1.Window) { w.Kind = "delivery" }
	})
	s.Peers.Fail("Methods", errAway)
	s.Open(t, "/checkout", edgetest.WithCart, nil).Says(t, http.StatusOK, "Your basket is kept")
}

func TestAProgramIsToldHowToPayWithoutPayments(t *testing.T) {
	for _, c := range []struct {
		allowed        bool
		window, method string
		want           []string
	}{
		{true, edgetest.Saturday, "test", []string{"pickup"}},
		{false, edgetest.Saturday, "test", nil},
		{true, edgetest.Evening, "test", nil},
		{true, edgetest.Saturday, "pickup", nil},
	} {
		s := edgetest.Open(t)
		s.Peers.Set(func(p *edgetest.Peers) { p.WithoutPayments = c.allowed })
		s.Peers.Fail("Checkout", errNoPayment)
		answer, body := s.Send(t, edgetest.Call{ //nolint:bodyclose // Send closes it
			Method: http.MethodPost, Path: "/api/v1/carts/" + edgetest.GuestCart + "/checkout",
			Body: `{"email": "ann@example.org", "name": "Ann", "window_id": "` + c.window +
				`", "payment": {"method": "` + c.method + `"}}`,
			Header: []string{"Idempotency-Key", "k"},
		})
		var told struct {
			Code    string   `json:"code"`
			Methods []string `json:"payment_methods"`
		}
		if err := json.Unmarshal(body, &told); err != nil {
			t.Fatal(err)
		}
		if answer.StatusCode != http.StatusServiceUnavailable || answer.Header.Get("Retry-After") == "" ||
			told.Code != "payment_unavailable" || !slices.Equal(told.Methods, c.want) {
			t.Errorf("%+v: %d %s", c, answer.StatusCode, body)
		}
	}
}

func TestAMembersAddressesMayBeAway(t *testing.T) {
	s := edgetest.Open(t)
	s.Peers.Fail("ListAddresses", errAway)
	s.Open(t, "/checkout", edgetest.WithCart+"; session=shopper", nil).Says(t, http.StatusOK,
		"The addresses that you keep cannot be shown just now.")
}
