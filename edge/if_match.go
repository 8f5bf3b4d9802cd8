package edge

import (
	"net/http"
	"strings"

	"github.com/artisan-eats/artisan/fault"
	"github.com/artisan-eats/artisan/stamp"
)

// seenBy is what a change is held to that a program sends: the versions of If-Match, parted by commas, or else the body's. Empty, it is held to
// nothing.
func (v *visit) seenBy(version string) string {
	header := strings.TrimSpace(strings.Join(v.Header.Values("If-Match"), ","))
	if header == "" {
		return version
	}
	if header == "*" {
		return "" // whatever it is
	}
	var seen []string
	for _, tag := range strings.Split(header, ",") {
		tag = strings.TrimSpace(tag)
		// A weak tag matches nothing here, nor does what is none.
		if strings.HasPrefix(tag, `"`) && strings.HasSuffix(tag, `"`) && len(tag) > 1 {
			seen = append(seen, tag[1:len(tag)-1])
		}
	}
	return strings.Join(append(seen, "-"), ",")
}

// unmatched tells a program that sent If-Match of what was changed since in the way of HTTP.
func (v *visit) unmatched(err error) error {
	if f := fault.Of(err); fault.Is(err, stamp.Changed) && v.Header.Get("If-Match") != "" {
		return fault.New(f.Kind, errUnmatched, f.Message)
	}
	return err
}

// errUnmatched is the code of what was changed since it was read, for who asked by If-Match.
const errUnmatched = "precondition_failed"

// tagged is an answer with what it tells of as JSON, and its version for If-Match.
func tagged(status int, version string, body any) (*reply, error) {
	out, err := jsonReply(status, body)
	if err != nil || version == "" || status >= http.StatusBadRequest {
		return out, err
	}
	return out.set("ETag", `"`+version+`"`), nil
}
