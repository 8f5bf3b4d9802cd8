package edge

import (
	"context"
	"net/http"
)

// route is a line of the table below. It answers the same to everybody (shared, with
// the query parameters it knows), or to one visitor (personal), or by itself (plain).
type route struct {
	pattern string
	tier    tier
	rule    rule
	// stepUp routes are for who has shown within ten minutes who they are.
	stepUp   bool
	personal func(v *visit) (*reply, error)
	shared   func(ctx context.Context, q *query) (*reply, error)
	// own is what one visitor gets where there is nothing for everybody.
	own    func(v *visit, q *query) (*reply, error)
	params []string
	// recalls: what is remembered of the visit narrows it.
	recalls bool
	lasting bool
	plain   http.HandlerFunc
	// upload is how many bytes a body of a visitor's may have that brings a file; nil for routes that take none.
	upload func(v *visit) int64
	// password routes look at a password, which takes long, or have a letter written; mayPassword routes look at one where one is sent.
	password, mayPassword bool
	// live routes tell an open page of news.
	live func(v *visit) (*news, error)
}
