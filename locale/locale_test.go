package locale

import (
	"testing"
	"time"
)

// at is a Saturday afternoon, and from a morning of the same day.
var (
	from = time.Date(2026, 11, 28, 9, 0, 0, 0, time.UTC)
	at   = time.Date(2026, 11, 28, 14, 5, 0, 0, time.UTC)
)

func TestEachMarketReadsTimesWeightsAndPaperAsItsPeopleDo(t *testing.T) {
	for tag, want := range map[string][]string{
		"en-US": {
			"2:05 PM", "9:00 AM to 2:05 PM", "2:05 to 3:05 PM", "Sat, Nov 28", "Sat, Nov 28, 2:05 PM",
			"Saturday, November 28", "Nov 28, 2026", "November 28, 2026", "November 28",
			"Saturday, November 28, 2026, 9:00 AM to 2:05 PM UTC", "0.77 lb", "1.5", "letter", "ZIP code",
			"State", "City", "Portland, OR 97202",
		},
		"en-GB": {
			"14:05", "09:00 to 14:05", "14:05 to 15:05", "Sat 28 Nov", "Sat 28 Nov, 14:05",
			"Saturday 28 November", "28 Nov 2026", "28 November 2026", "28 November",
			"Saturday 28 November 2026, 09:00 to 14:05 UTC", "0.35 kg", "1.5", "a4", "Postcode", "County",
			"Town", "Portland, OR, 97202",
		},
		"de-DE": {
			"14:05 Uhr", "09:00 bis 14:05 Uhr", "14:05 bis 15:05 Uhr", "Sa., 28. Nov.",
			"Sa., 28. Nov., 14:05 Uhr", "Samstag, 28. November", "28. Nov. 2026", "28. November 2026",
			"28. November", "Samstag, 28. November 2026, 09:00 bis 14:05 Uhr UTC", "0,35 kg", "1,5", "a4",
			"Postleitzahl", "Bundesland oder Region", "Ort", "97202 Portland, OR",
		},
		"fr-FR": {
			"14:05", "de 09:00 à 14:05", "de 14:05 à 15:05", "sam. 28 nov.", "sam. 28 nov., 14:05",
			"samedi 28 novembre", "28 nov. 2026", "28 novembre 2026", "28 novembre",
			"samedi 28 novembre 2026, de 09:00 à 14:05 UTC", "0,35 kg", "1,5", "a4", "Code postal", "Région",
			"Ville", "97202 Portland, OR",
		},
		"es-ES": {
			"14:05", "de 9:00 a 14:05", "de 14:05 a 15:05", "sáb, 28 nov", "sáb, 28 nov, 14:05",
			"sábado, 28 de noviembre", "28 nov 2026", "28 de noviembre de 2026", "28 de noviembre",
			"sábado, 28 de noviembre de 2026, de 9:00 a 14:05 UTC", "0,35 kg", "1,5", "a4", "Código postal",
			"Provincia o región", "Localidad", "97202 Portland, OR",
		},
		"en-AU": {
			"2:05 pm", "9:00 am to 2:05 pm", "2:05 to 3:05 pm", "Sat 28 Nov", "Sat 28 Nov, 2:05 pm",
			"Saturday 28 November", "28 Nov 2026", "28 November 2026", "28 November",
			"Saturday 28 November 2026, 9:00 am to 2:05 pm UTC", "0.35 kg", "1.5", "a4", "Postcode", "State",
			"City", "Portland, OR 97202",
		},
	} {
		l := New(tag, "")
		got := []string{
			l.Time(at), l.Times(from, at), l.Times(at, at.Add(time.Hour)), l.Day(at), l.DayTime(at),
			l.LongDay(at), l.Date(at), l.LongDate(at), l.MonthDay(at), l.LongSpan(from, at),
			l.Weight(350), l.Number(1500), l.Paper(), l.PostalCode(), l.State(), l.City(),
			l.Place("97202", "Portland", "OR"),
		}
		for i := range want {
			if got[i] != want[i] {
				t.Errorf("%s: %q, not %q", tag, got[i], want[i])
			}
		}
	}
}

func TestEveryPartOfATimeIsWritten(t *testing.T) {
	for lang := range calendars {
		l := of(lang, "")
		for m := time.January; m <= time.December; m++ {
			day := time.Date(2026, m, int(m), int(m)*2-1, int(m), 0, 0, time.UTC)
			for _, said := range []string{
				l.LongSpan(day, day), l.DateTime(day), l.Span(day, day), l.Month(m),
				l.MonthDay(day),
			} {
				if said == "" || said != string([]rune(said)) {
					t.Errorf("%s: %q", lang, said)
				}
			}
		}
		if len(l.months) != 12 || len(l.briefs) != 12 || len(l.days) != 7 || len(l.shorts) != 7 {
			t.Errorf("%s lacks names", lang)
		}
	}
	if got := New("fr-FR",
		"").LongDay(time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC)); got != "mardi 1er décembre" {
		t.Errorf("the first of a month is %q in French", got)
	}
	noon, midnight := time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC),
		time.Date(2026, 1, 1, 0, 30, 0, 0, time.UTC)
	if us := New("en-US", ""); us.Time(noon) != "12:00 PM" || us.Time(midnight) != "12:30 AM" ||
		us.Times(midnight, noon) != "12:30 AM to 12:00 PM" {
		t.Errorf("noon is %s, half past midnight %s", us.Time(noon), us.Time(midnight))
	}
}

func TestATagThatSaysLittleIsReadWithItsCountry(t *testing.T) {
	for _, c := range []struct{ tag, country, lang, paper, weight string }{
		{"en", "US", "en-US", "letter", "lb"},
		{"en", "GB", "en-GB", "a4", "kg"},
		{"en-US", "GB", "en-GB", "a4", "kg"},
		{"fr", "", "fr-FR", "a4", "kg"},
		{"fr-CA", "CA", "fr-CA", "letter", "kg"},
		{"pt-BR", "BR", "en-BR", "a4", "kg"},
		{"zh-Hant-TW", "TW", "en-TW", "a4", "kg"},
		{"not a tag!", "", "en-US", "letter", "lb"},
	} {
		if l := New(c.tag, c.country); l.Lang() != c.lang || l.Paper() != c.paper ||
			l.WeightUnit() != c.weight {
			t.Errorf("%+v is %s, on %s, in %s", c, l.Lang(), l.Paper(), l.WeightUnit())
		}
	}
}

func TestWhoIsInNoMarketIsSpokenToAsTheirBrowserAsks(t *testing.T) {
	for header, want := range map[string]string{
		"": "en-US", "de-CH,de;q=0.9,en;q=0.5": "de-CH", "fr": "fr-FR", "ja,es;q=0.5": "es-ES",
		"en-GB": "en-GB", "xx;;": "en-US", "ja": "en-US",
	} {
		if got := Of(header).Lang(); got != want {
			t.Errorf("%q is spoken to in %s, not %s", header, got, want)
		}
	}
}

func TestAWeightInPoundsComesBackAsItWasTyped(t *testing.T) {
	us := New("en-US", "")
	for hundredths := range int64(100_00) {
		units := hundredths * 10
		if got := us.WeightNumber(us.Grams(units)); got != plain(units) {
			t.Fatalf("%s lb comes back as %s", plain(units), got)
		}
		// what is stored never costs more than the label says, but for half a cent of the label's own
		// rounding on each pound
		if price := us.PerUnit(3300); us.Grams(units)*3300 > units*price*milli+units*milli/2 {
			t.Fatalf("%s lb costs more than the label says", plain(units))
		}
	}
	for grams, want := range map[int64]string{
		454: "1 lb", 453: "1 lb", 227: "0.5 lb", 2268: "5 lb",
		0: "0 lb",
	} {
		if got := us.Weight(grams); got != want {
			t.Errorf("%d g are %s, not %s", grams, got, want)
		}
	}
}

func TestDesksReadWhatIsKeptAndWhatShoppersRead(t *testing.T) {
	if got := Default.KeptWeight(350); got != "0.35 kg (0.77 lb)" {
		t.Errorf("a desk in Portland reads %s", got)
	}
	if got := New("en-GB", "GB").KeptWeight(350); got != "0.35 kg" {
		t.Errorf("a desk in Bristol reads %s", got)
	}
}

func TestWordsComeInTheOrderOfTheLanguage(t *testing.T) {
	de, fr := New("de-DE", ""), New("fr-FR", "")
	if got := de.Text("{unit} of {thing}", "Kilogramm", "Gouda"); got != "Gouda, Kilogramm" {
		t.Errorf("German has %q", got)
	}
	for n, want := range map[int64]string{0: "0 produit", 1: "1 produit", 2: "2 produits"} {
		if got := fr.Count(n, "{n} product", "{n} products"); got != want {
			t.Errorf("French has %q", got)
		}
	}
	if got := Default.Count(0, "{n} product", "{n} products"); got != "0 products" {
		t.Errorf("English has %q", got)
	}
	if got := de.Text("Nobody has translated {this} and {that}.", "a",
		"b"); got != "Nobody has translated a and b." {
		t.Errorf("what a language lacks is %q", got)
	}
	if got := Default.Text("{a} of {b} is {a}", "1", "2"); got != "1 of 2 is 1" {
		t.Errorf("a name that comes twice is %q", got)
	}
}

func TestWhatAServiceHasFilledInIsTranslatedToo(t *testing.T) {
	de := New("de-DE", "")
	for english, want := range map[string]string{
		"Please sign in.":                            "Bitte melden Sie sich an.",
		"Only 2.5 left.":                             "Nur noch 2.5 da.",
		"The price of Brie has changed.":             "Der Preis von Brie hat sich geändert.",
		"The price of Brie has changed. And so on.":  "The price of Brie has changed. And so on.",
		"A sentence of somebody else, never changed": "A sentence of somebody else, never changed",
		"": "",
	} {
		if got := de.Sentence(english); got != want {
			t.Errorf("%q is %q", english, got)
		}
	}
}

func TestABrokenCatalogueSaysWhere(t *testing.T) {
	for text, want := range map[string]string{
		"msgid \"a\"\nmsgstr \"b": "line 2: this is no quoted text",
		"msgwhat \"a\"":           `line 1: "msgwhat" is no word of a .po file`,
	} {
		if _, err := parse(text); err == nil || err.Error() != want {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func BenchmarkText(b *testing.B) {
	de := New("de-DE", "")
	for b.Loop() {
		_ = de.Text("Order by {when}", "Sa.")
	}
}
