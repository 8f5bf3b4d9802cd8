package catalog

import (
	"context"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/artisan-eats/artisan/allergen"
	"github.com/artisan-eats/artisan/catalog/category"
	"github.com/artisan-eats/artisan/catalog/goods"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	"github.com/artisan-eats/artisan/idempotency"
	"github.com/artisan-eats/artisan/sqldb"
	"github.com/artisan-eats/artisan/sqldb/sqldbtest"
)

// benchProducts and benchProducers are the size that the lists are made for.
const (
	benchProducts  = 100_000
	benchProducers = 10_000
)

// openFull makes a service whose market is full.
func openFull(b *testing.B, engine sqldb.Engine) (*service, goods.Producer) {
	b.Helper()
	s, _ := openStore(b, engine)
	producers := make([]goods.Producer, benchProducers)
	for i := range producers {
		var err error
		producers[i], err = s.PutProducer(b.Context(), goods.Producer{
			Market: "portland",
			Name:   manyPlaces[i%len(manyPlaces)] + " Farm " + strconv.Itoa(i), Approved: true,
		},
			idempotency.Form{})
		if err != nil {
			b.Fatal(err)
		}
	}
	begin := time.Now()
	putMany(b, s, many(producers, benchProducts))
	b.Logf("%s: %d products written in %v", engine, benchProducts, time.Since(begin).Round(time.Millisecond))
	if err := s.Index.Tidy(b.Context()); err != nil {
		b.Fatal(err)
	}
	if engine == sqldb.Postgres {
		// Autovacuum does this within a minute of an import.
		err := s.DB.Tx(b.Context(), func(ctx context.Context, tx *sqldb.Tx) error {
			_, err := tx.ExecContext(ctx, "ANALYSE")
			return err
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	stockMany(b, s)
	svc := &service{store: s, indexes: newMarketIndexes(s), quotes: newQuotes(s, time.Now)}
	begin = time.Now()
	if _, err := svc.indexes.fresh(b.Context(), "portland"); err != nil {
		b.Fatal(err)
	}
	b.Logf("%s: index filled in %v", engine, time.Since(begin).Round(time.Millisecond))
	return svc, producers[7]
}

// stockMany tells the store of the stock of two variants in three.
func stockMany(b *testing.B, s *goods.Store) {
	b.Helper()
	err := s.DB.Tx(b.Context(), func(ctx context.Context, tx *sqldb.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO variant_stock (variant_id, market, good_until, told,
			version)
			SELECT id, 'portland', '9999-99-99', 1, 1 FROM variant WHERE price % 3 > 0`)
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
}

// BenchmarkLists measures searches and lists over 100,000 products of 10,000 producers.
func BenchmarkLists(b *testing.B) {
	for _, engine := range sqldbtest.Engines {
		b.Run(string(engine), func(b *testing.B) {
			svc, producer := openFull(b, engine)
			for _, c := range []struct {
				name  string
				asked func(i int) *catalogv1.ListProductsRequest
			}{
				{
					"search",
					func(i int) *catalogv1.ListProductsRequest {
						return &catalogv1.ListProductsRequest{Q: benchPhrase(i)}
					},
				},
				{"search facets", func(i int) *catalogv1.ListProductsRequest {
					return &catalogv1.ListProductsRequest{Q: benchPhrase(i), Facets: true}
				}},
				{"search filtered", func(i int) *catalogv1.ListProductsRequest {
					return &catalogv1.ListProductsRequest{
						Q:            benchPhrase(i),
						Category:     category.All[i%len(category.All)].Slug,
						AllergenFree: []string{"milk", "egg"}, Sort: "price",
					}
				}},
				{"search one producer", func(i int) *catalogv1.ListProductsRequest {
					return &catalogv1.ListProductsRequest{Q: benchPhrase(i), ProducerId: producer.ID}
				}},
				{"list", func(i int) *catalogv1.ListProductsRequest {
					return &catalogv1.ListProductsRequest{Sort: orderings[i%len(orderings)].name}
				}},
				{"list filtered", func(i int) *catalogv1.ListProductsRequest {
					return &catalogv1.ListProductsRequest{
						Sort:         orderings[i%len(orderings)].name,
						Category:     category.All[i%len(category.All)].Slug,
						AllergenFree: []string{"milk", "nuts"},
					}
				}},
				{"list one producer", func(i int) *catalogv1.ListProductsRequest {
					return &catalogv1.ListProductsRequest{
						Sort:       orderings[i%len(orderings)].name,
						ProducerId: producer.ID,
					}
				}},
				{
					"list facets",
					func(int) *catalogv1.ListProductsRequest {
						return &catalogv1.ListProductsRequest{Facets: true}
					},
				},
				{"list facets of a filter nobody asked for yet", func(i int) *catalogv1.ListProductsRequest {
					return &catalogv1.ListProductsRequest{
						Facets: true, InStock: i%2 == 0,
						AllergenFree: allergen.Set(i % (1 << 14)).Codes(),
					}
				}},
				{"list in stock", func(i int) *catalogv1.ListProductsRequest {
					return &catalogv1.ListProductsRequest{
						Sort:    orderings[i%len(orderings)].name,
						InStock: true,
					}
				}},
				{"search in stock", func(i int) *catalogv1.ListProductsRequest {
					return &catalogv1.ListProductsRequest{Q: benchPhrase(i), InStock: true}
				}},
				{"search misspelt", func(i int) *catalogv1.ListProductsRequest {
					return &catalogv1.ListProductsRequest{Q: misspelt(i)}
				}},
				{"producer's desk", func(int) *catalogv1.ListProductsRequest {
					return &catalogv1.ListProductsRequest{ProducerId: producer.ID, All: true}
				}},
			} {
				percentiles(b, c.name, func(i int) error {
					request := c.asked(i)
					request.Market = "portland"
					_, err := svc.ListProducts(b.Context(), request)
					return err
				})
			}
			percentiles(b, "suggest", func(i int) error {
				_, err := svc.Suggest(b.Context(),
					&catalogv1.SuggestRequest{Market: "portland", Q: benchPhrase(i)})
				return err
			})
			percentiles(b, "suggest misspelt", func(i int) error {
				_, err := svc.Suggest(b.Context(),
					&catalogv1.SuggestRequest{Market: "portland", Q: misspelt(i)})
				return err
			})
			percentiles(b, "producers", func(i int) error {
				request := &catalogv1.ListProducersRequest{
					Market: "portland",
					Q:      []string{"", "salem", "farm 99", "ash"}[i%4], Limit: 100,
				}
				_, err := svc.ListProducers(b.Context(), request)
				return err
			})
			percentiles(b, "categories", func(int) error {
				_, err := svc.ListCategories(b.Context(),
					&catalogv1.ListCategoriesRequest{Market: "portland"})
				return err
			})
			percentiles(b, "site maps", func(i int) error {
				_, err := svc.Outline(b.Context(),
					&catalogv1.OutlineRequest{
						Market: "portland", Kind: []string{"product", "producer"}[i%2],
						Pages: true,
					})
				return err
			})
			percentiles(b, "a site map", func(int) error {
				_, err := svc.Outline(b.Context(),
					&catalogv1.OutlineRequest{Market: "portland", Kind: "product"})
				return err
			})
		})
	}
}

// benchGoods is how many products a maker has whose desk is measured.
const benchGoods = 10_000

// BenchmarkGoods measures what a maker's desk asks for with each view, where she has 10,000 products and
// others ten times as many.
func BenchmarkGoods(b *testing.B) {
	for _, engine := range sqldbtest.Engines {
		b.Run(string(engine), func(b *testing.B) {
			svc, _ := openFull(b, engine)
			maker, err := svc.store.PutProducer(b.Context(),
				goods.Producer{Market: "portland", Name: "Everything", Approved: true}, idempotency.Form{})
			if err != nil {
				b.Fatal(err)
			}
			products := many([]goods.Producer{maker}, benchGoods)
			for i := range products {
				products[i].ImportKey = "everything " + products[i].ImportKey
			}
			putMany(b, svc.store, products)
			percentiles(b, "all", func(int) error {
				_, err := svc.ListGoods(b.Context(), &catalogv1.ListGoodsRequest{ProducerId: maker.ID})
				return err
			})
		})
	}
}

// percentiles measures how long something takes.
func percentiles(b *testing.B, name string, do func(i int) error) {
	b.Run(name, func(b *testing.B) {
		var took []time.Duration
		for i := 0; b.Loop(); i++ {
			begin := time.Now()
			if err := do(i); err != nil {
				b.Fatal(err)
			}
			took = append(took, time.Since(begin))
		}
		slices.Sort(took)
		b.ReportMetric(float64(took[len(took)/2].Microseconds()), "p50-µs")
		b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "p99-µs")
	})
}

// misspelt are phrases with typing errors.
func misspelt(i int) string {
	phrases := []string{
		"somked chedddar", "orgnaic sourdouhg", "pickld kimchee", "goldn sausge",
		"hierloom tomatoses", "cridp carots", "salted buttr",
	}
	return phrases[i%len(phrases)]
}

// benchPhrase goes from a single letter to a whole title.
func benchPhrase(i int) string {
	title := []rune(manyTitle(i * 7919 % benchProducts))
	return string(title[:1+i*31%len(title)])
}
