package intake

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"

	"github.com/artisan-eats/artisan/catalog/category"
	"github.com/artisan-eats/artisan/catalog/feed"
	"github.com/artisan-eats/artisan/catalog/goods"
	"github.com/artisan-eats/artisan/fault"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	"github.com/artisan-eats/artisan/gen/artisan/catalog/v1/catalogv1connect"
	inventoryv1 "github.com/artisan-eats/artisan/gen/artisan/inventory/v1"
	"github.com/artisan-eats/artisan/gen/artisan/inventory/v1/inventoryv1connect"
	"github.com/artisan-eats/artisan/id"
	"github.com/artisan-eats/artisan/money"
	"github.com/artisan-eats/artisan/rights"
)

const (
	exportAtOnce = 200 // products that are held at a time
	exportChunk  = 64 << 10
)

// productWriter is a format of export.
type productWriter interface {
	Write(feed.Listing) error
	Flush() error
}

// Export writes the products that are listed, or those of a producer, in an order that depends on nothing but
// what is in the file, so that a market made of an export exports the same.
func (s *Service) Export(
	ctx context.Context, r *catalogv1.ExportRequest, stream catalogv1connect.CatalogServiceExportServerStream,
) error {
	code := r.GetMarket()
	if err := goods.OwnMarket(id.Producer, r.GetProducerId(), &code); err != nil {
		return err
	}
	if err := rights.Check(ctx, r.GetProducerId(), rights.Goods); err != nil {
		return err
	}
	market, err := s.store.Market(ctx, code)
	if err != nil {
		return err
	}
	base, err := url.Parse(r.GetBaseUrl())
	if err != nil || len(r.GetBaseUrl()) > 2000 {
		return fault.New(fault.Invalid, "invalid", "The address of the shop is none.",
			fault.Field{Name: "base_url", Message: "This is not an address."})
	}
	out := bufio.NewWriterSize(chunkWriter{stream.Send}, exportChunk)
	writer := newProductWriter(r.GetFormat(), out)
	if writer == nil {
		return fault.New(fault.Invalid, "unknown_format",
			"There is no such format: choose shopify, ofn or google.")
	}
	if err := s.auditExport(ctx, r); err != nil {
		return err
	}
	x := exporter{
		s.store, inventoryv1connect.NewInventoryServiceClient(s.host.Peer("inventory")), market,
		r.GetProducerId(), base, writer,
	}
	if err := x.run(ctx); err != nil {
		return err
	}
	if err := writer.Flush(); err != nil {
		return err
	}
	return out.Flush()
}

func newProductWriter(format string, out io.Writer) productWriter {
	switch format {
	case "shopify":
		return feed.NewShopifyWriter(out)
	case "ofn":
		return feed.NewOFNWriter(out)
	case "google":
		return feed.NewGoogleWriter(out)
	}
	return nil
}

// chunkWriter sends what is written in messages.
type chunkWriter struct {
	send func(*catalogv1.ExportResponse) error
}

func (w chunkWriter) Write(p []byte) (int, error) {
	for chunk := range slices.Chunk(p, exportChunk) {
		if err := w.send(&catalogv1.ExportResponse{Chunk: slices.Clone(chunk)}); err != nil {
			return 0, err
		}
	}
	return len(p), nil
}

// exporter is one export under way.
type exporter struct {
	store  *goods.Store
	stock  inventoryv1connect.InventoryServiceClient
	market goods.Market
	// producer is the one whose products are written; empty for all.
	producer string
	base     *url.URL
	out      productWriter
}

func (x *exporter) run(ctx context.Context) error {
	ids, err := x.ids(ctx)
	if err != nil {
		return err
	}
	for chunk := range slices.Chunk(ids, exportAtOnce) {
		products, err := x.store.Products(ctx, chunk)
		if err != nil {
			return err
		}
		available, err := x.available(ctx, products)
		if err != nil {
			return err
		}
		for _, p := range products {
			if err := x.out.Write(x.listing(p, available)); err != nil {
				return err
			}
		}
	}
	return nil
}

func (x *exporter) ids(ctx context.Context) ([]string, error) {
	if x.producer == "" {
		return x.store.ListedIDs(ctx, x.market.Code)
	}
	return x.store.IdsOfProducer(ctx, x.producer)
}

func (x *exporter) available(ctx context.Context, products []goods.Product) (map[string]int64, error) {
	var ids []string
	for _, p := range products {
		for _, v := range p.Variants {
			ids = append(ids, v.ID)
		}
	}
	available := make(map[string]int64, len(ids))
	for chunk := range slices.Chunk(ids, stockAtOnce) {
		response, err := x.stock.Availability(ctx, &inventoryv1.AvailabilityRequest{VariantIds: chunk})
		if err != nil {
			return nil, fmt.Errorf("read stock: %w", err)
		}
		for _, v := range response.GetVariants() {
			available[v.GetVariantId()] = v.GetAvailable()
		}
	}
	return available, nil
}

func (x *exporter) listing(p goods.Product, available map[string]int64) feed.Listing {
	in := p.InCategory()
	l := feed.Listing{
		ID: p.ID, ProducerID: p.ProducerID, Handle: p.Slug, Producer: p.ProducerName, Title: p.Title,
		Description: p.Description, Ingredients: p.Ingredients,
		Category: in.Name, Path: in.Name, Tags: p.Tags, Allergens: p.Allergens.Codes(),
		NoAllergens: p.NoAllergens, Certifications: p.Certifications, Season: p.Season.Names(),
		Link: x.address("/p/" + p.ID), Hidden: !p.Published,
	}
	if in.Parent != "" {
		l.Path = strings.Join([]string{category.Of(in.Parent).Name, in.Name}, " > ")
	}
	for _, picture := range p.Pictures {
		l.Images = append(l.Images, x.address("/images/"+picture.Key))
	}
	for _, v := range p.Variants {
		l.Offers = append(l.Offers, feed.Offer{
			ID: v.ID, Title: v.Title, SKU: v.SKU, Barcode: v.Barcode,
			Price: money.New(v.Price, x.market.Currency).Decimal(), Currency: x.market.Currency,
			ByWeight: v.SoldBy == goods.Weight, UnitValue: v.UnitValue, Unit: v.Unit,
			Available: available[v.ID],
		})
	}
	return l
}

func (x *exporter) address(path string) string { return x.base.JoinPath(path).String() }
