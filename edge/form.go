package edge

import (
	"net/url"
	"strings"

	"github.com/artisan-eats/artisan/fault"
)

// maxForm bounds a form in bytes; no page's form comes near it.
const maxForm = 64 << 10

// maxStory bounds a text of a producer's forms, in characters.
const maxStory = 20_000

// form reads what a page's form sent.
func (v *visit) form() (url.Values, error) {
	if len(v.body) > maxForm {
		return nil, errBodyTooLarge
	}
	return v.formOf(maxText)
}

// formOf reads a form whose texts have so many characters at the most.
func (v *visit) formOf(longest int) (url.Values, error) {
	if len(v.body) == 0 {
		return url.Values{}, nil
	}
	if err := requireType(v.Request, "application/x-www-form-urlencoded"); err != nil {
		return nil, err
	}
	values, err := url.ParseQuery(string(v.body))
	if err != nil {
		return nil, fault.New(fault.Invalid, "bad_request", "This form did not arrive whole.")
	}
	for name, list := range values {
		for _, value := range list {
			if why := badProse(value, longest); why != "" {
				return nil, invalid(name, why)
			}
		}
	}
	return values, nil
}

// localPath is where to go on to, if that is a page of this shop, or else the usual one.
func localPath(to, usual string) string {
	if !strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//") || strings.ContainsAny(to, "\\\r\n\t") || badText(to, maxText) != "" {
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
