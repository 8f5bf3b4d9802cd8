package shop

import (
	"net/url"

	"github.com/artisan-eats/artisan/edge/page"
	"github.com/artisan-eats/artisan/edge/trade"
	"github.com/artisan-eats/artisan/edge/web"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	inventoryv1 "github.com/artisan-eats/artisan/gen/artisan/inventory/v1"
	"github.com/artisan-eats/artisan/money"
)

// crumb is a step on the way to a page.
type crumb struct{ name, path string }

// trail says where a page stands.
func trail(site *web.Site, crumbs ...crumb) web.Ld {
	var list []web.Ld
	for i, c := range crumbs {
		list = append(list, web.Ld{
			"@type": "ListItem", "position": i + 1, "name": c.name,
			"item": site.Address(c.path),
		})
	}
	return web.Ld{"@type": "BreadcrumbList", "itemListElement": list}
}

// website says what the shop is, and how a market is searched.
func website(site *web.Site, in *web.Market) web.Ld {
	node := web.Ld{
		"@type": "WebSite", "@id": site.Address("/#website"), "name": "Artisan Eats",
		"url": site.Address("/"),
	}
	if in != nil {
		node["potentialAction"] = web.Ld{
			"@type": "SearchAction", "query-input": "required name=search_term_string",
			"target": web.Ld{"@type": "EntryPoint", "urlTemplate": site.Address("/m/"+in.Code+"/products") +
				"?q={search_term_string}"},
		}
	}
	return node
}

func homeMeta(site *web.Site) page.Meta { return site.Meta(nil, "/", "", website(site, nil)) }

// marketMeta is of a market's first page, also where that is the shop's.
func marketMeta(site *web.Site, in *web.Market) page.Meta {
	at := "/m/" + in.Code
	return site.Meta(in, at, "", website(site, in), trail(site, crumb{in.Name, at}))
}

// listMeta is of a list of products: only whole ones and those of a category are for
// search engines, for there is no end to the others.
func listMeta(in *web.Market, q *web.Query, heading string) page.Meta {
	at, crumbs := "/m/"+in.Code+"/products", []crumb{{in.Name, "/m/" + in.Code}}
	if category := q.Get("category"); category != "" && len(q.Values) == 1 {
		at += "?category=" + url.QueryEscape(category)
	} else if len(q.Values) > 0 {
		return page.Meta{Feed: q.Site.Address(web.FeedPath(in.Code))}
	}
	return q.Site.Meta(in, at, "", trail(q.Site, append(crumbs, crumb{heading, at})...))
}

// makersMeta is of a market's list of producers; only the whole one is for search engines.
func makersMeta(in *web.Market, q *web.Query) page.Meta {
	if len(q.Values) > 0 {
		return page.Meta{}
	}
	at := "/m/" + in.Code + "/producers"
	return q.Site.Meta(in, at, "",
		trail(q.Site, crumb{in.Name, "/m/" + in.Code}, crumb{in.Text("Producers"), at}))
}

func productMeta(
	site *web.Site, in *web.Market, p *catalogv1.Product, category page.Choice,
	stock map[string]*inventoryv1.Availability,
) page.Meta {
	at, list := "/p/"+p.GetId(), "/m/"+in.Code+"/products?category="+url.QueryEscape(category.Value)
	node := web.Ld{
		"@type": "Product", "@id": site.Address(at), "url": site.Address(at), "name": p.GetTitle(),
		"category": category.Label,
		"brand":    web.Ld{"@type": "Brand", "name": p.GetProducerName()},
		"offers":   offersData(site, p, stock),
	}
	if about := short(p.GetDescription()); about != "" {
		node["description"] = about
	}
	var pictures []string
	for _, key := range p.GetImages() {
		pictures = append(pictures, site.Picture(key))
	}
	if len(pictures) > 0 {
		node["image"] = pictures
	}
	m := site.Meta(in, at, p.GetImage(), node,
		trail(site, crumb{in.Name, "/m/" + in.Code}, crumb{category.Label, list}, crumb{p.GetTitle(), at}))
	if m.Canonical != "" {
		m.Kind = "product"
	}
	return m
}

// offersData are a product's variants for sale. What there is of one is left out where it is not known.
func offersData(site *web.Site, p *catalogv1.Product, stock map[string]*inventoryv1.Availability) []web.Ld {
	offers := []web.Ld{}
	for _, v := range p.GetVariants() {
		price := money.FromProto(v.GetPrice())
		offer := web.Ld{
			"@type": "Offer", "url": site.Address("/p/" + p.GetId()),
			"name": trade.Sized(p.GetTitle(), trade.SizeOf(p, v)), "price": price.Decimal(),
			"priceCurrency": price.Currency,
			"seller": web.Ld{
				"@type": "LocalBusiness", "@id": site.Address("/producers/" + p.GetProducerId()),
				"name": p.GetProducerName(),
			},
		}
		if v.GetSku() != "" {
			offer["sku"] = v.GetSku()
		}
		if v.GetSoldBy() == web.ByWeight {
			offer["priceSpecification"] = web.Ld{
				"@type": "UnitPriceSpecification", "price": price.Decimal(), "priceCurrency": price.Currency,
				"referenceQuantity": web.Ld{"@type": "QuantitativeValue", "value": 1, "unitCode": "KGM"},
			}
		}
		if there := stock[v.GetId()]; there != nil && there.GetAvailable() > 0 {
			offer["availability"] = "https://schema.org/InStock"
		} else if there != nil {
			offer["availability"] = "https://schema.org/OutOfStock"
		}
		offers = append(offers, offer)
	}
	return offers
}

func producerMeta(site *web.Site, in *web.Market, p *catalogv1.Producer) page.Meta {
	at := "/producers/" + p.GetId()
	node := web.Ld{
		"@type": "LocalBusiness", "@id": site.Address(at), "url": site.Address(at), "name": p.GetName(),
		"address": web.Ld{
			"@type": "PostalAddress", "addressLocality": p.GetTown(),
			"addressCountry": in.Country,
		},
	}
	if p.GetTagline() != "" {
		node["description"] = p.GetTagline()
	}
	if p.GetImage() != "" {
		node["image"] = site.Picture(p.GetImage())
	}
	way := trail(site, crumb{in.Name, "/m/" + in.Code},
		crumb{in.Text("Producers"), "/m/" + in.Code + "/producers"}, crumb{p.GetName(), at})
	return site.Meta(in, at, p.GetImage(), node, way)
}
