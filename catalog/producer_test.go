package catalog_test

import (
	"strings"
	"testing"
	"time"

	"github.com/artisan-eats/artisan/fault"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	"github.com/artisan-eats/artisan/host"
	"github.com/artisan-eats/artisan/host/hosttest"
	"github.com/artisan-eats/artisan/sqldb/sqldbtest"
)

func (s shop) producers(r *catalogv1.ListProducersRequest) (names string, next string) {
	s.Helper()
	r.Market = "portland"
	answer, err := s.ListProducers(s.Context(), r)
	if err != nil {
		s.Fatalf("list %v: %v", r, err)
	}
	var all []string
	for _, p := range answer.GetProducers() {
		all = append(all, p.GetName())
	}
	return strings.Join(all, ", "), answer.GetNextCursor()
}

func TestProducersWaitInLineForApproval(t *testing.T) {
	clock := hosttest.NewClock(time.Now())
	for _, engine := range sqldbtest.Engines {
		t.Run(string(engine), func(t *testing.T) {
			waitInLine(open(t,
				hosttest.Start(t, engine, services, func(c *host.Config) { c.Now = clock.Now })), clock)
		})
	}
}

func waitInLine(s shop, clock *hosttest.Clock) {
	zest := s.putProducer(&catalogv1.Producer{Market: "portland", Name: "Zest", Town: "Salem"})
	clock.Advance(time.Millisecond)
	apple := s.putProducer(&catalogv1.Producer{
		Market: "portland", Name: "Apple Barn",
		Tagline: "Cider from old trees",
	})
	p := s.product("Lemons", "fruit", 300)
	p.ProducerId = zest.GetId()
	s.put(p)
	names := func(r *catalogv1.ListProducersRequest) string { got, _ := s.producers(r); return got }
	s.wants("the shop's", names(&catalogv1.ListProducersRequest{}), "Mosswood Dairy")
	s.wants("those waiting", names(&catalogv1.ListProducersRequest{Waiting: true}), "Zest, Apple Barn")
	s.wants("the list of lemons", titles(s.list(&catalogv1.ListProductsRequest{})), "")
	first, next := s.producers(&catalogv1.ListProducersRequest{Waiting: true, Limit: 1})
	second, _ := s.producers(&catalogv1.ListProducersRequest{Waiting: true, Limit: 1, Cursor: next})
	s.wants("page by page", first+", "+second, "Zest, Apple Barn")

	for range 2 {
		got, err := s.ApproveProducer(s.Context(),
			&catalogv1.ApproveProducerRequest{Id: zest.GetId(), Approved: true})
		s.wants("an approval", []any{got.GetProducer().GetApproved(), err}, []any{true, nil})
	}
	s.wants("the shop's, one more", names(&catalogv1.ListProducersRequest{}), "Mosswood Dairy, Zest")
	s.wants("the list of lemons then", titles(s.list(&catalogv1.ListProductsRequest{Q: "lemon"})), "Lemons")
	s.wants("those who still wait", names(&catalogv1.ListProducersRequest{Waiting: true}), apple.GetName())
	_, err := s.ApproveProducer(s.Context(), &catalogv1.ApproveProducerRequest{Id: zest.GetId()})
	s.wants("an approval taken back", []any{titles(s.list(&catalogv1.ListProductsRequest{})), err},
		[]any{"", nil})

	for _, id := range []string{"", "prd_portland_x", zest.GetId() + "0"} {
		if _, err := s.ApproveProducer(s.Context(),
			&catalogv1.ApproveProducerRequest{Id: id}); fault.KindOf(err) != fault.NotFound &&
			fault.KindOf(err) != fault.Invalid {
			s.Errorf("approving %q: %v", id, err)
		}
	}
}

func TestProducersAreFoundByTheirWordsWithTheirNumberOfProducts(t *testing.T) {
	each(t, func(s shop) {
		s.putProducer(&catalogv1.Producer{
			Market: "portland", Name: "Crème & Co", Town: "Hood River",
			Approved: true,
		})
		s.sell("Cheddar", "cheese", 900)
		draft := s.product("Draft", "cheese", 900)
		draft.Published = false
		s.put(draft)
		for q, want := range map[string]string{
			"creme": "Crème & Co", "riv hood": "Crème & Co", "DAIRY": "Mosswood Dairy", "dairy hood": "",
			"": "Crème & Co, Mosswood Dairy", "&": "Crème & Co, Mosswood Dairy",
		} {
			got, _ := s.producers(&catalogv1.ListProducersRequest{Q: q})
			s.wants(q, got, want)
		}
		answer, err := s.ListProducers(t.Context(),
			&catalogv1.ListProducersRequest{Market: "portland", Q: "mosswood"})
		if err != nil {
			t.Fatal(err)
		}
		s.wants("the published products", answer.GetProducers()[0].GetProducts(), 1)
		if answer.GetProducers()[0].GetCreatedAt() == 0 {
			t.Error("nobody knows since when the producer is there")
		}
	})
}
