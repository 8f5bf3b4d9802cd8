package edge

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/artisan-eats/artisan/edge/producer"
	"github.com/artisan-eats/artisan/edge/producer/goods"
	"github.com/artisan-eats/artisan/fault"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	"github.com/artisan-eats/artisan/gen/artisan/catalog/v1/catalogv1connect"
)

func (m *market) producerNow(t *testing.T) *catalogv1.Producer {
	t.Helper()
	answer, err := catalogv1connect.NewCatalogServiceClient(m.process.Client("catalog")).GetProducer(
		t.Context(), &catalogv1.GetProducerRequest{Id: m.producer})
	if err != nil {
		t.Fatal(err)
	}
	return answer.GetProducer()
}

// ahead is a day so many from today, by the market's clocks.
func (m *market) ahead(t *testing.T, days int) string {
	t.Helper()
	zone, err := time.LoadLocation(portland().GetTimeZone())
	if err != nil {
		t.Fatal(err)
	}
	return m.edge.site.Host.Now().In(zone).AddDate(0, 0, days).Format(time.DateOnly)
}

// TestAnOlderPageOfOnesOwnPageUndoesNothing has two tabs of it, field by field.
func TestAnOlderPageOfOnesOwnPageUndoesNothing(t *testing.T) {
	openMarket(t, func(t *testing.T, m *market) {
		cookie, _ := m.desks(t)
		old, young := m.tab(t, cookie, producer.OwnPageAt, producer.OwnPageAt),
			m.tab(t, cookie, producer.OwnPageAt, producer.OwnPageAt)
		from, until := m.ahead(t, 3), m.ahead(t, 5)
		young.saves(t, "town", "Sandy", "story", "We milk.\r\n\r\nTwice a day.", "order_minimum", "20",
			"holidays.0.from", from, "holidays.0.until", until)
		now := m.producerNow(t)
		if h := now.GetHolidays(); now.GetTown() != "Sandy" || now.GetStory() != "We milk.\n\nTwice a day." ||
			now.GetOrderMinimum() != 2000 || len(h) != 1 || h[0].GetFrom() != from ||
			h[0].GetUntil() != until {
			t.Fatalf("saved as %v", now)
		}
		young.saves(t) // the same form again has no conflict with itself
		old.form.Set("tagline", "Goats on a hill")
		old.form.Set("town", "Salem")
		old.isAsked(t, []string{"town", "story", "order_minimum", "holidays"},
			"Leave what is there now: Sandy", "Take yours: Salem", "Leave what is there now: 20.00")
		if got := m.producerNow(t); got.GetVersion() != now.GetVersion() {
			t.Fatalf("it is saved: %v", got)
		}
		old.saves(t, "take.town", takeYours)
		got := m.producerNow(t)
		if h := got.GetHolidays(); got.GetTown() != "Salem" || got.GetTagline() != "Goats on a hill" ||
			got.GetStory() != now.GetStory() || got.GetOrderMinimum() != 2000 || len(h) != 1 {
			t.Errorf("saved as %v", got)
		}
		fresh := m.tab(t, cookie, producer.OwnPageAt, producer.OwnPageAt)
		fresh.saves(t, "holidays.0.from", "", "holidays.0.until", "", "order_minimum", "")
		if got := m.producerNow(t); len(got.GetHolidays()) != 0 || got.GetOrderMinimum() != 0 ||
			got.GetName() != now.GetName() || got.GetMarket() != now.GetMarket() {
			t.Errorf("what is taken back leaves %v", got)
		}
	})
}

func TestWhatIsWrongWithOnesOwnPageStandsBesideIt(t *testing.T) {
	openMarket(t, func(t *testing.T, m *market) {
		cookie, _ := m.desks(t)
		for name, c := range map[string]struct {
			beside  string
			changed []string
		}{
			"an amount": {"w-order_minimum", []string{"order_minimum", "twenty"}},
			"letters":   {"w-story", []string{"story", "We\u202emilk"}},
			"a day over": {
				"w-holidays.1.until",
				[]string{"holidays.1.from", m.ahead(t, -3), "holidays.1.until", m.ahead(t, -1)},
			},
			"no first day": {"w-holidays.0.from", []string{"holidays.0.until", m.ahead(t, 3)}},
			"the wrong way": {"w-holidays.1.until", []string{
				"holidays.0.from", m.ahead(t, 9),
				"holidays.1.from", m.ahead(t, 3), "holidays.1.until", m.ahead(t, 2),
			}},
			"the same twice": {
				"w-holidays.1.from",
				[]string{"holidays.0.from", m.ahead(t, 3), "holidays.1.from", m.ahead(t, 3)},
			},
		} {
			v := m.tab(t, cookie, producer.OwnPageAt, producer.OwnPageAt).send(t, c.changed...)
			if v.status != http.StatusUnprocessableEntity || len(v.find("p", "id", c.beside)) != 1 {
				t.Errorf("%s is answered with %d: %s", name, v.status, v.text())
			}
		}
	})
}

// TestAShopTellsHowAMakerTakesOrders walks past all that a shopper reads of it, up to the checkout that is
// refused.
func TestAShopTellsHowAMakerTakesOrders(t *testing.T) {
	openMarket(t, func(t *testing.T, m *market) {
		cookie, _ := m.desks(t)
		m.tab(t, cookie, producer.OwnPageAt, producer.OwnPageAt).saves(t, "order_minimum", "60",
			"holidays.0.from", m.ahead(t, 0), "holidays.0.until", m.ahead(t, 3))
		at, _ := time.Parse(time.DateOnly, m.ahead(t, 3))
		away := "On holiday until " + at.Format("January 2")
		for path, says := range map[string][]string{
			"/p/" + m.product: {away, "Takes orders from $60.00"}, "/producers/" +
				m.producer: {away, "Takes orders from $60.00"}, "/m/portland/products": {away},
		} {
			text := m.open(t, path, "", nil).text()
			for _, say := range says {
				if !strings.Contains(text, say) {
					t.Errorf("%s does not say %q: %s", path, say, text)
				}
			}
		}
		if text := m.open(t, "/m/portland/products?day="+m.ahead(t, 2), "",
			nil).text(); strings.Contains(text, away) {
			t.Error("the list of a day has goods of who is on holiday on it")
		}
		basket := "cart=" + m.fillCart(t)
		for _, path := range []string{"/cart", "/checkout"} {
			if text := m.open(t, path, basket, nil).text(); !strings.Contains(text,
				"takes orders from $60.00; $") {
				t.Errorf("%s does not say what lacks: %s", path, text)
			}
		}
		v := m.open(t, "/checkout", basket, nil)
		if radio := v.find("input", "name", "window_id", "value", m.windows, "disabled",
			""); len(radio) != 1 ||
			!strings.Contains(v.text(), "is on holiday until "+at.Format("January 2")) {
			t.Errorf("a window on the holiday can be chosen: %s", v.text())
		}
		send := url.Values{
			"key": {"a-key"}, "seen": v.all("seen"), "name": {"Ann"},
			"email": {"ann@example.org"}, "window_id": {m.windows}, "payment": {"test:ok"},
		}
		if v := m.open(t, "/checkout", basket, send); v.status != http.StatusConflict ||
			!strings.Contains(v.text(), "is on holiday from ") || strings.Contains(v.text(), m.ahead(t, 3)) {
			t.Errorf("a checkout on the holiday is answered with %d: %s", v.status, v.text())
		}
		m.tab(t, cookie, producer.OwnPageAt, producer.OwnPageAt).saves(t, "holidays.0.from", "",
			"holidays.0.until", "")
		if v := m.open(t, "/checkout", basket, send); v.status != http.StatusUnprocessableEntity ||
			!strings.Contains(v.text(), "takes orders from $60.00; $") ||
			strings.Contains(v.text(), "60.00 USD") {
			t.Errorf("a checkout of too little is answered with %d: %s", v.status, v.text())
		}
	})
}

func (v *view) all(name string) (values []string) {
	for _, input := range v.find("input", "name", name) {
		values = append(values, named(input, "value"))
	}
	return values
}

// TestAMakersPictureIsRemoved sends the name of the picture that the page showed.
func TestAMakersPictureIsRemoved(t *testing.T) {
	s := openShop(t, DefaultLimits)
	at := producer.OwnPageAt + "/picture/remove"
	form := filledIn(s.open(t, producer.OwnPageAt, makerCookie, nil).find("form", "action", at)[0])
	v := s.open(t, at, makerCookie, form)
	if drop := s.peers.last["DropImage"].(*catalogv1.DropImageRequest); v.status != http.StatusSeeOther ||
		drop.GetProducerId() != dairy || drop.GetKey() != "hill.jpg" {
		t.Errorf("status %d: %v", v.status, drop)
	}
	s.peers.fail("DropImage",
		fault.New(fault.Conflict, "changed_since", "This has been changed since you last saw it."))
	s.open(t, at, makerCookie, form).says(t, http.StatusConflict, "changed since you last saw it",
		"Your picture")
}

func TestAMakersPictureIsSentWithItsWords(t *testing.T) {
	s := openShop(t, DefaultLimits)
	at := producer.OwnPageAt + "/picture"
	v := s.upload(t, at, makerCookie, url.Values{"alt": {"Our barn"}}, "barn.jpg", []byte("\xff\xd8picture"))
	if put := s.peers.last["PutImage"].(*catalogv1.PutImageRequest); v.status != http.StatusSeeOther ||
		put.GetAlt() != "Our barn" || put.GetProducerId() != dairy || put.GetProductId() != "" {
		t.Errorf("status %d", v.status)
	}
	for name, c := range map[string]struct {
		v      *view
		status int
		beside string
	}{
		"none": {
			s.upload(t, at, makerCookie, url.Values{"alt": {"Our barn"}}, "", nil), 422,
			"w-picture",
		},
		"no words": {s.upload(t, at, makerCookie, nil, "barn.jpg", []byte("x")), 422, "w-alt"},
		"too large": {s.upload(t, at, makerCookie, url.Values{"alt": {"Our barn"}}, "barn.jpg",
			make([]byte, goods.MaxPicture)), 413, "w-picture"},
	} {
		if c.v.status != c.status || len(c.v.find("p", "id", c.beside)) != 1 {
			t.Errorf("%s: status %d", name, c.v.status)
		}
	}
	s.peers.fail("PutImage", fault.New(fault.Invalid, "not_an_image", "This is not a picture.",
		fault.Field{Name: "content", Message: "This is not a picture in JPEG."}))
	v = s.upload(t, at, makerCookie, url.Values{"alt": {"A <i>barn</i>"}}, "barn.exe", []byte("MZ"))
	if v.status != http.StatusUnprocessableEntity ||
		len(v.find("input", "id", "f-alt", "value", "A <i>barn</i>")) != 1 ||
		!strings.Contains(v.text(), "not a picture in JPEG") {
		t.Errorf("a program is answered with %d", v.status)
	}
}
