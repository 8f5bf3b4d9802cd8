package edgetest

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// Tab is a page's form as somebody has it open: where it goes, and what is filled in.
type Tab struct {
	m          *Market
	Cookie, At string
	Form       url.Values
}

// Take fills the form in as a page shows it.
func (tab *Tab) Take(t *testing.T, v *View) {
	t.Helper()
	forms := v.Find("form", "action", tab.At)
	if len(forms) == 0 {
		t.Fatalf("the page (%d) has no form for %s: %s", v.Status, tab.At, v.Text())
	}
	tab.Form = FilledIn(forms[0])
}

// FilledIn is what a browser would send of a form, but for its buttons.
func FilledIn(form *html.Node) url.Values {
	filled, v := url.Values{}, &View{Root: form}
	for _, input := range v.Find("input") {
		kind, _ := Attribute(input, "type")
		if _, checked := Attribute(input, "checked"); (kind == "radio" || kind == "checkbox") && !checked {
			continue
		}
		filled.Add(Attr(input, "name"), Attr(input, "value"))
	}
	for _, area := range v.Find("textarea") {
		filled.Add(Attr(area, "name"), (&View{Root: area}).Text())
	}
	for _, choice := range v.Find("select") {
		options := (&View{Root: choice}).Find("option")
		chosen := (&View{Root: choice}).Find("option", "selected", "")
		if len(chosen) == 0 {
			chosen = options
		}
		filled.Add(Attr(choice, "name"), Attr(chosen[0], "value"))
	}
	return filled
}

// Attr is an attribute of an element; empty where it has none.
func Attr(n *html.Node, name string) string {
	value, _ := Attribute(n, name)
	return value
}

// Send sends the form with some fields changed: name, value, ...
func (tab *Tab) Send(t *testing.T, changed ...string) *View {
	t.Helper()
	for i := 0; i+1 < len(changed); i += 2 {
		tab.Form.Set(changed[i], changed[i+1])
	}
	return tab.m.Open(t, tab.At, tab.Cookie, tab.Form)
}

// Saves sends it, which is to be done.
func (tab *Tab) Saves(t *testing.T, changed ...string) {
	t.Helper()
	if v := tab.Send(t, changed...); v.Status != http.StatusSeeOther {
		t.Fatalf("%s is answered with %d: %s", tab.At, v.Status, v.Text())
	}
}

// IsAsked sends it, which is to be answered with what was changed meanwhile: the names of the fields. The tab
// then has that page's form.
func (tab *Tab) IsAsked(t *testing.T, names []string, says ...string) {
	t.Helper()
	v := tab.Send(t)
	asked := map[string]bool{}
	for _, input := range v.Find("input", "name", askField) {
		asked[Attr(input, "value")] = true
	}
	if v.Status != http.StatusConflict || len(asked) != len(names) ||
		!strings.Contains(v.Text(), "Nothing is saved yet") {
		t.Fatalf("%s is answered with %d, and asks for %v, want %v: %s", tab.At, v.Status, asked, names,
			v.Text())
	}
	for _, name := range names {
		if !asked[name] {
			t.Errorf("it does not ask for %s, but for %v", name, asked)
		}
	}
	for _, words := range says {
		if !strings.Contains(v.Text(), words) {
			t.Errorf("it does not say %q: %s", words, v.Text())
		}
	}
	tab.Take(t, v)
}
