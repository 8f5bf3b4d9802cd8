package e2e

import (
	"strings"
	"testing"
	"time"

	"github.com/artisan-eats/artisan/e2e/browser"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	"github.com/artisan-eats/artisan/gen/artisan/catalog/v1/catalogv1connect"
	moneyv1 "github.com/artisan-eats/artisan/gen/artisan/money/v1"
	notifyv1 "github.com/artisan-eats/artisan/gen/artisan/notify/v1"
	"github.com/artisan-eats/artisan/gen/artisan/notify/v1/notifyv1connect"
	"github.com/artisan-eats/artisan/gen/state"
	"github.com/artisan-eats/artisan/locale"
	"github.com/artisan-eats/artisan/sqldb"
)

// TestPersonShopsInFrenchBesideAMarketInEnglish orders in Lyon, in a shop that has Salem, Oregon, too, and
// reads what comes of it.
func TestPersonShopsInFrenchBesideAMarketInEnglish(t *testing.T) {
	t.Parallel()
	browses(t)
	s := open(t, one, sqldb.SQLite)
	for _, m := range []*catalogv1.Market{
		{
			Code: "lyon", Name: "Lyon", Currency: "EUR", Locale: "fr-FR", TimeZone: "Europe/Paris",
			Country: "FR",
		},
		{
			Code: "salem", Name: "Salem", Currency: "USD", Locale: "en-US", TimeZone: "America/Los_Angeles",
			Country: "US",
		},
	} {
		if _, err := catalogv1connect.NewCatalogServiceClient(s.client("catalog")).PutMarket(t.Context(),
			&catalogv1.PutMarketRequest{Market: m}); err != nil {
			t.Fatal(err)
		}
	}
	s.oddProduct(t, "salem", "Larkmoor", &moneyv1.Money{Amount: 900, Currency: "USD"}, 5)
	const cheese = "Saint-marcellin"
	product := s.oddProduct(t, "lyon", cheese, &moneyv1.Money{Amount: 320, Currency: "EUR"}, 5)
	p := s.visitor(t, browser.Phone)
	p.opens("/p/" + product.GetId())
	p.sees("3,20 €", "Prochain retrait", "Contient")
	p.printsOn("Lyon", 595, 842)
	p.buysOdd(locale.New("fr-FR", "FR"), cheese)
	order := p.arrives("/orders/")
	p.sees("Merci, votre commande est confirmée.", "Retrait", "Confirmée")
	calendar := s.asGuest(t, p, "/orders/"+order+"/calendar.ics")
	if !strings.Contains(calendar, "SUMMARY:Artisan Eats\\, commande ") ||
		!strings.Contains(calendar, "LOCATION:Retrait") {
		t.Errorf("the calendar says %s", calendar)
	}
	p.opens("/sign-in")
	p.sees("Heureux de vous revoir")

	letter := s.letterOf(t, order)
	if !strings.Contains(letter.GetSubject(), "est confirmée") || !strings.HasPrefix(letter.GetText(),
		"Bonjour,\n\nmerci pour votre commande") || !strings.Contains(letter.GetText(), "3,20\u00a0€") {
		t.Errorf("the letter is %q: %s", letter.GetSubject(), letter.GetText())
	}
	for english := range locale.Sentences("fr") {
		if len(strings.Fields(english)) > 3 && strings.Contains(letter.GetText(), english) {
			t.Errorf("the letter says %q", english)
		}
	}
	p.opens("/m/salem")
	p.sees("Good food, from the people who make it.", "Larkmoor", "Order by", "M")
	p.printsOn("Salem", 612, 792)
	p.presses("Account")
	p.sees("Welcome back")
}

// printsOn looks at the paper that a page is printed on, in points.
func (p *person) printsOn(market string, width, height int) {
	p.t.Helper()
	w, h, err := p.Paper()
	if p.must(err); int(w+.5) != width || int(h+.5) != height {
		p.t.Errorf("%s prints on %.0f by %.0f points", market, w, h)
	}
}

// asGuest gets an address as the page that is open would.
func (s *shop) asGuest(t *testing.T, p *person, path string) string {
	t.Helper()
	text, err := browser.Ask[string](p.Tab, `fetch("`+path+`").then(answer => answer.text())`)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// letterOf is the first letter of an order.
func (s *shop) letterOf(t *testing.T, order string) (letter *notifyv1.Message) {
	t.Helper()
	client := notifyv1connect.NewNotifyServiceClient(s.client("notify"))
	eventually(t, 20*time.Second, "the letter is sent", func() bool {
		answer, err := client.ListMessages(t.Context(), &notifyv1.ListMessagesRequest{OrderId: order})
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range answer.GetMessages() {
			if m.GetProducerId() == "" && m.GetStatus() == state.MessageSent {
				letter = m
			}
		}
		return letter != nil
	})
	return letter
}
