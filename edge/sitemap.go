package edge

import (
	"cmp"
	"context"
	"encoding/xml"
	"net/http"
	"net/url"
	"strings"
	"time"

	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
)

const (
	xmlType     = "application/xml; charset=utf-8"
	sitemapsOrg = "http://www.sitemaps.org/schemas/sitemap/0.9"
	// sitemapSize is how many addresses a sitemap has at most: what is read and written in a few milliseconds.
	sitemapSize = 2000
)

type (
	sitemapIndex struct {
		XMLName  xml.Name      `xml:"sitemapindex"`
		Space    string        `xml:"xmlns,attr"`
		Sitemaps []siteAddress `xml:"sitemap"`
	}
	sitemap struct {
		XMLName xml.Name      `xml:"urlset"`
		Space   string        `xml:"xmlns,attr"`
		Pages   []siteAddress `xml:"url"`
	}
	siteAddress struct {
		Address string `xml:"loc"`
		Changed string `xml:"lastmod,omitempty"`
	}
)

// outlined are what sitemaps have besides markets, and where the pages of each are.
var outlined = []struct{ kind, sitemap, pages string }{
	{"producer", "producers", "/producers/"},
	{"product", "products", "/p/"},
}

// address is the whole address of a page of this shop; "" when the shop does not know its own.
func (e *site) address(path string) string {
	if e.base == "" {
		return ""
	}
	return e.base + path
}

// robots tells search engines what is not for them, and where everything else is.
func (e *site) robots(_ context.Context, q *query) (*reply, error) {
	var text strings.Builder
	text.WriteString("User-agent: *\n")
	for _, private := range []string{"/account", "/api/v1/", "/cart", "/checkout", "/dev/", "/m/*/suggest", "/me$", "/operator", "/orders/", "/producer$", "/producer/", "/producer?"} {
		text.WriteString("Disallow: " + private + "\n")
	}
	if at := e.address("/sitemap.xml"); at != "" {
		text.WriteString("\nSitemap: " + at + "\n")
	}
	return &reply{status: http.StatusOK, contentType: "text/plain; charset=utf-8", body: []byte(text.String())}, nil
}

// sitemaps lists the sitemaps: one of the markets, and of each market as many as its
// producers and products need. A shop that does not know its address has none.
func (e *site) sitemaps(ctx context.Context, q *query) (*reply, error) {
	if e.base == "" {
		return nil, errNoPage
	}
	markets, err := e.catalog.ListMarkets(ctx, &catalogv1.ListMarketsRequest{})
	if err != nil {
		return nil, err
	}
	index := sitemapIndex{Space: sitemapsOrg, Sitemaps: []siteAddress{{Address: e.address("/sitemaps/markets")}}}
	for _, m := range markets.GetMarkets() {
		for _, of := range outlined {
			pages, err := e.catalog.Outline(ctx, &catalogv1.OutlineRequest{Market: m.GetCode(), Kind: of.kind, Limit: sitemapSize, Pages: true})
			if err != nil {
				return nil, err
			}
			for _, page := range pages.GetEntries() {
				at := url.Values{"market": {m.GetCode()}, "from": {page.GetId()}}
				index.Sitemaps = append(index.Sitemaps, siteAddress{e.address("/sitemaps/" + of.sitemap + "?" + at.Encode()), lastChange(page.GetUpdatedAt())})
			}
		}
	}
	return xmlReply(xmlType, index)
}

func lastChange(ms int64) string {
	if ms == 0 {
		return ""
	}
	return timeOf(ms).Format(time.RFC3339)
}

// sitemap answers one sitemap.
func (e *site) sitemap(ctx context.Context, q *query) (*reply, error) {
	if e.base == "" {
		return nil, errNoPage
	}
	if q.id == "markets" {
		return e.marketsSitemap(ctx)
	}
	for _, of := range outlined {
		if of.sitemap != q.id {
			continue
		}
		answer, err := e.catalog.Outline(ctx, &catalogv1.OutlineRequest{Market: q.get("market"), Kind: of.kind, From: q.get("from"), Limit: sitemapSize})
		if err != nil {
			return nil, err
		}
		list := sitemap{Space: sitemapsOrg}
		for _, entry := range answer.GetEntries() {
			list.Pages = append(list.Pages, siteAddress{e.address(of.pages + entry.GetId()), lastChange(entry.GetUpdatedAt())})
		}
		return xmlReply(xmlType, list)
	}
	return nil, errNoPage
}

// marketsSitemap has the pages of the shop itself and of its markets.
func (e *site) marketsSitemap(ctx context.Context) (*reply, error) {
	answer, err := e.catalog.ListMarkets(ctx, &catalogv1.ListMarketsRequest{})
	if err != nil {
		return nil, err
	}
	list := sitemap{Space: sitemapsOrg, Pages: []siteAddress{{Address: e.address("/api")}}}
	if len(answer.GetMarkets()) != 1 { // the first page of a shop with one market is the market's
		list.Pages = append(list.Pages, siteAddress{Address: e.address("/")})
	}
	for _, m := range answer.GetMarkets() {
		// What a market shows first is what is newest in it.
		newest, err := e.catalog.ListProducts(ctx, &catalogv1.ListProductsRequest{Market: m.GetCode(), Sort: "newest", Limit: 1})
		if err != nil {
			return nil, err
		}
		changed := ""
		for _, p := range newest.GetProducts() {
			changed = lastChange(cmp.Or(p.GetCreatedAt(), p.GetUpdatedAt()))
		}
		for _, path := range []string{"", "/products", "/producers"} {
			list.Pages = append(list.Pages, siteAddress{e.address("/m/" + m.GetCode() + path), changed})
		}
	}
	return xmlReply(xmlType, list)
}

func xmlReply(contentType string, document any) (*reply, error) {
	text, err := xml.Marshal(document)
	if err != nil {
		return nil, err
	}
	return &reply{status: http.StatusOK, contentType: contentType, body: append([]byte(xml.Header), text...)}, nil
}
