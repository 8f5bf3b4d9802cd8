package edge_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/artisan-eats/artisan/edge/edgetest"
	"github.com/artisan-eats/artisan/edge/web"
	deliveryv1 "github.com/artisan-eats/artisan/gen/artisan/delivery/v1"
	"github.com/artisan-eats/artisan/gen/artisan/delivery/v1/deliveryv1connect"
)

// editing is a form that changes what is there: the field by which it says what it was made from, what an
// older page would have in it, and a change.
type editing struct{ carries, older, field, value string }

// edits are the forms that change what is there, by route.
var edits = map[string]editing{
	"POST /account/addresses/{id}":                {web.MadeField, "older", "line1", "7 Other Road"},
	"POST /producer/products/{id}":                {web.MadeField, "older", "title", "Another loaf"},
	"POST /producer/products/{id}/pictures/{key}": {web.MadeField, "older", "alt", "Another loaf"},
	"POST /producer/goods":                        {web.MadeField, "older", "price", "7.77"},
	"POST /producer/page":                         {web.MadeField, "older", "town", "Elsewhere"},
	"POST /producer/people/{person}":              {"seen", "orders", "rights", "goods"},
	"POST /producer/orders/{id}/parts/{part}":     {"moves", "77", "", ""},
	"POST /operator/windows/{id}":                 {web.MadeField, "older", "place", "Elsewhere"},
	"POST /operator/weekly/{id}":                  {web.MadeField, "older", "place", "Elsewhere"},
	"POST /operator/security":                     {web.MadeField, "older", "operator", "2100-01-01"},
	"POST /operator/waiting/limits":               {web.MadeField, "older", "newcomer_orders", "7"},
	"POST /operator/producers/{id}/approval":      {"open", "77", "", ""},
	"POST /orders/{id}/change":                    {"version", "77", "", ""},
	"POST /checkout":                              {"seen", "older", "", ""},
}

// others are the forms that change nothing of what they show, by what they do.
var others = map[string][]string{
	"makes something new, once by its key": {
		"POST /account/addresses", "POST /sell", "POST /producer/products",
		"POST /producer/products/{id}/variants/{variant}/lots", "POST /operator/windows", "POST /operator/weekly",
		"POST /operator/orders/{id}/refunds", "POST /producer/goods/bulk",
	},
	"adds one": {
		"POST /cart/lines", "POST /orders/{id}/again", "POST /producer/people", "POST /producer/import",
		"POST /producer/products/{id}/pictures", "POST /producer/page/picture",
	},
	"sets one figure of one person, and the last one is meant": {"POST /cart/lines/{variant}"},
	"asks for a letter or a session": {
		"POST /find-order", "POST /sign-in", "POST /sign-up", "POST /forgotten", "POST /reset-password",
	},
	"proves first who it is": {
		"POST /account/delete", "POST /account/security/app", "POST /account/password", "POST /account/email",
	},
	"is one button, and asks or names what it is about": {
		"POST /sign-out", "POST /account/sign-out", "POST /account/addresses/{id}/delete",
		"POST /orders/{id}/cancel", "POST /producer/windows/{window}/accept", "POST /producer/orders",
		"POST /producer/page/picture/remove", "POST /producer/people/{person}/remove",
		"POST /operator/windows/{id}/close", "POST /operator/windows/{id}/cancel",
		"POST /operator/security/reset",
	},
}

// TestEveryFormThatEditsSaysWhatItWasMadeFrom walks all forms of all pages, on real services. One that edits
// carries its stamp, and comes back from an older page with nothing done. One that is in neither table fails:
// say which it is.
func TestEveryFormThatEditsSaysWhatItWasMadeFrom(t *testing.T) {
	edgetest.OpenMarket(t, func(t *testing.T, m *edgetest.Market) {
		w := prepareWalk(t, m)
		farm, rule := rivals(t, m), everyWeek(t, m)
		table := http.NewServeMux()
		for _, rt := range m.Routes {
			table.Handle(rt.Pattern, http.NotFoundHandler())
		}
		found := map[string]bool{}
		for _, who := range []string{"another shopper", "another producer", "operator"} {
			p := &typist{walk: w, table: table, who: who, farm: farm, tried: map[string]bool{}, oneIn: 1}
			p.restock(t)
			for _, rt := range pages(m.Routes) {
				at, ok := strings.CutPrefix(rt.Pattern, "GET ")
				if !ok || rt.Live != nil ||
					!strings.ContainsRune("an", rune(roles[rt.Pattern][slices.Index(everybody, who)])) {
					continue
				}
				path := strings.ReplaceAll(pathOf(at, p.things), "{weekly}", rule)
				for _, form := range offers(table, path, p.Open(t, path, p.cookie, nil)) {
					found[form.route] = true
					p.holdsToIt(t, form)
				}
			}
		}
		for route := range edits {
			if !found[route] {
				t.Errorf("no form was found for %s", route)
			}
		}
		for does, routes := range others {
			for _, route := range routes {
				if !found[route] {
					t.Errorf("no form was found that %s: %s", does, route)
				}
			}
		}
	})
}

// holdsToIt looks whether a form that edits says what it was made from, and sends it as an older page would.
func (p *typist) holdsToIt(t *testing.T, form offered) {
	t.Helper()
	if p.tried[form.route+form.name()] {
		return
	}
	p.tried[form.route+form.name()] = true
	edit, edits := edits[form.route]
	if !edits {
		for _, routes := range others {
			if slices.Contains(routes, form.route) {
				return
			}
		}
		t.Errorf("the form of %s for %s is in no table", form.at, form.route)
		return
	}
	carries := edit.carries
	if form.filled.Has(web.MadeField) {
		carries = web.MadeField
	}
	if form.filled.Get(carries) == "" {
		t.Errorf("the form of %s for %s does not say what it was made from", form.at, form.route)
		return
	}
	sent := with(form.filled, carries, []string{edit.older})
	if edit.field != "" {
		sent = with(sent, form.field(formField{name: edit.field}).name, []string{edit.value})
	}
	if v := p.Open(t, form.action, p.cookie, sent); v.Status != http.StatusConflict {
		t.Errorf("an older page of %s sends %s, and is answered with %d: %s", form.at, form.route, v.Status,
			v.Text())
	}
}

// everyWeek makes a weekly rule, and gives its ID.
func everyWeek(t *testing.T, m *edgetest.Market) string {
	t.Helper()
	answer, err := deliveryv1connect.NewDeliveryServiceClient(m.Process.Client("delivery")).PutSchedule(
		t.Context(), &deliveryv1.PutScheduleRequest{Key: "every week", Schedule: &deliveryv1.Schedule{
			Market: "portland", Kind: "pickup", Weekday: 6, Starts: "10:00", Ends: "12:00", CutoffHours: 24,
			Capacity: 20, Place: "The market hall", TimeZone: "America/Los_Angeles",
		}})
	if err != nil {
		t.Fatal(err)
	}
	return answer.GetSchedule().GetId()
}
