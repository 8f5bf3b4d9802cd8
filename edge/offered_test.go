package edge_test

import (
	"cmp"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/artisan-eats/artisan/edge/edgetest"
)

// offered is a form that a page has for a browser to send.
type offered struct {
	at     string // the page that it is on
	action string
	route  string // what the action is in the table of routes
	upload bool
	fields []formField
	// filled is what a person would send.
	filled url.Values
}

// formField is what a form sends under one name.
type formField struct {
	name, kind, value string
}

// typedByPeople reports whether a person writes into the field, and reads there again what was wrong.
func (f formField) typedByPeople() bool {
	return f.kind == "text" || f.kind == "textarea"
}

// kindsOf says what is to be done with elements of a form.
var kindsOf = map[string]string{
	"hidden": "hidden", "radio": "choice", "checkbox": "checkbox", "file": "file", "password": "password",
	"submit": "button",
}

// offers are the forms of a page that change something, one for each button that goes elsewhere, with their
// routes of a table.
func offers(table *http.ServeMux, at string, v *edgetest.View) []offered {
	var all []offered
	for _, form := range v.Find("form", "method", "post") {
		if edgetest.HasAll(form, []string{"data-passkey", ""}) {
			continue // a script fills it in; see edge/account/security_test.go
		}
		action, _ := edgetest.Attribute(form, "action")
		kind, _ := edgetest.Attribute(form, "enctype")
		o := offered{at: at, action: action, upload: kind == "multipart/form-data", filled: url.Values{}}
		elsewhere := map[string]bool{}
		for n := range form.Descendants() {
			if to, ok := edgetest.Attribute(n, "formaction"); ok {
				elsewhere[to] = true
				continue
			}
			o.add(n)
		}
		if len((&edgetest.View{Root: form}).Find("button", "type", "submit")) > o.buttons() {
			for _, f := range o.fields {
				if f.kind == "button" {
					o.filled.Del(f.name) // the button without a name is the one that is pressed
				}
			}
		}
		all = append(all, o)
		for to := range elsewhere {
			o.action = to
			all = append(all, o)
		}
	}
	for i := range all {
		all[i].route = routeOf(table, all[i].action)
	}
	return all
}

// buttons is how many of a form's buttons say which they are.
func (o offered) buttons() int {
	named := 0
	for _, f := range o.fields {
		if f.kind == "button" {
			named++
		}
	}
	return named
}

// routeOf is the route that an address is answered by.
func routeOf(table *http.ServeMux, action string) string {
	r, err := http.NewRequest(http.MethodPost, action, nil)
	if err != nil {
		return ""
	}
	_, pattern := table.Handler(r)
	return pattern
}

// add takes an element of a form in, as a person would fill it in.
func (o *offered) add(n *html.Node) {
	name, _ := edgetest.Attribute(n, "name")
	if name == "" || n.Type != html.ElementNode {
		return
	}
	if _, off := edgetest.Attribute(n, "disabled"); off {
		return
	}
	if kind, ok := edgetest.Attribute(n, "data-kind"); ok && o.filled.Has("way") &&
		o.filled.Get("way") != kind {
		return // it is not shown to who goes the other way
	}
	value, _ := edgetest.Attribute(n, "value")
	f := formField{name: name, kind: "text", value: value}
	switch n.Data {
	case "textarea":
		f.kind = "textarea"
		if n.FirstChild != nil {
			f.value = n.FirstChild.Data
		}
	case "select":
		f.kind, f.value = "choice", chosenOf(n)
	case "input", "button":
		kind, _ := edgetest.Attribute(n, "type")
		if known := kindsOf[kind]; known != "" {
			f.kind = known
		}
	default:
		return
	}
	if slices.ContainsFunc(o.fields, func(g formField) bool { return g.name == name }) {
		return // another of the same choice
	}
	if f.value == "" {
		f.value = cmp.Or(plausible[name[strings.LastIndexByte(name, '.')+1:]], plausible[plainName(name)])
	}
	o.fields = append(o.fields, f)
	if f.kind != "file" && f.kind != "checkbox" {
		o.filled.Set(name, f.value)
	}
}

func chosenOf(selection *html.Node) string {
	var first, chosen string
	for n := range selection.Descendants() {
		if n.Type != html.ElementNode || n.Data != "option" {
			continue
		}
		value, _ := edgetest.Attribute(n, "value")
		if first == "" {
			first = value
		}
		if _, ok := edgetest.Attribute(n, "selected"); ok {
			chosen = value
		}
	}
	if chosen == "" {
		return first
	}
	return chosen
}

// plausible is what people write into empty fields, by the end of the field's name.
var plausible = map[string]string{
	"email": "gil@example.org", "name": "Gil Guest", "password": edgetest.Password,
	"new_password": edgetest.Password,
	"phone":        "+1 503 555 0100", "line1": "1 High Road", "postal_code": "97201",
	"city": "Portland", "region": "OR", "note": "Ring twice", "quantity": "1", "code": "L1",
	"best_before": "2100-12-31", "alt": "A cheese", "title": "A loaf",
	"price": "4.50", "starts": "10:00", "ends": "12:00", "cutoff_date": "2026-01-02", "cutoff": "18:00",
	"place": "Larch Hall", "capacity": "40", "cutoff_hours": "24", "last_day": "2100-12-31", "fee": "4.50",
	"minimum": "10",
	"town":    "Gresham", "tagline": "Bread.", "story": "We bake.", "description": "Dark.",
	"ingredients": "Rye",
	"unit_value":  "250", "unit": "g",
	"sku": "S1", "reason": "It was broken", "amount": "0.01", "adjust": "2", "number": "T9W4BC",
	"packed": "0.35", "pieces": "2",
}

// trial is an answer to a form with one field that was sent wrong.
type trial struct {
	*testing.T
	*edgetest.View
	form  offered
	field formField
	sent  url.Values
	label string
}

func (r *trial) require(ok bool, format string, args ...any) {
	r.Helper()
	if !ok {
		r.Errorf("%s: "+format, append([]any{r.label}, args...)...)
	}
}

func (r *trial) check() {
	r.Helper()
	r.require(r.Status == http.StatusOK || r.Status == http.StatusSeeOther ||
		(r.Status >= 400 && r.Status < 500), "status %d: %s", r.Status, r.said())
	if r.Status == http.StatusSeeOther {
		return
	}
	r.require(len(r.Find("h1")) == 1 && len(r.Find("main")) == 1, "this is no whole page")
	r.checkText()
	if r.Status >= 400 {
		r.require(r.tells() || len(r.Find("p", "class", "lead")) > 0, "status %d, and nothing says why",
			r.Status)
	}
	if r.Status == http.StatusUnprocessableEntity {
		r.checkKept()
	}
}

// checkText finds nothing on the page that was typed as an element, or that is said in the words of programs.
func (r *trial) checkText() {
	r.Helper()
	r.require(len(r.Find("b")) == 0, "what was typed is an element")
	for _, script := range r.Find("script") {
		r.require(script.FirstChild == nil || !strings.Contains(script.FirstChild.Data, "alert(1)"),
			"what was typed is a script")
	}
	inside := insides.FindString(r.said())
	r.require(inside == "", "the page says %q: %s", inside, r.said())
}

// insides are words of programs.
var insides = regexp.MustCompile(
	`(?i)\brpc\b|\bsql|fault\.|panic|goroutine|proto|%!|\bnil\b|utf-8|invalid_|\bcode =|\*[a-z]+\.[A-Z]|strconv|parsing|unmarshal|thousandths|variants\.\d|changes\.\d|_id\b|content-type|idempotency|reference`)

// said is the text of the page's main part.
func (r *trial) said() string {
	main := r.Find("main")
	if len(main) == 0 {
		return ""
	}
	return strings.Join(strings.Fields((&edgetest.View{Root: main[0]}).Text()), " ")
}

// tells reports whether the page says that something is wrong.
func (r *trial) tells() bool {
	for _, n := range append(r.Find("p", "role", "alert"), r.Find("div", "role", "alert")...) {
		if strings.TrimSpace((&edgetest.View{Root: n}).Text()) != "" {
			return true
		}
	}
	return len(r.Find("p", "class", "wrong")) > 0
}

// checkKept finds the form again, with the field marked and what was typed into it.
func (r *trial) checkKept() {
	r.Helper()
	r.require(r.tells(), "it is not said what is wrong: %s", r.said())
	forms := r.Find("form", "action", r.form.action)
	for _, button := range r.Find("button", "formaction", r.form.action) {
		for n := range button.Ancestors() {
			if n.Data == "form" {
				forms = append(forms, n)
			}
		}
	}
	if len(forms) == 0 {
		r.Errorf("%s: the form is not there again: %s", r.label, r.said())
		return
	}
	if !r.field.typedByPeople() {
		return
	}
	var shown []string
	for _, form := range forms {
		for _, n := range append((&edgetest.View{Root: form}).Find("input", "name", r.field.name),
			(&edgetest.View{Root: form}).Find("textarea", "name", r.field.name)...) {
			value, _ := edgetest.Attribute(n, "value")
			if n.FirstChild != nil {
				value = n.FirstChild.Data
			}
			_, marked := edgetest.Attribute(n, "aria-invalid")
			if asShown(value) == asShown(r.sent.Get(r.field.name)) && marked {
				return
			}
			shown = append(shown, value+map[bool]string{true: " (marked)"}[marked])
		}
	}
	r.Errorf("%s: the field is not marked, or what was typed is lost: %.200q; the page says %.300s", r.label,
		shown, r.said())
}

// asShown is a text as a browser shows it in a field: line ends are one kind of space, and what is no text is
// a sign.
func asShown(s string) string {
	s = strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "\uFFFD")
	return strings.Join(strings.Fields(s), " ")
}
