package edge

import (
	"context"
	"encoding/xml"
	"net/http"

	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
)

// feedSize is how many products a feed has.
const feedSize = 50

// An RSS 2.0 feed, as https://www.rssboard.org/rss-specification has it.
type (
	feed struct {
		XMLName xml.Name    `xml:"rss"`
		Version string      `xml:"version,attr"`
		Atom    string      `xml:"xmlns:atom,attr"`
		Channel feedChannel `xml:"channel"`
	}
	feedChannel struct {
		Title       string     `xml:"title"`
		Link        string     `xml:"link"`
		Description string     `xml:"description"`
		Language    string     `xml:"language"`
		Self        feedSelf   `xml:"atom:link"`
		Items       []feedItem `xml:"item"`
	}
	feedSelf struct {
		Address string `xml:"href,attr"`
		Rel     string `xml:"rel,attr"`
		Type    string `xml:"type,attr"`
	}
	feedItem struct {
		Title       string `xml:"title"`
		Link        string `xml:"link"`
		ID          string `xml:"guid"`
		Description string `xml:"description"`
		Category    string `xml:"category,omitempty"`
		Published   string `xml:"pubDate,omitempty"`
	}
)

const feedType = "application/rss+xml"

// feedPath is where a market's feed is.
func feedPath(market string) string { return "/m/" + market + "/feed.xml" }

// newProducts is a market's feed of what is new. Readers of feeds need whole addresses, so
// a shop that does not know its own has none.
func (e *site) newProducts(ctx context.Context, q *query) (*reply, error) {
	if e.base == "" {
		return nil, errNoPage
	}
	in, err := e.place(ctx, q.id)
	if err != nil {
		return nil, err
	}
	answer, err := e.catalog.ListProducts(ctx, &catalogv1.ListProductsRequest{Market: in.code, Sort: "newest", Limit: feedSize})
	if err != nil {
		return nil, err
	}
	out := feed{Version: "2.0", Atom: "http://www.w3.org/2005/Atom", Channel: feedChannel{
		Title: in.Text("New in {market}", in.name), Link: e.address("/m/" + in.code), Language: in.Lang(),
		Description: in.Text("New products from small producers in {market}.", in.name),
		Self:        feedSelf{e.address(feedPath(in.code)), "self", feedType},
	}}
	for _, p := range answer.GetProducts() {
		out.Channel.Items = append(out.Channel.Items, e.feedItem(in, p))
	}
	return xmlReply(feedType+"; charset=utf-8", out)
}

func (e *site) feedItem(in *place, p *catalogv1.Product) feedItem {
	at := e.address("/p/" + p.GetId())
	item := feedItem{Title: p.GetTitle(), Link: at, ID: at, Category: in.category(p).Label, Description: in.pitch(p)}
	if p.GetCreatedAt() > 0 {
		item.Published = timeOf(p.GetCreatedAt()).UTC().Format(http.TimeFormat)
	}
	return item
}

// pitch is a product in a line or two: "From Hill Dairy, $24.00. A young wheel ..."
func (p *place) pitch(product *catalogv1.Product) string {
	text := p.Text("From {maker}", product.GetProducerName())
	if price, _ := p.priceFrom(product); price != "" {
		text += ", " + price
	}
	if about := short(product.GetDescription()); about != "" {
		return text + ". " + about
	}
	return text + "."
}
