package feed

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"testing/iotest"

	"golang.org/x/text/encoding/unicode"

	"github.com/artisan-eats/artisan/fault"
)

// told reads a file and writes down, line by line, what its reader tells.
func told(t testing.TB, content string) string {
	t.Helper()
	r, err := NewReader(strings.NewReader(content), Options{})
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	fmt.Fprintln(&out, r.Dialect())
	for e, err := range r.Events() {
		if err != nil {
			fmt.Fprintln(&out, "error", err)
			break
		}
		tell(&out, e)
	}
	return out.String()
}

func tell(out *strings.Builder, e Event) {
	if i := e.Issue; i != nil {
		verdict := []string{"noted", "skipped", "refused"}[i.Verdict]
		fmt.Fprintf(out, "%d %s [%s] %s\n", i.Row, verdict, i.Column, i.Message)
		return
	}
	p := e.Product
	fmt.Fprintf(out, "%d %q by %q in %q tags %q continued %v\n", p.Row, p.Title, p.Producer, p.Categories,
		p.Tags, p.Continued)
	if p.Description != "" {
		fmt.Fprintf(out, "   %q\n", p.Description)
	}
	for _, v := range p.Variants {
		price := "each"
		if v.ByWeight {
			price = fmt.Sprintf("for %g kg", v.PriceWeight)
		}
		stock := []string{"unsaid", strconv.FormatInt(v.Quantity, 10), "unlimited"}[v.Stock]
		fmt.Fprintf(out, "   %d %q %s %s%s %s %g%s %s %s\n", v.Row, v.Title, v.SKU, v.Price.Number,
			v.Price.Currency, price, v.UnitValue, v.Unit, stock, v.Barcode)
	}
}

func fixture(t testing.TB, name string) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

func TestEachDialectIsReadAsItsProgramMeansIt(t *testing.T) {
	for name, want := range toldOf {
		t.Run(name, func(t *testing.T) {
			if got := told(t, fixture(t, name)); got != strings.TrimPrefix(want, "\n") {
				t.Errorf("got:\n%s", got)
			}
		})
	}
}

func TestOneBadRowNeverStopsTheRest(t *testing.T) {
	const header = "Handle,Title,Vendor,Variant Price\n"
	const good = "bread,Bread,Oak,5.00\n"
	bad := map[string]string{
		"a quote that does not close":      "cheese,\"Goat cheese,Willow,5.00\n",
		"the same before quoted cells":     "cheese,\"Goat cheese,Willow,5.00\nham,\"Ham, cured\",Hill,\"9.00\"\n",
		"a quote in the middle of a cell":  "tart,6\" tart,\"Willow\"x,nothing\n",
		"bytes that are no text":           "x,\x00\xff\xfe,Willow,\x81x\n",
		"a cell beyond the cap":            "x,\"" + strings.Repeat("a", MaxField+2) + "\",Willow,5\n",
		"a line without end":               strings.Repeat("a", MaxRecord+MaxField) + "\n",
		"more cells than there may be":     strings.Repeat(",", MaxColumns+1) + "\n",
		"too few cells":                    "x\n",
		"a price that is none":             "x,X,Willow,free\n",
		"a lone carriage return for a row": "x,X,Willow,free\r",
	}
	for name, row := range bad {
		t.Run(name, func(t *testing.T) {
			got := told(t, header+row+good)
			if !strings.Contains(got, `"Bread" by "Oak"`) {
				t.Errorf("the good row is lost:\n%.2000s", got)
			}
			if !strings.Contains(got, "2 refused") {
				t.Errorf("the bad row is not refused:\n%.2000s", got)
			}
		})
	}
}

func TestWhatIsNoCatalogueIsRefusedWithAReason(t *testing.T) {
	files := map[string]struct{ content, code string }{
		"nothing":         {"", "empty_file"},
		"only empty rows": {"\n,,\n\n", "empty_file"},
		"other columns":   {"date,amount\n1,2\n", "unknown_format"},
		"a picture":       {"\x89PNG\r\n\x1a\n" + strings.Repeat("\x00\xff", 3000), "unknown_format"},
		"broken quotes":   {"Handle,Title\n" + strings.Repeat("\"a,b\n", 2*maxBroken), "unreadable_file"},
		"too many rows":   {"Title,Vendor\n" + strings.Repeat("\n", MaxRows), "file_too_large"},
	}
	for name, f := range files {
		t.Run(name, func(t *testing.T) {
			if err := readAll(strings.NewReader(f.content), Options{}); !fault.Is(err, f.code) {
				t.Errorf("got %v, want %s", err, f.code)
			}
		})
	}
}

func readAll(in io.Reader, o Options) error {
	r, err := NewReader(in, o)
	if err != nil {
		return err
	}
	for _, err := range r.Events() {
		if err != nil {
			return err
		}
	}
	return nil
}

func TestAFileBeyondTheCapIsRefused(t *testing.T) {
	row := "bread,Bread,Oak,5.00," + strings.Repeat("x", 1000) + "\n"
	file := io.MultiReader(strings.NewReader("Handle,Title,Vendor,Variant Price\n"),
		strings.NewReader(strings.Repeat(row, MaxFile/len(row)+1)))
	if err := readAll(file, Options{}); !fault.Is(err, "file_too_large") {
		t.Errorf("got %v", err)
	}
}

func TestAWrongFormatNamesTheColumnThatIsMissing(t *testing.T) {
	_, err := NewReader(strings.NewReader("Handle,Title\n"), Options{Dialect: Square})
	if !fault.Is(err, "missing_column") || !strings.Contains(err.Error(), "item name") {
		t.Errorf("got %v", err)
	}
	if _, err := NewReader(strings.NewReader("Handle,Title\n"), Options{Dialect: "etsy"}); !fault.Is(err,
		"unknown_format") {
		t.Errorf("got %v", err)
	}
}

func TestAReaderThatFailsEndsTheReading(t *testing.T) {
	broken := errors.New("the line is cut")
	in := io.MultiReader(strings.NewReader("Handle,Title\n"+strings.Repeat("a,b\n", 1<<16)),
		iotest.ErrReader(broken))
	if err := readAll(in, Options{}); !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
}

func TestEncodingsAndSeparatorsAreFoundOut(t *testing.T) {
	plain := "Handle,Title,Vendor,Variant Price\nbrulee,Brulee,Noel,5.00\n"
	want := told(t, plain)
	utf16, err := unicode.UTF16(unicode.LittleEndian,
		unicode.UseBOM).NewEncoder().String(strings.ReplaceAll(plain, ",", "\t"))
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string]string{
		"UTF-16 with tabs": utf16,
		"a BOM":            "\ufeff" + plain,
		"Excel's sep line": "sep=;\r\n" + strings.ReplaceAll(plain, ",", ";"),
		"old line ends":    strings.ReplaceAll(plain, "\n", "\r"),
		"quoted all": `"Handle","Title","Vendor","Variant Price"` + "\n" +
			`"brulee","Brulee","Noel","5.00"`,
		"other order": "VARIANT PRICE,vendor,title,handle\n5.00,Noel,Brulee,brulee\n",
	} {
		if got := told(t, content); got != want {
			t.Errorf("%s: got\n%s", name, got)
		}
	}
}

func TestRowsOfAProductMayStandFarApart(t *testing.T) {
	var file strings.Builder
	file.WriteString(
		"Handle,Title,Vendor,Option1 Name,Option1 Value,Variant Price\nfirst,First,Oak,Size,S,1\n")
	for i := range maxOpen + 10 {
		fmt.Fprintf(&file, "p%d,Product %d,Oak,Title,Default Title,1\n", i, i)
	}
	file.WriteString("first,,,,L,2\nfirst,,,,s,3\n")
	got := told(t, file.String())
	if !strings.Contains(got, fmt.Sprintf("%d \"First\" by \"Oak\" in [] tags [] continued true", maxOpen+
		13)) {
		t.Errorf("the far row is lost:\n%s", got[len(got)-500:])
	}
	if !strings.Contains(got, fmt.Sprintf("%d refused [] This is the same variant as row 2.", maxOpen+14)) {
		t.Errorf("the far double is taken:\n%s", got[len(got)-500:])
	}
}

// rows makes a file of endless rows without holding it.
type rows struct {
	header string
	row    func(i int) string
	n, at  int
	rest   string
}

func (r *rows) Read(p []byte) (int, error) {
	if r.at == 0 && r.header != "" {
		r.rest, r.header = r.header, ""
	}
	for r.rest == "" {
		if r.at == r.n {
			return 0, io.EOF
		}
		r.rest = r.row(r.at)
		r.at++
	}
	n := copy(p, r.rest)
	r.rest = r.rest[n:]
	return n, nil
}

func TestMemoryStaysBoundedOverManyRows(t *testing.T) {
	text := strings.Repeat("A long story of cheese. ", 30)
	files := map[string]*rows{
		"shopify": {
			header: "Handle,Title,Body (HTML),Vendor,Variant Price\n", n: 100_000,
			row: func(i int) string {
				return fmt.Sprintf("h%d,Title %d,<p>%s</p>,Oak,5.00\n", i, i, text)
			},
		},
		"variations long before their parents": {
			header: "ID,Type,Name,Parent,Regular price,Description\n",
			n:      100_000, row: func(i int) string {
				if i < 50_000 {
					return fmt.Sprintf("%d,variation,V,id:%d,5.00,%s\n", i+1, i+50_001, text)
				}
				return fmt.Sprintf("%d,variable,Title %d,,,%s\n", i+1, i, text)
			},
		},
	}
	for name, file := range files {
		t.Run(name, func(t *testing.T) {
			r, err := NewReader(file, Options{})
			if err != nil {
				t.Fatal(err)
			}
			var most uint64
			n := 0
			for _, err := range r.Events() {
				if err != nil {
					t.Fatal(err)
				}
				if n++; n%5_000 == 1 {
					runtime.GC()
					var m runtime.MemStats
					runtime.ReadMemStats(&m)
					most = max(most, m.HeapAlloc)
				}
			}
			if most > 160<<20 {
				t.Errorf("%d MiB of heap", most>>20)
			}
			t.Logf("%d events, %d MiB", n, most>>20)
		})
	}
}
