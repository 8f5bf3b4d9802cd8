// Package api is the public JSON API: its handlers, and the shapes of what they take
// and give, as static/openapi.json describes them. Its own description is a page here.
//
// Shapes are added to, never renamed or removed. It decides no rule of trade.
package api
