package web

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"io"
	"net/url"
	"strings"

	"github.com/artisan-eats/artisan/edge/input"
	"github.com/artisan-eats/artisan/edge/page"
	"github.com/artisan-eats/artisan/fault"
	"github.com/artisan-eats/artisan/idempotency"
)

// maxFields bounds a form in fields; no page's form comes near it.
const maxFields = 2000

var (
	// ErrTornForm refuses a form of which a part is missing, or too much is there.
	ErrTornForm = fault.New(fault.Invalid, "bad_request",
		"This form did not arrive whole. Please go back, and send it again.")
	errOtherForm = fault.New(fault.Invalid, "unsupported_media_type",
		"This address takes the form of its own page only. Please go back, and send that.")
)

// Form reads what a page's form sent. Bytes that are no text come out as the sign for that. What a
// text may be beyond that is said by whoever keeps it, so that the page can show it beside its field.
func (v *Visit) Form() (url.Values, error) {
	if len(v.Body) == 0 {
		return url.Values{}, nil
	}
	if err := requireType(v.Request, "application/x-www-form-urlencoded"); err != nil {
		return nil, errOtherForm.Because(err)
	}
	if bytes.Count(v.Body, []byte("&")) >= maxFields {
		return nil, ErrTornForm
	}
	values, err := url.ParseQuery(string(v.Body))
	if err != nil {
		return nil, ErrTornForm.Because(err)
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
var errTornKey = fault.New(fault.Conflict, "torn_form",
	"This page did not arrive whole. Nothing is done yet: please look it over, and send it again.")

// CheckKey fails for a form without a key of its own, and gives it one.
func (v *Visit) CheckKey(typed url.Values) error {
	if Visible(typed.Get("key"), MaxKey) {
		return nil
	}
	typed.Set("key", v.Site.NewKey())
	return errTornKey
}

// NewForm gives a form another key where its own was used for something else: then the person wants that as
// well.
func (v *Visit) NewForm(typed url.Values, f *fault.Error) {
	if f.Code == idempotency.Reused || f.Code == "idempotency_key_reused" {
		typed.Set("key", v.Site.NewKey())
	}
}

// validText is a text with U+FFFD for what is no UTF-8.
func validText(s string) string { return strings.ToValidUTF8(s, "\uFFFD") }

// LocalPath is where to go on to, if that is a page of this shop, or else the usual one.
func LocalPath(to, usual string) string {
	if _, err := url.Parse(to); err != nil || !strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//") ||
		strings.ContainsAny(to, "\\\r\n\t") || input.BadText(to, MaxText) != "" {
		return usual
	}
	return to
}

// FieldsOf are a fault's fields by name.
func FieldsOf(f *fault.Error) map[string]string {
	wrong := map[string]string{}
	for _, field := range f.Fields {
		wrong[field.Name] = field.Message
	}
	return wrong
}

// MaxText bounds a text of a request, in characters. What fits where is said by the services.
const MaxText = 2000

// MaxKey bounds a key that makes a request safe to send again.
const MaxKey = 128

// Inputs are fields with what was typed into them, and what is wrong with that.
func Inputs(typed url.Values, wrong map[string]string, fields ...page.Input) []page.Input {
	for i := range fields {
		if fields[i].Type == "" {
			fields[i].Type = "text"
		}
		fields[i] = Input(typed, wrong, fields[i])
	}
	return fields
}

// Input is a field with what was typed into it, and what is wrong with that.
func Input(typed url.Values, wrong map[string]string, i page.Input) page.Input {
	i.Value, i.Wrong = typed.Get(i.Name), wrong[i.Name]
	return i
}

// InputTroubles sums up what is wrong with fields, and puts the focus on the first.
func InputTroubles(of []page.Input) []page.Trouble {
	var all []page.Trouble
	for i := range of {
		if of[i].Wrong != "" {
			of[i].Focus = len(all) == 0
			all = append(all, page.Trouble{At: "f-" + of[i].Name, Label: of[i].Label, Message: of[i].Wrong})
		}
	}
	return all
}

// NewKey makes the key of one checkout.
func (s *Site) NewKey() string {
	var raw [16]byte
	if _, err := io.ReadFull(s.Host.Random(), raw[:]); err != nil {
		return rand.Text()
	}
	return base64.RawURLEncoding.EncodeToString(raw[:])
}

// Lines are a text as it is kept: browsers end lines in two characters.
func Lines(text string) string { return strings.TrimSpace(strings.ReplaceAll(text, "\r\n", "\n")) }
