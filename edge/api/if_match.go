package api

import (
	"net/http"
	"strings"

	"github.com/artisan-eats/artisan/edge/web"
	"github.com/artisan-eats/artisan/fault"
	"github.com/artisan-eats/artisan/stamp"
)

// seenBy is what a change is held to that a program sends: the versions of If-Match, parted by commas, or
// else the body's. Empty, it is held to nothing.
func seenBy(v *web.Visit, version string) string {
	header := strings.TrimSpace(strings.Join(v.Request.Header.Values("If-Match"), ","))
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
func unmatched(v *web.Visit, err error) error {
	if f := fault.Of(err); fault.Is(err, stamp.Changed) && v.Request.Header.Get("If-Match") != "" {
		return fault.New(f.Kind, web.ErrUnmatched, f.Message)
	}
	return err
}

// tagged is an answer with what it tells of as JSON, and its version for If-Match.
func tagged(status int, version string, body any) (*web.Reply, error) {
	out, err := web.JSON(status, body)
	if err != nil || version == "" || status >= http.StatusBadRequest {
		return out, err
	}
	return out.Set("ETag", `"`+version+`"`), nil
}
