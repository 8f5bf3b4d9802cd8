package shop

import (
	"cmp"
	"context"
	"encoding/xml"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/artisan-eats/artisan/edge/web"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
)

const (
	// XmlType is what sitemaps and feeds are sent as.
	XmlType     = "application/xml; charset=utf-8"
	sitemapsOrg = "http://www.sitemaps.org/schemas/sitemap/0.9"
	// sitemapSize is how many addresses a sitemap has at most: what is read and written in a few
	// milliseconds.
	sitemapSize = 2000
)

type (
	// SitemapIndex lists sitemaps.
	SitemapIndex struct {
		XMLName  xml.Name      `xml:"sitemapindex"`
		Space    string        `xml:"xmlns,attr"`
		Sitemaps []SiteAddress `xml:"sitemap"`
	}
	// URLSet is a sitemap.
	URLSet struct {
		XMLName xml.Name      `xml:"urlset"`
		Space   string        `xml:"xmlns,attr"`
		Pages   []SiteAddress `xml:"url"`
	}
	// SiteAddress is a page, or a sitemap, and when it changed last.
	SiteAddress struct {
		Address string `xml:"loc"`
		Changed string `xml:"lastmod,omitempty"`
	}
)

// outlined are what sitemaps have besides markets, and where the pages of each are.
var outlined = []struct{ kind, sitemap, pages string }{
	{"producer", "producers", "/producers/"},
	{"product", "products", "/p/"},
}

// Robots tells search engines what is not for them, and where everything else is.
func Robots(_ context.Context, q *web.Query) (*web.Reply, error) {
	var text strings.Builder
	text.WriteString("User-agent: *\n")
	for _, private := range []string{
		"/account", "/api/v1/", "/cart", "/checkout", "/dev/", "/m/*/suggest",
		"/me$", "/operator", "/orders/", "/producer$", "/producer/", "/producer?",
	} {
		text.WriteString("Disallow: " + private + "\n")
	}
	if at := q.Site.Address("/sitemap.xml"); at != "" {
		text.WriteString("\nSitemap: " + at + "\n")
	}
	return &web.Reply{
		Status: http.StatusOK, ContentType: "text/plain; charset=utf-8",
		Body: []byte(text.String()),
	}, nil
}

// Sitemaps lists the sitemaps: one of the markets, and of each market as many as its
// producers and products need. A shop that does not know its address has none.
func Sitemaps(ctx context.Context, q *web.Query) (*web.Reply, error) {
	if q.Site.Base == "" {
		return nil, web.ErrNoPage
	}
	markets, err := q.Site.Catalog.ListMarkets(ctx, &catalogv1.ListMarketsRequest{})
	if err != nil {
		return nil, err
	}
	index := SitemapIndex{
		Space:    sitemapsOrg,
		Sitemaps: []SiteAddress{{Address: q.Site.Address("/sitemaps/markets")}},
	}
	for _, m := range markets.GetMarkets() {
		for _, of := range outlined {
			pages, err := q.Site.Catalog.Outline(ctx,
				&catalogv1.OutlineRequest{
					Market: m.GetCode(), Kind: of.kind, Limit: sitemapSize,
					Pages: true,
				})
			if err != nil {
				return nil, err
			}
			for _, page := range pages.GetEntries() {
				at := url.Values{"market": {m.GetCode()}, "from": {page.GetId()}}
				index.Sitemaps = append(index.Sitemaps,
					SiteAddress{
						q.Site.Address("/sitemaps/" + of.sitemap + "?" + at.Encode()),
						lastChange(page.GetUpdatedAt()),
					})
			}
		}
	}
	return xmlReply(XmlType, index)
}

func lastChange(ms int64) string {
	if ms == 0 {
		return ""
	}
	return web.TimeOf(ms).Format(time.RFC3339)
}

// Sitemap answers one sitemap.
func Sitemap(ctx context.Context, q *web.Query) (*web.Reply, error) {
	if q.Site.Base == "" {
		return nil, web.ErrNoPage
	}
	if q.ID == "markets" {
		return marketsSitemap(ctx, q.Site)
	}
	for _, of := range outlined {
		if of.sitemap != q.ID {
			continue
		}
		answer, err := q.Site.Catalog.Outline(ctx, &catalogv1.OutlineRequest{
			Market: q.Get("market"),
			Kind:   of.kind, From: q.Get("from"), Limit: sitemapSize,
		})
		if err != nil {
			return nil, err
		}
		list := URLSet{Space: sitemapsOrg}
		for _, entry := range answer.GetEntries() {
			list.Pages = append(list.Pages,
				SiteAddress{q.Site.Address(of.pages + entry.GetId()), lastChange(entry.GetUpdatedAt())})
		}
		return xmlReply(XmlType, list)
	}
	return nil, web.ErrNoPage
}

// marketsSitemap has the pages of the shop itself and of its markets.
func marketsSitemap(ctx context.Context, site *web.Site) (*web.Reply, error) {
	answer, err := site.Catalog.ListMarkets(ctx, &catalogv1.ListMarketsRequest{})
	if err != nil {
		return nil, err
	}
	list := URLSet{Space: sitemapsOrg, Pages: []SiteAddress{{Address: site.Address("/api")}}}
	if len(answer.GetMarkets()) != 1 { // the first page of a shop with one market is the market's
		list.Pages = append(list.Pages, SiteAddress{Address: site.Address("/")})
	}
	for _, m := range answer.GetMarkets() {
		// What a market shows first is what is newest in it.
		newest, err := site.Catalog.ListProducts(ctx,
			&catalogv1.ListProductsRequest{Market: m.GetCode(), Sort: "newest", Limit: 1})
		if err != nil {
			return nil, err
		}
		changed := ""
		for _, p := range newest.GetProducts() {
			changed = lastChange(cmp.Or(p.GetCreatedAt(), p.GetUpdatedAt()))
		}
		for _, path := range []string{"", "/products", "/producers"} {
			list.Pages = append(list.Pages, SiteAddress{site.Address("/m/" + m.GetCode() + path), changed})
		}
	}
	return xmlReply(XmlType, list)
}

func xmlReply(contentType string, document any) (*web.Reply, error) {
	text, err := xml.Marshal(document)
	if err != nil {
		return nil, err
	}
	return &web.Reply{
		Status: http.StatusOK, ContentType: contentType,
		Body: append([]byte(xml.Header), text...),
	}, nil
}
