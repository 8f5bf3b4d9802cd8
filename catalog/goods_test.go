package catalog_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/artisan-eats/artisan/fault"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
)

func (s shop) publish(published bool, products ...*catalogv1.Product) error {
	r := &catalogv1.SetPublishedRequest{ProducerId: s.producer.GetId(), Published: published}
	for _, p := range products {
		r.ProductIds = append(r.ProductIds, p.GetId())
	}
	_, err := s.SetPublished(s.Context(), r)
	return err
}

func (s shop) goods() string {
	s.Helper()
	answer, err := s.ListGoods(s.Context(), &catalogv1.ListGoodsRequest{ProducerId: s.producer.GetId()})
	if err != nil {
		s.Fatal(err)
	}
	var all []string
	for _, g := range answer.GetGoods() {
		p, err := s.GetProduct(s.Context(), &catalogv1.GetProductRequest{Id: g.GetProductId(), All: true})
		if err != nil {
			s.Fatal(err)
		}
		all = append(all, fmt.Sprint(p.GetProduct().GetTitle(), " ", g.GetPublished(), " ",
			len(g.GetSizes())))
	}
	return strings.Join(all, ", ")
}

// TestAListOfGoodsIsAsTheyAre asks for it before and after each kind of change: it is remembered in between.
func TestAListOfGoodsIsAsTheyAre(t *testing.T) {
	each(t, func(s shop) {
		brie := s.sell("Brie", "cheese", 900)
		s.wants("one", s.goods(), "Brie true 1")
		s.wants("one, remembered", s.goods(), "Brie true 1")
		s.wants("no fault", s.publish(false, brie), nil)
		s.wants("hidden", s.goods(), "Brie false 1")
		brie.Variants = append(brie.Variants, &catalogv1.Variant{
			Title: "Half", SoldBy: "each", Price: brie.GetVariants()[0].GetPrice(),
		})
		brie.Version = ""
		s.put(brie)
		s.wants("another size", s.goods(), "Brie true 2")
		s.sell("Milk", "milk-cream", 300)
		s.wants("another product", s.goods(), "Brie true 2, Milk true 1")
	})
}

// TestWhatIsNotPublishedIsNowhere hides what was for sale, in the list, search, suggestions, sitemap, quotes
// and at its own address.
func TestWhatIsNotPublishedIsNowhere(t *testing.T) {
	each(t, func(s shop) {
		brie, milk := s.sell("Brie", "cheese", 900), s.sell("Milk", "milk-cream", 300)
		shown := func(what string, want ...string) {
			s.Helper()
			list := strings.Join(want, ", ")
			s.wants("the list "+what, titles(s.list(&catalogv1.ListProductsRequest{})), list)
			for _, q := range []string{"brie", "milk"} {
				answer, err := s.Suggest(t.Context(), &catalogv1.SuggestRequest{Market: "portland", Q: q})
				s.wants("no fault", err, nil)
				for _, suggested := range answer.GetSuggestions() {
					if suggested.GetKind() == "product" && !strings.Contains(list, suggested.GetTitle()) {
						s.Errorf("%s is suggested %s", suggested.GetTitle(), what)
					}
				}
			}
			outline, err := s.Outline(t.Context(),
				&catalogv1.OutlineRequest{Market: "portland", Kind: "product"})
			s.wants("the sitemap "+what, fmt.Sprint(len(outline.GetEntries()), err),
				fmt.Sprint(len(want), " <nil>"))
			s.wants("quotes "+what,
				len(s.quote(brie.GetVariants()[0].GetId(), milk.GetVariants()[0].GetId())), len(want))
			_, err = s.GetProduct(t.Context(), &catalogv1.GetProductRequest{Id: brie.GetId()})
			s.wants("its address "+what, err == nil, strings.Contains(list, "Brie"))
		}
		shown("at first", "Brie", "Milk")
		for range 2 {
			s.wants("hidden", s.publish(false, brie, brie), nil)
			shown("without it", "Milk")
			s.wants("a search", titles(s.list(&catalogv1.ListProductsRequest{Q: "brie"})), "")
			s.wants("a search at the desk",
				titles(s.list(&catalogv1.ListProductsRequest{Q: "brie", All: true})), "Brie")
		}
		s.wants("its maker's goods", s.goods(), "Brie false 1, Milk true 1")
		s.wants("shown again", s.publish(true, brie, milk), nil)
		shown("again", "Brie", "Milk")
		s.wants("a search", titles(s.list(&catalogv1.ListProductsRequest{Q: "brie"})), "Brie")
		// What changes nothing is not told.
		s.wants("told", fmt.Sprintf("%q", s.told(2)),
			fmt.Sprintf("%q", []string{" products.hide " + s.producer.GetId() + " ", " products.show " +
				s.producer.GetId() + " "}))
	})
}

func TestOnlyAProducersOwnGoodsAreShownOrHidden(t *testing.T) {
	each(t, func(s shop) {
		brie := s.sell("Brie", "cheese", 900)
		s.producer = s.putProducer(&catalogv1.Producer{Market: "portland", Name: "Waiting"})
		draft := s.product("Draft", "cheese", 900)
		draft.Published = false
		draft = s.put(draft)
		s.wantsFault("another's", s.publish(false, draft, brie), fault.NotFound, "not_found")
		s.wants("the list", titles(s.list(&catalogv1.ListProductsRequest{})), "Brie")
		s.wants("one of who waits", s.publish(true, draft), nil)
		s.wants("the list", titles(s.list(&catalogv1.ListProductsRequest{})), "Brie")
		s.wants("its goods", s.goods(), "Draft true 1")
		if _, err := s.ApproveProducer(t.Context(),
			&catalogv1.ApproveProducerRequest{Id: s.producer.GetId(), Approved: true}); err != nil {
			t.Fatal(err)
		}
		s.wants("the list, approved", titles(s.list(&catalogv1.ListProductsRequest{})), "Brie, Draft")
		s.wants("nothing", s.publish(true), nil)
		s.wantsFault("too many", s.publish(true, make([]*catalogv1.Product, 201)...), fault.Invalid,
			"invalid")
		s.wantsFault("no product", s.publish(true, &catalogv1.Product{Id: "brie"}), fault.NotFound,
			"not_found")
	})
}

// TestAListOfWhatIsNamed has its order, and what may be seen only.
func TestAListOfWhatIsNamed(t *testing.T) {
	each(t, func(s shop) {
		brie, milk := s.sell("Brie", "cheese", 900), s.sell("Milk", "milk-cream", 300)
		s.wants("hidden", s.publish(false, milk), nil)
		ids := []string{milk.GetId(), "prd_portland_00000000000000000000000000", brie.GetId()}
		s.wants("for a desk",
			titles(s.list(&catalogv1.ListProductsRequest{
				Ids: ids, All: true,
				ProducerId: s.producer.GetId(),
			})), "Milk, Brie")
		s.wants("for all", titles(s.list(&catalogv1.ListProductsRequest{Ids: ids})), "Brie")
		other := s.putProducer(&catalogv1.Producer{Market: "portland", Name: "Other", Approved: true})
		s.wants("for another desk",
			titles(s.list(&catalogv1.ListProductsRequest{Ids: ids, All: true, ProducerId: other.GetId()})),
			"")
		_, err := s.ListProducts(t.Context(),
			&catalogv1.ListProductsRequest{Market: "portland", Ids: make([]string, 201)})
		s.wantsFault("too many", err, fault.Invalid, "invalid")
	})
}
