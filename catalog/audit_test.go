package catalog_test

import (
	"fmt"
	"testing"

	"github.com/artisan-eats/artisan/audit"
	auditv1 "github.com/artisan-eats/artisan/gen/artisan/audit/v1"
	"github.com/artisan-eats/artisan/gen/artisan/audit/v1/auditv1connect"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	"github.com/artisan-eats/artisan/host"
	"github.com/artisan-eats/artisan/host/hosttest"
)

// told are the newest lines of the security log, oldest first.
func (s shop) told(n int32) (lines []string) {
	s.Helper()
	answer, err := auditv1connect.NewAuditServiceClient(s.process.Client("catalog")).ListEntries(s.Context(),
		&auditv1.ListEntriesRequest{Limit: n})
	if err != nil {
		s.Fatal(err)
	}
	for _, e := range answer.GetEntries() {
		line := fmt.Sprint(e.GetActorId(), " ", e.GetAction(), " ", e.GetSubject(), " ",
			e.GetDetail()["variants"], e.GetDetail()["amount"])
		lines = append([]string{line}, lines...)
	}
	return lines
}

func TestWhoMaySellAndAtWhichPriceIsTold(t *testing.T) {
	each(t, func(s shop) {
		boss := audit.With(s.Context(), audit.Actor{Kind: audit.Operator, ID: "cus_boss"})
		waiting := s.putProducer(&catalogv1.Producer{Market: "portland", Name: "Hill Farm"})
		for _, approved := range []bool{true, true, false} {
			if _, err := s.ApproveProducer(boss,
				&catalogv1.ApproveProducerRequest{Id: waiting.GetId(), Approved: approved}); err != nil {
				s.Fatal(err)
			}
		}
		brie := s.sell("Brie", "cheese", 900)
		variant := brie.GetVariants()[0].GetId()
		s.wants("a price", s.setPrices(&catalogv1.PriceChange{VariantId: variant, Price: dollars(200)}), nil)
		s.wants("a price that cannot be",
			s.setPrices(&catalogv1.PriceChange{VariantId: variant, Price: dollars(-1)}) != nil, true)
		s.wants("told", fmt.Sprintf("%q", s.told(5)), fmt.Sprintf("%q", []string{
			" producer.apply " + waiting.GetId() + " ", "cus_boss producer.approve " + waiting.GetId() + " ",
			"cus_boss producer.suspend " + waiting.GetId() + " ",
			" product.save " + brie.GetId() + " 1900", " prices.change " + s.producer.GetId() + " 1200",
		}))
		var kind, who string
		err := s.process.Host("catalog").DB().Read().QueryRowContext(s.Context(),
			"SELECT decided_by_kind, decided_by_id FROM producer WHERE id = $1", waiting.GetId()).Scan(&kind,
			&who)
		s.wants("in the producer's row", fmt.Sprint(kind, " ", who, " ", err), "operator cus_boss <nil>")
	})
}

func TestAnImportIsToldOnceABatchAndAnExportBeforeItBegins(t *testing.T) {
	hosttest.Each(t, stocked, func(t *testing.T, p *host.Process) {
		s := newExchange(t, p)
		s.mustLoad(t, fixture(t, "shopify_current.csv"))
		stream, err := s.catalog.Export(t.Context(),
			&catalogv1.ExportRequest{Market: "portland", Format: "ofn", BaseUrl: "http://shop.test"})
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = stream.Close() }()
		if _, err := stream.Receive(); err != nil {
			t.Fatal(err)
		}
		count := map[string]int{}
		for _, service := range []string{"catalog", "inventory"} {
			answer, err := auditv1connect.NewAuditServiceClient(p.Client(service)).ListEntries(t.Context(),
				&auditv1.ListEntriesRequest{Limit: 100})
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range answer.GetEntries() {
				count[e.GetAction()]++
			}
		}
		if count["catalogue.import"] != 1 || count["stock.set"] != 1 || count["catalogue.export"] != 1 ||
			count["product.save"] != 0 || count["prices.change"] != 0 {
			t.Errorf("told %v", count)
		}
	})
}
