package feed

import (
	"fmt"
	"strings"
	"testing"
)

// toldIn is told of a file in a currency.
func toldIn(t testing.TB, currency, content string) string {
	t.Helper()
	r, err := NewReader(strings.NewReader(content), Options{Currency: currency})
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	for e, err := range r.Events() {
		if err != nil {
			t.Fatal(err)
		}
		tell(&out, e)
	}
	return out.String()
}

func TestPricesInDoubtAreReadByTheFileAndTheCurrencyOrRefused(t *testing.T) {
	for _, c := range []struct {
		currency, separator, others, cell, want string // "" is refused
	}{
		{"KWD", ",", "0.005", "1,250", ""},
		{"KWD", ",", "0.005", "1.250", "1.250"},
		{"KWD", ",", "", "1.250", "1.250"},
		{"KWD", ",", "", "1,250", ""},
		{"KWD", ",", "0,005", "1,250", "1.250"},
		{"KWD", ";", "", "1,250", "1.250"},
		{"KWD", ";", "", "1.250", ""},
		{"KWD", ",", "1,250.000", "2,500", ""},
		{"USD", ",", "12.50", "1,250", "1250"},
		{"USD", ",", "", "1,250", "1250"},
		{"USD", ",", "0.005 12.50", "1,250", ""},
		{"USD", ",", "1,234.50", "1,250", "1250"},
		{"USD", ",", "12.50", "1.250", "1.250"},
		{"USD", ",", "12,50", "1,250", "1.250"},
		{"USD", ",", "12,50", "1,255", ""},
		{"USD", ",", "12,50", "1.250", ""},
		{"USD", ";", "12,50", "1.250", ""},
		{"USD", ";", "12.50", "1,250", "1250"},
		{"USD", ",", "12,50 9.00", "1,250", ""},
		{"USD", ",", "12,50 9.00", "1.250", ""},
		{"USD", ",", "12,50 9.00", "1,250 KWD", ""},
		{"JPY", ",", "500.00", "1,200", "1200"},
		{"JPY", ",", "", "1,200", "1200"},
		{"JPY", ",", "500.00", "1.200", ""},
		{"EUR", "\t", "", "1,250", "1250"},
		{"USD", ",", "", "1,250 KWD", ""},
		{"KWD", ",", "", "$1,250 ", ""},
		{"KWD", ",", "0.005", "1234,500", "1234.500"},
		{"USD", ",", "1.234.567", "1,250", "1.250"},
	} {
		separator := strings.ReplaceAll(c.separator, `\t`, "\t")
		var file strings.Builder
		file.WriteString("Handle|Title|Vendor|Variant Price\n")
		for i, other := range strings.Fields(c.others) {
			fmt.Fprintf(&file, "o%d|O|v|%q\n", i, other)
		}
		fmt.Fprintf(&file, "x|X|v|%q\n", c.cell)
		got := toldIn(t, c.currency, strings.ReplaceAll(file.String(), "|", separator))
		if c.want != "" && !strings.Contains(got, fmt.Sprintf("%q", "X")+" by") || c.want != "" &&
			!strings.Contains(got, " "+c.want+" each") || c.want != "" && strings.Contains(got, "refused") {
			t.Errorf("%s: got %s", fmt.Sprint(c), got)
		}
		if number, _, _ := strings.Cut(strings.TrimLeft(c.cell, "$"), " "); c.want == "" {
			small := strings.Replace(number, ",", ".", 1)
			if !strings.Contains(got, "refused [variant price]") ||
				!strings.Contains(got, "This can be "+strings.Replace(small, ".", "", 1)+" or "+
					strings.TrimRight(small, "0")) {
				t.Errorf("%s: got %s", fmt.Sprint(c), got)
			}
		}
	}
}

// TestAFileInDinarsIsReadOrRefused has a coin of a thousandth, and one price that may be a thousand times too
// much.
func TestAFileInDinarsIsReadOrRefused(t *testing.T) {
	got := toldIn(t, "KWD", fixture(t, "kw.csv"))
	for _, want := range []string{
		`3 refused [variant price] “1,250”: This can be 1250 or 1.25. Write the one that is meant.`,
		` 1.250 each `, ` 0.005 each `, ` 7.333 for 1 kg `,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("there is no %q in\n%s", want, got)
		}
	}
	if strings.Contains(got, "Halva") {
		t.Errorf("what is in doubt is read:\n%s", got)
	}
}

func TestQuantitiesInDoubtAreReadByTheFileOrRefused(t *testing.T) {
	const header = "Handle,Title,Vendor,Option1 value,Variant Price,Weight value (grams),Inventory tracker,Inventory quantity\n"
	for _, c := range []struct{ option, price, grams, quantity, want string }{
		{"", "5", "", "1,500", "1500000"},
		{"", "5.25", "", "1,500", "1500000"},
		{"", "\"5,25\"", "", "1,500", ""},
		{"", "\"5,25\"", "", "12,000", "12000"},
		{"", "5.25", "", "12.000", "12000"},
		{"", "5.25", "", "1.500", ""},
		{"", "\"5,25\"", "", "1.500", "1500000"},
		{"", "\"5,25\"", "", "1.000", ""},
		{"per kg", "5.25", "", "1.500", "1500"},
		{"per kg", "5.25", "", "1,500", "1500000"},
		{"per kg", "\"5,25\"", "", "1,500", "1500"},
		{"per kg", "\"5,25\"", "", "1.500", ""},
		{"per kg", "5", "", "1,500", ""},
		{"per kg", "5", "", "1.500", "1500"},
		{"", "5", "1,250", "1", ""},
		{"", "5.25", "1,250", "1", "1250g 1000"},
		{"", "\"5,25\"", "1,250", "1", "1.25g 1000"},
		{"", "\"5,25\"", "1.250", "1", ""},
		{"", "5", "\"0,250\"", "1", "0.25g 1000"},
	} {
		got := told(t, header+fmt.Sprintf("x,X,v,%s,%s,%q,shopify,%q\n", c.option, c.price,
			strings.Trim(c.grams, `"`), c.quantity))
		if c.want == "" && !strings.Contains(got, "2 refused [") || !strings.Contains(got, c.want) {
			t.Errorf("%v: got %s", c, got)
		}
	}
}

func TestAFilesLaterNumbersSayHowItsFirstOnesAreRead(t *testing.T) {
	file := "Handle,Title,Vendor,Variant Price,Variant Grams\nx,X,v,5,\"1,250\"\n" +
		strings.Repeat("p,P,v,5,100\n", 500)
	if got := told(t, file+"y,Y,v,5,\"0,125\"\n"); !strings.Contains(got, "1.25g") {
		t.Errorf("got %.300s", got)
	}
	if got := told(t, file); !strings.Contains(got,
		"2 refused [variant grams] “1,250”: This can be 1250 or 1.25.") {
		t.Errorf("got %.300s", got)
	}
}

func TestAWeightThatCameInGramsIsWhatItWas(t *testing.T) {
	for _, c := range []struct{ grams, unit, want string }{
		{"454", "lb", "1lb"},
		{"227", "lb", "0.5lb"},
		{"907", "lb", "2lb"},
		{"680", "lb", "1.5lb"},
		{"2268", "lb", "5lb"},
		{"15", "oz", "0.53oz"},
		{"28", "oz", "1oz"},
		{"340", "oz", "12oz"},
		{"500", "g", "500g"},
		{"1000", "kg", "1kg"},
		{"1234", "kg", "1.234kg"},
		{"453.59237", "lb", "1lb"},
		{"125.5", "g", "125.5g"},
		{"1", "kg", "0.001kg"},
		{"2500", "", "2500g"},
		{"0.4", "kg", "0.0004kg"},
	} {
		got := told(t, "Handle,Title,Vendor,Variant Price,Variant Grams,Variant Weight Unit\nx,X,v,5,"+
			c.grams+","+c.unit+"\n")
		if !strings.Contains(got, " "+c.want+" ") {
			t.Errorf("%s g in %s: got %s", c.grams, c.unit, got)
		}
	}
}
