package notify

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/artisan-eats/artisan/fault"
	"github.com/artisan-eats/artisan/locale"
	"github.com/artisan-eats/artisan/money"
)

var (
	portland = Market{
		Name: "Portland", Locale: "en-US", Zone: mustZone("America/Los_Angeles"),
		URL: "https://shop.test", Says: locale.New("en-US", "US"),
	}
	lyon = Market{
		Name: "Lyon", Locale: "fr-FR", Zone: mustZone("Europe/Paris"),
		Says: locale.New("fr-FR", "FR"),
	}
	ada = Person{
		Email: "ada@example.com", Name: "Ada", Verified: true, Line1: "1 Main Street",
		Code: "97201", City: "Portland", State: "OR",
	}
)

func mustZone(name string) *time.Location {
	zone, err := time.LoadLocation(name)
	if err != nil {
		panic(err)
	}
	return zone
}

func usd(minor int64) money.Amount { return money.New(minor, "USD") }

func order() Order {
	return Order{
		ID: "ord_portland_01k8y6v0xq7d3mz1n5r2t9w4bc", Total: usd(3300), Most: usd(3450), Fee: usd(300),
		Lines: []Line{
			{Milli: 2000, Title: "Sourdough", Variant: "750 g", Producer: "Tabor Bread", Total: usd(1500)},
			{Milli: 350, ByWeight: true, Title: "Aged Gouda", Producer: "Willamette Dairy", Total: usd(1500)},
		},
		Starts: time.Date(2026, 11, 28, 17, 0, 0, 0, time.UTC),
		Ends:   time.Date(2026, 11, 28, 19, 0, 0, 0, time.UTC), Place: "Market Hall",
	}
}

func TestTheConfirmationTellsWhatWhenWhereAndHowMuch(t *testing.T) {
	letter := write(Confirmed, order(), portland, ada)
	want := `Hello Ada,

thank you for your order T9W4BC. It is confirmed, and the people who make your food know about it.

  2 × Sourdough, 750 g (Tabor Bread)   $15.00
  0.77 lb Aged Gouda (Willamette Dairy)   $15.00
  Delivery   $3.00

  Total   $33.00

Goods sold by weight are charged for what they weigh when they are packed: at most $34.50 in all.

Pickup: Saturday, November 28, 2026, 9:00 to 11:00 AM PST
  Market Hall

Warm wishes,
Portland
https://shop.test
`
	if letter.To != "ada@example.com" || letter.Subject != "Your order T9W4BC is confirmed" ||
		letter.Text != want {
		t.Errorf("to %q, subject %q, text:\n%s", letter.To, letter.Subject, letter.Text)
	}
}

// TestAMakersLetterSaysOfWhichSizeHerGoodsAre reads what is sold, and what is another by a change.
func TestAMakersLetterSaysOfWhichSizeHerGoodsAre(t *testing.T) {
	o := order()
	o.Lines[0].ProducerID = "tabor"
	o.Changes = []LineChange{{o.Lines[0], 1000, 2000}}
	for _, kind := range []Kind{Confirmed, Changed} {
		if text := writeSale(kind, o, "tabor", portland, ada).Text; !strings.Contains(text,
			"Sourdough, 750 g") || strings.Contains(text, "Gouda") {
			t.Errorf("%s says:\n%s", kind, text)
		}
	}
}

func TestLettersSayWhatTheirReaderNeeds(t *testing.T) {
	delivered, counter, euros := order(), order(), order()
	delivered.Delivery = true
	counter.PayAtPickup = true
	euros.Total = money.New(3300, "EUR")
	moved := order()
	moved.WasStarts, moved.WasEnds, moved.WasPlace = moved.Starts.Add(-24*time.Hour),
		moved.Ends.Add(-23*time.Hour), "The old hall"
	byMarket := order()
	byMarket.ByMarket = true
	movedAway := moved
	movedAway.Delivery = true
	for _, c := range []struct {
		name   string
		kind   Kind
		order  Order
		market Market
		has    []string
		lacks  []string
	}{
		{
			"delivery goes to the shopper", Confirmed, delivered, portland,
			[]string{"Delivery: Saturday", "  1 Main Street\n", "  Portland, OR 97201\n"},
			[]string{"Market Hall"},
		},
		{
			"pay at pickup", Confirmed, counter, portland,
			[]string{"You pay when you pick it up."},
			[]string{"at most"},
		},
		{
			"the market's money and time", Confirmed, euros, lyon,
			[]string{"33,00\u00a0€", "de 18:00 à 20:00 CET", "Bonjour Ada,\n\nmerci pour votre commande"},
			nil,
		},
		{
			"cancelled", Cancelled, order(), portland,
			[]string{"was cancelled.", "goes back to you"},
			[]string{"Pickup"},
		},
		{
			"cancelled by the market", Cancelled, byMarket, portland,
			[]string{"was cancelled by the market.", "goes back to you"},
			nil,
		},
		{
			"cancelled at the counter", Cancelled, counter, portland,
			[]string{"nothing to pay"},
			[]string{"goes back"},
		},
		{"packed", Packed, order(), portland, []string{"It comes to $33.00", "Pickup: Saturday"}, nil},
		{"ready", Ready, order(), portland, []string{"waits for you", "Market Hall"}, []string{"$"}},
		{
			"moved", Moved, moved, portland,
			[]string{
				"It was to be Friday, November 27, 2026, 9:00 AM to 12:00 PM PST, The old hall.",
				"Pickup: Saturday, November 28, 2026, 9:00 to 11:00 AM PST\n  Market Hall",
				"cancel the order on its page",
			},
			[]string{"$"},
		},
		{
			"moved, by the market's clocks", Moved, moved, lyon,
			[]string{"C’était prévu : vendredi 27 novembre 2026, de 18:00 à 21:00 CET"},
			nil,
		},
		{
			"a delivery that is moved", Moved, movedAway, portland,
			[]string{"Delivery: Saturday", "1 Main Street"},
			[]string{"hall", "Hall"},
		},
		{"on its way", Ready, delivered, portland, []string{"on its way to you", "1 Main Street"}, nil},
	} {
		text := write(c.kind, c.order, c.market, ada).Text
		for _, want := range c.has {
			if !strings.Contains(text, want) {
				t.Errorf("%s: %q is missing in:\n%s", c.name, want, text)
			}
		}
		for _, not := range c.lacks {
			if strings.Contains(text, not) {
				t.Errorf("%s: %q is in:\n%s", c.name, not, text)
			}
		}
	}
}

func TestWhateverPeopleTypeALetterIsValid(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o := order()
		o.Place = rapid.String().Draw(t, "place")
		o.Lines[0].Title, o.Lines[0].Milli = string(rapid.SliceOf(rapid.Byte()).Draw(t, "title")),
			rapid.Int64Range(0, 1_000_000).Draw(t, "milli")
		person := Person{Email: "ada@example.com", Name: string(rapid.SliceOf(rapid.Byte()).Draw(t, "name"))}
		kind := rapid.SampledFrom([]Kind{Confirmed, Cancelled, Packed, Ready, Moved, Changed}).Draw(t, "kind")
		for _, letter := range []Letter{
			write(kind, o, portland, person),
			writeSale(kind, o, "", portland, person),
		} {
			if letter.validate() != nil || !utf8.ValidString(letter.Text) {
				t.Fatalf("%+v", letter)
			}
		}
	})
}

func TestValidate(t *testing.T) {
	good := Letter{"ada@example.com", "Hello", "text\nmore"}
	if err := good.validate(); err != nil {
		t.Error(err)
	}
	for name, bad := range map[string]Letter{
		"no address":           {"", "s", "t"},
		"no domain":            {"ada", "s", "t"},
		"a name":               {"Ada <ada@example.com>", "s", "t"},
		"two addresses":        {"ada@example.com,bob@example.com", "s", "t"},
		"a line break":         {"ada@example.com\r\nBcc: bob@example.com", "s", "t"},
		"a NUL":                {"ada\x00@example.com", "s", "t"},
		"bad UTF-8":            {"ada\xff@example.com", "s", "t"},
		"a long address":       {strings.Repeat("a", 250) + "@example.com", "s", "t"},
		"no subject":           {"ada@example.com", "", "t"},
		"two lines of subject": {"ada@example.com", "a\nb", "t"},
		"a long subject":       {"ada@example.com", strings.Repeat("a", 201), "t"},
		"no text":              {"ada@example.com", "s", ""},
		"a NUL in the text":    {"ada@example.com", "s", "a\x00"},
		"a long text":          {"ada@example.com", "s", strings.Repeat("a", maxText+1)},
	} {
		if err := bad.validate(); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAMessageIsGivenUpAfterItsRetriesAndKeepsTheReason(t *testing.T) {
	m := Message{Status: Queued, Snapshot: []byte{1}}
	for n := range maxAttempts {
		if m.Status != Queued {
			t.Fatalf("after %d failures it is %s", n, m.Status)
		}
		m = m.retry(problem{text: "busy"}, 0)
		if m.NextAt > longPause.Milliseconds() {
			t.Fatalf("a pause of %d ms", m.NextAt)
		}
	}
	if m.Status != Failed || m.Error != "busy" || !m.kept() {
		t.Errorf("%+v", m)
	}
	if m := (Message{Status: Queued, Snapshot: []byte{1}}).retry(errErased, 0); m.Status != Failed ||
		m.kept() {
		t.Errorf("what cannot help was put off, or kept: %+v", m)
	}
}

func FuzzValidAddress(f *testing.F) {
	for _, seed := range []string{
		"ada@example.com", "a@b", "Ada <ada@example.com>", "a@b\r\nBcc: c@d",
		"\"a b\"@c", "a@b,c@d", "ä@ö.example", "a@[127.0.0.1]", "<a@b>",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, address string) {
		if !validAddress(address) {
			return
		}
		if strings.ContainsAny(address, " \r\n\t\x00<>,;") || strings.Count(address, "@") < 1 {
			t.Errorf("%q was taken", address)
		}
		m, err := (&server{from: "shop@example.org"}).compose(envelope{Message: Message{
			ID:     "msg_x_1",
			Letter: Letter{address, "s", "t"},
		}})
		if err == nil && len(m.GetTo()) != 1 {
			t.Errorf("%q became %v", address, m.GetTo())
		}
	})
}

func FuzzReadCursor(f *testing.F) {
	f.Add("")
	f.Add(writeCursor("msg_x_01k8y6v0xq7d3mz1n5r2t9w4bc"))
	f.Add("!!!")
	f.Fuzz(func(t *testing.T, cursor string) {
		before, err := readCursor(cursor)
		if err != nil && fault.KindOf(err) != fault.Invalid {
			t.Errorf("%q: %v", cursor, err)
		}
		if err == nil && cursor != "" && writeCursor(before) != cursor {
			t.Errorf("%q was read as %q", cursor, before)
		}
	})
}
