package e2e

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/artisan-eats/artisan/e2e/browser"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	"github.com/artisan-eats/artisan/gen/artisan/catalog/v1/catalogv1connect"
	deliveryv1 "github.com/artisan-eats/artisan/gen/artisan/delivery/v1"
	"github.com/artisan-eats/artisan/gen/artisan/delivery/v1/deliveryv1connect"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	"github.com/artisan-eats/artisan/gen/artisan/identity/v1/identityv1connect"
	moneyv1 "github.com/artisan-eats/artisan/gen/artisan/money/v1"
	"github.com/artisan-eats/artisan/locale"
	"github.com/artisan-eats/artisan/sqldb"
)

// foreign is a market with what its maker and the market itself call things, and what its pages say of them.
type foreign struct {
	code, name, lang, zone, country    string
	maker, tagline, title, size, place string
	pickup, ordered, contains, by      string
}

// abroad are markets whose people read neither English nor French.
var abroad = []foreign{
	{
		code: "koeln", name: "Köln", lang: "de", zone: "Europe/Berlin", country: "DE",
		maker: "Hof Bär", tagline: "Käse von der Höhe.", title: "Bergkäse", size: "Stück vom Laib",
		place: "Markthalle", pickup: "Abholung", contains: "Enthält Milch.", by: "Bestellen bis",
		ordered: "Danke, Ihre Bestellung ist bestätigt.",
	},
	{
		code: "sevilla", name: "Sevilla", lang: "es", zone: "Europe/Madrid", country: "ES",
		maker: "Quesería Alba", tagline: "Queso de oveja.", title: "Queso curado", size: "Cuña",
		place: "Mercado", pickup: "Recogida", contains: "Contiene leche.", by: "Pedidos hasta",
		ordered: "Gracias, su pedido está confirmado.",
	},
}

// askedAbroad is what its maker asks for the cheese.
const askedAbroad = "12,50 €"

// TestPersonShopsInGermanAndInSpanish walks the list, the product, the basket and the checkout of a market in
// each language, on a phone, up to the order, and reads every word that is shown or read out.
func TestPersonShopsInGermanAndInSpanish(t *testing.T) {
	t.Parallel()
	browses(t)
	s := open(t, one, sqldb.SQLite)
	for _, m := range abroad {
		t.Run(m.code, func(t *testing.T) {
			in, english := locale.New(m.lang+"-"+m.country, m.country), newEnglish(m.lang)
			s.opensAbroad(t, m)
			theirs := strings.NewReplacer(m.title, "", m.maker, "", m.tagline, "", m.size, "", m.place, "",
				"Artisan Eats", "")
			p := s.visitor(t, browser.Phone)
			reads := func(texts ...string) {
				t.Helper()
				p.sees(texts...)
				p.fits()
				p.must(p.Look(browser.Phone))
				if lang, err := browser.Ask[string](p.Tab, "document.documentElement.lang"); err != nil ||
					lang != in.Lang() {
					t.Errorf("%s is in %q, %v", p.Address(), lang, err)
				}
				for _, text := range p.words() {
					if english.in(theirs.Replace(text)) {
						t.Errorf("%s says %q", p.Address(), text)
					}
				}
			}
			p.opens("/m/" + m.code)
			reads(m.name, m.title)
			p.opens("/m/" + m.code + "/products")
			reads(m.title, askedAbroad)
			p.presses(m.title)
			reads(m.contains, askedAbroad, m.by)
			p.presses(in.Text("Add to basket"))
			p.seesBasketFilledIn(in)
			p.opens("/cart")
			reads(m.title, m.size, askedAbroad)
			p.presses(in.Text("Check out"))
			reads(in.Text("Your details"), m.pickup, askedAbroad)
			p.fills(in.Text("Name"), "Ada")
			p.fills(in.Text("E-mail"), "ada@example.org")
			p.chooses(m.place)
			p.chooses(in.Text("A test card"))
			p.presses(in.Text("Place the order"))
			reads(m.ordered, m.pickup)
		})
	}
}

// opensAbroad makes a market with a maker, a product and a window.
func (s *shop) opensAbroad(t *testing.T, m foreign) {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	catalog := catalogv1connect.NewCatalogServiceClient(s.client("catalog"))
	_, err := catalog.PutMarket(t.Context(), &catalogv1.PutMarketRequest{Market: &catalogv1.Market{
		Code: m.code, Name: m.name, Currency: "EUR", Locale: m.lang + "-" + m.country, TimeZone: m.zone,
		Country: m.country,
	}})
	must(err)
	maker, err := catalog.PutProducer(t.Context(),
		&catalogv1.PutProducerRequest{Producer: &catalogv1.Producer{
			Market: m.code, Name: m.maker, Tagline: m.tagline, Approved: true,
		}})
	must(err)
	made, err := catalog.PutProduct(t.Context(), &catalogv1.PutProductRequest{Product: &catalogv1.Product{
		Market: m.code, ProducerId: maker.GetProducer().GetId(), Title: m.title, Category: "cheese",
		Published: true, Allergens: []string{"milk"},
		Variants: []*catalogv1.Variant{{
			Title: m.size, SoldBy: "each", Price: &moneyv1.Money{Amount: 1250, Currency: "EUR"},
		}},
	}})
	must(err)
	s.setStock(made.GetProduct().GetVariants()[0].GetId(), 5)
	starts := time.Now().Add(48 * time.Hour)
	_, err = deliveryv1connect.NewDeliveryServiceClient(s.client("delivery")).PutWindow(t.Context(),
		&deliveryv1.PutWindowRequest{Window: &deliveryv1.Window{
			Market: m.code, Kind: "pickup", StartsAt: starts.UnixMilli(),
			EndsAt:  starts.Add(time.Hour).UnixMilli(),
			OrderBy: starts.Add(-time.Hour).UnixMilli(), Capacity: 5, Place: m.place,
		}})
	must(err)
}

// words are the texts of the page: what is read, and what is read out.
func (p *person) words() []string {
	p.t.Helper()
	found, err := browser.Ask[[]string](p.Tab, `(() => {
		const texts = [document.title, document.querySelector("meta[name=description]")?.content ?? ""];
		const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
		for (let n = walk.nextNode(); n; n = walk.nextNode()) {
			if (n.nodeType === Node.TEXT_NODE) {
				if (!n.parentElement.matches("script, style, noscript")) texts.push(n.data);
			} else {
				for (const name of ["alt", "aria-label", "placeholder", "title"]) texts.push(n.getAttribute(name) ?? "");
				for (const text of Object.values(n.dataset)) texts.push(text);
			}
		}
		return texts.map(text => text.replace(/\s+/g, " ").trim()).filter(text => text);
	})()`)
	p.must(err)
	return found
}

// english knows what would be English on a page of another language: sentences of the catalogue, and words
// that hardly a sentence goes without.
type english struct {
	whole map[string]bool
	parts []string
}

var (
	inBraces = regexp.MustCompile(`\{[^}]*\}`)
	// little are words that neither German nor Spanish has.
	little = regexp.MustCompile(`(?i)\b(the|your|you|of|and|for|with|is|are|not|this|that|to|from|by|only|left|order|basket|please|here|it|we)\b`)
)

func newEnglish(lang string) (e english) {
	e.whole = map[string]bool{}
	for said, theirs := range locale.Sentences(lang) {
		if said == theirs {
			continue
		}
		e.whole[said] = true
		for _, part := range inBraces.Split(said, -1) {
			if part = strings.TrimSpace(part); strings.Contains(part, " ") &&
				!strings.Contains(theirs, part) {
				e.parts = append(e.parts, part)
			}
		}
	}
	return e
}

func (e english) in(text string) bool {
	text = strings.Join(strings.Fields(text), " ")
	if e.whole[text] || little.MatchString(text) {
		return true
	}
	for _, part := range e.parts {
		if strings.Contains(text, part) {
			return true
		}
	}
	return false
}

// TestTheSwitchOfMarketsStandsInOneLine looks at the operator's desk of a shop that has two of them.
func TestTheSwitchOfMarketsStandsInOneLine(t *testing.T) {
	t.Parallel()
	browses(t)
	s := open(t, one, sqldb.SQLite)
	for _, m := range abroad {
		s.opensAbroad(t, m)
	}
	account := &identityv1.EnsureAccountRequest{
		Email: "op@example.org", Password: "a long password", Name: "Olga", Roles: []string{"operator"},
	}
	if _, err := identityv1connect.NewIdentityServiceClient(s.client("identity")).EnsureAccount(t.Context(),
		account); err != nil {
		t.Fatal(err)
	}
	s.must(t, http.StatusCreated, "POST", "/sessions",
		object{"email": account.GetEmail(), "password": account.GetPassword()})
	p := s.visitor(t, browser.Desk)
	p.opens("/sign-in?next=/operator/calendar")
	p.fills("E-mail", account.GetEmail())
	p.fills("Password", account.GetPassword())
	p.presses("Sign in")
	p.arrives("/operator/calendar")
	for _, width := range []int64{320, 390, 640, 1280} {
		p.must(p.Look(browser.Eyes{Width: width, Height: 800}))
		apart, err := browser.Ask[float64](p.Tab, `(() => {
			const top = name => document.querySelector(name).getBoundingClientRect().top;
			return Math.abs(top("#desk") - top("#desk ~ button"));
		})()`)
		if p.must(err); apart > 8 {
			t.Errorf("%d wide, the button of the switch is %v below it", width, apart)
		}
	}
	p.fits()
	p.must(p.Pick("Another market", "Sevilla"))
	p.presses("Switch")
	p.sees("Sevilla")
}
