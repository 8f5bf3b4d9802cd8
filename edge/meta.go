package edge

import (
	"encoding/json"
	"net/url"

	"github.com/artisan-eats/artisan/edge/page"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	inventoryv1 "github.com/artisan-eats/artisan/gen/artisan/inventory/v1"
	"github.com/artisan-eats/artisan/money"
)

// ld is a node of JSON-LD, in the words of https://schema.org.
type ld map[string]any

// crumb is a step on the way to a page.
type crumb struct{ name, path string }

// meta is what a page of a market that is for everybody tells machines. A shop that does not know its own
// address tells nothing, and its pages are not for search engines.
func (e *site) meta(in *place, path, picture string, nodes ...ld) page.Meta {
	if e.base == "" {
		return page.Meta{}
	}
	m := page.Meta{Canonical: e.address(path), Kind: "website", Data: graph(nodes)}
	if in != nil {
		m.Feed = e.address(feedPath(in.code))
	}
	if picture != "" {
		m.Image = e.picture(picture)
	}
	return m
}

// graph is a document of some nodes. What would end a script's element, or a line of
// it, is escaped by encoding/json.
func graph(nodes []ld) string {
	if len(nodes) == 0 {
		return ""
	}
	text, err := json.Marshal(ld{"@context": "https://schema.org", "@graph": nodes})
	if err != nil {
		return "" // there is no such node: all are made of texts, numbers and lists
	}
	return string(text)
}

// sharedWidth is how wide a picture is that is shown beside a link elsewhere.
const sharedWidth = "?w=1280"

// picture is a picture's whole address.
func (e *site) picture(key string) string { return e.address(imageURL(key) + sharedWidth) }

// trail says where a page stands.
func (e *site) trail(crumbs ...crumb) ld {
	var list []ld
	for i, c := range crumbs {
		list = append(list, ld{"@type": "ListItem", "position": i + 1, "name": c.name, "item": e.address(c.path)})
	}
	return ld{"@type": "BreadcrumbList", "itemListElement": list}
}

// website says what the shop is, and how a market is searched.
func (e *site) website(in *place) ld {
	node := ld{"@type": "WebSite", "@id": e.address("/#website"), "name": "Artisan Eats", "url": e.address("/")}
	if in != nil {
		node["potentialAction"] = ld{
			"@type": "SearchAction", "query-input": "required name=search_term_string",
			"target": ld{"@type": "EntryPoint", "urlTemplate": e.address("/m/"+in.code+"/products") + "?q={search_term_string}"},
		}
	}
	return node
}

func (e *site) homeMeta() page.Meta { return e.meta(nil, "/", "", e.website(nil)) }

// marketMeta is of a market's first page, also where that is the shop's.
func (e *site) marketMeta(in *place) page.Meta {
	at := "/m/" + in.code
	return e.meta(in, at, "", e.website(in), e.trail(crumb{in.name, at}))
}

// shelfMeta is of a list of products: only whole ones and those of a category are for
// search engines, for there is no end to the others.
func (e *site) shelfMeta(in *place, q *query, heading string) page.Meta {
	at, crumbs := "/m/"+in.code+"/products", []crumb{{in.name, "/m/" + in.code}}
	if category := q.get("category"); category != "" && len(q.values) == 1 {
		at += "?category=" + url.QueryEscape(category)
	} else if len(q.values) > 0 {
		return page.Meta{Feed: e.address(feedPath(in.code))}
	}
	return e.meta(in, at, "", e.trail(append(crumbs, crumb{heading, at})...))
}

// makersMeta is of a market's list of producers; only the whole one is for search engines.
func (e *site) makersMeta(in *place, q *query) page.Meta {
	if len(q.values) > 0 {
		return page.Meta{}
	}
	at := "/m/" + in.code + "/producers"
	return e.meta(in, at, "", e.trail(crumb{in.name, "/m/" + in.code}, crumb{in.Text("Producers"), at}))
}

func (e *site) productMeta(in *place, p *catalogv1.Product, category page.Choice, stock map[string]*inventoryv1.Availability) page.Meta {
	at, list := "/p/"+p.GetId(), "/m/"+in.code+"/products?category="+url.QueryEscape(category.Value)
	node := ld{
		"@type": "Product", "@id": e.address(at), "url": e.address(at), "name": p.GetTitle(), "category": category.Label,
		"brand": ld{"@type": "Brand", "name": p.GetProducerName()}, "offers": e.offersData(p, stock),
	}
	if about := short(p.GetDescription()); about != "" {
		node["description"] = about
	}
	var pictures []string
	for _, key := range p.GetImages() {
		pictures = append(pictures, e.picture(key))
	}
	if len(pictures) > 0 {
		node["image"] = pictures
	}
	m := e.meta(in, at, p.GetImage(), node, e.trail(crumb{in.name, "/m/" + in.code}, crumb{category.Label, list}, crumb{p.GetTitle(), at}))
	if m.Canonical != "" {
		m.Kind = "product"
	}
	return m
}

// offersData are a product's variants for sale. What there is of one is left out where it is not known.
func (e *site) offersData(p *catalogv1.Product, stock map[string]*inventoryv1.Availability) []ld {
	offers := []ld{}
	for _, v := range p.GetVariants() {
		price := money.FromProto(v.GetPrice())
		offer := ld{
			"@type": "Offer", "url": e.address("/p/" + p.GetId()), "name": sized(p.GetTitle(), sizeOf(p, v)), "price": price.Decimal(), "priceCurrency": price.Currency,
			"seller": ld{"@type": "LocalBusiness", "@id": e.address("/producers/" + p.GetProducerId()), "name": p.GetProducerName()},
		}
		if v.GetSku() != "" {
			offer["sku"] = v.GetSku()
		}
		if v.GetSoldBy() == byWeight {
			offer["priceSpecification"] = ld{
				"@type": "UnitPriceSpecification", "price": price.Decimal(), "priceCurrency": price.Currency,
				"referenceQuantity": ld{"@type": "QuantitativeValue", "value": 1, "unitCode": "KGM"},
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

func (e *site) producerMeta(in *place, p *catalogv1.Producer) page.Meta {
	at := "/producers/" + p.GetId()
	node := ld{
		"@type": "LocalBusiness", "@id": e.address(at), "url": e.address(at), "name": p.GetName(),
		"address": ld{"@type": "PostalAddress", "addressLocality": p.GetTown(), "addressCountry": in.country},
	}
	if p.GetTagline() != "" {
		node["description"] = p.GetTagline()
	}
	if p.GetImage() != "" {
		node["image"] = e.picture(p.GetImage())
	}
	way := e.trail(crumb{in.name, "/m/" + in.code}, crumb{in.Text("Producers"), "/m/" + in.code + "/producers"}, crumb{p.GetName(), at})
	return e.meta(in, at, p.GetImage(), node, way)
}
