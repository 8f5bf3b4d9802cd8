package producer_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/artisan-eats/artisan/edge/edgetest"
	"github.com/artisan-eats/artisan/edge/web"
	"github.com/artisan-eats/artisan/fault"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
)

const (
	partAt = "/producer/orders/" + edgetest.PlacedOrder + "/parts/" + edgetest.OnePart
)

func TestAWeekBeginsWithTheNextWindow(t *testing.T) {
	s := edgetest.Open(t)
	v := s.Open(t, "/producer", edgetest.MakerCookie, nil)
	if v.Status != http.StatusOK || len(v.Find("section", "class", "panel ticket next")) != 1 {
		t.Fatalf("status %d", v.Status)
	}
	if len(v.Find("form", "action", "/producer/windows/"+edgetest.Saturday+"/accept")) != 1 ||
		len(v.Find("form", "action", partAt)) != 1 {
		t.Error("the next window's orders cannot be accepted")
	}
	if len(v.Find("a", "href", "/producer/pack/"+edgetest.Evening)) != 1 ||
		len(v.Find("a", "aria-current", "page")) != 1 {
		t.Error("the later window has no pack list, or the tab is not marked")
	}
}

func TestAllNewOrdersOfAWindowAreAccepted(t *testing.T) {
	s := edgetest.Open(t)
	v := s.Open(t, "/producer/windows/"+edgetest.Saturday+"/accept", edgetest.MakerCookie, url.Values{})
	sent := s.Peers.Last["AdvancePart"].(*orderingv1.AdvancePartRequest)
	if v.Status != http.StatusSeeOther || s.Peers.Count("AdvancePart") != 1 || sent.GetTo() != "accepted" {
		t.Errorf("status %d, %d accepted", v.Status, s.Peers.Count("AdvancePart"))
	}
}

func TestWhatHasToBeWeighedIsNotFilledIn(t *testing.T) {
	s := edgetest.Open(t)
	s.Peers.Order = edgetest.MakeByTheKilo
	v := s.Open(t, "/producer/orders/"+edgetest.PlacedOrder, edgetest.MakerCookie, nil)
	v.Says(t, http.StatusOK, "Weighs, kg", "0.315 to 0.385 kg", "Short or none", "Sold out")
	if fields := v.Find("input", "name", "packed."+edgetest.Slice, "value", "", "required",
		""); len(fields) != 1 {
		t.Error("the weight has no field, or one that is filled in")
	}
}

func TestWeightsAreTypedAtPacking(t *testing.T) {
	s := edgetest.Open(t)
	s.Peers.Order = edgetest.MakeByTheKilo
	form := url.Values{"to": {"packed"}, "packed." + edgetest.Slice: {"0,345"}, "back": {"/producer/orders"}}
	v := s.Open(t, partAt, edgetest.MakerCookie, form)
	sent := s.Peers.Last["AdvancePart"].(*orderingv1.AdvancePartRequest)
	if v.Status != http.StatusSeeOther || v.Header.Get("Location") != "/producer/orders" ||
		len(sent.GetPacked()) != 1 || sent.GetPacked()[0].GetQuantity() != 345 {
		t.Errorf("status %d, packed %v", v.Status, sent.GetPacked())
	}
	for _, typed := range []string{"", "-1", "heavy", "1e3", "0.0001", "<b>1</b>", "9"} {
		form.Set("packed."+edgetest.Slice, typed)
		v = s.Open(t, partAt, edgetest.MakerCookie, form)
		if v.Status != http.StatusUnprocessableEntity || v.Value("packed."+edgetest.Slice) != typed ||
			len(v.Find("p", "id", "w-"+edgetest.PlacedOrder+"packed."+edgetest.Slice)) != 1 {
			t.Errorf("%q is answered with %d, and shown as %q", typed, v.Status,
				v.Value("packed."+edgetest.Slice))
		}
	}
	if s.Peers.Count("AdvancePart") != 1 {
		t.Error("what cannot be read was packed")
	}
	form.Set("packed."+edgetest.Slice, "0.385")
	s.Peers.Fail("AdvancePart",
		fault.New(fault.Conflict, "above_authorised", "That is more than the shopper agreed to pay."))
	if v = s.Open(t, partAt, edgetest.MakerCookie, form); v.Status != http.StatusConflict ||
		len(v.Find("p", "role", "alert")) != 1 || v.Value("packed."+edgetest.Slice) != "0.385" {
		t.Errorf("too much is answered with %d", v.Status)
	}
}

func TestWhatIsShortIsPackedWithAReason(t *testing.T) {
	s := edgetest.Open(t)
	s.Peers.Order = func(o *orderingv1.Order) {
		edgetest.MakeByTheKilo(o)
		o.Lines = append(o.Lines, &orderingv1.OrderLine{
			VariantId: edgetest.Wheel, Quantity: 2000, PackedLeast: 2000,
			PackedMost: 2000, ProducerId: edgetest.Dairy, ProductTitle: "Hill Tomme", SoldBy: "each",
		})
	}
	form := url.Values{"to": {"packed"}, "packed." + edgetest.Slice: {"0"}, "pieces." + edgetest.Wheel: {"1"}}
	v := s.Open(t, partAt, edgetest.MakerCookie, form)
	if v.Status != http.StatusUnprocessableEntity ||
		len(v.Find("p", "id", "w-"+edgetest.PlacedOrder+"why."+edgetest.Slice)) != 1 ||
		len(v.Find("p", "id", "w-"+edgetest.PlacedOrder+"why."+edgetest.Wheel)) != 1 ||
		len(v.Find("details", "open", "")) != 2 {
		t.Errorf("without a reason: %d", v.Status)
	}
	form.Set("why."+edgetest.Slice, "sold_out")
	form.Set("own-why."+edgetest.Wheel, " The cellar was too warm. ")
	v = s.Open(t, partAt, edgetest.MakerCookie, form)
	sent := s.Peers.Last["AdvancePart"].(*orderingv1.AdvancePartRequest).GetPacked()
	if v.Status != http.StatusSeeOther || len(sent) != 2 || sent[0].GetQuantity() != 0 ||
		sent[0].GetReason() != "sold_out" || sent[1].GetQuantity() != 1000 ||
		sent[1].GetReason() != "The cellar was too warm." {
		t.Errorf("status %d, sent %v", v.Status, sent)
	}
	for field, typed := range map[string]string{"pieces." + edgetest.Wheel: "1.5", "own-why." +
		edgetest.Wheel: strings.Repeat("x", 201)} {
		wrong := url.Values{
			"to": {"packed"}, "packed." + edgetest.Slice: {"0.35"}, "pieces." + edgetest.Wheel: {"1"},
			field: {typed},
		}
		if v = s.Open(t, partAt, edgetest.MakerCookie, wrong); v.Status != http.StatusUnprocessableEntity {
			t.Errorf("%q is answered with %d", typed, v.Status)
		}
	}
	s.Peers.Fail("AdvancePart", fault.New(fault.Conflict, "already_packed", "This was packed already."))
	s.Open(t, partAt, edgetest.MakerCookie, form).Says(t, http.StatusConflict, "This was packed already.")
}

func TestAPackListIsByProductAndByCustomer(t *testing.T) {
	s := edgetest.Open(t)
	v := s.Open(t, "/producer/pack/"+edgetest.Saturday, edgetest.MakerCookie, nil)
	if v.Status != http.StatusOK || len(v.Find("button", "data-print", "")) != 1 ||
		len(v.Find("young")) != 0 {
		t.Fatalf("status %d", v.Status)
	}
	for _, want := range []string{
		"0.35 kg (0.77 lb) of B12, best before 24 Dec 2026", "Hill Tomme <young>", "By weight",
		"Ann Example", "By customer",
	} {
		if !strings.Contains(v.Text(), want) {
			t.Errorf("%q is not on the list", want)
		}
	}
	if v = s.Open(t, "/producer/pack", edgetest.MakerCookie,
		nil); v.Header.Get("Location") != "/producer/pack/"+
		edgetest.Saturday {
		t.Errorf("the next list is at %q", v.Header.Get("Location"))
	}
	if v = s.Open(t, "/producer/pack/"+edgetest.Evening, edgetest.MakerCookie,
		nil); v.Status != http.StatusOK ||
		!strings.Contains(v.Text(), "nothing to pack") {
		t.Errorf("an empty list: status %d", v.Status)
	}
}

// TestADeskIsItsProducersOwn tries all pages of a desk as somebody who acts for another producer.
func TestADeskIsItsProducersOwn(t *testing.T) {
	s := edgetest.Open(t)
	paths := strings.NewReplacer("{id}", edgetest.PlacedOrder, "{part}", edgetest.OnePart, "{variant}",
		edgetest.Wheel, "{window}",
		edgetest.Saturday)
	for _, rt := range s.Routes {
		method, path, _ := strings.Cut(rt.Pattern, " ")
		if !strings.HasPrefix(path, "/producer") || method != http.MethodGet || rt.Rule != web.Producing {
			continue
		}
		path = paths.Replace(path)
		if v := s.Open(t, path+"?producer=pro_portland_01k8y6v0xq7d3mz1n5r2t9w4bz", edgetest.MakerCookie,
			nil); v.Status != http.StatusNotFound {
			t.Errorf("%s of another producer is answered with %d", path, v.Status)
		}
	}
	if v := s.Open(t, "/producer?producer="+edgetest.Dairy, "session=operator",
		nil); v.Status != http.StatusOK ||
		len(v.Find("a", "href", "/producer/pack?producer="+edgetest.Dairy)) != 1 {
		t.Errorf("the operator is answered with %d", v.Status)
	}
	if v := s.Open(t, "/producer", "session=operator", nil); v.Status != http.StatusOK ||
		len(v.Find("a", "href", "/sell")) < 1 {
		t.Errorf("who has no producer is answered with %d", v.Status)
	}
}

// TestAnOrderGoesThroughTheDesk takes an order of real services from new to handed over, with what the
// cheese really weighs.
func TestAnOrderGoesThroughTheDesk(t *testing.T) {
	edgetest.OpenMarket(t, func(t *testing.T, m *edgetest.Market) {
		order := m.Ask(t, 201, edgetest.Call{
			Method: "POST", Path: "/api/v1/carts/" + m.FillCart(t) + "/checkout", Header: edgetest.WithKey,
			Body: strings.Replace(edgetest.Buying, edgetest.Saturday, m.Windows, 1),
		})
		cookie := "session=" + strings.TrimPrefix(m.SignIn(t, "dairy@example.org")[1], "Bearer ")
		if week := m.Open(t, "/producer", cookie,
			nil); len(week.Find("form", "action", "/producer/windows/"+m.Windows+"/accept")) != 1 {
			t.Fatalf("the week shows no new order (%d)", week.Status)
		}
		m.Open(t, "/producer/windows/"+m.Windows+"/accept", cookie, url.Values{})
		list := m.Open(t, "/producer/pack/"+m.Windows, cookie, nil)
		if !strings.Contains(list.Text(), "0.35 kg") || !strings.Contains(list.Text(), "Hill Tomme <young>") {
			t.Errorf("the pack list says %s", list.Text())
		}
		at := "/producer/orders/" + order["id"].(string) + "/parts/" +
			order["parts"].([]any)[0].(map[string]any)["id"].(string)
		packing := url.Values{
			"to": {"packed"}, packedField + m.Kilo: {"9"}, piecesField + m.Piece: {"0"},
			whyField + m.Piece: {"harvest"},
		}
		if v := m.Open(t, at, cookie, packing); v.Status != http.StatusUnprocessableEntity ||
			v.Value(packedField+m.Kilo) != "9" {
			t.Errorf("9 kg of 0.35 are answered with %d", v.Status)
		}
		packing.Set(packedField+m.Kilo, "0,34")
		for _, step := range []url.Values{packing, {"to": {"ready"}}, {"to": {"done"}}} {
			if v := m.Open(t, at, cookie, step); v.Status != http.StatusSeeOther {
				t.Errorf("%s is answered with %d", step.Get("to"), v.Status)
			}
		}
		for _, l := range m.Ask(t, 200, edgetest.Call{
			Method: "GET", Path: "/api/v1/orders/" + order["id"].(string),
			Header: []string{"Authorization", "Bearer " + order["access_token"].(string)},
		})["lines"].([]any) {
			if line := l.(map[string]any); line["sold_by"] == "each" &&
				(line["packed_quantity"] != 0.0 || line["short"] != true ||
					line["short_reason"] != "harvest") {
				t.Errorf("the shopper reads %v", line)
			}
		}
		v := m.Open(t, at, cookie, packing)
		v.Says(t, http.StatusConflict, "packed already")
		if v := m.Open(t, "/producer/orders/"+order["id"].(string), cookie, nil); !strings.Contains(v.Text(),
			"Handed over") || !strings.Contains(v.Text(), "Packed: 0.34 kg") {
			t.Errorf("the order is %s", v.Text())
		}
	})
}
