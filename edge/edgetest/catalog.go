package edgetest

import (
	"cmp"
	"context"
	"slices"
	"strconv"

	"google.golang.org/protobuf/proto"

	"github.com/artisan-eats/artisan/edge/web"
	"github.com/artisan-eats/artisan/fault"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	"github.com/artisan-eats/artisan/gen/artisan/catalog/v1/catalogv1connect"
	moneyv1 "github.com/artisan-eats/artisan/gen/artisan/money/v1"
)

type fakeCatalog struct {
	catalogv1connect.UnimplementedCatalogServiceHandler
	*Peers
}

// Portland is the market.
func Portland() *catalogv1.Market {
	return &catalogv1.Market{
		Code: "portland", Name: "Portland", Currency: "USD",
		TimeZone: "America/Los_Angeles", Country: "US", Locale: "en-US",
	}
}

// TheProducer is the dairy, approved.
func TheProducer() *catalogv1.Producer {
	return &catalogv1.Producer{
		Id: Dairy, Market: "portland", Name: "Hill Dairy", Slug: "hill-dairy", Town: "Gresham",
		Tagline: "Cows on a hill.",
		Story:   "We milk.\n\nAnd <b>wait</b>.", Approved: true, Image: "hill.jpg",
	}
}

// TheProduct is the dairy's cheese: by the wheel, and by weight.
func TheProduct() *catalogv1.Product {
	return &catalogv1.Product{
		Id: Cheese, Market: "portland", ProducerId: Dairy, ProducerName: "Hill Dairy",
		Title: "Hill Tomme <young>", Slug: "hill-tomme",
		Description: "Mild.", Category: "cheese", CategoryName: "Cheese", Allergens: []string{"milk"},
		Published: true, CreatedAt: 1_795_161_600_000, Image: "tomme.jpg", Images: []string{"tomme.jpg"},
		Variants: []*catalogv1.Variant{
			{Id: Wheel, Title: "Wheel", Price: Dollars(2400), SoldBy: "each", UnitValue: 500, Unit: "g"},
			{Id: Slice, Title: "By weight", Price: Dollars(1250), SoldBy: "weight"},
		},
	}
}

func (f fakeCatalog) ApproveProducer(
	ctx context.Context, r *catalogv1.ApproveProducerRequest,
) (*catalogv1.ApproveProducerResponse, error) {
	return &catalogv1.ApproveProducerResponse{Producer: TheProducer()}, f.called(ctx, "ApproveProducer", r)
}

func (f fakeCatalog) SetPrices(
	ctx context.Context, r *catalogv1.SetPricesRequest,
) (*catalogv1.SetPricesResponse, error) {
	return &catalogv1.SetPricesResponse{}, f.called(ctx, "SetPrices", r)
}

func (f fakeCatalog) PutProduct(
	ctx context.Context, r *catalogv1.PutProductRequest,
) (*catalogv1.PutProductResponse, error) {
	if r.GetProduct().GetId() == "" {
		r.Product.Id = Cheese
	}
	return &catalogv1.PutProductResponse{Product: r.GetProduct()}, f.called(ctx, "PutProduct", r)
}

// Export is a file that names what was asked for.
func (f fakeCatalog) Export(
	ctx context.Context, r *catalogv1.ExportRequest, stream catalogv1connect.CatalogServiceExportServerStream,
) error {
	if err := f.called(ctx, "Export", r); err != nil {
		return err
	}
	for _, chunk := range []string{"Title,Vendor\n", r.GetFormat() + "," + r.GetProducerId() + "\n"} {
		if err := stream.Send(&catalogv1.ExportResponse{Chunk: []byte(chunk)}); err != nil {
			return err
		}
	}
	return nil
}

// TryImport takes every file, and GetImport says of it that one product changes and one row is refused.
func (f fakeCatalog) TryImport(
	ctx context.Context, stream catalogv1connect.CatalogServiceTryImportServerStream,
) (*catalogv1.TryImportResponse, error) {
	first, err := stream.Receive()
	if err != nil {
		return nil, err
	}
	for err == nil {
		_, err = stream.Receive()
	}
	f.Set(func(p *Peers) {
		p.Kept = &catalogv1.KeptImport{
			Key: first.GetFile().GetKey(), Name: first.GetFile().GetName(), Size: 7, DryRun: true, Over: true,
			Format: "shopify", AllChanges: 1, AllIssues: 1,
			Changes: []*catalogv1.ImportChange{{
				Row: 2, What: "changed", Title: "Tomme <b>",
				Details: []string{"price: 12.00 to 12.50"},
			}},
			Issues: []*catalogv1.ImportIssue{{
				Row: 3, Column: "price", Message: "This is not a number.",
				Refused: true,
			}},
			Counts: &catalogv1.ImportCounts{Updated: 1, Failed: 1},
		}
	})
	return &catalogv1.TryImportResponse{}, f.called(ctx, "TryImport", first.GetFile())
}

func (f fakeCatalog) GetImport(
	ctx context.Context, r *catalogv1.GetImportRequest,
) (*catalogv1.GetImportResponse, error) {
	answer := &catalogv1.GetImportResponse{}
	f.Set(func(p *Peers) { answer.Kept, _ = proto.Clone(p.Kept).(*catalogv1.KeptImport) })
	return answer, f.called(ctx, "GetImport", r)
}

func (f fakeCatalog) RunImport(
	ctx context.Context, r *catalogv1.RunImportRequest,
) (*catalogv1.RunImportResponse, error) {
	f.Set(func(p *Peers) { p.Kept.DryRun, p.Kept.ShowNew = false, r.GetShowNew() })
	return &catalogv1.RunImportResponse{}, f.called(ctx, "RunImport", r)
}

func (f fakeCatalog) DropImport(
	ctx context.Context, r *catalogv1.DropImportRequest,
) (*catalogv1.DropImportResponse, error) {
	f.Set(func(p *Peers) { p.Kept = nil })
	return &catalogv1.DropImportResponse{}, f.called(ctx, "DropImport", r)
}

func (f fakeCatalog) PutImage(
	ctx context.Context, r *catalogv1.PutImageRequest,
) (*catalogv1.PutImageResponse, error) {
	return &catalogv1.PutImageResponse{Key: "new.jpg"}, f.called(ctx, "PutImage", r)
}

func (f fakeCatalog) DropImage(
	ctx context.Context, r *catalogv1.DropImageRequest,
) (*catalogv1.DropImageResponse, error) {
	return &catalogv1.DropImageResponse{}, f.called(ctx, "DropImage", r)
}

func (f fakeCatalog) PutProducer(
	ctx context.Context, r *catalogv1.PutProducerRequest,
) (*catalogv1.PutProducerResponse, error) {
	if r.GetProducer().GetName() == "" {
		return nil, web.Invalid("name", "This is needed.")
	}
	return &catalogv1.PutProducerResponse{Producer: &catalogv1.Producer{Id: Dairy}},
		f.called(ctx, "PutProducer", r)
}

func (f fakeCatalog) EditProducer(
	ctx context.Context, r *catalogv1.EditProducerRequest,
) (*catalogv1.EditProducerResponse, error) {
	p := f.producerNow()
	p.Town, p.Tagline, p.Story, p.ImageAlt, p.OrderMinimum, p.Holidays, p.Version = r.GetTown(),
		r.GetTagline(), r.GetStory(), r.GetImageAlt(), r.GetOrderMinimum(), r.GetHolidays(), "v2"
	return &catalogv1.EditProducerResponse{Producer: p}, f.called(ctx, "EditProducer", r)
}

func (f fakeCatalog) ListGoods(
	ctx context.Context, r *catalogv1.ListGoodsRequest,
) (*catalogv1.ListGoodsResponse, error) {
	p := TheProduct()
	if f.Ware != nil {
		f.Ware(p)
	}
	goods := &catalogv1.Goods{ProductId: p.GetId(), Published: p.GetPublished()}
	for _, v := range p.GetVariants() {
		goods.Sizes = append(goods.Sizes, &catalogv1.GoodsSize{VariantId: v.GetId(), Sku: v.GetSku()})
	}
	return &catalogv1.ListGoodsResponse{Goods: []*catalogv1.Goods{goods}}, f.called(ctx, "ListGoods", r)
}

func (f fakeCatalog) SetPublished(
	ctx context.Context, r *catalogv1.SetPublishedRequest,
) (*catalogv1.SetPublishedResponse, error) {
	return &catalogv1.SetPublishedResponse{}, f.called(ctx, "SetPublished", r)
}

func (f fakeCatalog) GetMarket(
	ctx context.Context, r *catalogv1.GetMarketRequest,
) (*catalogv1.GetMarketResponse, error) {
	if r.GetCode() != "portland" {
		return nil, fault.New(fault.NotFound, "not_found", "There is no such market.")
	}
	return &catalogv1.GetMarketResponse{Market: f.theMarket()}, f.called(ctx, "GetMarket", r)
}

func (f fakeCatalog) ListMarkets(
	ctx context.Context, r *catalogv1.ListMarketsRequest,
) (*catalogv1.ListMarketsResponse, error) {
	markets := []*catalogv1.Market{f.theMarket()}
	f.Set(func(p *Peers) {
		if p.SeveralMarkets {
			markets = append(markets, &catalogv1.Market{
				Code: "madrid", Name: "Madrid", Currency: "EUR",
				TimeZone: "Europe/Madrid", Country: "ES", Locale: "es-ES",
			})
		}
	})
	return &catalogv1.ListMarketsResponse{Markets: markets}, f.called(ctx, "ListMarkets", r)
}

func (f fakeCatalog) ListCategories(
	ctx context.Context, r *catalogv1.ListCategoriesRequest,
) (*catalogv1.ListCategoriesResponse, error) {
	return &catalogv1.ListCategoriesResponse{
			Categories: []*catalogv1.Category{{Slug: "cheese", Name: "Cheese", Products: 1}},
		},
		f.called(ctx, "ListCategories", r)
}

func (f fakeCatalog) ListProducers(
	ctx context.Context, r *catalogv1.ListProducersRequest,
) (*catalogv1.ListProducersResponse, error) {
	return &catalogv1.ListProducersResponse{Producers: []*catalogv1.Producer{f.producerNow()}},
		f.called(ctx, "ListProducers", r)
}

func (f fakeCatalog) GetProducer(
	ctx context.Context, r *catalogv1.GetProducerRequest,
) (*catalogv1.GetProducerResponse, error) {
	if r.GetId() != Dairy {
		return nil, fault.New(fault.NotFound, "not_found", "There is no such producer.")
	}
	return &catalogv1.GetProducerResponse{Producer: f.producerNow()}, f.called(ctx, "GetProducer", r)
}

func (f fakeCatalog) ListProducts(
	ctx context.Context, r *catalogv1.ListProductsRequest,
) (*catalogv1.ListProductsResponse, error) {
	answer := &catalogv1.ListProductsResponse{
		Products:   []*catalogv1.Product{TheProduct()},
		NextCursor: "next",
	}
	f.Set(func(p *Peers) {
		if p.Listed != nil {
			p.Listed(r)
		}
	})
	if f.More > 0 {
		from, _ := strconv.Atoi(r.GetCursor())
		to := min(from+int(r.GetLimit()), f.More)
		answer.Products, answer.NextCursor, answer.Total = slices.Repeat(answer.GetProducts(), to-from),
			strconv.Itoa(to), int64(f.More)
		if to == f.More {
			answer.NextCursor = ""
		}
	}
	if f.Ware != nil {
		f.Ware(answer.GetProducts()[0])
	}
	if len(r.GetIds()) > 0 {
		answer.NextCursor = ""
		if !slices.Contains(r.GetIds(), Cheese) {
			answer.Products = nil
		}
	}
	if r.GetFacets() {
		answer.Facets = []*catalogv1.Facet{
			{Name: "category", Value: "cheese", Label: "Cheese", Count: 1},
			{Name: "allergen_free", Value: "egg", Label: "Egg", Count: 1},
		}
	}
	if r.GetCursor() == "bad" {
		return nil, fault.New(fault.Invalid, "invalid_cursor", "This page of the list cannot be found.",
			fault.Field{Name: "cursor", Message: "Not ours."})
	}
	return answer, f.called(ctx, "ListProducts", r)
}

func (f fakeCatalog) Suggest(
	ctx context.Context, r *catalogv1.SuggestRequest,
) (*catalogv1.SuggestResponse, error) {
	return &catalogv1.SuggestResponse{
		Suggestions: []*catalogv1.Suggestion{
			{
				Kind: "product", Id: Cheese, Title: "Hill Tomme <young>",
				Detail: "Hill Dairy", Image: "tomme", Price: &moneyv1.Money{Amount: 1450, Currency: "USD"},
				SoldBy: "each", From: true, Allergens: []string{"milk"}, AllergensStated: new(true),
			},
			{Kind: "category", Id: "cheese", Title: "Cheese"},
		},
		Words: []string{r.GetQ()},
	}, f.called(ctx, "Suggest", r)
}

func (f fakeCatalog) GetProduct(
	ctx context.Context, r *catalogv1.GetProductRequest,
) (*catalogv1.GetProductResponse, error) {
	if r.GetId() != Cheese {
		return nil, fault.New(fault.NotFound, "not_found", "There is no such product.")
	}
	product := TheProduct()
	product.ProducerId = cmp.Or(f.MadeBy, Dairy)
	if f.Ware != nil {
		f.Ware(product)
	}
	return &catalogv1.GetProductResponse{Product: product}, f.called(ctx, "GetProduct", r)
}

func (f fakeCatalog) Outline(
	ctx context.Context, r *catalogv1.OutlineRequest,
) (*catalogv1.OutlineResponse, error) {
	id := map[string]string{"product": Cheese, "producer": Dairy}[r.GetKind()]
	return &catalogv1.OutlineResponse{
			Entries: []*catalogv1.OutlineEntry{{Id: id, UpdatedAt: 1_700_000_000_000}},
		},
		f.called(ctx, "Outline", r)
}

func (f fakeCatalog) Quote(ctx context.Context, r *catalogv1.QuoteRequest) (*catalogv1.QuoteResponse, error) {
	answer := &catalogv1.QuoteResponse{}
	f.Set(func(p *Peers) {
		for _, id := range r.GetVariantIds() {
			if !p.Gone {
				quote := &catalogv1.Quote{Variant: &catalogv1.Variant{
					Id: id, Price: Dollars(p.Quoted),
					SoldBy: "each",
				}}
				if p.Declares != nil {
					p.Declares(quote)
				}
				answer.Quotes = append(answer.Quotes, quote)
			}
		}
	})
	return answer, f.called(ctx, "Quote", r)
}

func (f fakeCatalog) GetImage(
	ctx context.Context, r *catalogv1.GetImageRequest,
) (*catalogv1.GetImageResponse, error) {
	if r.GetKey() != "tomme.jpg" {
		return nil, fault.New(fault.NotFound, "not_found", "There is no such picture.")
	}
	return &catalogv1.GetImageResponse{Content: []byte("\xff\xd8picture"), ContentType: "image/jpeg"},
		f.called(ctx, "GetImage", r)
}

// Lyon makes the shop's market one of Lyon.
func Lyon(m *catalogv1.Market) {
	m.Name, m.Locale, m.Country, m.TimeZone, m.Currency = "Lyon", "fr-FR", "FR", "Europe/Paris", "EUR"
}
