package shop

import (
	"context"
	"encoding/xml"
	"net/http"

	"github.com/artisan-eats/artisan/edge/web"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
)

// feedSize is how many products a feed has.
const feedSize = 50

type (
	// Feed is of RSS 2.0, as https://www.rssboard.org/rss-specification has it.
	Feed struct {
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
		Items       []FeedItem `xml:"item"`
	}
	feedSelf struct {
		Address string `xml:"href,attr"`
		Rel     string `xml:"rel,attr"`
		Type    string `xml:"type,attr"`
	}
	// FeedItem is a product in it.
	FeedItem struct {
		Title       string `xml:"title"`
		Link        string `xml:"link"`
		ID          string `xml:"guid"`
		Description string `xml:"description"`
		Category    string `xml:"category,omitempty"`
		Published   string `xml:"pubDate,omitempty"`
	}
)

const feedType = "application/rss+xml"

// NewProducts is a market's feed of what is new. Readers of feeds need whole addresses, so
// a shop that does not know its own has none.
func NewProducts(ctx context.Context, q *web.Query) (*web.Reply, error) {
	if q.Site.Base == "" {
		return nil, web.ErrNoPage
	}
	in, err := q.Site.Market(ctx, q.ID)
	if err != nil {
		return nil, err
	}
	answer, err := q.Site.Catalog.ListProducts(ctx,
		&catalogv1.ListProductsRequest{Market: in.Code, Sort: "newest", Limit: feedSize})
	if err != nil {
		return nil, err
	}
	out := Feed{Version: "2.0", Atom: "http://www.w3.org/2005/Atom", Channel: feedChannel{
		Title: in.Text("New in {market}", in.Name), Link: q.Site.Address("/m/" + in.Code),
		Language:    in.Locale.Lang(),
		Description: in.Text("New products from small producers in {market}.", in.Name),
		Self:        feedSelf{q.Site.Address(web.FeedPath(in.Code)), "self", feedType},
	}}
	for _, p := range answer.GetProducts() {
		out.Channel.Items = append(out.Channel.Items, feedItem(q.Site, in, p))
	}
	return xmlReply(feedType+"; charset=utf-8", out)
}

func feedItem(site *web.Site, in *web.Market, p *catalogv1.Product) FeedItem {
	at := site.Address("/p/" + p.GetId())
	item := FeedItem{
		Title: p.GetTitle(), Link: at, ID: at, Category: category(in, p).Label,
		Description: pitch(in, p),
	}
	if p.GetCreatedAt() > 0 {
		item.Published = web.TimeOf(p.GetCreatedAt()).UTC().Format(http.TimeFormat)
	}
	return item
}

// pitch is a product in a line or two: "From Hill Dairy, $24.00. A young wheel ..."
func pitch(p *web.Market, product *catalogv1.Product) string {
	text := p.Text("From {maker}", product.GetProducerName())
	if price, _ := priceFrom(p, product); price != "" {
		text += ", " + price
	}
	if about := short(product.GetDescription()); about != "" {
		return text + ". " + about
	}
	return text + "."
}
