package demo

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/artisan-eats/artisan/allergen"
	"github.com/artisan-eats/artisan/catalog/category"
	"github.com/artisan-eats/artisan/catalog/goods"
	"github.com/artisan-eats/artisan/id"
	"github.com/artisan-eats/artisan/money"
)

// The least that makes a market worth a look.
const (
	leastProducers = 40
	leastProducts  = 300
)

// The limits of the catalogue, in characters.
const (
	maxLine  = 200
	maxLabel = 80
	maxUnit  = 16
)

// certifications are those that the demo uses.
var certifications = []string{
	"gluten-free", "grass-fed", "kosher", "organic", "pasture-raised",
	"salmon-safe", "vegan",
}

var units = []string{"g", "kg", "ml", "l", "pieces"}

func loaded(t *testing.T) *market {
	t.Helper()
	m, err := load()
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// unique fails when something was seen before.
func unique(t *testing.T, seen map[string]bool, what, s string) {
	t.Helper()
	if key := strings.ToLower(s); seen[key] {
		t.Errorf("%s %q is there twice", what, s)
	} else {
		seen[key] = true
	}
}

// line fails unless a text is one tidy line of at most so many characters.
func line(t *testing.T, what, s string, most int) {
	t.Helper()
	if s == "" || s != strings.TrimSpace(s) || strings.ContainsAny(s, "\n\t\r") ||
		strings.Contains(s, "  ") || utf8.RuneCountInString(s) > most {
		t.Errorf("%s %q is not a line of 1 to %d characters", what, s, most)
	}
}

func known(t *testing.T, what string, all, some []string) {
	t.Helper()
	for _, s := range some {
		if !slices.Contains(all, s) {
			t.Errorf("%s: %q is not one of %v", what, s, all)
		}
	}
	if len(slices.Compact(slices.Sorted(slices.Values(some)))) != len(some) {
		t.Errorf("%s: %v has one twice", what, some)
	}
}

func TestTheMarketIsWellStocked(t *testing.T) {
	m := loaded(t)
	var products, low, soldOut int
	for _, p := range m.Producers {
		products += len(p.Products)
		if len(p.Products) < 3 {
			t.Errorf("%s sells only %d products", p.Name, len(p.Products))
		}
	}
	for _, v := range m.variants() {
		var stock float64
		for _, l := range v.Lots {
			stock += l.Quantity
		}
		switch {
		case stock == 0:
			soldOut++
		case stock <= 5:
			low++
		}
	}
	t.Logf("%d producers, %d products, %d variants, %d of them low in stock, %d sold out", len(m.Producers),
		products, len(m.variants()), low, soldOut)
	if len(m.Producers) < leastProducers || products < leastProducts {
		t.Errorf("%d producers with %d products, want %d with %d", len(m.Producers), products, leastProducers,
			leastProducts)
	}
	if low < 5 || soldOut < 2 {
		t.Errorf("%d variants are low in stock and %d sold out: a market has some of both", low, soldOut)
	}
}

func TestEachMonthHasItsSeason(t *testing.T) {
	var ripe [12]int
	for _, maker := range loaded(t).Producers {
		for _, p := range maker.Products {
			if _, err := goods.ParseSeason("season", p.Season); err != nil ||
				len(slices.Compact(slices.Sorted(slices.Values(p.Season)))) != len(p.Season) {
				t.Errorf("the season of %s: %v, %v", p.Title, p.Season, err)
			}
			if len(p.Season) > 0 && p.Category == "preserves" {
				t.Errorf("%s is a preserve, which has no season", p.Title)
			}
			for _, month := range p.Season {
				ripe[(month-1)%12]++
			}
		}
	}
	if slices.Min(ripe[:]) < 5 || ripe[time.November-1] < 25 {
		t.Errorf("in season, by month: %v", ripe)
	}
}

func TestProducersAreValidAndTheirOwn(t *testing.T) {
	names, taglines, stories := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, p := range loaded(t).Producers {
		unique(t, names, "producer", p.Name)
		unique(t, taglines, "tagline", p.Tagline)
		line(t, "producer", p.Name, maxLine)
		line(t, "town of "+p.Name, p.Town, maxLine)
		line(t, "tagline of "+p.Name, p.Tagline, maxLine)
		known(t, "certifications of "+p.Name, certifications, p.Certifications)
		if len(p.Story) < 2 || len(p.Story) > 4 {
			t.Errorf("the story of %s has %d paragraphs", p.Name, len(p.Story))
		}
		for _, paragraph := range p.Story {
			unique(t, stories, "paragraph", paragraph)
			line(t, "paragraph of "+p.Name, paragraph, 1000)
		}
	}
	if !names[strings.ToLower(tended)] {
		t.Errorf("the producer's account acts for %s, who is not there", tended)
	}
}

func TestProductsAreValidAndTheirOwn(t *testing.T) {
	titles, slugs, descriptions := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, maker := range loaded(t).Producers {
		for _, p := range maker.Products {
			unique(t, titles, "product", p.Title)
			unique(t, slugs, "the address of", plain(p.Title))
			unique(t, descriptions, "description", p.Description)
			line(t, "product", p.Title, 80)
			line(t, "description of "+p.Title, p.Description, 600)
			line(t, "ingredients of "+p.Title, p.Ingredients, 600)
			known(t, "category of "+p.Title, categories(), []string{p.Category})
			known(t, "certifications of "+p.Title, certifications, p.Certifications)
			for _, tag := range p.Tags {
				line(t, "tag of "+p.Title, tag, maxLabel)
			}
			if set, err := allergen.Parse("allergens", p.Allergens); err != nil ||
				len(set.Codes()) != len(p.Allergens) {
				t.Errorf("the allergens of %s: %v, %v", p.Title, p.Allergens, err)
			}
			if len(p.Variants) == 0 {
				t.Errorf("%s cannot be bought", p.Title)
			}
		}
	}
}

var notPlain = regexp.MustCompile(`[^a-z0-9]+`)

// plain is what two titles have in common that would get the same address.
func plain(title string) string { return notPlain.ReplaceAllString(strings.ToLower(title), "-") }

// categories are the slugs of those that goods belong in: the ends of the tree.
func categories() []string {
	var slugs []string
	for _, c := range category.All {
		if !slices.ContainsFunc(category.All,
			func(child category.Category) bool { return child.Parent == c.Slug }) {
			slugs = append(slugs, c.Slug)
		}
	}
	return slugs
}

func TestVariantsCanBeSold(t *testing.T) {
	skus := map[string]bool{}
	for _, v := range loaded(t).variants() {
		unique(t, skus, "SKU", v.SKU)
		line(t, "SKU", v.SKU, maxLabel)
		line(t, "title of "+v.SKU, v.Title, maxLine)
		known(t, "sold_by of "+v.SKU, []string{goods.Each, goods.Weight}, []string{v.soldBy()})
		if v.Price < 50 || v.Price > 30_000 {
			t.Errorf("%s costs %d cents", v.SKU, v.Price)
		}
		if _, unit, err := v.size(); err != nil {
			t.Error(err)
		} else if unit != "" {
			known(t, "unit of "+v.SKU, units, []string{unit})
		}
		checkLots(t, v)
	}
}

func checkLots(t *testing.T, v variant) {
	t.Helper()
	codes := map[string]bool{}
	if len(v.Lots) > 3 {
		t.Errorf("%s has %d lots", v.SKU, len(v.Lots))
	}
	for _, l := range v.Lots {
		unique(t, codes, "lot of "+v.SKU, l.Code)
		line(t, "lot of "+v.SKU, l.Code, maxLabel)
		if l.Days < 0 || l.Days > 1500 || l.Quantity <= 0 || l.Quantity > 1000 {
			t.Errorf("a lot of %s: %g for %d days", v.SKU, l.Quantity, l.Days)
		}
		if v.soldBy() == goods.Each && l.Quantity != float64(int(l.Quantity)) {
			t.Errorf("a lot of %s has %g pieces", v.SKU, l.Quantity)
		}
	}
}

func TestSchedulesAreDistinctAndComplete(t *testing.T) {
	m := loaded(t)
	if !id.ValidMarket(m.Code) || !money.ValidCurrency(m.Currency) {
		t.Errorf("market %q in %q", m.Code, m.Currency)
	}
	keys, pickups := map[string]bool{}, map[string]bool{}
	for _, s := range m.schedules() {
		unique(t, keys, "schedule", scheduleKey(s))
		line(t, "place", s.Place, maxLine)
		known(t, "kind", []string{"pickup", "delivery"}, []string{s.Kind})
		if s.Capacity < 20 || s.Capacity > 80 || s.CutoffHours < 1 || s.Starts >= s.Ends || s.Weekday < 0 ||
			s.Weekday > 6 {
			t.Errorf("a schedule is not right: %v", s)
		}
		if delivers := s.Kind == "delivery"; delivers != (s.Fee.Amount > 0) ||
			delivers != (s.Minimum.Amount > 0) {
			t.Errorf("deliveries have a fee and a minimum, pickups have not: %v", s)
		}
		if s.Kind == "pickup" {
			pickups[s.Place] = true
		}
	}
	if len(pickups) != 3 {
		t.Errorf("%d places to pick up at, want 3", len(pickups))
	}
}

func TestASlipOfThePenIsNoticed(t *testing.T) {
	for _, size := range []string{"250", "250g", "g 250", "-1 g", "0 g", "250 "} {
		if _, _, err := (variant{Size: size}).size(); err == nil {
			t.Errorf("the size %q was read", size)
		}
	}
	if value, unit, err := (variant{Size: "1.5 kg"}).size(); value != 1.5 || unit != "kg" || err != nil {
		t.Errorf("1.5 kg was read as %g %s, %v", value, unit, err)
	}
}
