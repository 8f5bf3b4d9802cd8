package edge

import (
	"bytes"
	"net/url"
	"strings"

	"github.com/artisan-eats/artisan/fault"
	"github.com/artisan-eats/artisan/once"
)

// maxFields bounds a form in fields; no page's form comes near it.
const maxFields = 2000

var (
	errTornForm  = fault.New(fault.Invalid, "bad_request", "This form did not arrive whole. Please go back, and send it again.")
	errOtherForm = fault.New(fault.Invalid, "unsupported_media_type", "This address takes the form of its own page only. Please go back, and send that.")
)

// form reads what a page's form sent. Bytes that are no text come out as the sign for that. What a
// text may be beyond that is said by whoever keeps it, so that the page can show it beside its field.
func (v *visit) form() (url.Values, error) {
	if len(v.body) == 0 {
		return url.Values{}, nil
	}
	if err := requireType(v.Request, "application/x-www-form-urlencoded"); err != nil {
		return nil, errOtherForm.Because(err)
	}
	if bytes.Count(v.body, []byte("&")) >= maxFields {
		return nil, errTornForm
	}
	values, err := url.ParseQuery(string(v.body))
	if err != nil {
		return nil, errTornForm.Because(err)
	}
	clean := make(url.Values, len(values))
	for name, list := range values {
		for _, value := range list {
			clean.Add(validText(name), validText(value))
		}
	}
	return clean, nil
}

// errTornKey is told where a form for something new came without the key that makes it safe to send twice.
var errTornKey = fault.New(fault.Conflict, "torn_form", "This page did not arrive whole. Nothing is done yet: please look it over, and send it again.")

// checkKey fails for a form without a key of its own, and gives it one.
func (v *visit) checkKey(typed url.Values) error {
	if visible(typed.Get("key"), maxKey) {
		return nil
	}
	typed.Set("key", v.site.newKey())
	return errTornKey
}

// newForm gives a form another key where its own was used for something else: then the person wants that as well.
func (v *visit) newForm(typed url.Values, f *fault.Error) {
	if f.Code == once.Reused || f.Code == "idempotency_key_reused" {
		typed.Set("key", v.site.newKey())
	}
}

// validText is a text with U+FFFD for what is no UTF-8.
func validText(s string) string { return strings.ToValidUTF8(s, "\uFFFD") }

// localPath is where to go on to, if that is a page of this shop, or else the usual one.
func localPath(to, usual string) string {
	if _, err := url.Parse(to); err != nil || !strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//") || strings.ContainsAny(to, "\\\r\n\t") || badText(to, maxText) != "" {
		return usual
	}
	return to
}

// fieldsOf are a fault's fields by name.
func fieldsOf(f *fault.Error) map[string]string {
	wrong := map[string]string{}
	for _, field := range f.Fields {
		wrong[field.Name] = field.Message
	}
	return wrong
}
