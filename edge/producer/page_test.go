package producer_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/artisan-eats/artisan/edge/edgetest"
	"github.com/artisan-eats/artisan/edge/producer"
	"github.com/artisan-eats/artisan/edge/producer/goods"
	"github.com/artisan-eats/artisan/fault"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	"github.com/artisan-eats/artisan/gen/artisan/catalog/v1/catalogv1connect"
)

func producerNow(t *testing.T, m *edgetest.Market) *catalogv1.Producer {
	t.Helper()
	answer, err := catalogv1connect.NewCatalogServiceClient(m.Process.Client("catalog")).GetProducer(
		t.Context(), &catalogv1.GetProducerRequest{Id: m.Producer})
	if err != nil {
		t.Fatal(err)
	}
	return answer.GetProducer()
}

// ahead is a day so many from today, by the market's clocks.
func ahead(t *testing.T, m *edgetest.Market, days int) string {
	t.Helper()
	zone, err := time.LoadLocation(edgetest.Portland().GetTimeZone())
	if err != nil {
		t.Fatal(err)
	}
	return m.Site.Host.Now().In(zone).AddDate(0, 0, days).Format(time.DateOnly)
}

// TestAnOlderPageOfOnesOwnPageUndoesNothing has two tabs of it, field by field.
func TestAnOlderPageOfOnesOwnPageUndoesNothing(t *testing.T) {
	edgetest.OpenMarket(t, func(t *testing.T, m *edgetest.Market) {
		cookie, _ := m.Desks(t)
		old, young := m.Tab(t, cookie, producer.OwnPageAt, producer.OwnPageAt),
			m.Tab(t, cookie, producer.OwnPageAt, producer.OwnPageAt)
		from, until := ahead(t, m, 3), ahead(t, m, 5)
		young.Saves(t, "town", "Sandy", "story", "We milk.\r\n\r\nTwice a day.", "order_minimum", "20",
			"holidays.0.from", from, "holidays.0.until", until)
		now := producerNow(t, m)
		if h := now.GetHolidays(); now.GetTown() != "Sandy" || now.GetStory() != "We milk.\n\nTwice a day." ||
			now.GetOrderMinimum() != 2000 || len(h) != 1 || h[0].GetFrom() != from ||
			h[0].GetUntil() != until {
			t.Fatalf("saved as %v", now)
		}
		young.Saves(t) // the same form again has no conflict with itself
		old.Form.Set("tagline", "Goats on a hill")
		old.Form.Set("town", "Salem")
		old.IsAsked(t, []string{"town", "story", "order_minimum", "holidays"},
			"Leave what is there now: Sandy", "Take yours: Salem", "Leave what is there now: 20.00")
		if got := producerNow(t, m); got.GetVersion() != now.GetVersion() {
			t.Fatalf("it is saved: %v", got)
		}
		old.Saves(t, "take.town", edgetest.TakeYours)
		got := producerNow(t, m)
		if h := got.GetHolidays(); got.GetTown() != "Salem" || got.GetTagline() != "Goats on a hill" ||
			got.GetStory() != now.GetStory() || got.GetOrderMinimum() != 2000 || len(h) != 1 {
			t.Errorf("saved as %v", got)
		}
		fresh := m.Tab(t, cookie, producer.OwnPageAt, producer.OwnPageAt)
		fresh.Saves(t, "holidays.0.from", "", "holidays.0.until", "", "order_minimum", "")
		if got := producerNow(t, m); len(got.GetHolidays()) != 0 || got.GetOrderMinimum() != 0 ||
			got.GetName() != now.GetName() || got.GetMarket() != now.GetMarket() {
			t.Errorf("what is taken back leaves %v", got)
		}
	})
}

func TestWhatIsWrongWithOnesOwnPageStandsBesideIt(t *testing.T) {
	edgetest.OpenMarket(t, func(t *testing.T, m *edgetest.Market) {
		cookie, _ := m.Desks(t)
		for name, c := range map[string]struct {
			beside  string
			changed []string
		}{
			"an amount": {"w-order_minimum", []string{"order_minimum", "twenty"}},
			"letters":   {"w-story", []string{"story", "We\u202emilk"}},
			"a day over": {
				"w-holidays.1.until",
				[]string{"holidays.1.from", ahead(t, m, -3), "holidays.1.until", ahead(t, m, -1)},
			},
			"no first day": {"w-holidays.0.from", []string{"holidays.0.until", ahead(t, m, 3)}},
			"the wrong way": {"w-holidays.1.until", []string{
				"holidays.0.from", ahead(t, m, 9),
				"holidays.1.from", ahead(t, m, 3), "holidays.1.until", ahead(t, m, 2),
			}},
			"the same twice": {
				"w-holidays.1.from",
				[]string{"holidays.0.from", ahead(t, m, 3), "holidays.1.from", ahead(t, m, 3)},
			},
		} {
			v := m.Tab(t, cookie, producer.OwnPageAt, producer.OwnPageAt).Send(t, c.changed...)
			if v.Status != http.StatusUnprocessableEntity || len(v.Find("p", "id", c.beside)) != 1 {
				t.Errorf("%s is answered with %d: %s", name, v.Status, v.Text())
			}
		}
	})
}

// TestAShopTellsHowAMakerTakesOrders walks past all that a shopper reads of it, up to the checkout that is
// refused.
func TestAShopTellsHowAMakerTakesOrders(t *testing.T) {
	edgetest.OpenMarket(t, func(t *testing.T, m *edgetest.Market) {
		cookie, _ := m.Desks(t)
		m.Tab(t, cookie, producer.OwnPageAt, producer.OwnPageAt).Saves(t, "order_minimum", "60",
			"holidays.0.from", ahead(t, m, 0), "holidays.0.until", ahead(t, m, 3))
		at, _ := time.Parse(time.DateOnly, ahead(t, m, 3))
		away := "On holiday until " + at.Format("January 2")
		for path, says := range map[string][]string{
			"/p/" + m.Product: {away, "Takes orders from $60.00"}, "/producers/" +
				m.Producer: {away, "Takes orders from $60.00"}, "/m/portland/products": {away},
		} {
			text := m.Open(t, path, "", nil).Text()
			for _, say := range says {
				if !strings.Contains(text, say) {
					t.Errorf("%s does not say %q: %s", path, say, text)
				}
			}
		}
		if text := m.Open(t, "/m/portland/products?day="+ahead(t, m, 2), "",
			nil).Text(); strings.Contains(text, away) {
			t.Error("the list of a day has goods of who is on holiday on it")
		}
		basket := "cart=" + m.FillCart(t)
		for _, path := range []string{"/cart", "/checkout"} {
			if text := m.Open(t, path, basket, nil).Text(); !strings.Contains(text,
				"takes orders from $60.00; $") {
				t.Errorf("%s does not say what lacks: %s", path, text)
			}
		}
		v := m.Open(t, "/checkout", basket, nil)
		if radio := v.Find("input", "name", "window_id", "value", m.Windows, "disabled",
			""); len(radio) != 1 ||
			!strings.Contains(v.Text(), "is on holiday until "+at.Format("January 2")) {
			t.Errorf("a window on the holiday can be chosen: %s", v.Text())
		}
		send := url.Values{
			"key": {"a-key"}, "seen": all(v, "seen"), "name": {"Ann"},
			"email": {"ann@example.org"}, "window_id": {m.Windows}, "payment": {"test:ok"},
		}
		if v := m.Open(t, "/checkout", basket, send); v.Status != http.StatusConflict ||
			!strings.Contains(v.Text(), "is on holiday from ") || strings.Contains(v.Text(), ahead(t, m, 3)) {
			t.Errorf("a checkout on the holiday is answered with %d: %s", v.Status, v.Text())
		}
		m.Tab(t, cookie, producer.OwnPageAt, producer.OwnPageAt).Saves(t, "holidays.0.from", "",
			"holidays.0.until", "")
		if v := m.Open(t, "/checkout", basket, send); v.Status != http.StatusUnprocessableEntity ||
			!strings.Contains(v.Text(), "takes orders from $60.00; $") ||
			strings.Contains(v.Text(), "60.00 USD") {
			t.Errorf("a checkout of too little is answered with %d: %s", v.Status, v.Text())
		}
	})
}

func all(v *edgetest.View, name string) (values []string) {
	for _, input := range v.Find("input", "name", name) {
		values = append(values, edgetest.Attr(input, "value"))
	}
	return values
}

// TestAMakersPictureIsRemoved sends the name of the picture that the page showed.
func TestAMakersPictureIsRemoved(t *testing.T) {
	s := edgetest.Open(t)
	at := producer.OwnPageAt + "/picture/remove"
	form := edgetest.FilledIn(s.Open(t, producer.OwnPageAt, edgetest.MakerCookie, nil).Find("form", "action",
		at)[0])
	v := s.Open(t, at, edgetest.MakerCookie, form)
	if drop := s.Peers.Last["DropImage"].(*catalogv1.DropImageRequest); v.Status != http.StatusSeeOther ||
		drop.GetProducerId() != edgetest.Dairy || drop.GetKey() != "hill.jpg" {
		t.Errorf("status %d: %v", v.Status, drop)
	}
	s.Peers.Fail("DropImage",
		fault.New(fault.Conflict, "changed_since", "This has been changed since you last saw it."))
	s.Open(t, at, edgetest.MakerCookie, form).Says(t, http.StatusConflict, "changed since you last saw it",
		"Your picture")
}

func TestAMakersPictureIsSentWithItsWords(t *testing.T) {
	s := edgetest.Open(t)
	at := producer.OwnPageAt + "/picture"
	v := s.Upload(t, at, edgetest.MakerCookie, url.Values{"alt": {"Our barn"}}, "barn.jpg",
		[]byte("\xff\xd8picture"))
	if put := s.Peers.Last["PutImage"].(*catalogv1.PutImageRequest); v.Status != http.StatusSeeOther ||
		put.GetAlt() != "Our barn" || put.GetProducerId() != edgetest.Dairy || put.GetProductId() != "" {
		t.Errorf("status %d", v.Status)
	}
	for name, c := range map[string]struct {
		v      *edgetest.View
		status int
		beside string
	}{
		"none": {
			s.Upload(t, at, edgetest.MakerCookie, url.Values{"alt": {"Our barn"}}, "", nil), 422,
			"w-picture",
		},
		"no words": {s.Upload(t, at, edgetest.MakerCookie, nil, "barn.jpg", []byte("x")), 422, "w-alt"},
		"too large": {s.Upload(t, at, edgetest.MakerCookie, url.Values{"alt": {"Our barn"}}, "barn.jpg",
			make([]byte, goods.MaxPicture)), 413, "w-picture"},
	} {
		if c.v.Status != c.status || len(c.v.Find("p", "id", c.beside)) != 1 {
			t.Errorf("%s: status %d", name, c.v.Status)
		}
	}
	s.Peers.Fail("PutImage", fault.New(fault.Invalid, "not_an_image", "This is not a picture.",
		fault.Field{Name: "content", Message: "This is not a picture in JPEG."}))
	v = s.Upload(t, at, edgetest.MakerCookie, url.Values{"alt": {"A <i>barn</i>"}}, "barn.exe", []byte("MZ"))
	if v.Status != http.StatusUnprocessableEntity ||
		len(v.Find("input", "id", "f-alt", "value", "A <i>barn</i>")) != 1 ||
		!strings.Contains(v.Text(), "not a picture in JPEG") {
		t.Errorf("a program is answered with %d", v.Status)
	}
}
