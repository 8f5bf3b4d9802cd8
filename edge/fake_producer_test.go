package edge

import (
	"context"

	"google.golang.org/protobuf/proto"

	"github.com/artisan-eats/artisan/edge/web"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	"github.com/artisan-eats/artisan/gen/artisan/catalog/v1/catalogv1connect"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	inventoryv1 "github.com/artisan-eats/artisan/gen/artisan/inventory/v1"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/gen/state"
)

// What the peers tell a producer.

// byTheKilo is theOrder with goods sold by weight, accepted.
func byTheKilo() *orderingv1.Order {
	o := theOrder()
	makeByTheKilo(o)
	return o
}

func makeByTheKilo(o *orderingv1.Order) {
	line := o.Lines[0]
	line.VariantId, line.SoldBy, line.Quantity, line.PackedLeast, line.PackedMost = slice, "weight", 350, 315,
		385
	o.Lines[0].Lots = []*orderingv1.Lot{{
		Id: "lot_portland_" + unique, Code: "B12", BestBefore: "2026-12-24",
		Quantity: 350,
	}}
	o.Parts[0].Status = state.PartAccepted
}

func (f fakeOrdering) ListWork(
	ctx context.Context, r *orderingv1.ListWorkRequest,
) (*orderingv1.ListWorkResponse, error) {
	work := &orderingv1.Work{
		WindowId: saturday, WindowKind: "pickup", WindowStartsAt: 1, WindowEndsAt: 2, WindowPlace: "Stall 4",
		New: 3, Accepted: 2, Ready: 1, Total: dollars(9000),
	}
	later := &orderingv1.Work{
		WindowId: evening, WindowKind: "delivery", WindowStartsAt: 3, WindowEndsAt: 4,
		New: 1, Total: dollars(100),
	}
	return &orderingv1.ListWorkResponse{Work: []*orderingv1.Work{work, later}[:min(2, max(1, r.GetLimit()))]},
		f.called(ctx, "ListWork", r)
}

// StepParts takes what it is asked to on, but for what has to be weighed.
func (f fakeOrdering) StepParts(
	ctx context.Context, r *orderingv1.StepPartsRequest,
) (*orderingv1.StepPartsResponse, error) {
	answer := &orderingv1.StepPartsResponse{}
	for _, choice := range r.GetParts() {
		step := &orderingv1.PartStep{OrderId: choice.GetOrderId(), Outcome: "stepped", Order: f.orderNow()}
		if r.GetTo() == state.PartPacked && choice.GetOrderId() != placedOrder {
			step.Outcome, step.Message, step.Order = "needs_weight", "It has to be weighed: Hill Tomme.", nil
		}
		answer.Steps = append(answer.Steps, step)
	}
	return answer, f.called(ctx, "StepParts", r)
}

// Tally has sold two products in the last span but one.
func (f fakeOrdering) Tally(
	ctx context.Context, r *orderingv1.TallyRequest,
) (*orderingv1.TallyResponse, error) {
	answer := &orderingv1.TallyResponse{Late: 2, Unaccepted: 3, Short: 1, Cut: f.manyOrders}
	for range len(r.GetBounds()) - 1 {
		answer.Spans = append(answer.Spans, &orderingv1.Span{})
	}
	answer.Spans[len(answer.GetSpans())-2] = &orderingv1.Span{
		Orders: 5, Total: dollars(9000),
		Products: []*orderingv1.ProductTally{
			{ProductId: cheese, Title: "Hill Tomme <young>", Total: dollars(7000)},
			{ProductId: "prd_other", Title: "Curd", Total: dollars(2000)},
		},
	}
	return answer, f.called(ctx, "Tally", r)
}

func (f fakeOrdering) PackList(
	ctx context.Context, r *orderingv1.PackListRequest,
) (*orderingv1.PackListResponse, error) {
	if err := f.called(ctx, "PackList", r); err != nil || r.GetWindowId() != saturday {
		return &orderingv1.PackListResponse{}, err
	}
	item := &orderingv1.PackItem{
		VariantId: slice, ProductTitle: "Hill Tomme <young>",
		VariantTitle: "By weight", SoldBy: "weight", Quantity: 350, Orders: 1,
		Lots: byTheKilo().GetLines()[0].GetLots(),
	}
	return &orderingv1.PackListResponse{
		Items:  []*orderingv1.PackItem{item},
		Orders: []*orderingv1.Order{theOrder(), byTheKilo()},
	}, nil
}

func (f fakeInventory) ListLots(
	ctx context.Context, r *inventoryv1.ListLotsRequest,
) (*inventoryv1.ListLotsResponse, error) {
	return &inventoryv1.ListLotsResponse{Lots: []*inventoryv1.Lot{
		{
			Id: "lot_portland_" + unique, VariantId: r.GetVariantId(), Code: "B12 <old>",
			BestBefore: "2026-12-24", Received: 5000, Remaining: 3250,
		},
	}}, f.called(ctx, "ListLots", r)
}

func (f fakeInventory) Receive(
	ctx context.Context, r *inventoryv1.ReceiveRequest,
) (*inventoryv1.ReceiveResponse, error) {
	return &inventoryv1.ReceiveResponse{}, f.called(ctx, "Receive", r)
}

func (f fakeInventory) SetStock(
	ctx context.Context, r *inventoryv1.SetStockRequest,
) (*inventoryv1.SetStockResponse, error) {
	return &inventoryv1.SetStockResponse{}, f.called(ctx, "SetStock", r)
}

func (f fakeInventory) AdjustStock(
	ctx context.Context, r *inventoryv1.AdjustStockRequest,
) (*inventoryv1.AdjustStockResponse, error) {
	return &inventoryv1.AdjustStockResponse{}, f.called(ctx, "AdjustStock", r)
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
		r.Product.Id = cheese
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
	f.set(func(p *peers) {
		p.kept = &catalogv1.KeptImport{
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
	f.set(func(p *peers) { answer.Kept, _ = proto.Clone(p.kept).(*catalogv1.KeptImport) })
	return answer, f.called(ctx, "GetImport", r)
}

func (f fakeCatalog) RunImport(
	ctx context.Context, r *catalogv1.RunImportRequest,
) (*catalogv1.RunImportResponse, error) {
	f.set(func(p *peers) { p.kept.DryRun, p.kept.ShowNew = false, r.GetShowNew() })
	return &catalogv1.RunImportResponse{}, f.called(ctx, "RunImport", r)
}

func (f fakeCatalog) DropImport(
	ctx context.Context, r *catalogv1.DropImportRequest,
) (*catalogv1.DropImportResponse, error) {
	f.set(func(p *peers) { p.kept = nil })
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
	return &catalogv1.PutProducerResponse{Producer: &catalogv1.Producer{Id: dairy}},
		f.called(ctx, "PutProducer", r)
}

func (f fakeIdentity) AddProducer(
	ctx context.Context, r *identityv1.AddProducerRequest,
) (*identityv1.AddProducerResponse, error) {
	return &identityv1.AddProducerResponse{}, f.called(ctx, "AddProducer", r)
}

func (f fakeCatalog) EditProducer(
	ctx context.Context, r *catalogv1.EditProducerRequest,
) (*catalogv1.EditProducerResponse, error) {
	p := f.producerNow()
	p.Town, p.Tagline, p.Story, p.ImageAlt, p.OrderMinimum, p.Holidays, p.Version = r.GetTown(),
		r.GetTagline(), r.GetStory(), r.GetImageAlt(), r.GetOrderMinimum(), r.GetHolidays(), "v2"
	return &catalogv1.EditProducerResponse{Producer: p}, f.called(ctx, "EditProducer", r)
}

// AdjustStocks does all that it is asked to.
func (f fakeInventory) AdjustStocks(
	ctx context.Context, r *inventoryv1.AdjustStocksRequest,
) (*inventoryv1.AdjustStocksResponse, error) {
	answer := &inventoryv1.AdjustStocksResponse{}
	for _, a := range r.GetAdjustments() {
		stock := &inventoryv1.AdjustedStock{VariantId: a.GetVariantId(), Refused: f.refused[a.GetVariantId()]}
		if stock.GetRefused() == "" {
			stock.Lots = []*inventoryv1.LotChange{{LotId: "lot_portland_" + unique, Was: 3250, Is: 3250 +
				a.GetBy()}}
		}
		answer.Stocks = append(answer.Stocks, stock)
	}
	return answer, f.called(ctx, "AdjustStocks", r)
}

// UndoStocks does all that it is asked to, but for what it refuses.
func (f fakeInventory) UndoStocks(
	ctx context.Context, r *inventoryv1.UndoStocksRequest,
) (*inventoryv1.UndoStocksResponse, error) {
	answer := &inventoryv1.UndoStocksResponse{}
	for _, s := range r.GetStocks() {
		answer.Stocks = append(answer.Stocks,
			&inventoryv1.AdjustedStock{VariantId: s.GetVariantId(), Refused: f.refused[s.GetVariantId()]})
	}
	return answer, f.called(ctx, "UndoStocks", r)
}

func (f fakeCatalog) ListGoods(
	ctx context.Context, r *catalogv1.ListGoodsRequest,
) (*catalogv1.ListGoodsResponse, error) {
	p := theProduct()
	if f.ware != nil {
		f.ware(p)
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
