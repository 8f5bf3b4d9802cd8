package edge

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/artisan-eats/artisan/edge/producer"
	"github.com/artisan-eats/artisan/fault"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/gen/state"
)

const otherOrder = "ord_portland_01k8y6v0xq7d3mz1n5r2t9w4bd"

func TestOrdersThatAreChosenAreTakenOnTogether(t *testing.T) {
	s := openShop(t, DefaultLimits)
	v := s.open(t, "/producer/orders?chosen=all", makerCookie, nil)
	if v.status != http.StatusOK ||
		len(v.find("input", "name", "chosen", "value", placedOrder+":0", "checked", "")) != 1 ||
		len(v.find("button", "name", "to", "value", "packed")) != 1 {
		t.Fatalf("status %d: %s", v.status, v.text())
	}
	if asked := s.peers.last["ListOrders"].(*orderingv1.ListOrdersRequest); !slices.Equal(
		asked.GetPartStatuses(), []string{
			state.PartNew, state.PartAccepted, state.PartPacked,
			state.PartReady,
		}) {
		t.Errorf("asked for %v", asked)
	}
	v = s.open(t, "/producer/orders?state=new", makerCookie,
		url.Values{"to": {"packed"}, "chosen": {placedOrder + ":0", otherOrder + ":3", placedOrder + ":0"}})
	v.says(t, http.StatusOK, "1 order is packed.", "One stays as it is", "It has to be weighed: Hill Tomme.",
		"cannot be undone")
	if sent := s.peers.last["StepParts"].(*orderingv1.StepPartsRequest); len(sent.GetParts()) != 2 ||
		sent.GetParts()[1].GetMoves() != 3 || sent.GetProducerId() != dairy || sent.GetViewer() == nil {
		t.Errorf("sent %v", sent)
	}
	if len(v.find("input", "name", "chosen", "checked", "")) != 1 ||
		len(v.find("form", "action", "/producer/orders?state=new")) != 1 {
		t.Error("what was packed is not chosen any more, or the list forgets what it is of")
	}
}

func TestAStepOfRowsCanBeUndone(t *testing.T) {
	s := openShop(t, DefaultLimits)
	s.peers.order = func(o *orderingv1.Order) { o.Parts[0].CanTakeBack, o.Parts[0].Moves = true, 4 }
	v := s.open(t, "/producer/orders", makerCookie, url.Values{"one": {"accepted:" + placedOrder + ":3"}})
	v.says(t, http.StatusOK, "1 order is accepted.", "Undo")
	if len(v.find("input", "type", "hidden", "name", "chosen", "value", placedOrder+":4")) != 1 {
		t.Error("the undo does not say what was seen")
	}
	v = s.open(t, "/producer/orders", makerCookie, url.Values{"to": {"back"}, "chosen": {placedOrder + ":4"}})
	v.says(t, http.StatusOK, "1 order is taken one step back.")
	if sent := s.peers.last["StepParts"].(*orderingv1.StepPartsRequest); sent.GetTo() != "back" ||
		sent.GetParts()[0].GetMoves() != 4 {
		t.Errorf("sent %v", sent)
	}
}

func TestAStepOfNothingSaysSo(t *testing.T) {
	s := openShop(t, DefaultLimits)
	s.open(t, "/producer/orders", makerCookie, url.Values{"to": {"packed"}}).says(t,
		http.StatusUnprocessableEntity, "Choose the orders first.")
	for _, torn := range []url.Values{
		{"to": {"packed"}, "chosen": {"x"}},
		{"one": {"packed"}},
		{"to": {"packed"}, "chosen": {placedOrder + ":many"}},
	} {
		if v := s.open(t, "/producer/orders", makerCookie, torn); v.status != http.StatusBadRequest &&
			v.status != http.StatusUnprocessableEntity {
			t.Errorf("%v is answered with %d", torn, v.status)
		}
	}
	if s.peers.count("StepParts") != 0 {
		t.Error("something was taken on")
	}
	s.peers.fail("StepParts", fault.New(fault.Invalid, "invalid", "At most 200 orders at a time."))
	s.open(t, "/producer/orders", makerCookie,
		url.Values{"to": {"packed"}, "chosen": {placedOrder + ":0"}}).says(t, http.StatusUnprocessableEntity,
		"At most 200")
}

// TestASearchOfRowsFindsNamesNumbersAndGoods looks for an order by what its maker knows of it.
func TestASearchOfRowsFindsNamesNumbersAndGoods(t *testing.T) {
	s := openShop(t, DefaultLimits)
	for q, found := range map[string]bool{
		"ANN": true, "tömme": true, placedOrder[len(placedOrder)-6:]: true,
		"zucchini": false,
	} {
		v := s.open(t, "/producer/orders?"+url.Values{"q": {q}}.Encode(), makerCookie, nil)
		if got := len(v.find("input", "name", "chosen")) > 0; got != found ||
			found == strings.Contains(v.text(), "No order is like that.") {
			t.Errorf("%q finds %t: %d", q, got, v.status)
		}
	}
}

// TestTheMakeListIsOfAllWindows sums what is ordered for each.
func TestTheMakeListIsOfAllWindows(t *testing.T) {
	openMarket(t, func(t *testing.T, m *market) {
		for _, key := range []string{"one", "two"} {
			m.ask(t, 201, call{
				method: "POST", path: "/api/v1/carts/" + m.fillCart(t) + "/checkout",
				header: []string{"Idempotency-Key", key},
				body:   strings.Replace(buying, saturday, m.windows, 1),
			})
		}
		cookie := "session=" + strings.TrimPrefix(m.signIn(t, "dairy@example.org")[1], "Bearer ")
		m.open(t, "/producer/make", cookie, nil).says(t, http.StatusOK, "0.7 kg", "Still to pack")
	})
}

// TestWhoHasADeskLandsOnIt signs in without having wanted to go anywhere.
func TestWhoHasADeskLandsOnIt(t *testing.T) {
	openMarket(t, func(t *testing.T, m *market) {
		m.member(t, "shopper@example.org", walkPassword, "Sho")
		for email, want := range map[string]string{
			"dairy@example.org": "/producer",
			"op@example.org":    "/operator/today", "shopper@example.org": "/account",
		} {
			for next, to := range map[string]string{
				"": want, "/cart": "/cart", "/account": "/account",
				"//evil.example": want,
			} {
				v := m.open(t, "/sign-in", "",
					url.Values{"email": {email}, "password": {walkPassword}, "next": {next}})
				if got := v.header.Get("Location"); v.status != http.StatusSeeOther || got != to {
					t.Errorf("%s, who wanted to %q, goes to %q (%d)", email, next, got, v.status)
				}
			}
		}
	})
}

// TestADeskBeginsWithToday says what is late, not accepted, short and nearly full, and shows figures that can
// be read without seeing them.
func TestADeskBeginsWithToday(t *testing.T) {
	s := openShop(t, DefaultLimits)
	for at, c := range map[string]struct {
		cookie  string
		tiles   []string
		figures []string
	}{
		"/producer": {makerCookie, []string{
			"late", "not accepted", "to pack", "sold out",
			"best before",
		}, []string{"Ordered, of what is there", "Best before, the nearest first"}},
		"/operator/today": {"session=operator", []string{
			"late", "not accepted", "with something missing",
			"nearly full",
		}, []string{"Orders an hour, and the cut-offs", "How full the windows are"}},
	} {
		v := s.open(t, at, c.cookie, nil)
		v.says(t, http.StatusOK,
			slices.Concat(c.tiles, c.figures,
				[]string{"Sales by week", "Sales by product", "Hill Tomme <young>", "$70.00"})...)
		if n := len(v.find("section", "class", "panel figure")); n != len(c.figures)+2 {
			t.Errorf("%s has %d figures", at, n)
		}
		drawn := v.find("svg", "role", "img")
		if len(drawn) < 2 || len(v.find("title"))-1 != len(drawn) || len(v.find("desc")) != len(drawn) ||
			len(v.find("td", "class", "n")) < len(drawn) {
			t.Errorf("%s has %d drawings without words or tables", at, len(drawn))
		}
	}
	s.peers.fail("Tally", fault.New(fault.Unavailable, "unavailable", "Not now."))
	s.open(t, "/producer", makerCookie, nil).says(t, http.StatusOK, "not accepted")
	s.open(t, "/operator/today", "session=operator", nil).says(t, http.StatusOK, "How full the windows are")
}

// TestADeskSaysOfWhatItsFiguresAre has more orders than are summed, and more products than are looked at.
func TestADeskSaysOfWhatItsFiguresAre(t *testing.T) {
	s := openShop(t, DefaultLimits)
	for _, many := range []bool{false, true} {
		s.peers.set(func(p *peers) {
			p.manyOrders, p.more = many, 1
			if many {
				p.more = producer.Looked + 1
			}
		})
		for at, words := range map[string][]string{
			"/producer":       {"of the newest 5,000 orders.", "of the first 100 products."},
			"/operator/today": {"of the newest 5,000 orders.", "Orders an hour are of the newest 5,000."},
		} {
			v := s.open(t, at,
				map[string]string{"/producer": makerCookie, "/operator/today": "session=operator"}[at], nil)
			for _, word := range words {
				if v.status != http.StatusOK || strings.Contains(v.text(), word) != many {
					t.Errorf("%s says %q wrongly: %t", at, word, many)
				}
			}
		}
	}
}
