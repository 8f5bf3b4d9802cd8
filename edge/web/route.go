package web

import (
	"context"
	"net/http"
)

// Route is a line of edge's table of routes. It answers the same to everybody (Shared, with
// the query parameters it knows), or to one visitor (Personal), or by itself (Plain).
type Route struct {
	Pattern string
	Tier    Tier
	Rule    Rule
	// StepUp routes are for who has shown within ten minutes who they are.
	StepUp   bool
	Personal func(v *Visit) (*Reply, error)
	Shared   func(ctx context.Context, q *Query) (*Reply, error)
	// Own is what one visitor gets where there is nothing for everybody.
	Own    func(v *Visit, q *Query) (*Reply, error)
	Params []string
	// Recalls: what is remembered of the visit narrows it.
	Recalls bool
	Lasting bool
	Plain   http.HandlerFunc
	// Upload is how many bytes a body of a visitor's may have that brings a file; nil for routes that take
	// none.
	Upload func(v *Visit) int64
	// Password routes look at a password, which takes long, or have a letter written; MayPassword routes look
	// at one where one is sent.
	Password, MayPassword bool
	// Waits routes check out: who comes to one while not all can be served gets a place in the waiting room.
	Waits bool
	// Live routes tell an open page of news.
	Live func(v *Visit) (*News, error)
}

// Tier is how much a request matters when not everything can be done. The lower, the dearer.
type Tier int

// The tiers, the dearest first, and how many there are.
const (
	UnderWay Tier = iota // orders that exist: looking at one, cancelling it, packing it
	Checkout
	Carting
	Browsing
	Crawling // browsing by what says that it is a robot
	Tiers
)
