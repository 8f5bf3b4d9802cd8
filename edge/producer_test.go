package edge

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/artisan-eats/artisan/edge/web"
	"github.com/artisan-eats/artisan/fault"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
)

const (
	makerCookie = "session=producer"
	partAt      = "/producer/orders/" + placedOrder + "/parts/" + onePart
)

func TestAWeekBeginsWithTheNextWindow(t *testing.T) {
	s := openShop(t, DefaultLimits)
	v := s.open(t, "/producer", makerCookie, nil)
	if v.status != http.StatusOK || len(v.find("section", "class", "panel ticket next")) != 1 {
		t.Fatalf("status %d", v.status)
	}
	if len(v.find("form", "action", "/producer/windows/"+saturday+"/accept")) != 1 ||
		len(v.find("form", "action", partAt)) != 1 {
		t.Error("the next window's orders cannot be accepted")
	}
	if len(v.find("a", "href", "/producer/pack/"+evening)) != 1 ||
		len(v.find("a", "aria-current", "page")) != 1 {
		t.Error("the later window has no pack list, or the tab is not marked")
	}
}

func TestAllNewOrdersOfAWindowAreAccepted(t *testing.T) {
	s := openShop(t, DefaultLimits)
	v := s.open(t, "/producer/windows/"+saturday+"/accept", makerCookie, url.Values{})
	sent := s.peers.last["AdvancePart"].(*orderingv1.AdvancePartRequest)
	if v.status != http.StatusSeeOther || s.peers.count("AdvancePart") != 1 || sent.GetTo() != "accepted" {
		t.Errorf("status %d, %d accepted", v.status, s.peers.count("AdvancePart"))
	}
}

func TestWhatHasToBeWeighedIsNotFilledIn(t *testing.T) {
	s := openShop(t, DefaultLimits)
	s.peers.order = makeByTheKilo
	v := s.open(t, "/producer/orders/"+placedOrder, makerCookie, nil)
	v.says(t, http.StatusOK, "Weighs, kg", "0.315 to 0.385 kg", "Short or none", "Sold out")
	if fields := v.find("input", "name", "packed."+slice, "value", "", "required", ""); len(fields) != 1 {
		t.Error("the weight has no field, or one that is filled in")
	}
}

func TestWeightsAreTypedAtPacking(t *testing.T) {
	s := openShop(t, DefaultLimits)
	s.peers.order = makeByTheKilo
	form := url.Values{"to": {"packed"}, "packed." + slice: {"0,345"}, "back": {"/producer/orders"}}
	v := s.open(t, partAt, makerCookie, form)
	sent := s.peers.last["AdvancePart"].(*orderingv1.AdvancePartRequest)
	if v.status != http.StatusSeeOther || v.header.Get("Location") != "/producer/orders" ||
		len(sent.GetPacked()) != 1 || sent.GetPacked()[0].GetQuantity() != 345 {
		t.Errorf("status %d, packed %v", v.status, sent.GetPacked())
	}
	for _, typed := range []string{"", "-1", "heavy", "1e3", "0.0001", "<b>1</b>", "9"} {
		form.Set("packed."+slice, typed)
		v = s.open(t, partAt, makerCookie, form)
		if v.status != http.StatusUnprocessableEntity || v.value("packed."+slice) != typed ||
			len(v.find("p", "id", "w-"+placedOrder+"packed."+slice)) != 1 {
			t.Errorf("%q is answered with %d, and shown as %q", typed, v.status, v.value("packed."+slice))
		}
	}
	if s.peers.count("AdvancePart") != 1 {
		t.Error("what cannot be read was packed")
	}
	form.Set("packed."+slice, "0.385")
	s.peers.fail("AdvancePart",
		fault.New(fault.Conflict, "above_authorised", "That is more than the shopper agreed to pay."))
	if v = s.open(t, partAt, makerCookie, form); v.status != http.StatusConflict ||
		len(v.find("p", "role", "alert")) != 1 || v.value("packed."+slice) != "0.385" {
		t.Errorf("too much is answered with %d", v.status)
	}
}

func TestWhatIsShortIsPackedWithAReason(t *testing.T) {
	s := openShop(t, DefaultLimits)
	s.peers.order = func(o *orderingv1.Order) {
		makeByTheKilo(o)
		o.Lines = append(o.Lines, &orderingv1.OrderLine{
			VariantId: wheel, Quantity: 2000, PackedLeast: 2000,
			PackedMost: 2000, ProducerId: dairy, ProductTitle: "Hill Tomme", SoldBy: "each",
		})
	}
	form := url.Values{"to": {"packed"}, "packed." + slice: {"0"}, "pieces." + wheel: {"1"}}
	v := s.open(t, partAt, makerCookie, form)
	if v.status != http.StatusUnprocessableEntity ||
		len(v.find("p", "id", "w-"+placedOrder+"why."+slice)) != 1 ||
		len(v.find("p", "id", "w-"+placedOrder+"why."+wheel)) != 1 ||
		len(v.find("details", "open", "")) != 2 {
		t.Errorf("without a reason: %d", v.status)
	}
	form.Set("why."+slice, "sold_out")
	form.Set("own-why."+wheel, " The cellar was too warm. ")
	v = s.open(t, partAt, makerCookie, form)
	sent := s.peers.last["AdvancePart"].(*orderingv1.AdvancePartRequest).GetPacked()
	if v.status != http.StatusSeeOther || len(sent) != 2 || sent[0].GetQuantity() != 0 ||
		sent[0].GetReason() != "sold_out" || sent[1].GetQuantity() != 1000 ||
		sent[1].GetReason() != "The cellar was too warm." {
		t.Errorf("status %d, sent %v", v.status, sent)
	}
	for field, typed := range map[string]string{"pieces." + wheel: "1.5", "own-why." +
		wheel: strings.Repeat("x", 201)} {
		wrong := url.Values{
			"to": {"packed"}, "packed." + slice: {"0.35"}, "pieces." + wheel: {"1"},
			field: {typed},
		}
		if v = s.open(t, partAt, makerCookie, wrong); v.status != http.StatusUnprocessableEntity {
			t.Errorf("%q is answered with %d", typed, v.status)
		}
	}
	s.peers.fail("AdvancePart", fault.New(fault.Conflict, "already_packed", "This was packed already."))
	s.open(t, partAt, makerCookie, form).says(t, http.StatusConflict, "This was packed already.")
}

func TestAPackListIsByProductAndByCustomer(t *testing.T) {
	s := openShop(t, DefaultLimits)
	v := s.open(t, "/producer/pack/"+saturday, makerCookie, nil)
	if v.status != http.StatusOK || len(v.find("button", "data-print", "")) != 1 ||
		len(v.find("young")) != 0 {
		t.Fatalf("status %d", v.status)
	}
	for _, want := range []string{
		"0.35 kg (0.77 lb) of B12, best before 24 Dec 2026", "Hill Tomme <young>",
		"Ann Example", "By customer",
	} {
		if !strings.Contains(v.text(), want) {
			t.Errorf("%q is not on the list", want)
		}
	}
	if v = s.open(t, "/producer/pack", makerCookie, nil); v.header.Get("Location") != "/producer/pack/"+
		saturday {
		t.Errorf("the next list is at %q", v.header.Get("Location"))
	}
	if v = s.open(t, "/producer/pack/"+evening, makerCookie, nil); v.status != http.StatusOK ||
		!strings.Contains(v.text(), "nothing to pack") {
		t.Errorf("an empty list: status %d", v.status)
	}
}

// TestADeskIsItsProducersOwn tries all pages of a desk as somebody who acts for another producer.
func TestADeskIsItsProducersOwn(t *testing.T) {
	s := openShop(t, DefaultLimits)
	paths := strings.NewReplacer("{id}", placedOrder, "{part}", onePart, "{variant}", wheel, "{window}",
		saturday)
	for _, rt := range s.edge.routes {
		method, path, _ := strings.Cut(rt.Pattern, " ")
		if !strings.HasPrefix(path, "/producer") || method != http.MethodGet || rt.Rule != web.Producing {
			continue
		}
		path = paths.Replace(path)
		if v := s.open(t, path+"?producer=pro_portland_01k8y6v0xq7d3mz1n5r2t9w4bz", makerCookie,
			nil); v.status != http.StatusNotFound {
			t.Errorf("%s of another producer is answered with %d", path, v.status)
		}
	}
	if v := s.open(t, "/producer?producer="+dairy, "session=operator", nil); v.status != http.StatusOK ||
		len(v.find("a", "href", "/producer/pack?producer="+dairy)) != 1 {
		t.Errorf("the operator is answered with %d", v.status)
	}
	if v := s.open(t, "/producer", "session=operator", nil); v.status != http.StatusOK ||
		len(v.find("a", "href", "/sell")) < 1 {
		t.Errorf("who has no producer is answered with %d", v.status)
	}
}

// TestAnOrderGoesThroughTheDesk takes an order of real services from new to handed over, with what the
// cheese really weighs.
func TestAnOrderGoesThroughTheDesk(t *testing.T) {
	openMarket(t, func(t *testing.T, m *market) {
		order := m.ask(t, 201, call{
			method: "POST", path: "/api/v1/carts/" + m.fillCart(t) + "/checkout", header: withKey,
			body: strings.Replace(buying, saturday, m.windows, 1),
		})
		cookie := "session=" + strings.TrimPrefix(m.signIn(t, "dairy@example.org")[1], "Bearer ")
		if week := m.open(t, "/producer", cookie,
			nil); len(week.find("form", "action", "/producer/windows/"+m.windows+"/accept")) != 1 {
			t.Fatalf("the week shows no new order (%d)", week.status)
		}
		m.open(t, "/producer/windows/"+m.windows+"/accept", cookie, url.Values{})
		list := m.open(t, "/producer/pack/"+m.windows, cookie, nil)
		if !strings.Contains(list.text(), "0.35 kg") || !strings.Contains(list.text(), "Hill Tomme <young>") {
			t.Errorf("the pack list says %s", list.text())
		}
		at := "/producer/orders/" + order["id"].(string) + "/parts/" +
			order["parts"].([]any)[0].(map[string]any)["id"].(string)
		packing := url.Values{
			"to": {"packed"}, packedField + m.kilo: {"9"}, piecesField + m.piece: {"0"},
			whyField + m.piece: {"harvest"},
		}
		if v := m.open(t, at, cookie, packing); v.status != http.StatusUnprocessableEntity ||
			v.value(packedField+m.kilo) != "9" {
			t.Errorf("9 kg of 0.35 are answered with %d", v.status)
		}
		packing.Set(packedField+m.kilo, "0,34")
		for _, step := range []url.Values{packing, {"to": {"ready"}}, {"to": {"done"}}} {
			if v := m.open(t, at, cookie, step); v.status != http.StatusSeeOther {
				t.Errorf("%s is answered with %d", step.Get("to"), v.status)
			}
		}
		for _, l := range m.ask(t, 200, call{
			method: "GET", path: "/api/v1/orders/" + order["id"].(string),
			header: []string{"Authorization", "Bearer " + order["access_token"].(string)},
		})["lines"].([]any) {
			if line := l.(map[string]any); line["sold_by"] == "each" &&
				(line["packed_quantity"] != 0.0 || line["short"] != true ||
					line["short_reason"] != "harvest") {
				t.Errorf("the shopper reads %v", line)
			}
		}
		v := m.open(t, at, cookie, packing)
		v.says(t, http.StatusConflict, "packed already")
		if v := m.open(t, "/producer/orders/"+order["id"].(string), cookie, nil); !strings.Contains(v.text(),
			"Handed over") || !strings.Contains(v.text(), "Packed: 0.34 kg") {
			t.Errorf("the order is %s", v.text())
		}
	})
}
