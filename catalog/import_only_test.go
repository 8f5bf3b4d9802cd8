package catalog_test

import (
	"strings"
	"testing"

	"github.com/artisan-eats/artisan/fault"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	"github.com/artisan-eats/artisan/host"
	"github.com/artisan-eats/artisan/host/hosttest"
)

// TestAProducersFileTouchesNoOther imports on behalf of one of two producers of the same name, a
// file that also names a third.
func TestAProducersFileTouchesNoOther(t *testing.T) {
	hosttest.Each(t, stocked, func(t *testing.T, p *host.Process) {
		s := newExchange(t, p)
		s.mustLoad(t, "Handle,Title,Vendor,Variant Price\nhoney,Honey,Elm,9\n")
		s.producer(t, "portland", "Oak")
		own := s.producer(t, "portland", "Oak")
		header := &catalogv1.ImportHeader{
			Market: "portland", ProducerId: own, Producer: "Elm",
			Format: "auto",
		}
		file := "Handle,Title,Vendor,Variant Price\nhoney,Honey,Elm,1\nnew,New,Ash,1\nbrie,Brie,OAK,5\nfeta,Feta,,6\n"
		got, err := s.load(t, header, strings.NewReader(file))
		if err != nil || got.String() != "2 products, 2 variants, 0 updated, 0 skipped, 2 failed" ||
			!strings.HasPrefix(got.issues[0], "2 producer") {
			t.Fatalf("got %v %q, %v", got, got.issues, err)
		}
		list, err := s.catalog.ListProducts(t.Context(),
			&catalogv1.ListProductsRequest{Market: "portland", All: true})
		if err != nil || len(list.GetProducts()) != 3 {
			t.Fatalf("%d products, %v", len(list.GetProducts()), err)
		}
		for _, product := range list.GetProducts() {
			if mine := product.GetTitle() != "Honey"; (product.GetProducerId() == own) != mine ||
				(!mine && product.GetVariants()[0].GetPrice().GetAmount() != 900) {
				t.Errorf("%s is %s's for %v", product.GetTitle(), product.GetProducerId(),
					product.GetVariants()[0].GetPrice())
			}
		}
		producers, err := s.catalog.ListProducers(t.Context(),
			&catalogv1.ListProducersRequest{Market: "portland", All: true})
		if err != nil || len(producers.GetProducers()) != 3 {
			t.Errorf("%d producers, %v", len(producers.GetProducers()), err)
		}
		header.Market = "salem"
		if _, err := s.load(t, header, strings.NewReader(file)); fault.KindOf(err) != fault.NotFound {
			t.Errorf("in another market: %v", err)
		}
	})
}
