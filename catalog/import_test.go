package catalog_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/artisan-eats/artisan/catalog"
	"github.com/artisan-eats/artisan/fault"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	"github.com/artisan-eats/artisan/gen/artisan/catalog/v1/catalogv1connect"
	inventoryv1 "github.com/artisan-eats/artisan/gen/artisan/inventory/v1"
	"github.com/artisan-eats/artisan/gen/artisan/inventory/v1/inventoryv1connect"
	"github.com/artisan-eats/artisan/host"
	"github.com/artisan-eats/artisan/host/hosttest"
	"github.com/artisan-eats/artisan/inventory"
)

// stocked are the services that an import needs.
var stocked = []host.Service{
	catalog.Room(),
	inventory.Room(),
}

// exchange is a catalogue with an inventory, and two markets.
type exchange struct {
	catalog   catalogv1connect.CatalogServiceClient
	inventory inventoryv1connect.InventoryServiceClient
}

func newExchange(t testing.TB, p *host.Process) exchange {
	t.Helper()
	s := exchange{
		catalogv1connect.NewCatalogServiceClient(p.Client("catalog")),
		inventoryv1connect.NewInventoryServiceClient(p.Client("inventory")),
	}
	for _, code := range []string{"portland", "salem"} {
		s.addMarket(t, code)
	}
	return s
}

func (s exchange) addMarket(t testing.TB, code string) {
	t.Helper()
	m := &catalogv1.Market{
		Code: code, Name: code, Currency: "USD", TimeZone: "America/Los_Angeles",
		Country: "US", CommissionBp: 800, Locale: "en-US",
	}
	if _, err := s.catalog.PutMarket(t.Context(), &catalogv1.PutMarketRequest{Market: m}); err != nil {
		t.Fatal(err)
	}
}

// imported is what an import answers.
type imported struct {
	format   string
	counts   *catalogv1.ImportCounts
	issues   []string
	changes  []string
	progress *catalogv1.ImportProgress
}

func (i imported) String() string {
	c := i.counts
	return fmt.Sprintf("%d products, %d variants, %d updated, %d skipped, %d failed", c.GetProducts(),
		c.GetVariants(), c.GetUpdated(), c.GetSkipped(), c.GetFailed())
}

func (s exchange) load(t testing.TB, header *catalogv1.ImportHeader, in io.Reader) (imported, error) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	stream, err := s.catalog.Import(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = stream.Close() }()
	sent := make(chan error, 1)
	go func() {
		err := send(stream, header, in)
		if err != nil {
			cancel()
		}
		sent <- err
	}()
	var out imported
	for {
		r, err := stream.Receive()
		if errors.Is(err, io.EOF) {
			return out, <-sent
		}
		if err != nil {
			return out, err
		}
		out.take(r)
	}
}

func send(
	stream catalogv1connect.CatalogServiceImportClientStream, header *catalogv1.ImportHeader, in io.Reader,
) error {
	if err := stream.Send(&catalogv1.ImportRequest{
		Part: &catalogv1.ImportRequest_Header{Header: header},
	}); err != nil {
		return nil //nolint:nilerr // why a file is not taken is what Receive says
	}
	for {
		chunk := make([]byte, 64<<10)
		n, err := io.ReadFull(in, chunk)
		if n > 0 {
			if err := stream.Send(&catalogv1.ImportRequest{
				Part: &catalogv1.ImportRequest_Chunk{Chunk: chunk[:n]},
			}); err != nil {
				return nil //nolint:nilerr // as above
			}
		}
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return stream.CloseSend()
		}
		if err != nil {
			return err
		}
	}
}

func (i *imported) take(r *catalogv1.ImportResponse) {
	switch part := r.GetPart().(type) {
	case *catalogv1.ImportResponse_Format:
		i.format = part.Format
	case *catalogv1.ImportResponse_Issue:
		i.issues = append(i.issues, fmt.Sprintf("%d %s: %s", part.Issue.GetRow(), part.Issue.GetColumn(),
			part.Issue.GetMessage()))
	case *catalogv1.ImportResponse_Change:
		i.changes = append(i.changes, fmt.Sprintf("%d %s %s %s", part.Change.GetRow(), part.Change.GetWhat(),
			part.Change.GetTitle(), strings.Join(part.Change.GetDetails(), "; ")))
	case *catalogv1.ImportResponse_Progress:
		i.progress = part.Progress
	case *catalogv1.ImportResponse_Done:
		i.counts = part.Done
	}
}

// mustLoad imports a file into portland.
func (s exchange) mustLoad(t testing.TB, content string) imported {
	t.Helper()
	got, err := s.load(t, &catalogv1.ImportHeader{Market: "portland", Producer: "House", Format: "auto"},
		strings.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func fixture(t testing.TB, name string) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join("feed", "testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// stock is what there is of each variant in a market, by titles.
func (s exchange) stock(t testing.TB, market string) map[string]string {
	t.Helper()
	stock := map[string]string{}
	list, err := s.catalog.ListProducts(t.Context(),
		&catalogv1.ListProductsRequest{Market: market, Limit: 100})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range list.GetProducts() {
		for _, v := range p.GetVariants() {
			a, err := s.inventory.Availability(t.Context(),
				&inventoryv1.AvailabilityRequest{VariantIds: []string{v.GetId()}})
			if err != nil {
				t.Fatal(err)
			}
			stock[p.GetTitle()+"/"+v.GetTitle()] = fmt.Sprintf("%d %s %d", v.GetPrice().GetAmount(),
				v.GetSoldBy(), a.GetVariants()[0].GetAvailable())
		}
	}
	return stock
}

func TestEachDialectIsImportedWithExactCounts(t *testing.T) {
	wants := map[string]string{
		"shopify_legacy.csv":  "3 products, 4 variants, 0 updated, 4 skipped, 4 failed",
		"shopify_middle.csv":  "1 products, 1 variants, 0 updated, 1 skipped, 2 failed",
		"shopify_current.csv": "1 products, 2 variants, 0 updated, 0 skipped, 1 failed",
		"woocommerce.csv":     "3 products, 4 variants, 0 updated, 5 skipped, 2 failed",
		"square.csv":          "3 products, 4 variants, 0 updated, 1 skipped, 2 failed",
		"ofn.csv":             "3 products, 5 variants, 0 updated, 0 skipped, 7 failed",
		// Files in which goods were lost, mangled or mistaken.
		"woo_parent_stock.csv":       "1 products, 2 variants, 0 updated, 0 skipped, 0 failed",
		"woo_entities.csv":           "2 products, 2 variants, 0 updated, 0 skipped, 0 failed",
		"woo_comma.csv":              "3 products, 3 variants, 0 updated, 0 skipped, 1 failed",
		"woo_french.csv":             "1 products, 1 variants, 0 updated, 0 skipped, 0 failed",
		"shopify_dotqty.csv":         "1 products, 1 variants, 0 updated, 0 skipped, 0 failed",
		"shopify_wahr.csv":           "1 products, 1 variants, 0 updated, 0 skipped, 0 failed",
		"shopify_lb.csv":             "2 products, 2 variants, 0 updated, 0 skipped, 0 failed",
		"shopify_html.csv":           "4 products, 4 variants, 0 updated, 0 skipped, 0 failed",
		"shopify_mac.csv":            "1 products, 2 variants, 0 updated, 1 skipped, 0 failed",
		"woo_german.csv":             "2 products, 3 variants, 0 updated, 0 skipped, 1 failed",
		"merge.csv":                  "8 products, 8 variants, 0 updated, 0 skipped, 0 failed",
		"units.csv":                  "9 products, 9 variants, 0 updated, 0 skipped, 2 failed",
		"shopify_allergen_words.csv": "1 products, 1 variants, 0 updated, 0 skipped, 0 failed",
		"ofn_sizes.csv":              "3 products, 6 variants, 0 updated, 0 skipped, 0 failed",
		"woo_nuts.csv":               "1 products, 1 variants, 0 updated, 0 skipped, 0 failed",
		"fr2.csv":                    "1 products, 1 variants, 0 updated, 0 skipped, 0 failed",
		"fr.csv":                     "4 products, 4 variants, 0 updated, 0 skipped, 0 failed",
	}
	hosttest.Each(t, stocked, func(t *testing.T, p *host.Process) {
		s := newExchange(t, p)
		for name, want := range wants {
			content := fixture(t, name)
			// of a house for each file: two may have numbered their goods alike
			run := func(dry bool) imported {
				got, err := s.load(t, &catalogv1.ImportHeader{
					Market: "portland", Producer: name,
					Format: "auto", DryRun: dry,
				}, strings.NewReader(content))
				if err != nil {
					t.Fatal(err)
				}
				return got
			}
			dry, first := run(true), run(false)
			if first.String() != want {
				t.Errorf("%s: %v, want %s\n%s", name, first, want, strings.Join(first.issues, "\n"))
			}
			if dry.String() != first.String() || !slices.Equal(dry.issues, first.issues) ||
				!slices.Equal(dry.changes, first.changes) {
				t.Errorf("%s: the dry run said %v\n%v\nand it became %v\n%v", name, dry,
					append(dry.issues, dry.changes...), first, append(first.issues, first.changes...))
			}
			again := run(false)
			c := first.counts
			if want := fmt.Sprintf("0 products, 0 variants, 0 updated, %d skipped, %d failed", c.GetSkipped(),
				c.GetFailed()); again.String() != want || len(again.changes) > 0 {
				t.Errorf("%s: again %v, want %s; %v", name, again, want, again.changes)
			}
		}
	})
}

func TestADryRunWritesNothing(t *testing.T) {
	hosttest.Each(t, stocked, func(t *testing.T, p *host.Process) {
		s := newExchange(t, p)
		if _, err := s.load(t, &catalogv1.ImportHeader{Market: "portland", Format: "auto", DryRun: true},
			strings.NewReader(fixture(t, "ofn.csv"))); err != nil {
			t.Fatal(err)
		}
		producers, err := s.catalog.ListProducers(t.Context(),
			&catalogv1.ListProducersRequest{Market: "portland", All: true})
		if err != nil || len(producers.GetProducers()) > 0 || len(s.stock(t, "portland")) > 0 {
			t.Errorf("there are %v, %v, %v", producers, s.stock(t, "portland"), err)
		}
	})
}

func TestStockOfTheFileGoesToInventory(t *testing.T) {
	hosttest.Each(t, stocked, func(t *testing.T, p *host.Process) {
		s := newExchange(t, p)
		s.mustLoad(t, fixture(t, "ofn.csv"))
		want := map[string]string{
			"Carrots/": "250 each 20000", "Carrots/Big bag": "1100 each 3000",
			"Pork belly/by weight": "1400 weight 6500",
			"Pork belly/":          "1400 weight 2000", "Lettuce/": "180 each 1000000",
		}
		if got := s.stock(t, "portland"); fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("got %v, want %v", got, want)
		}
		got := s.mustLoad(t, fixture(t, "ofn_overrides.csv"))
		if got.String() != "0 products, 0 variants, 1 updated, 0 skipped, 0 failed" {
			t.Errorf("the override: %v %v", got, got.issues)
		}
		if want := []string{"2 changed Carrots – 500 g price: 2.50 to 2.80; stock: 20 to 15"}; !slices.Equal(
			got.changes, want) {
			t.Errorf("got %q", got.changes)
		}
		if got := s.mustLoad(t, strings.Replace(fixture(t, "ofn_overrides.csv"), "Big bag", "Bigger bag",
			1)); got.counts.GetFailed() != 1 {
			t.Errorf("an override of nothing: %v", got)
		}
	})
}

func TestWhatTheFileDoesNotSayStays(t *testing.T) {
	hosttest.Each(t, stocked, func(t *testing.T, p *host.Process) {
		s := newExchange(t, p)
		s.mustLoad(t,
			"Handle,Title,Body (HTML),Vendor,Type,Tags,Variant SKU,Variant Price,Variant Inventory Tracker,Variant Inventory Qty\n"+
				"brie,Brie,<p>Soft.</p>,Oak,Cheese,raw,B-1,8.00,shopify,5\n")
		got := s.mustLoad(t, "Handle,Title,Vendor,Variant Price\nbrie,Brie,Oak,8.50\n")
		if want := []string{"2 changed Brie price: 8.00 to 8.50"}; !slices.Equal(got.changes, want) ||
			got.counts.GetUpdated() != 1 {
			t.Errorf("got %v %q", got, got.changes)
		}
		list, err := s.catalog.ListProducts(t.Context(), &catalogv1.ListProductsRequest{Market: "portland"})
		if err != nil {
			t.Fatal(err)
		}
		brie := list.GetProducts()[0]
		if brie.GetDescription() != "Soft." || brie.GetCategory() != "cheese" || len(brie.GetTags()) != 1 ||
			brie.GetVariants()[0].GetSku() != "B-1" {
			t.Errorf("got %v", brie)
		}
		if got := s.stock(t, "portland")["Brie/"]; got != "850 each 5000" {
			t.Errorf("got %s", got)
		}
	})
}

func TestAChangeOfTheProductCountsItsVariants(t *testing.T) {
	hosttest.Each(t, stocked, func(t *testing.T, p *host.Process) {
		s := newExchange(t, p)
		file := "Handle,Title,Vendor,Tags,Option1 Name,Option1 Value,Variant Price\nbrie,Brie,Oak,raw,Size,S,8\nbrie,,,,,L,12\n"
		s.mustLoad(t, file)
		got := s.mustLoad(t, strings.Replace(file, "raw", "pasteurised", 1)+"brie,,,,,XL,20\n")
		if got.String() != "0 products, 1 variants, 2 updated, 0 skipped, 0 failed" {
			t.Errorf("got %v %q", got, got.changes)
		}
	})
}

func TestRowsWithoutAProducerTakeTheHeadersOrAreRefused(t *testing.T) {
	hosttest.Each(t, stocked, func(t *testing.T, p *host.Process) {
		s := newExchange(t, p)
		header := &catalogv1.ImportHeader{Market: "portland", Format: "auto"}
		file := "name,regular price\nHoney,5\n"
		got, err := s.load(t, header, strings.NewReader(file))
		if err != nil || got.String() != "0 products, 0 variants, 0 updated, 0 skipped, 1 failed" {
			t.Errorf("without a producer: %v, %v", got, err)
		}
		header.Producer = "Bee House"
		if got, err = s.load(t, header, strings.NewReader(file)); err != nil ||
			got.counts.GetProducts() != 1 {
			t.Errorf("with one: %v, %v", got, err)
		}
		producers, err := s.catalog.ListProducers(t.Context(),
			&catalogv1.ListProducersRequest{Market: "portland"})
		if err != nil || len(producers.GetProducers()) != 1 || !producers.GetProducers()[0].GetApproved() {
			t.Errorf("the producer: %v, %v", producers, err)
		}
	})
}

func TestAnImportOfNonsenseIsAFault(t *testing.T) {
	p := hosttest.Start(t, "sqlite", stocked)
	s := newExchange(t, p)
	for _, c := range []struct {
		header  *catalogv1.ImportHeader
		content string
		code    string
	}{
		{&catalogv1.ImportHeader{}, "", "not_found"},
		{&catalogv1.ImportHeader{Market: "atlantis"}, "", "not_found"},
		{&catalogv1.ImportHeader{Market: "portland", Producer: "a\nb"}, "", "invalid"},
		{&catalogv1.ImportHeader{Market: "portland", Format: "etsy"}, "a,b\n", "unknown_format"},
		{&catalogv1.ImportHeader{Market: "portland"}, "", "empty_file"},
		{&catalogv1.ImportHeader{Market: "portland"}, "a,b\n", "unknown_format"},
	} {
		if _, err := s.load(t, c.header, strings.NewReader(c.content)); !fault.Is(err, c.code) {
			t.Errorf("%v: got %v, want %s", c.header, err, c.code)
		}
	}
	stream, err := s.catalog.Import(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	err = errors.Join(
		stream.Send(&catalogv1.ImportRequest{Part: &catalogv1.ImportRequest_Chunk{Chunk: []byte("a")}}),
		stream.CloseSend())
	if _, err := stream.Receive(); !fault.Is(err, "header_first") {
		t.Errorf("a chunk first: %v", err)
	}
	if err != nil {
		t.Error(err)
	}
}

// bothWays imports a file in a dry run and then in earnest, and makes sure that they say the same.
func (s exchange) bothWays(t testing.TB, content string) imported {
	t.Helper()
	dry, err := s.load(t, &catalogv1.ImportHeader{
		Market: "portland", Producer: "House", Format: "auto",
		DryRun: true,
	}, strings.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	got := s.mustLoad(t, content)
	if dry.String() != got.String() || !slices.Equal(dry.changes, got.changes) ||
		!slices.Equal(dry.issues, got.issues) {
		t.Errorf("the dry run said %v\n%.2000q\n%.2000q\nand it became %v\n%.2000q\n%.2000q", dry,
			dry.changes, dry.issues, got, got.changes, got.issues)
	}
	return got
}

func TestRowsFarFromTheirProductAreItsVariants(t *testing.T) {
	hosttest.Each(t, stocked, func(t *testing.T, p *host.Process) {
		s := newExchange(t, p)
		s.offer(t, &catalogv1.Product{
			Market: "portland", ProducerId: s.producer(t, "portland", "Oak"), Title: "By hand",
			Published: true,
			Variants: []*catalogv1.Variant{
				{Title: "S", Price: dollars(100), SoldBy: "each"},
				{Title: "L", Price: dollars(200), SoldBy: "each"},
			},
		}, 0)
		var file strings.Builder
		file.WriteString(
			"Handle,Title,Vendor,Option1 Name,Option1 Value,Variant Price\nby-hand,By hand,Oak,Size,S,1\nfirst,First,Oak,Size,S,1\nwrong," + strings.Repeat("x", 300) + ",Oak,Size,S,1\n")
		for i := range 2_100 {
			fmt.Fprintf(&file, "p%d,Product %d,Oak,Title,Default Title,1\n", i, i)
		}
		file.WriteString("by-hand,,,,L,2.50\nfirst,,,,L,2\nwrong,,,,L,2\nfirst,,,,XL,nothing\n")
		if got := s.bothWays(t,
			file.String()); got.String() != "2101 products, 2102 variants, 1 updated, 0 skipped, 3 failed" {
			t.Errorf("got %v %q", got, got.issues)
		}
		if got := s.bothWays(t, strings.Replace(file.String(), ",L,2\n", ",L,3\n",
			1)); got.String() != "0 products, 0 variants, 1 updated, 0 skipped, 3 failed" {
			t.Errorf("again: %v %q %q", got, got.issues, got.changes)
		}
	})
}

func TestWhatTheCatalogueCannotHoldIsRefusedRowByRow(t *testing.T) {
	hosttest.Each(t, stocked, func(t *testing.T, p *host.Process) {
		s := newExchange(t, p)
		var file strings.Builder
		file.WriteString("Handle,Title,Body (HTML),Vendor,Tags,Option1 Value,Variant SKU,Variant Price\n")
		// 2, 3: the product
		fmt.Fprintf(&file, "long,%s,,Oak,,A,,5\nlong,,,,,B,,5\n", strings.Repeat("x", 201))
		// 4: the variant alone
		fmt.Fprintf(&file, "sku,Sku,,Oak,,A,%s,5\nsku,,,,,B,,5\n", strings.Repeat("x", 81))
		file.WriteString("free,No price,,Oak,,,,\n")         // 6
		file.WriteString("euro,Euro,,Oak,,,,5 €\n")          // 7
		file.WriteString("cents,Cents,,Oak,,,,5.005\n")      // 8
		file.WriteString("dear,Dear,,Oak,,,,999999999999\n") // 9
		fmt.Fprintf(&file, "story,Story,%s,Oak,\"%s,short\",,,5\n", strings.Repeat("word ", 5000),
			strings.Repeat("t", 90))
		for i := range 101 { // 11 to 111
			fmt.Fprintf(&file, "many,Many,,Oak,,V%d,,5\n", i)
		}
		got := s.bothWays(t, file.String())
		if got.String() != "3 products, 102 variants, 0 updated, 0 skipped, 8 failed" {
			t.Errorf("got %v", got)
		}
		var rows []string
		for _, issue := range got.issues {
			row, _, _ := strings.Cut(issue, ":")
			rows = append(rows, row)
		}
		if want := "2 title;3 ;4 sku;6 price;7 price;8 price;9 price;10 description;10 tags;111 "; strings.Join(rows, ";") != want {
			t.Errorf("issues %q of %q", strings.Join(rows, ";"), got.issues)
		}
	})
}

func TestAllergensOfAFileAreTheCatalogues(t *testing.T) {
	hosttest.Each(t, stocked, func(t *testing.T, p *host.Process) {
		s := newExchange(t, p)
		got := s.bothWays(t,
			"Title,Vendor,Product category,Price,Allergen information (product.metafields.shopify.allergen-information)\n"+
				"Bisque,Oak,\"Food, Beverages & Tobacco > Food Items > Soups & Broths\",9,\"Dairy; shellfish, Wheat\"\n")
		list, err := s.catalog.ListProducts(t.Context(), &catalogv1.ListProductsRequest{Market: "portland"})
		if err != nil {
			t.Fatal(err)
		}
		bisque := list.GetProducts()[0]
		if want := "gluten crustaceans milk molluscs"; strings.Join(bisque.GetAllergens(), " ") != want ||
			bisque.GetCategory() != "soups" {
			t.Errorf("got %v in %s, want %s", bisque.GetAllergens(), bisque.GetCategory(), want)
		}
		if len(got.issues) != 0 {
			t.Errorf("told %q", got.issues)
		}
	})
}

func TestAProducersApprovalIsNotTouched(t *testing.T) {
	hosttest.Each(t, stocked, func(t *testing.T, p *host.Process) {
		s := newExchange(t, p)
		_, err := s.catalog.PutProducer(t.Context(),
			&catalogv1.PutProducerRequest{Producer: &catalogv1.Producer{
				Market: "portland",
				Name:   "Crème & Co",
			}})
		if err != nil {
			t.Fatal(err)
		}
		s.bothWays(t, "Title,Vendor,Price\nBrie,crème & CO,9\n")
		producers, err := s.catalog.ListProducers(t.Context(),
			&catalogv1.ListProducersRequest{Market: "portland", All: true})
		if err != nil || len(producers.GetProducers()) != 1 || producers.GetProducers()[0].GetApproved() {
			t.Errorf("got %v, %v", producers, err)
		}
	})
}

func TestAHandleIsItsProducersOwn(t *testing.T) {
	hosttest.Each(t, stocked, func(t *testing.T, p *host.Process) {
		s := newExchange(t, p)
		for _, producer := range []string{"Oak", "Elm"} {
			if got := s.bothWays(t, "Handle,Title,Vendor,Variant Price\nhoney,Honey,"+producer+
				",9\n"); got.counts.GetProducts() != 1 {
				t.Errorf("%s: %v", producer, got)
			}
		}
	})
}

func TestAVariantOfOpenFoodNetworkIsItsNameAndMeasure(t *testing.T) {
	hosttest.Each(t, stocked, func(t *testing.T, p *host.Process) {
		s := newExchange(t, p)
		const header = "producer,sku,name,display_name,category,units,unit_type,price,on_hand\n"
		for _, c := range []struct{ row, want string }{
			{"Hill Farm,S1,Carrots,,Vegetables,500,g,2.50,1\n", "1 products, 1 variants, 0 updated"},
			{"Hill Farm,S1,Carrots,,Vegetables,1,kg,4.50,1\n", "0 products, 1 variants, 0 updated"},
			{"Hill Farm,S1,Carrots,Bunch,Vegetables,500,g,3.50,1\n", "0 products, 1 variants, 0 updated"},
			{"Hill Farm,S2,Carrots,,Vegetables,500,g,2.50,1\n", "0 products, 0 variants, 1 updated"},
			{"Elm,S1,Carrots,,Vegetables,500,g,2.50,1\n", "1 products, 1 variants, 0 updated"},
		} {
			if got := s.bothWays(t, header+c.row); got.String() != c.want+", 0 skipped, 0 failed" {
				t.Errorf("%s: got %v, want %s", c.row, got, c.want)
			}
		}
	})
}

func TestWhatIsRefusedMakesNothingNew(t *testing.T) {
	hosttest.Each(t, stocked, func(t *testing.T, p *host.Process) {
		s := newExchange(t, p)
		got := s.bothWays(t, fixture(t, "ofn_overrides.csv"))
		if got.String() != "0 products, 0 variants, 0 updated, 0 skipped, 2 failed" ||
			!strings.Contains(got.issues[0], "no such product") || len(s.stock(t, "portland")) > 0 {
			t.Errorf("got %v, and there is %v", got, s.stock(t, "portland"))
		}
		s.bothWays(t, "Title,Vendor,Price\nBrie,Oak,nothing\n")
		s.bothWays(t, "Title,Vendor,Price\nBrie,Oak,5 €\n")
		producers, err := s.catalog.ListProducers(t.Context(),
			&catalogv1.ListProducersRequest{Market: "portland", All: true})
		if err != nil || len(producers.GetProducers()) > 0 {
			t.Errorf("there are %v, %v", producers, err)
		}
	})
}

func TestAnImportThatIsCutOffIsTakenUpAgain(t *testing.T) {
	hosttest.Each(t, stocked, func(t *testing.T, p *host.Process) {
		s := newExchange(t, p)
		const rows = 4_000
		whole, err := io.ReadAll(&bigFile{n: rows})
		if err != nil {
			t.Fatal(err)
		}
		cut := errors.New("the line is cut")
		broken := io.MultiReader(strings.NewReader(string(whole[:len(whole)-100])), iotest.ErrReader(cut))
		header := &catalogv1.ImportHeader{Market: "portland", Format: "auto"}
		if _, err := s.load(t, header, broken); err == nil {
			t.Fatal("an import without its end is done")
		}
		rest, err := s.load(t, header, strings.NewReader(string(whole)))
		if err != nil {
			t.Fatal(err)
		}
		if n := rest.counts.GetProducts(); n == 0 || n == rows || rest.counts.GetFailed() > 0 {
			t.Errorf("the second import made %v of %d", rest, rows)
		}
		again, err := s.load(t, header, strings.NewReader(string(whole)))
		if err != nil || again.String() != "0 products, 0 variants, 0 updated, 0 skipped, 0 failed" {
			t.Errorf("the third changed something: %v %v", again, err)
		}
	})
}
