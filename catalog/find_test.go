package catalog_test

import (
	"fmt"
	"strings"
	"testing"

	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	moneyv1 "github.com/artisan-eats/artisan/gen/artisan/money/v1"
	"github.com/artisan-eats/artisan/host"
	"github.com/artisan-eats/artisan/host/hosttest"
)

// speak makes a market of a language and fills it with a producer's file.
func (s exchange) speak(t *testing.T, code, locale, currency string, names ...string) {
	t.Helper()
	m := &catalogv1.Market{
		Code: code, Name: code, Currency: currency, TimeZone: "UTC", Country: "US",
		Locale: locale,
	}
	if _, err := s.catalog.PutMarket(t.Context(), &catalogv1.PutMarketRequest{Market: m}); err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if _, err := s.load(t, &catalogv1.ImportHeader{Market: code, Format: "auto"},
			strings.NewReader(fixture(t, name))); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
	}
}

// finds are the titles that a search shows, the best first.
func (s exchange) finds(t *testing.T, market, q string) string {
	t.Helper()
	answer, err := s.catalog.ListProducts(t.Context(),
		&catalogv1.ListProductsRequest{Market: market, Q: q, Limit: 100})
	if err != nil {
		t.Fatalf("%s: %v", q, err)
	}
	return titles(answer)
}

func TestPlainMatchesHideNothing(t *testing.T) {
	hosttest.Each(t, stocked, func(t *testing.T, p *host.Process) {
		s := newExchange(t, p)
		s.speak(t, "search", "en-US", "USD", "search.csv")
		s.speak(t, "lyon", "fr-FR", "EUR", "fr.csv", "fr2.csv")
		s.speak(t, "tokyo", "ja-JP", "JPY", "jp.csv")
		s.speak(t, "english", "en-GB", "EUR", "fr.csv", "fr2.csv")
		for _, c := range [][3]string{
			{"search", "tomatoes", "Tomato, Passata"},
			{"search", "tomatoes ", "Tomato, Passata"},
			{"search", "tomato", "Tomato, Passata"},
			{"search", "loaf", "Sour-dough loaf, Loaves of rye"},
			{"search", "loaves", "Loaves of rye, Sour-dough loaf"},
			{"search", "sourdough", "Sour-dough loaf"},
			{"search", "sour dough", "Sour-dough loaf"},
			{"search", "sour-dough", "Sour-dough loaf"},
			{"search", "Sour‑Dough Loaves", "Sour-dough loaf"},
			{"search", "sourd", "Sour-dough loaf"},
			{"search", "dough", "Sour-dough loaf"},
			{"search", "cherry", "Cherries"},
			{"search", "baker ", "Baker’s flour"},
			{"search", "bakers flours", "Baker’s flour"},
			{"search", "jalapeno", "Jalapeño relish"},
			{"search", "relishes", "Jalapeño relish"},
			{"search", "strasse", "Straße pretzel"},
			{"search", "pretzels", "Straße pretzel"},
			{"search", "istanbul", "İstanbul simit"},
			{"search", "борщ", "Борщ свежий"},
			{"search", "the a", "The A"},
			{"search", "if", "L'If cider 50% off"},
			{"search", "lif", "L'If cider 50% off"},
			{"search", "7-grain", "7-grain & seed 2 kg"},
			{"search", "7grain", "7-grain & seed 2 kg"},
			{"search", "seeds", "7-grain & seed 2 kg"},
			{"search", "50% off", "L'If cider 50% off"},
			{"search", "cider", "L'If cider 50% off"},
			{"search", "свежий борщ", "Борщ свежий"},
			{"search", "simit", "İstanbul simit"},
			{"search", "passata", "Passata"},
			{"search", "tomatoe", "Tomato, Passata"},
			{"search", "tomatto", "Tomato, Passata"},
			{"lyon", "olive", "Olive noire, Huile d'olive"},
			{"lyon", "olives", "Olive noire, Huile d'olive"},
			{"lyon", "olives noires", "Olive noire"},
			{"lyon", "huile olive", "Huile d'olive"},
			{"lyon", "huiles d’olives", "Huile d'olive"},
			{"lyon", "l'olive", "Olive noire, Huile d'olive"},
			{"lyon", "abricots", "Confiture d’abricot"},
			{"lyon", "épice", "Pain d'épices, Huile d'olive"},
			{"lyon", "oeuf", "Œufs plein air"},
			{"lyon", "œufs", "Œufs plein air"},
			{"lyon", "plein-air", "Œufs plein air"},
			{"lyon", "d'abricot", "Confiture d’abricot"},
			{"lyon", "pains d'épice", "Pain d'épices"},
			{"english", "olive", "Olive noire, Huile d'olive"},
			{"tokyo", "トマト", "有機トマトジュース"},
			{"tokyo", "ジュース", "有機トマトジュース"},
			{"tokyo", "有機", "有機トマトジュース"},
			{"tokyo", "ト", "有機トマトジュース"},
			{"tokyo", "有機トマトジュース", "有機トマトジュース"},
			{"tokyo", "有機 ジュース", "有機トマトジュース"},
			{"tokyo", "バター", "バター"},
			{"tokyo", "ター", "バター"},
			{"tokyo", "ﾄﾏﾄ", "有機トマトジュース"},
			{"tokyo", "トマトパン", ""},
		} {
			if got := s.finds(t, c[0], c[1]); got != c[2] {
				t.Errorf("in %s, %q finds %q, want %q", c[0], c[1], got, c[2])
			}
		}
	})
}

func TestExactComesBeforeStemBeforeNear(t *testing.T) {
	each(t, func(s shop) {
		for _, title := range []string{
			"Tomato", "Dried tomatoes", "Tomatto sauce", "Green tomatoes in oil",
			"Potatoes", "Tomatoes", "Tomatillos",
		} {
			s.sell(title, "vegetables", 300)
		}
		for q, want := range map[string]string{
			"tomatoes": "Tomatoes, Dried tomatoes, Green tomatoes in oil, Tomato",
			"tomato":   "Tomato, Tomatoes, Dried tomatoes, Green tomatoes in oil",
			"tomat":    "Tomatillos, Tomato, Tomatoes, Tomatto sauce, Dried tomatoes, Green tomatoes in oil",
			"tomatto":  "Tomatto sauce",
		} {
			s.wants(q, titles(s.list(&catalogv1.ListProductsRequest{Q: q})), want)
		}
		typo := s.product("Cheese board", "hampers", 900)
		typo.Description = "With chedder."
		s.put(typo)
		s.sell("Cheddar", "cheese", 700)
		answer := s.list(&catalogv1.ListProductsRequest{Q: "chedder"})
		s.wants("what a typing error in a text hides", titles(answer)+" / "+answer.GetCorrected(),
			"Cheese board, Cheddar / ")
	})
}

func TestAPrefixFindsWhatTheWholeWordFinds(t *testing.T) {
	each(t, func(s shop) {
		s.sell("Sourdough loaf", "bread", 500)
		tagged := s.product("Country loaf", "bread", 500)
		tagged.Tags = []string{"sourdough"}
		s.put(tagged)
		described := s.product("Pizza base", "bread", 500)
		described.Description = "A sour-dough that rests for a night."
		s.put(described)
		for _, q := range []string{"sourd", "sourdo", "sourdoug", "sourdough"} {
			s.wants(q, titles(s.list(&catalogv1.ListProductsRequest{Q: q})),
				"Sourdough loaf, Country loaf, Pizza base")
		}
	})
}

func TestGermanCompoundsAreFoundByWhatTheyAre(t *testing.T) {
	hosttest.Each(t, stocked, func(t *testing.T, p *host.Process) {
		s := newExchange(t, p)
		s.speak(t, "berlin", "de-DE", "EUR")
		maker, err := s.catalog.PutProducer(t.Context(),
			&catalogv1.PutProducerRequest{Producer: &catalogv1.Producer{
				Market: "berlin", Name: "Hof Ähre",
				Approved: true,
			}})
		if err != nil {
			t.Fatal(err)
		}
		for title, category := range map[string]string{
			"Vollkornbrot": "bread", "Brot": "pantry",
			"Brote vom Vortag": "bread", "Apfelsaft": "juice", "Rote Äpfel": "fruit", "Bergkäse": "cheese",
		} {
			_, err := s.catalog.PutProduct(t.Context(),
				&catalogv1.PutProductRequest{Product: &catalogv1.Product{
					Market: "berlin", ProducerId: maker.GetProducer().GetId(), Title: title,
					Category:  category,
					Published: true,
					Variants: []*catalogv1.Variant{{
						Title: "Stück",
						Price: &moneyv1.Money{Amount: 300, Currency: "EUR"}, SoldBy: "each",
					}},
				}})
			if err != nil {
				t.Fatal(err)
			}
		}
		for q, want := range map[string]string{
			"brot": "Brot, Brote vom Vortag, Vollkornbrot", "brote": "Brote vom Vortag, Brot, Vollkornbrot",
			"apfel":  "Apfelsaft, Rote Äpfel",
			"aepfel": "Rote Äpfel", "säfte": "Apfelsaft", "apfel saft": "Apfelsaft",
			"apfel-saft": "Apfelsaft", "kaese": "Bergkäse", "obst": "Rote Äpfel",
			"säfte und sirup": "Apfelsaft",
		} {
			if got := s.finds(t, "berlin", q); got != want {
				t.Errorf("%q finds %q, want %q", q, got, want)
			}
		}
	})
}

func TestSuggestionsSayWhatProductsCostAndForgiveAsSearchDoes(t *testing.T) {
	each(t, func(s shop) {
		sized := s.product("Sour-dough loaf", "bread", 900)
		sized.Variants = append(sized.Variants,
			&catalogv1.Variant{Title: "Half", Price: dollars(500), SoldBy: "each"})
		s.put(sized)
		weighed := s.product("Tomato", "vegetables", 700)
		weighed.Variants[0].SoldBy = "weight"
		s.put(weighed)
		for q, want := range map[string]string{
			"sourd":    "product 500 each true",
			"tomatoes": "product 700 weight false", "tomatto": "product 700 weight false",
		} {
			_, answer := s.suggest(q, 0)
			var all []string
			for _, found := range answer.GetSuggestions() {
				all = append(all, fmt.Sprint(found.GetKind(), " ", found.GetPrice().GetAmount(), " ",
					found.GetSoldBy(), " ", found.GetFrom()))
			}
			s.wants(q, strings.Join(all, ", "), want)
		}
		_, answer := s.suggest("mosswoods", 0)
		if all := answer.GetSuggestions(); len(all) == 0 || all[0].GetKind() != "producer" ||
			all[0].GetPrice() != nil {
			t.Errorf("a producer is suggested as %v", all)
		}
	})
}
