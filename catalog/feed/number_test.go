package feed

import "testing"

func TestPricesAreReadAsPeopleWriteThem(t *testing.T) {
	for _, c := range []struct {
		cell           string
		commas, german string // "" is refused
		currency       string
	}{
		{"12.50", "12.50", "12.50", ""},
		{"12,50", "12.50", "12.50", ""},
		{"$1,234.50", "1234.50", "1234.50", ""},
		{"US$12", "12", "12", "USD"},
		{"1.234,50 €", "1234.50", "1234.50", "EUR"},
		{"€ 1.234.567,5", "1234567.5", "1234567.5", "EUR"},
		{"1,234,567", "1234567", "1234567", ""},
		{"1,250", "1250", "1.250", ""},
		{"1.250", "1.250", "", ""},
		{"0.350", "0.350", "0.350", ""},
		{"0,350", "0.350", "0.350", ""},
		{"1 250,00 zł", "1250.00", "1250.00", "PLN"},
		{"CHF 1'250.–", "1250", "1250", "CHF"},
		{"12,-", "12", "12", ""},
		{"12.50 usd", "12.50", "12.50", "USD"},
		{".5", "0.5", "0.5", ""},
		{"007", "7", "7", ""},
		{"-3", "", "", ""},
		{"(3.00)", "", "", ""},
		{"€-3,00", "", "", ""},
		{"variable", "", "", ""},
		{"from 12", "", "", ""},
		{"12 / kg", "", "", ""},
		{"1.2.3e5", "", "", ""},
		{"99999999999999999999", "", "", ""},
	} {
		for _, file := range []struct {
			semicolons bool
			want       string
		}{{false, c.commas}, {true, c.german}} {
			got, err := parsePrice(c.cell,
				reading{figures: &figures{
					comma: file.semicolons, told: map[int]bool{},
					note: func(int64, int, string) {},
				}})
			if (err == nil) != (file.want != "") ||
				(err == nil && (got.Number != file.want || got.Currency != c.currency)) {
				t.Errorf("%q, semicolons %v: got %+v, %v, want %q %q", c.cell, file.semicolons, got, err,
					file.want, c.currency)
			}
		}
	}
}

func TestAmountsAreReadAsPeopleWriteThem(t *testing.T) {
	for cell, want := range map[string]float64{
		"": 0, "12": 12, "0.250": 0.25, "0,25": 0.25, "1.250": 1.25,
		"-3": -3, "1 000": 1000, "1,000": 1000,
	} {
		if got, err := parseAmount(cell,
			reading{figures: &figures{
				all: decimalSigns{points: true}, told: map[int]bool{},
				note: func(int64, int, string) {},
			}}); err != nil || got != want {
			t.Errorf("%q: got %v, %v, want %v", cell, got, err, want)
		}
	}
	for _, cell := range []string{"many", "12 pieces", "-", "1e9", "NaN", "--3", "."} {
		if got, err := parseAmount(cell, reading{figures: &figures{}}); err == nil {
			t.Errorf("%q is read as %v", cell, got)
		}
	}
}

func TestOnlyWhatIsPlainlySoldByWeightIs(t *testing.T) {
	for name, want := range map[string]string{
		"per kg": "kg", "Per Kilo": "kg", "by weight": "kg", "Sold by the pound": "lb", "(per lb)": "lb",
		"/kg": "kg", "je kg": "kg", "au kilo": "kg",
		"500 g": "", "kg": "", "1 kg bag": "", "Gouda per kg box": "", "weight": "", "": "",
	} {
		if got, _ := soldByWeight(name); got != want {
			t.Errorf("%q: got %q, want %q", name, got, want)
		}
	}
}

func TestDescriptionsBecomePlainText(t *testing.T) {
	for in, want := range map[string]string{
		"<p>One.</p><p>Two &amp; three.</p>":              "One.\n\nTwo & three.",
		"One.\n\nTwo.\nThree.":                            "One.\n\nTwo.\nThree.",
		"<h2>Head</h2>\nbody\n\nmore <b>bold</b>":         "Head\n\nbody\n\nmore bold",
		"<ul><li>a</li><li>b</li></ul>":                   "• a\n• b",
		"<script>alert(1)</script><style>p{}</style>Text": "Text",
		"5 < 6 &amp; a&nbsp;b":                            "5 < 6 & a b",
		"<b>a</b>\r\nb":                                   "a\nb",
		"<div>a<br>b<br/><br/>c</div>":                    "a\nb\n\nc",
		"  \n ":                                           "",
	} {
		if got := Plain(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}
