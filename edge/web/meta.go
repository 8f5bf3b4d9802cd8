package web

import (
	"encoding/json"

	"github.com/artisan-eats/artisan/edge/page"
)

// FeedPath is where a market's feed is.
func FeedPath(market string) string { return "/m/" + market + "/feed.xml" }

// Ld is a node of JSON-LD, in the words of https://schema.org.
type Ld map[string]any

// Meta is what a page of a market that is for everybody tells machines. A shop that does not know its own
// address tells nothing, and its pages are not for search engines.
func (s *Site) Meta(in *Market, path, picture string, nodes ...Ld) page.Meta {
	if s.Base == "" {
		return page.Meta{}
	}
	m := page.Meta{Canonical: s.Address(path), Kind: "website", Data: graph(nodes)}
	if in != nil {
		m.Feed = s.Address(FeedPath(in.Code))
	}
	if picture != "" {
		m.Image = s.Picture(picture)
	}
	return m
}

// graph is a document of some nodes. What would end a script's element, or a line of
// it, is escaped by encoding/json.
func graph(nodes []Ld) string {
	if len(nodes) == 0 {
		return ""
	}
	text, err := json.Marshal(Ld{"@context": "https://schema.org", "@graph": nodes})
	if err != nil {
		return "" // there is no such node: all are made of texts, numbers and lists
	}
	return string(text)
}

// sharedWidth is how wide a picture is that is shown beside a link elsewhere.
const sharedWidth = "?w=1280"

// Picture is a picture's whole address.
func (s *Site) Picture(key string) string { return s.Address(ImageURL(key) + sharedWidth) }
