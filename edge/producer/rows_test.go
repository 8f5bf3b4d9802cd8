package producer_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/artisan-eats/artisan/edge/edgetest"
	"github.com/artisan-eats/artisan/edge/producer"
	"github.com/artisan-eats/artisan/fault"
	deliveryv1 "github.com/artisan-eats/artisan/gen/artisan/delivery/v1"
	"github.com/artisan-eats/artisan/gen/artisan/delivery/v1/deliveryv1connect"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/gen/state"
)

const otherOrder = "ord_portland_01k8y6v0xq7d3mz1n5r2t9w4bd"

func TestOrdersThatAreChosenAreTakenOnTogether(t *testing.T) {
	s := edgetest.Open(t)
	v := s.Open(t, "/producer/orders?chosen=all", edgetest.MakerCookie, nil)
	if v.Status != http.StatusOK ||
		len(v.Find("input", "name", "chosen", "value", edgetest.PlacedOrder+":0", "checked", "")) != 1 ||
		len(v.Find("button", "name", "to", "value", "packed")) != 1 {
		t.Fatalf("status %d: %s", v.Status, v.Text())
	}
	if asked := s.Peers.Last["ListOrders"].(*orderingv1.ListOrdersRequest); !slices.Equal(
		asked.GetPartStatuses(), []string{
			state.PartNew, state.PartAccepted, state.PartPacked,
			state.PartReady,
		}) {
		t.Errorf("asked for %v", asked)
	}
	v = s.Open(t, "/producer/orders?state=new", edgetest.MakerCookie,
		url.Values{
			"to":     {"packed"},
			"chosen": {edgetest.PlacedOrder + ":0", otherOrder + ":3", edgetest.PlacedOrder + ":0"},
		})
	v.Says(t, http.StatusOK, "1 order is packed.", "One stays as it is", "It has to be weighed: Hill Tomme.",
		"cannot be undone")
	if sent := s.Peers.Last["StepParts"].(*orderingv1.StepPartsRequest); len(sent.GetParts()) != 2 ||
		sent.GetParts()[1].GetMoves() != 3 || sent.GetProducerId() != edgetest.Dairy ||
		sent.GetViewer() == nil {
		t.Errorf("sent %v", sent)
	}
	if len(v.Find("input", "name", "chosen", "checked", "")) != 1 ||
		len(v.Find("form", "action", "/producer/orders?state=new")) != 1 {
		t.Error("what was packed is not chosen any more, or the list forgets what it is of")
	}
}

func TestAStepOfRowsCanBeUndone(t *testing.T) {
	s := edgetest.Open(t)
	s.Peers.Order = func(o *orderingv1.Order) { o.Parts[0].CanTakeBack, o.Parts[0].Moves = true, 4 }
	v := s.Open(t, "/producer/orders", edgetest.MakerCookie,
		url.Values{"one": {"accepted:" + edgetest.PlacedOrder + ":3"}})
	v.Says(t, http.StatusOK, "1 order is accepted.", "Undo")
	if len(v.Find("input", "type", "hidden", "name", "chosen", "value", edgetest.PlacedOrder+":4")) != 1 {
		t.Error("the undo does not say what was seen")
	}
	v = s.Open(t, "/producer/orders", edgetest.MakerCookie,
		url.Values{"to": {"back"}, "chosen": {edgetest.PlacedOrder + ":4"}})
	v.Says(t, http.StatusOK, "1 order is taken one step back.")
	if sent := s.Peers.Last["StepParts"].(*orderingv1.StepPartsRequest); sent.GetTo() != "back" ||
		sent.GetParts()[0].GetMoves() != 4 {
		t.Errorf("sent %v", sent)
	}
}

func TestAStepOfNothingSaysSo(t *testing.T) {
	s := edgetest.Open(t)
	s.Open(t, "/producer/orders", edgetest.MakerCookie, url.Values{"to": {"packed"}}).Says(t,
		http.StatusUnprocessableEntity, "Choose the orders first.")
	for _, torn := range []url.Values{
		{"to": {"packed"}, "chosen": {"x"}},
		{"one": {"packed"}},
		{"to": {"packed"}, "chosen": {edgetest.PlacedOrder + ":many"}},
	} {
		if v := s.Open(t, "/producer/orders", edgetest.MakerCookie,
			torn); v.Status != http.StatusBadRequest &&
			v.Status != http.StatusUnprocessableEntity {
			t.Errorf("%v is answered with %d", torn, v.Status)
		}
	}
	if s.Peers.Count("StepParts") != 0 {
		t.Error("something was taken on")
	}
	s.Peers.Fail("StepParts", fault.New(fault.Invalid, "invalid", "At most 200 orders at a time."))
	s.Open(t, "/producer/orders", edgetest.MakerCookie,
		url.Values{"to": {"packed"}, "chosen": {edgetest.PlacedOrder + ":0"}}).Says(t,
		http.StatusUnprocessableEntity,
		"At most 200")
}

// TestASearchOfRowsFindsNamesNumbersAndGoods looks for an order by what its maker knows of it.
func TestASearchOfRowsFindsNamesNumbersAndGoods(t *testing.T) {
	s := edgetest.Open(t)
	for q, found := range map[string]bool{
		"ANN": true, "tömme": true, edgetest.PlacedOrder[len(edgetest.PlacedOrder)-6:]: true,
		"zucchini": false,
	} {
		v := s.Open(t, "/producer/orders?"+url.Values{"q": {q}}.Encode(), edgetest.MakerCookie, nil)
		if got := len(v.Find("input", "name", "chosen")) > 0; got != found ||
			found == strings.Contains(v.Text(), "No order is like that.") {
			t.Errorf("%q finds %t: %d", q, got, v.Status)
		}
	}
}

// TestTheMakeListIsOfAllWindows sums what is ordered for each.
func TestTheMakeListIsOfAllWindows(t *testing.T) {
	edgetest.OpenMarket(t, func(t *testing.T, m *edgetest.Market) {
		begin := time.Now().Add(96 * time.Hour).Truncate(time.Hour)
		later, err := deliveryv1connect.NewDeliveryServiceClient(m.Process.Client("delivery")).PutWindow(
			t.Context(), &deliveryv1.PutWindowRequest{Window: &deliveryv1.Window{
				Market: "portland", Kind: "pickup", StartsAt: begin.UnixMilli(),
				EndsAt:  begin.Add(time.Hour).UnixMilli(),
				OrderBy: begin.Add(-time.Hour).UnixMilli(), Capacity: 4, Place: "Stall 5",
			}})
		if err != nil {
			t.Fatal(err)
		}
		for key, window := range map[string]string{"one": m.Windows, "two": later.GetWindow().GetId()} {
			m.Ask(t, 201, edgetest.Call{
				Method: "POST", Path: "/api/v1/carts/" + m.FillCart(t) + "/checkout",
				Header: []string{"Idempotency-Key", key},
				Body:   strings.Replace(edgetest.Buying, edgetest.Saturday, window, 1),
			})
		}
		cookie := "session=" + strings.TrimPrefix(m.SignIn(t, "dairy@example.org")[1], "Bearer ")
		m.Open(t, "/producer/make", cookie, nil).Says(t, http.StatusOK, "0.7 kg", "Still to pack")
	})
}

// TestWhoHasADeskLandsOnIt signs in without having wanted to go anywhere.
func TestWhoHasADeskLandsOnIt(t *testing.T) {
	edgetest.OpenMarket(t, func(t *testing.T, m *edgetest.Market) {
		m.Member(t, "shopper@example.org", edgetest.Password, "Sho")
		for email, want := range map[string]string{
			"dairy@example.org": "/producer",
			"op@example.org":    "/operator/today", "shopper@example.org": "/account",
		} {
			for next, to := range map[string]string{
				"": want, "/cart": "/cart", "/account": "/account",
				"//evil.example": want,
			} {
				v := m.Open(t, "/sign-in", "",
					url.Values{"email": {email}, "password": {edgetest.Password}, "next": {next}})
				if got := v.Header.Get("Location"); v.Status != http.StatusSeeOther || got != to {
					t.Errorf("%s, who wanted to %q, goes to %q (%d)", email, next, got, v.Status)
				}
			}
		}
	})
}

// TestADeskBeginsWithToday says what is late, not accepted, short and nearly full, and shows figures that can
// be read without seeing them.
func TestADeskBeginsWithToday(t *testing.T) {
	s := edgetest.Open(t)
	for at, c := range map[string]struct {
		cookie  string
		tiles   []string
		figures []string
	}{
		"/producer": {edgetest.MakerCookie, []string{
			"late", "not accepted", "to pack", "sold out",
			"best before",
		}, []string{"Ordered, of what is there", "Best before, the nearest first"}},
		"/operator/today": {"session=operator", []string{
			"late", "not accepted", "with something missing",
			"nearly full",
		}, []string{"Orders an hour, and the cut-offs", "How full the windows are"}},
	} {
		v := s.Open(t, at, c.cookie, nil)
		v.Says(t, http.StatusOK,
			slices.Concat(c.tiles, c.figures,
				[]string{"Sales by week", "Sales by product", "Hill Tomme <young>", "$70.00"})...)
		if n := len(v.Find("section", "class", "panel figure")); n != len(c.figures)+2 {
			t.Errorf("%s has %d figures", at, n)
		}
		drawn := v.Find("svg", "role", "img")
		if len(drawn) < 2 || len(v.Find("title"))-1 != len(drawn) || len(v.Find("desc")) != len(drawn) ||
			len(v.Find("td", "class", "n")) < len(drawn) {
			t.Errorf("%s has %d drawings without words or tables", at, len(drawn))
		}
	}
	s.Peers.Fail("Tally", fault.New(fault.Unavailable, "unavailable", "Not now."))
	s.Open(t, "/producer", edgetest.MakerCookie, nil).Says(t, http.StatusOK, "not accepted")
	s.Open(t, "/operator/today", "session=operator", nil).Says(t, http.StatusOK, "How full the windows are")
}

// TestADeskSaysOfWhatItsFiguresAre has more orders than are summed, and more products than are looked at.
func TestADeskSaysOfWhatItsFiguresAre(t *testing.T) {
	s := edgetest.Open(t)
	for _, many := range []bool{false, true} {
		s.Peers.Set(func(p *edgetest.Peers) {
			p.ManyOrders, p.More = many, 1
			if many {
				p.More = producer.Looked + 1
			}
		})
		for at, words := range map[string][]string{
			"/producer":       {"of the newest 5,000 orders.", "of the first 100 products."},
			"/operator/today": {"of the newest 5,000 orders.", "Orders an hour are of the newest 5,000."},
		} {
			v := s.Open(t, at,
				map[string]string{
					"/producer":       edgetest.MakerCookie,
					"/operator/today": "session=operator",
				}[at], nil)
			for _, word := range words {
				if v.Status != http.StatusOK || strings.Contains(v.Text(), word) != many {
					t.Errorf("%s says %q wrongly: %t", at, word, many)
				}
			}
		}
	}
}
