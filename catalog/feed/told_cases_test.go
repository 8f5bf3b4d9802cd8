package feed

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/text/encoding/charmap"
)

// Files in which makers' goods were lost, mangled or mistaken, and what is right.
func init() {
	for name, want := range map[string]string{
		"woo_parent_stock.csv": `
woocommerce
3 noted [stock] The variation has its product's stock: 40 is taken for each that shares it.
4 noted [stock] The variation has its product's stock: 40 is taken for each that shares it.
2 "Plum jam" by "" in ["Jams"] tags [] continued false
   3 "Small" JAM-S 4.50 each 0 40000 
   4 "Large" JAM-L 8.00 each 0 40000 
`,
		"woo_entities.csv": `
woocommerce
2 "Salt & vinegar crisps" by "" in ["Snacks & nuts"] tags ["salt & vinegar"] continued false
   2 "" A&B 3.00 each 0 5000 
3 "Farmer's cheese" by "" in ["Cheese"] tags [] continued false
   4 "Wedge & rind" C-1 9.00 each 0 4000 
`,
		"woo_french.csv": `
woocommerce
2 "Tomme" by "" in ["Fromages"] tags [] continued false
   "Bon"
   2 "" FR1 12.50 each 0 5000 
`,
		"shopify_html.csv": `
shopify
2 "Html one" by "Mill Lane" in ["Bread"] tags [] continued false
   "Weight\n500 g\n\nOrigin\nItaly"
   2 ""  3.00 each 0 4000 
3 "Html two" by "Mill Lane" in ["Bread"] tags [] continued false
   "Keep <5°C & dry\n\nAlpha\n\nBeta\n\nGamma\n\none\ntwo"
   3 ""  3.00 each 0 4000 
4 "Html three" by "Mill Lane" in ["Bread"] tags [] continued false
   "Safe text\n\n• A\n• B"
   4 ""  3.00 each 0 4000 
5 "=1+2 Pizza" by "+Vendor" in ["Bread"] tags [] continued false
   "-5 degrees, @home"
   5 ""  3.00 each 0 4000 
`,
		"woo_comma.csv": `
woocommerce
2 noted [weight (kg)] “1,250” is read as 1.25, after the way that the file's other numbers are written.
4 refused [regular price] “1,250”: This can be 1250 or 1.25. Write the one that is meant.
2 "Ham A" by "" in ["Pork"] tags [] continued false
   2 "" W1 12.50 each 1.25kg 5000 
3 "Ham B" by "" in ["Pork"] tags [] continued false
   3 "" W2 1234.56 each 0.25kg 5000 
5 "Ham D" by "" in ["Pork"] tags [] continued false
   5 "" W4 9.00 each 1.8kg 5000 
`,
		"shopify_mac.csv": `
shopify
4 skipped [] The product is not published.
2 "Crème brûlée" by "L’Olivier" in [] tags [] continued false
   "Poids\n120 g – à 5 €"
   2 "Petit"  4.50 each 0 12000 
   3 "Grand & bon"  1234.50 each 0 3000 
`,
		"woo_german.csv": `
woocommerce
2 noted [gewicht (kg)] “1,250” is read as 1.25, after the way that the file's other numbers are written.
4 noted [bestand] “1,000” is read as 1, after the way that the file's other numbers are written.
4 noted [bestand] The variation has its product's stock: 1 is taken for each that shares it.
5 noted [bestand] The variation has its product's stock: 1 is taken for each that shares it.
6 refused [veröffentlicht] “vielleicht”: Write yes or no.
2 "Roggenbrot" by "Hof Bär" in ["Brot & Gebäck" "Bio"] tags [] continued false
   "Mit Sauerteig & Zeit."
   2 "" ROG 6.90 each 1.25kg 12000 
3 "Senf" by "Hof Bär" in ["Saucen"] tags ["scharf" "süß"] continued false
   4 "Klein" SENF-K 3.50 each 0.12kg 1000 
   5 "Groß" SENF-G 5.80 each 0.24kg 1000 
`,
		"shopify_lb.csv": `
shopify
2 "Rye loaf" by "Mill Lane" in ["Bread"] tags [] continued false
   "Dark"
   2 "" RYE 7.00 each 1lb 10000 
3 "Spice tin" by "Mill Lane" in ["Spices"] tags [] continued false
   "Hot"
   3 "" SPI 5.00 each 0.53oz 10000 
`,
		"shopify_dotqty.csv": `
shopify
2 noted [variant inventory qty] “1.500” is read as 1500, after the way that the file's other numbers are written.
2 "Käse zwei" by "Hof Nord" in ["Cheese"] tags [] continued false
   2 ""  12.50 each 0 1500000 
`,
		"shopify_wahr.csv": `
shopify
2 noted [variant inventory qty] “1.500” is read as 1500, after the way that the file's other numbers are written.
2 "Käse" by "Hof Nord" in ["Cheese"] tags [] continued false
   2 ""  12.50 each 0 1500000 
`,
	} {
		toldOf[name] = want
	}
}

func TestAVariationTakesItsParentsStockWhereverItStands(t *testing.T) {
	const header = "ID,Type,Name,In stock?,Stock,Backorders allowed?,Regular price,Parent\n"
	const small, large = "11,variation,Jam - S,1,parent,0,4.50,id:10\n",
		"12,variation,Jam - L,0,Parent,0,8.00,id:10\n"
	for parent, want := range map[string]string{
		"10,variable,Jam,1,40,0,,\n":          "40000",
		"10,variable,Jam,1,-2,notify,,\n":     "unlimited",
		"10,variable,Jam,1,,0,,\n":            "unlimited",
		"10,variable,Jam,0,40,0,,\n":          "0",
		"10,variable,Jam,,,,,\n":              "unsaid",
		"10,variable,Jam,1,\"1.234,5\",0,,\n": "1234000",
	} {
		for _, file := range []string{parent + small + large, small + large + parent, small + parent +
			large} {
			got := told(t, header+file)
			if !strings.Contains(got, `"S"  4.50 each 0 `+want) ||
				!strings.Contains(got, `"L"  8.00 each 0 0 `) {
				t.Errorf("%s: got\n%s", file, got)
			}
		}
	}
	if got := told(t, header+"10,variable,Jam,1,many,0,,\n"+small); !strings.Contains(got,
		"3 refused [stock]") {
		t.Errorf("a parent without a number: %s", got)
	}
}

func TestEntitiesAreUnescapedOnceInEveryName(t *testing.T) {
	for cell, want := range map[string]string{
		"Salt &amp; vinegar": "Salt & vinegar", "Farmer&#039;s &#x26; Co": "Farmer's & Co",
		"a &amp;amp; b": "a &amp; b", "caf&eacute;": "café",
		"R&D &section; x&copy": "R&D &section; x&copy", "a&nbsp;b&#10;c&#0;d": "a b cd", "&#61;1": "=1",
		"AT&T": "AT&T",
	} {
		files := map[string]string{
			"shopify": "Handle,Title,Vendor,Variant Price\nx,\"" + cell + "\",v,1\n",
			"square":  "Item Name,Variation Name,Price,Token\n\"" + cell + "\",Regular,1,t\n",
			"ofn": "producer,name,category,units,variant_unit_name,price,on_hand\np,\"" + cell +
				"\",c,1,item,1,1\n",
			"woo": "ID,Type,Name,Regular price\n1,simple,\"" + cell + "\",1\n",
		}
		for name, file := range files {
			if got := told(t, file); !strings.Contains(got, fmt.Sprintf("2 %q by", want)) {
				t.Errorf("%s, %q: got %s", name, cell, got)
			}
		}
	}
}

func TestYesAndNoAreUnderstoodInManyLanguagesOrTheRowIsRefused(t *testing.T) {
	const header = "Handle,Title,Vendor,Published,Variant Price\n"
	for cell, want := range map[string]string{
		"WAHR": `2 "X"`, "VRAI": `2 "X"`, "oui": `2 "X"`, "ja": `2 "X"`, "1.0": `2 "X"`, "\"1,0\"": `2 "X"`,
		"да": `2 "X"`, "SÍ": `2 "X"`, "si": `2 "X"`, "PRAWDA": `2 "X"`, "": `2 "X"`,
		"FALSCH": "2 skipped", "faux": "2 skipped", "nein": "2 skipped", "0.0": "2 skipped",
		"нет": "2 skipped", "FAŁSZ": "2 skipped", "-1": "2 skipped", "não": "2 skipped",
		"perhaps": `2 refused [published] “perhaps”: Write yes or no.`, "2": "2 refused [published]",
	} {
		if got := told(t, header+"x,X,v,"+cell+",1\n"); !strings.Contains(got, want) {
			t.Errorf("%s: got %s", cell, got)
		}
	}
}

// TestEveryColumnOfYesAndNoIsUnderstoodOrRefused: a word that is not understood is never taken for no.
func TestEveryColumnOfYesAndNoIsUnderstoodOrRefused(t *testing.T) {
	for name, file := range map[string]string{
		"gift card":          "Handle,Title,Vendor,Variant Price,Gift card\nx,X,v,1,%s\n",
		"status":             "Handle,Title,Vendor,Variant Price,Status\nx,X,v,1,%s\n",
		"oversell":           "Handle,Title,Vendor,Variant Price,Inventory quantity,Continue selling when out of stock\nx,X,v,1,0,%s\n",
		"woo published":      "ID,Type,Name,Published,Regular price\n1,simple,X,%s,1\n",
		"woo in stock":       "ID,Type,Name,In stock?,Regular price\n1,simple,X,%s,1\n",
		"woo backorders":     "ID,Type,Name,Stock,Backorders allowed?,Regular price\n1,simple,X,0,%s,1\n",
		"square sellable":    "Token,Item Name,Variation Name,Price,Sellable\nt,X,Regular,1,%s\n",
		"square stockable":   "Token,Item Name,Variation Name,Price,Stockable\nt,X,Regular,1,%s\n",
		"square visibility":  "Token,Item Name,Variation Name,Price,Square Online Item Visibility\nt,X,Regular,1,%s\n",
		"square archived":    "Token,Item Name,Variation Name,Price,Archived\nt,X,Regular,1,%s\n",
		"ofn on demand":      "producer,name,category,units,variant_unit_name,price,on_hand,on_demand\np,X,c,1,item,1,1,%s\n",
		"woo, of variations": "ID,Type,Name,Published,Regular price,Parent\n2,variation,X - a,%s,1,id:1\n1,variable,Y,1,,\n",
	} {
		if got := told(t, fmt.Sprintf(file, "perhaps")); !strings.Contains(got, "2 refused [") ||
			!strings.Contains(got, "“perhaps”: Write yes or no.") {
			t.Errorf("%s: perhaps: got %s", name, got)
		}
		if german, plain := told(t, fmt.Sprintf(file, "WAHR")), told(t,
			fmt.Sprintf(file, "TRUE")); german != plain {
			t.Errorf("%s: WAHR: got %s\nand TRUE: %s", name, german, plain)
		}
		if french, plain := told(t, fmt.Sprintf(file, "non")), told(t,
			fmt.Sprintf(file, "no")); french != plain {
			t.Errorf("%s: non: got %s\nand no: %s", name, french, plain)
		}
	}
}

func TestHTMLKeepsTheBreaksOfItsBlocks(t *testing.T) {
	for in, want := range map[string]string{
		"<dl><dt>A</dt><dd>1</dd><dd>2</dd><dt>B</dt><dd>3</dd></dl>": "A\n1\n2\n\nB\n3",
		"<main>a</main><aside>b</aside><nav>c</nav>d":                 "a\n\nb\n\nc\n\nd",
		"<figure><img><figcaption>Cap</figcaption></figure>text":      "Cap\n\ntext",
		"<pre>  one\n\n  two\nthree</pre><p>x\ny</p>":                 "one\n\ntwo\nthree\n\nx y",
		"<pre>a\nb": "a\nb",
		"<table><caption>T</caption><thead><tr><th>a</th><th>b</th></tr></thead><tr><td>1</td><td>2</td></table>x": "T\n\na b\n1 2\n\nx",
		"<details><summary>More</summary>less</details>":                                                           "More\n\nless",
		"<address>Mill Lane</address><fieldset><legend>L</legend>f</fieldset>":                                     "Mill Lane\n\nL\n\nf",
		"a<center>b</center>c": "a\n\nb\n\nc",
	} {
		if got := Plain(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

// macFile and windowsFile are one catalogue as Excel for Mac and Excel for Windows write it.
const accented = "Handle;Title;Vendor;Body (HTML);Variant Price\ncreme;Crème brûlée;L’Olivier;Les œufs, à 5 € – très frais…;4,50\nkaese;Käse;Höfe über Ü;Größe: süß;12,00\npan;Piña, jamón;Señora;¿Qué?;1,00\n"

func TestOldEncodingsAreToldApart(t *testing.T) {
	want := told(t, accented)
	for name, encoding := range map[string]*charmap.Charmap{
		"MacRoman":     charmap.Macintosh,
		"Windows-1252": charmap.Windows1252,
	} {
		file, err := encoding.NewEncoder().String(accented)
		if err != nil {
			t.Fatal(err)
		}
		if got := told(t, file); got != want {
			t.Errorf("%s: got\n%s\nwant\n%s", name, got, want)
		}
		for _, line := range strings.SplitAfter(accented, "\n")[1:4] { // by themselves, too
			file, _ := encoding.NewEncoder().String(strings.SplitAfter(accented, "\n")[0] + line)
			if got, want := told(t, file), told(t, strings.SplitAfter(accented, "\n")[0]+line); got != want {
				t.Errorf("%s: got\n%s\nwant\n%s", name, got, want)
			}
		}
	}
}

func TestWhatCannotBeReadIsNamedAndNeverDropped(t *testing.T) {
	const header = "Handle,Title,Vendor,Variant Price\n"
	if got := told(t, header+"x,Cr\x81me \x9d,v,1\ny,Bread,v,1\n"); !strings.Contains(got, "2 refused") ||
		!strings.Contains(got, "UTF-8") || !strings.Contains(got, `"Bread"`) {
		t.Errorf("bytes that stand for nothing: %s", got)
	}
	for name, encoding := range map[string]*charmap.Charmap{
		"Windows-1251": charmap.Windows1251,
		"Windows-1253": charmap.Windows1253, "KOI8-R": charmap.KOI8R,
	} {
		words := "Чёрный хлеб"
		if name == "Windows-1253" {
			words = "Μέλι θυμαρίσιο"
		}
		row, err := encoding.NewEncoder().String("x," + words + ",v,1\n")
		if err != nil {
			t.Fatal(err)
		}
		if got := told(t, header+row+"y,Bread,v,1\n"); !strings.Contains(got, "2 refused") ||
			!strings.Contains(got, "UTF-8") || !strings.Contains(got, `"Bread"`) {
			t.Errorf("%s: %s", name, got)
		}
	}
	if got := told(t, header+"x,Cr\ufffdme,v,1\n"); !strings.Contains(got, "2 noted") ||
		!strings.Contains(got, "lost") {
		t.Errorf("a character that was lost before: %s", got)
	}
}

func TestBlankLinesBeforeTheHeaderDoNotHideItsSeparator(t *testing.T) {
	const file = "Handle;Title;Vendor;Variant Price\nbrie;Brie;Oak;4,50\n"
	want := told(t, file)
	for _, before := range []string{
		"\n", "\r\n", "\r", "  \n\n", "\ufeff\n", "\t\n", "sep=;\n\n",
		"\n;;;\n",
	} {
		if got := told(t, before+file); got != want {
			t.Errorf("%q: got %s", before, got)
		}
	}
}

func TestWooCommerceIsReadInTheLanguagesOfItsExporter(t *testing.T) {
	const english = "ID,Type,SKU,Name,Published,Is featured?,Visibility in catalog,Short description,Description,Date sale price starts,Date sale price ends,Tax status,In stock?,Stock," +
		"Backorders allowed?,Weight (kg),Sale price,Regular price,Categories,Tags,Parent,Attribute 1 name,Attribute 1 value(s)\n"
	const rows = `1,variable,T,Tomme,1,0,visible,Short,,,,taxable,1,,0,,,,"Cheese, Cow",raw,,Size,"Small, Large"` + "\n" +
		`2,variation,T-S,Tomme - Small,1,0,visible,,,,,taxable,1,parent,0,0.5,11.00,12.00,,,T,Size,Small` +
		"\n" +
		`3,variation,T-L,Tomme - Large,1,0,visible,,,2026-01-01,2026-02-01,taxable,0,3,0,1.2,20.00,24.00,,,id:1,Size,Large` + "\n" +
		`4,simple,G,Gouda,0,0,visible,,,,,taxable,1,3,0,1.2,,24.00,,,,,` + "\n"
	column := regexp.MustCompile(`noted \[.*?\]`) // which is named as the file does
	want := column.ReplaceAllString(told(t, english+rows), "noted")
	for header := range strings.Lines(fixture(t, "woo_headers.txt")) { // of many languages and years
		if got := column.ReplaceAllString(told(t, header+rows), "noted"); got != want {
			t.Errorf("%.60s: got\n%s\nwant\n%s", header, got, want)
		}
	}
}

func TestEachForeignColumnMeansOneThing(t *testing.T) {
	seen := map[string]string{}
	for entry := range strings.Lines(wooWords) {
		column, words, _ := strings.Cut(strings.TrimSpace(entry), " = ")
		for word := range strings.SplitSeq(words, "|") {
			if other := seen[foreign(word)]; other != "" {
				t.Errorf("%q is %s and %s", word, other, column)
			}
			seen[foreign(word)] = column
		}
	}
}
