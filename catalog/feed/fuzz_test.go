package feed

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"
)

// FuzzReader reads anything in any dialect: no panic, only clean text, every row
// numbered within the file, each variant once.
func FuzzReader(f *testing.F) {
	files, err := filepath.Glob("testdata/*.csv")
	if err != nil || len(files) == 0 {
		f.Fatal("no seeds", err)
	}
	for _, name := range files {
		content, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		for dialect := range 5 {
			f.Add(content, uint8(dialect))
		}
	}
	for _, seed := range []string{
		"\n;;\nHandle;Title;Vendor;Published;Variant Price;Variant Inventory Qty\nx;K\x8ase &amp;amp; Cr\x8fme;v;WAHR;1,250;1.500\n",
		"ID,Type,Name,Stock,Regular price,Parent\n2,variation,a - b,parent,\"1,250\",id:1\n1,variable,a,\"1,500\",,\n",
		"ID,Тип,Имя,Опубликован,Запасы,Базовая цена\n1,simple,\xff\xfe&#0;,да,7,\"1,250\"\n",
	} {
		f.Add([]byte(seed), uint8(0))
	}
	f.Fuzz(func(t *testing.T, content []byte, which uint8) {
		dialects := []Dialect{"", Shopify, WooCommerce, Square, OFN}
		r, err := NewReader(bytes.NewReader(content), Options{Dialect: dialects[int(which)%len(dialects)]})
		if err != nil {
			return
		}
		seen := map[string]bool{}
		for e, err := range r.Events() {
			if err != nil {
				return
			}
			if e.Issue != nil && (e.Issue.Row < 2 || e.Issue.Row > r.Rows()) {
				t.Fatalf("row %d of %d", e.Issue.Row, r.Rows())
			}
			if e.Product != nil {
				checkProduct(t, e.Product, seen)
			}
		}
	})
}

func checkProduct(t *testing.T, p *Product, seen map[string]bool) {
	t.Helper()
	if p.Key == "" || (p.Title == "" && !p.Continued) || len(p.Variants) == 0 {
		t.Fatalf("an empty product: %+v", p)
	}
	for _, s := range append([]string{p.Title, p.Producer, p.Description, p.Ingredients}, p.Tags...) {
		if !utf8.ValidString(s) ||
			strings.ContainsFunc(s, func(r rune) bool { return r < ' ' && r != '\n' }) {
			t.Fatalf("text that is not clean: %q", s)
		}
	}
	for _, v := range p.Variants {
		key := p.Producer + "\x00" + p.Key + "\x00" + v.Key
		if seen[key] {
			t.Fatalf("%q is there twice", key)
		}
		seen[key] = true
		if v.Quantity < 0 || v.UnitValue < 0 || (v.ByWeight && v.PriceWeight <= 0) {
			t.Fatalf("a variant that makes no sense: %+v", v)
		}
	}
}

func decoded(b []byte) string {
	s, _ := newRecords(nil).text(b)
	return s
}

// FuzzPlain: text made of HTML is stable, and HTML made of text gives it back.
func FuzzPlain(f *testing.F) {
	for _, s := range []string{
		"<p>a &amp; b</p><ul><li>c", "a\n\nb\nc", "1 < 2 & 3 > 2",
		"<script>x</script>y", "<p", "• ", "&lt;p&gt;", "<textarea><p>", "a\r\n\r\nb<br/>c",
		"<dl><dt>a<dd>b</dl>", "<pre>\n a\n\nb", "<table><tr><td>a<td>b</table>",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		s = decoded([]byte(s))
		plain := Plain(s)
		if back := Plain(HTML(plain)); back != plain {
			t.Errorf("%q comes back as %q", plain, back)
		}
		if HTML(s) != HTML(Plain(HTML(s))) {
			t.Errorf("%q is not stable", s)
		}
	})
}

// FuzzPrice: what is read is a bare decimal, and reading it again changes nothing.
func FuzzPrice(f *testing.F) {
	for _, s := range []string{
		"12.50", "$1,234.50", "1.234,50 €", "12,5", "CHF 1'250.–", ".50", "-3",
		"1 250,00", "variable", "USD 5", "0,350", "12,-", "٣", "1,250", "1.250", "1,000", "1'250",
		"KWD 1,250",
	} {
		f.Add(s, false)
		f.Add(s, true)
	}
	f.Fuzz(func(t *testing.T, s string, semicolons bool) {
		reading := func(comma bool) reading {
			return reading{figures: &figures{
				comma: comma, told: map[int]bool{},
				note: func(int64, int, string) {},
			}}
		}
		p, err := parsePrice(decoded([]byte(s)), reading(semicolons))
		if err != nil || p.Number == "" {
			return
		}
		if strings.Trim(p.Number, "0123456789.") != "" || strings.Count(p.Number, ".") > 1 {
			t.Fatalf("%q is read as %q", s, p.Number)
		}
		again, err := parsePrice(p.Number, reading(false))
		if err != nil || again.Number != p.Number {
			t.Errorf("%q is read as %q and then as %q, %v", s, p.Number, again.Number, err)
		}
	})
}
