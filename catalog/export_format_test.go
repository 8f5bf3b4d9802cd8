package catalog_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/artisan-eats/artisan/fault"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	inventoryv1 "github.com/artisan-eats/artisan/gen/artisan/inventory/v1"
	"github.com/artisan-eats/artisan/host"
	"github.com/artisan-eats/artisan/host/hosttest"
	"github.com/artisan-eats/artisan/sqldb/sqldbtest"
)

func (s exchange) export(t testing.TB, market, format string) string {
	t.Helper()
	return s.exportOf(t, market, format, "")
}

// exportOf is an export of what one producer makes.
func (s exchange) exportOf(t testing.TB, market, format, producer string) string {
	t.Helper()
	stream, err := s.catalog.Export(t.Context(), &catalogv1.ExportRequest{
		Market: market, Format: format,
		BaseUrl: "https://shop.test", ProducerId: producer,
	})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = stream.Close() }()
	var out bytes.Buffer
	for {
		r, err := stream.Receive()
		if errors.Is(err, io.EOF) {
			return out.String()
		}
		if err != nil {
			t.Fatal(err)
		}
		out.Write(r.GetChunk())
	}
}

// producer makes an approved producer of a market.
func (s exchange) producer(t testing.TB, market, name string) string {
	t.Helper()
	r, err := s.catalog.PutProducer(t.Context(),
		&catalogv1.PutProducerRequest{Producer: &catalogv1.Producer{
			Market: market, Name: name,
			Approved: true,
		}})
	if err != nil {
		t.Fatal(err)
	}
	return r.GetProducer().GetId()
}

// offer puts a product up, with so much of each variant.
func (s exchange) offer(t testing.TB, p *catalogv1.Product, stock ...int64) *catalogv1.Product {
	t.Helper()
	r, err := s.catalog.PutProduct(t.Context(), &catalogv1.PutProductRequest{Product: p})
	if err != nil {
		t.Fatal(err)
	}
	for i, v := range r.GetProduct().GetVariants() {
		levels := []*inventoryv1.StockLevel{{VariantId: v.GetId(), Available: stock[i%len(stock)]}}
		if _, err := s.inventory.SetStock(t.Context(),
			&inventoryv1.SetStockRequest{Levels: levels}); err != nil {
			t.Fatal(err)
		}
	}
	return r.GetProduct()
}

// anyText draws what people and programs put into a line of text.
func anyText(least int) *rapid.Generator[string] {
	word := rapid.OneOf(
		rapid.SampledFrom([]string{
			"Brie", "Crème", "brûlée", "=1+1", "'@x", "-", "a,b", "\"quoted\"",
			"<b>bold</b>", "&amp;", "Ü", "1;2", "per", "kg", "/", "\\", "🧀", "•",
		}),
		rapid.StringMatching(`[A-Za-z0-9 ,;:'"<>&%€/\\.-]{1,12}`),
	)
	return rapid.Custom(func(t *rapid.T) string {
		return strings.Join(strings.Fields(strings.Join(rapid.SliceOfN(word, least, 4).Draw(t, "words"),
			" ")), " ")
	})
}

func anyProduct(t *rapid.T, market, producerID, title string) *catalogv1.Product {
	lines := rapid.SliceOfN(anyText(0), 0, 4).Draw(t, "description")
	p := &catalogv1.Product{
		Market: market, ProducerId: producerID, Title: title, Published: true,
		Description: strings.Join(lines, "\n"),
		Ingredients: anyText(0).Draw(t, "ingredients"),
		Category: rapid.SampledFrom([]string{"cheese", "other", "hampers", "goat-things", "dairy"}).Draw(t,
			"category"),
		Allergens: rapid.SliceOfDistinct(rapid.SampledFrom([]string{"milk", "nuts", "gluten", "sulphites"}),
			rapid.ID).Draw(t, "allergens"),
	}
	p.AllergensNone = len(p.Allergens) == 0 && rapid.Bool().Draw(t, "none")
	label := rapid.StringMatching(`[A-Za-z][A-Za-z0-9 ,;\\-]{0,12}[a-z]`)
	p.Tags = rapid.SliceOfNDistinct(label, 0, 3, rapid.ID).Draw(t, "tags")
	p.Season = rapid.SliceOfDistinct(rapid.Int32Range(1, 12), rapid.ID[int32]).Draw(t, "season")
	p.Certifications = rapid.SliceOfNDistinct(label, 0, 3, rapid.ID).Draw(t, "certifications")
	for i := range rapid.IntRange(1, 4).Draw(t, "variants") {
		v := &catalogv1.Variant{
			Price:   dollars(rapid.Int64Range(0, 1_000_000).Draw(t, "price")),
			SoldBy:  rapid.SampledFrom([]string{"each", "each", "weight"}).Draw(t, "sold by"),
			Sku:     rapid.StringMatching(`[-=A-Z0-9]{0,8}`).Draw(t, "sku"),
			Barcode: rapid.StringMatching(`([0-9]{13})?`).Draw(t, "barcode"),
		}
		// Neither format tells variants of one name and measure apart.
		if v.Title = fmt.Sprintf("%s %d", anyText(0).Draw(t, "title"), i); i == 0 &&
			rapid.Bool().Draw(t, "untitled") {
			v.Title = ""
		}
		if rapid.Bool().Draw(t, "measured") {
			v.UnitValue = float64(rapid.IntRange(1, 5000).Draw(t, "hundredths")) / 100
			v.Unit = rapid.SampledFrom([]string{"g", "kg", "lb", "ml", "l", "oz", "bunch"}).Draw(t, "unit")
		}
		p.Variants = append(p.Variants, v)
	}
	return p
}

// isTrouble is what an import tells, unless it is that words name allergens.
func isTrouble(issue string) bool {
	return !strings.Contains(issue, "name some: ") && !strings.Contains(issue, "not declared: ")
}

func TestWhatWasExportedImportsBackWithoutLoss(t *testing.T) {
	for _, engine := range sqldbtest.Engines {
		t.Run(string(engine), func(t *testing.T) {
			s := newExchange(t, hosttest.Start(t, engine, stocked))
			round := 0
			rapid.Check(t, func(r *rapid.T) {
				round++
				from, to := fmt.Sprintf("from-%d", round), fmt.Sprintf("to-%d", round)
				s.addMarket(t, from)
				for _, name := range rapid.SliceOfNDistinct(anyText(1), 1, 3, strings.ToLower).Draw(r,
					"producers") {
					id := s.producer(t, from, name+" & Co")
					for i, title := range rapid.SliceOfNDistinct(anyText(1), 1, 3, strings.ToLower).Draw(r,
						"titles") {
						stock := rapid.SliceOfN(rapid.Int64Range(0, 400), 4, 4).Draw(r, "stock")
						for i := range stock {
							stock[i] *= 1000
						}
						s.offer(t, anyProduct(r, from, id, fmt.Sprintf("%s x%d", title, i)), stock...)
					}
				}
				for _, format := range []string{"shopify", "ofn"} {
					market := to + "-" + format[:1]
					s.addMarket(t, market)
					first := s.export(t, from, format)
					got, err := s.load(t, &catalogv1.ImportHeader{Market: market, Format: "auto"},
						strings.NewReader(first))
					if err != nil || got.format != format || got.counts.GetFailed()+
						got.counts.GetSkipped() > 0 || slices.ContainsFunc(got.issues, isTrouble) {
						r.Fatalf("%s: %v %v %q\n%s", format, got, err, got.issues, first)
					}
					if second := s.export(t, market, format); second != first {
						r.Fatalf("%s: first\n%s\nthen\n%s", format, first, second)
					}
				}
			})
		})
	}
}

// TestASeasonGoesThroughAFileAndBack also takes one away: a cell that is empty says that there is no season.
func TestASeasonGoesThroughAFileAndBack(t *testing.T) {
	hosttest.Each(t, stocked, func(t *testing.T, p *host.Process) {
		s := newExchange(t, p)
		plum := s.offer(t, &catalogv1.Product{
			Market: "portland", ProducerId: s.producer(t, "portland", "Oak"), Title: "Plums", Published: true,
			Season:   []int32{8, 9},
			Variants: []*catalogv1.Variant{{Price: dollars(500), SoldBy: "each"}},
		}, 3000)
		season := func(market string) []int32 {
			list, err := s.catalog.ListProducts(t.Context(), &catalogv1.ListProductsRequest{Market: market})
			if err != nil || len(list.GetProducts()) != 1 {
				t.Fatal(list, err)
			}
			return list.GetProducts()[0].GetSeason()
		}
		file := s.export(t, "portland", "shopify")
		if got, err := s.load(t, &catalogv1.ImportHeader{Market: "salem", Format: "auto"},
			strings.NewReader(file)); err != nil || !slices.Equal(season("salem"), plum.GetSeason()) {
			t.Errorf("%v, %v: the season is %v in\n%s", got, err, season("salem"), file)
		}
		for cell, want := range map[string][]int32{
			"aug; sep": {8, 9}, "August, 9": {8, 9}, "": nil,
			"DEC;Smarch": {12},
		} {
			got := s.mustLoad(t, strings.Replace(file, "aug; sep", `"`+cell+`"`, 1))
			if !slices.Equal(season("portland"), want) || len(got.issues) != strings.Count(cell, "Smarch") {
				t.Errorf("%q is %v, with %q", cell, season("portland"), got.issues)
			}
		}
		s.mustLoad(t, file)
		if s.mustLoad(t,
			"Handle,Title,Vendor,Variant Price\nplums,Plums,Oak,5.00\n"); !slices.Equal(season("portland"),
			plum.GetSeason()) {
			t.Errorf("a file without a word of it makes it %v", season("portland"))
		}
	})
}

func TestAnExportReadIntoItsOwnMarketChangesNothing(t *testing.T) {
	hosttest.Each(t, stocked, func(t *testing.T, p *host.Process) {
		s := newExchange(t, p)
		for _, name := range []string{"shopify_legacy.csv", "woocommerce.csv", "square.csv", "ofn.csv"} {
			s.mustLoad(t, fixture(t, name))
		}
		s.offer(t, &catalogv1.Product{
			Market: "portland", ProducerId: s.producer(t, "portland", "By hand"), Title: "Handmade",
			Published: true, Variants: []*catalogv1.Variant{
				{Price: dollars(500), SoldBy: "each"},
				{Title: "Wheel", Price: dollars(2500), SoldBy: "weight"},
			},
		}, 3000)
		for _, format := range []string{"shopify", "ofn"} {
			file := s.export(t, "portland", format)
			got := s.mustLoad(t, file)
			if got.String() != "0 products, 0 variants, 0 updated, 0 skipped, 0 failed" {
				t.Errorf("%s: %v %q %q\n%s", format, got, got.changes, got.issues, file)
			}
			dearer := s.mustLoad(t, strings.Replace(file, "5.00,", "5.55,", 1))
			if dearer.counts.GetUpdated() != 1 || dearer.counts.GetProducts()+dearer.counts.GetVariants()+
				dearer.counts.GetFailed() > 0 {
				t.Errorf("%s, one price changed: %v %q %q", format, dearer, dearer.changes, dearer.issues)
			}
		}
	})
}

func TestTheGoogleFeedHasARowForEachVariantWithItsStock(t *testing.T) {
	hosttest.Each(t, stocked, func(t *testing.T, p *host.Process) {
		s := newExchange(t, p)
		s.addMarket(t, "a-market-with-a-long-cod")
		for _, market := range []string{"portland", "a-market-with-a-long-cod"} {
			s.offer(t, &catalogv1.Product{
				Market: market, ProducerId: s.producer(t, market, "Willow"), Title: "Gouda",
				Category: "cheese", Published: true, Variants: []*catalogv1.Variant{
					{Title: "Piece", Price: dollars(1500), SoldBy: "each", UnitValue: 250, Unit: "g"},
					{Title: "Wedge", Price: dollars(2400), SoldBy: "weight"},
				},
			}, 2000, 0)
			lines := strings.Split(strings.TrimSpace(s.export(t, market, "google")), "\n")
			if len(lines) != 3 {
				t.Fatalf("%d lines: %q", len(lines), lines)
			}
			for i, want := range []string{"in_stock\t15.00 USD", "out_of_stock\t24.00 USD"} {
				cells := strings.Split(lines[i+1], "\t")
				if !strings.Contains(lines[i+1], want) || len(cells[0]) > 50 || len(cells[14]) > 50 ||
					!strings.HasPrefix(cells[3], "https://shop.test/p/prd_") {
					t.Errorf("got %q, want %s", lines[i+1], want)
				}
			}
		}
	})
}

func TestAnExportOfNonsenseIsAFault(t *testing.T) {
	s := newExchange(t, hosttest.Start(t, "sqlite", stocked))
	for _, c := range []struct {
		r    *catalogv1.ExportRequest
		code string
	}{
		{&catalogv1.ExportRequest{Market: "atlantis", Format: "ofn"}, "not_found"},
		{&catalogv1.ExportRequest{Market: "portland", Format: "pdf"}, "unknown_format"},
		{&catalogv1.ExportRequest{Market: "portland", Format: "ofn", BaseUrl: "http://[::1"}, "invalid"},
	} {
		stream, err := s.catalog.Export(t.Context(), c.r)
		if err == nil {
			_, err = stream.Receive()
		}
		if !fault.Is(err, c.code) {
			t.Errorf("%v: got %v, want %s", c.r, err, c.code)
		}
	}
}

func TestAMakersExportHasAllOfHerGoodsAndNobodyElses(t *testing.T) {
	hosttest.Each(t, stocked, func(t *testing.T, p *host.Process) {
		s := newExchange(t, p)
		oak, elm := s.producer(t, "portland", "Oak"), s.producer(t, "portland", "Elm")
		for title, maker := range map[string]string{"=Rye": oak, "Brie": elm} {
			s.offer(t, &catalogv1.Product{
				Market: "portland", ProducerId: maker, Title: title, Category: "bread", Published: true,
				Variants: []*catalogv1.Variant{{Price: dollars(500), SoldBy: "each"}},
			}, 3000)
		}
		s.offer(t, &catalogv1.Product{
			Market: "portland", ProducerId: oak, Title: "Draft", Category: "bread",
			Variants: []*catalogv1.Variant{{Price: dollars(500), SoldBy: "each"}},
		}, 3000)
		shopify := s.exportOf(t, "portland", "shopify", oak)
		if !strings.Contains(shopify, "'=Rye,") || !strings.Contains(shopify, "FALSE,draft") ||
			strings.Contains(shopify, "Brie") || strings.Count(shopify, "\n") != 3 {
			t.Errorf("got %s", shopify)
		}
		for _, format := range []string{"ofn", "google"} {
			if got := s.exportOf(t, "portland", format, oak); !strings.Contains(got, "Rye") ||
				strings.Contains(got, "Draft") || strings.Contains(got, "Brie") {
				t.Errorf("%s: got %s", format, got)
			}
		}
		before := s.stock(t, "portland")
		got, err := s.load(t, &catalogv1.ImportHeader{Market: "portland", ProducerId: oak, Format: "auto"},
			strings.NewReader(shopify))
		if err != nil || got.String() != "0 products, 0 variants, 0 updated, 1 skipped, 0 failed" ||
			fmt.Sprint(before) != fmt.Sprint(s.stock(t, "portland")) {
			t.Errorf("read back: %v, %v %q", got, err, got.changes)
		}
		stream, err := s.catalog.Export(t.Context(),
			&catalogv1.ExportRequest{Market: "salem", Format: "shopify", ProducerId: oak})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := stream.Receive(); fault.KindOf(err) != fault.NotFound {
			t.Errorf("in another market: %v", err)
		}
	})
}
