package edgetest

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// View is a page as a browser reads it.
type View struct {
	Status  int
	Header  http.Header
	Root    *html.Node
	Cookies []*http.Cookie
}

// Says fails unless a page has a status, and says each of these in so many words.
func (v *View) Says(t *testing.T, status int, words ...string) {
	t.Helper()
	text := strings.Join(strings.Fields(v.Text()), " ")
	if v.Status != status {
		t.Errorf("status %d, want %d", v.Status, status)
	}
	for _, want := range words {
		if !strings.Contains(text, want) {
			t.Errorf("nothing says %q: %s", want, text)
		}
	}
}

// CookieAt is the value that an answer sets for a cookie at a path, and whether it is kept.
func (v *View) CookieAt(name, path string) (value string, kept, set bool) {
	for _, c := range v.Cookies {
		if c.Name == name && c.Path == path {
			value, kept, set = c.Value, c.MaxAge > 0, true
		}
	}
	return value, kept, set
}

// Find gives the elements of a name that have all the attributes: name, value, ... An
// empty value stands for any.
func (v *View) Find(element string, attributes ...string) []*html.Node {
	var found []*html.Node
	for n := range v.Root.Descendants() {
		if n.Type == html.ElementNode && n.Data == element && HasAll(n, attributes) {
			found = append(found, n)
		}
	}
	return found
}

// HasAll reports whether an element has all the attributes: name, value, ... An empty value stands for any.
func HasAll(n *html.Node, attributes []string) bool {
	for i := 0; i+1 < len(attributes); i += 2 {
		value, ok := Attribute(n, attributes[i])
		if !ok || (attributes[i+1] != "" && value != attributes[i+1]) {
			return false
		}
	}
	return true
}

// Attribute is an attribute of an element, and whether it has it.
func Attribute(n *html.Node, name string) (string, bool) {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val, true
		}
	}
	return "", false
}

// Value is the value of a form's field.
func (v *View) Value(name string) string {
	for _, n := range v.Find("input", "name", name) {
		value, _ := Attribute(n, "value")
		return value
	}
	return ""
}

// Text is all text of a page.
func (v *View) Text() string {
	var all strings.Builder
	for n := range v.Root.Descendants() {
		if n.Type == html.TextNode {
			all.WriteString(n.Data)
		}
	}
	return all.String()
}

// Typed is a checkout's form as somebody fills it in.
func Typed(key string) url.Values {
	return url.Values{
		"key": {key}, "name": {"Ann <Example>"}, "email": {"ann@example.org"}, "window_id": {Saturday},
		"payment": {"test:ok"},
		"note":    {"Ring\r\ntwice"}, "address.line1": {"1 Hill Road"},
	}
}

// KeyAt is the key of the form that is sent to an address.
func (v *View) KeyAt(at string) string {
	for _, form := range v.Find("form", "action", at) {
		return (&View{Root: form}).Value("key")
	}
	return ""
}
