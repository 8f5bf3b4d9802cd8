package edge_test

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/artisan-eats/artisan/edge/edgetest"
	"github.com/artisan-eats/artisan/edge/input"
	"github.com/artisan-eats/artisan/edge/web"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	"github.com/artisan-eats/artisan/gen/artisan/identity/v1/identityv1connect"
	"github.com/artisan-eats/artisan/gen/state"
	"github.com/artisan-eats/artisan/quick"
)

// oddities are what a field is tried with. Each is text that somebody, or something, has put there.
var oddities = map[string]string{
	"nothing": "", "10,000 characters": strings.Repeat("a", 10_000),
	"markup": `<b>bold</b><script>alert(1)</script>`, "quotes": "\"'`&amp;&lt;&#0;\\",
	"a NUL": "a\x00b", "controls": "a\x01\x1b[31m\x7f\u0085b", "broken UTF-8": "a\xff\xfe\xc0\xafb",
	"right to left": "a\u202eb\u2066c", "marks": "e" + strings.Repeat("\u0301", 50),
	"space around": "  x  ", "only space": " \t ", "lines": "a\r\nb\nc\rd",
	"a huge number": strings.Repeat("9", 40), "a negative number": "-1", "an exponent": "1e9",
	"no number":    "NaN",
	"other digits": "١٢", "a fraction": "0.0001", "a path": "../../../etc/passwd",
	"an address": "//evil.example/", "half a percent": "100%zz", "a date that is none": "2026-02-30",
}

// forged are the oddities of fields that nobody types into: programs do.
var forged = []string{
	"nothing", "10,000 characters", "markup", "a NUL", "broken UTF-8", "a huge number",
	"a negative number", "a path", "an address",
}

// stored are the oddities that databases may take in ways of their own: each is sent all of them.
var stored = []string{"a NUL", "controls", "broken UTF-8", "10,000 characters", "a huge number", "marks"}

// oddly says how much of what a field may be tried with is tried: one of so many, another for each field, and
// what is always. All of it is in ./check --long only.
func oddly(t *testing.T) (oneIn int, always []string) {
	t.Helper()
	all, third := len(oddities), len(oddities)/3
	oneIn = all / quick.Usually(t, all, third, third, "oddities a field")
	if !testing.Short() {
		always = stored
	}
	return oneIn, always
}

// TestEveryFormTakesWhatIsTyped walks every form of every page as those who may, on real services, and sends
// each of its fields wrong in every way. What comes back is a page that says in words what is wrong, with
// what was typed.
func TestEveryFormTakesWhatIsTyped(t *testing.T) {
	edgetest.OpenMarket(t, func(t *testing.T, m *edgetest.Market) {
		w := prepareWalk(t, m)
		farm := rivals(t, m)
		before, tried := w.owned(t), map[string]bool{}
		table := http.NewServeMux()
		for _, rt := range m.Routes {
			table.Handle(rt.Pattern, http.NotFoundHandler())
		}
		oneIn, always := oddly(t)
		for _, who := range []string{"anonymous", "another shopper", "another producer", "operator"} {
			p := &typist{
				walk: w, table: table, who: who, farm: farm, tried: tried, oneIn: oneIn, always: always,
			}
			p.restock(t)
			for _, rt := range pages(m.Routes) {
				if at, ok := strings.CutPrefix(rt.Pattern, "GET "); ok &&
					strings.ContainsRune("an", rune(roles[rt.Pattern][slices.Index(everybody, who)])) &&
					rt.Live == nil {
					p.sendAll(t, at)
				}
			}
		}
		if after := w.owned(t); after != before {
			t.Errorf("what is somebody else's has changed:\n%s\n%s", before, after)
		}
		for _, rt := range pages(m.Routes) {
			if strings.HasPrefix(rt.Pattern, "POST ") && !tried[rt.Pattern] && !rare[rt.Pattern] {
				t.Errorf("no form was found for %s", rt.Pattern)
			}
		}
	})
}

// pages are the routes that people come by.
func pages(all []web.Route) []web.Route {
	return slices.DeleteFunc(slices.Clone(all), func(rt web.Route) bool {
		return rt.Plain != nil || strings.Contains(rt.Pattern, " /api/")
	})
}

// rare are the routes whose forms are only there when something has failed or by a letter's link, for
// accounts from before, with another session, and those of the second factor.
var rare = map[string]bool{
	// These are for who has a second factor, or has to show something; see edge/account/security_test.go.
	"POST /passkeys/options": true, "POST /sign-in/passkey": true, "POST /account/security/passkeys": true,
	"POST /sign-in/second": true, "POST /step-up": true, "POST /account/security/passkeys/{id}/delete": true,
	"POST /account/security/app/delete": true, "POST /account/security/codes": true,
	// see edge/producer/people_test.go
	"POST /orders/{id}/confirm": true, "POST /not-me": true, "POST /join": true,
	"POST /producer/invitations/{id}/delete": true,
	"POST /confirm":                          true, "POST /account/sessions/{id}/end": true,
	"POST /account/verify": true,
	// of rules, of which the walk has none; see edge/operator/windows/weekly_test.go
	"POST /operator/weekly/{id}": true,
	// of pages of the version before
	"POST /producer/products/{id}/publish": true, "POST /producer/products/{id}/variants/{variant}": true,
	"POST /operator/mail/{id}/resend": true, "POST /operator/stuck/{service}": true,
}

// passing are the routes whose forms go by themselves: what is stuck is tried again meanwhile.
var passing = map[string]bool{"POST /operator/stuck/{service}": true}

// home is the page that a form is sent from, where others have it only for the first of many.
var home = map[string]string{"POST /producer/orders/{id}/parts/{part}": "/producer/orders/{id}"}

// sendAll sends all forms of a page that were not sent yet, and those that come up by that.
func (p *typist) sendAll(t *testing.T, pattern string) {
	t.Helper()
	untried := func(o offered) bool {
		return len(p.left(o)) > 0 &&
			(home[o.route] == "" || home[o.route] == pattern)
	}
	for {
		form, ok := p.next(t, pattern, untried)
		if !ok && !p.fresh {
			p.restock(t)
			form, ok = p.next(t, pattern, untried)
		}
		if !ok {
			return
		}
		p.tried[form.route] = true
		for _, f := range p.left(form) {
			p.tried[form.route+" "+plainName(f.name)] = true
			if form, ok = p.sendField(t, pattern, form, f); !ok {
				if passing[form.route] {
					return
				}
				t.Errorf("%s: after %q the form of %s is not there any more", p.who, f.name, form.route)
				break
			}
		}
		p.send(t, form, form.filled)
	}
}

// left are the fields of a form that were not sent yet, one of each sort.
func (p *typist) left(o offered) (fields []formField) {
	seen := map[string]bool{}
	for _, f := range o.fields {
		if name := plainName(f.name); !p.tried[o.route+" "+name] && !seen[name] {
			fields, seen[name] = append(fields, f), true
		}
	}
	return fields
}

// next opens a page, and finds a form on it.
func (p *typist) next(t *testing.T, pattern string, which func(offered) bool) (offered, bool) {
	t.Helper()
	at := pathOf(pattern, p.things)
	var found offered
	for _, o := range offers(p.table, at, p.Open(t, at, p.cookie, nil)) {
		if len(o.fields) == 0 {
			p.tried[o.route] = true // a button can be sent in one way only
		} else if found.route == "" && which(o) {
			found = o
		}
	}
	return found, found.route != ""
}

// name is what forms have in common that are made alike.
func (o offered) name() string {
	names := []string{o.route}
	for _, f := range o.fields {
		names = append(names, plainName(f.name))
	}
	slices.Sort(names[1:])
	return strings.Join(slices.Compact(names), " ")
}

// field is the form's own of a field that another form like it has.
func (o offered) field(like formField) formField {
	for _, f := range o.fields {
		if f.name == like.name {
			return f
		}
	}
	for _, f := range o.fields {
		if plainName(f.name) == plainName(like.name) {
			return f
		}
	}
	return like
}

// plainName is a field's name without which of many it is of: "variants.price" is "variants.0.price", and
// "packed" is "packed.var_x_1".
func plainName(name string) string {
	return strings.Join(slices.DeleteFunc(strings.Split(name, "."), func(part string) bool {
		return strings.HasPrefix(part, "var_") || input.Digits(part)
	}), ".")
}

// sendField sends one field in every way. The form is taken anew where it was done what it asks for.
func (p *typist) sendField(t *testing.T, pattern string, form offered, f formField) (offered, bool) {
	t.Helper()
	f = form.field(f)
	again := func(o offered) bool { return o.name() == form.name() }
	for i, label := range slices.Sorted(maps.Keys(p.tries(f))) {
		drawn := (i+len(form.route)+len(f.name))%p.oneIn == 0 // so that all are tried somewhere
		if !drawn && !slices.Contains(p.always, label) {
			continue
		}
		sent := with(form.filled, f.name, p.tries(f)[label])
		v := p.send(t, form, sent)
		(&trial{T: t, View: v, form: form, field: f, sent: sent, label: p.who + ", " + form.route + ", " +
			f.name + ", " + label}).check()
		if form.route == "POST /account/addresses" {
			p.moveOut(t)
		}
		if v.Status == http.StatusSeeOther {
			fresh, ok := p.next(t, pattern, again)
			if !ok {
				p.lead(t, form)
				fresh, ok = p.next(t, pattern, again)
			}
			if !ok {
				return form, false
			}
			form, f = fresh, fresh.field(f)
		} else if key := v.Value("key"); key != "" && f.name != "key" && form.filled.Has("key") {
			form.filled.Set("key", key)
		}
	}
	return form, true
}

// lead does what has to be done before a form is there again.
func (p *typist) lead(t *testing.T, to offered) {
	t.Helper()
	if strings.HasPrefix(to.route, "POST /checkout") {
		p.refill(t)
		return
	}
	p.restock(t)
	if to.route == "POST "+edgetest.ImportAt+"/run" {
		p.send(t, offered{action: edgetest.ImportAt, upload: true}, url.Values{})
	}
	if strings.Contains(to.name(), " packed") {
		p.advance(state.PartAccepted, "")
	}
}

// with is a form with other values of one field, or without it.
func with(filled url.Values, name string, values []string) url.Values {
	form := maps.Clone(filled)
	delete(form, name)
	if len(values) > 0 {
		form[name] = values
	}
	return form
}

// tries are the ways in which a field is sent wrong.
func (p *typist) tries(f formField) map[string][]string {
	all := map[string][]string{"left out": nil, "twice": {f.value, f.value}, "as two": {f.value, "another"}}
	for label, odd := range oddities {
		if f.typedByPeople() || slices.Contains(forged, label) {
			all[label] = []string{odd}
		}
	}
	if f.typedByPeople() || f.kind == "password" {
		return all
	}
	for label, foreign := range map[string]string{
		"an ID of another kind":   p.things.Replace("{orders}"),
		"an ID of another market": strings.Replace(f.value, "_portland_", "_elsewhere_", 1),
		"somebody else's goods":   p.Piece, "somebody else's account": p.accounts["shopper"],
		"somebody else's address": p.walk.things.Replace("{addresses}"),
		"somebody else's order":   p.walk.things.Replace("{orders}"),
		"somebody else's basket":  p.walk.things.Replace("{cart}"),
		"an ID of nothing":        "var_portland_00000000000000000000000000",
	} {
		all[label] = []string{foreign}
	}
	return all
}

// keepSession goes on under the session that an answer brings, and signs in again where one takes it away.
func (p *typist) keepSession(t *testing.T, v *edgetest.View) {
	t.Helper()
	for _, c := range v.Cookies {
		if before := p.sessions[p.who]; c.Name == web.SessionCookie && before != "" {
			p.sessions[p.who] = c.Value
			if c.Value == "" {
				p.sessions[p.who] = p.Token(t, p.emails[p.who])
			}
			p.cookie = strings.Replace(p.cookie, before, p.sessions[p.who], 1)
		}
	}
}

// oldPassword takes a change of password back.
func (p *typist) oldPassword(t *testing.T, now string) {
	t.Helper()
	answer, err := identityv1connect.NewIdentityServiceClient(p.Process.Client("identity")).ChangePassword(
		t.Context(), &identityv1.ChangePasswordRequest{
			SessionToken: p.sessions[p.who], Password: now, NewPassword: edgetest.Password,
		})
	if err != nil {
		t.Fatal(err)
	}
	p.cookie = strings.Replace(p.cookie, p.sessions[p.who], answer.GetSessionToken(), 1)
	p.sessions[p.who] = answer.GetSessionToken()
}

// send posts a form as the browser would.
func (p *typist) send(t *testing.T, form offered, values url.Values) *edgetest.View {
	t.Helper()
	p.fresh = false
	p.calls++
	if strings.HasPrefix(form.route, "POST /sign-") && values.Get("email") == plausible["email"] {
		// nobody signs up, or tries to sign in, all the time
		values = with(values, "email", []string{"gil" + strconv.Itoa(p.calls) + p.who[:1] + "@example.org"})
	}
	if !form.upload {
		v := p.Open(t, form.action, p.cookie, values)
		p.keepSession(t, v)
		if form.route == "POST /account/password" && len(v.Cookies) > 0 {
			p.oldPassword(t, values.Get("new_password"))
		}
		return v
	}
	name, content := "dot.png", edgetest.Dot(t)
	if strings.HasPrefix(form.action, edgetest.ImportAt) {
		name, content = "goods.csv", []byte("Handle,Title,Vendor,Variant Price\nbun"+strconv.Itoa(p.calls)+
			",Bun,Low Farm,1.50\n")
	}
	return p.Upload(t, form.action, p.cookie, values, name, content)
}
