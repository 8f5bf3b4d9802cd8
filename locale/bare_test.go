package locale

import (
	"go/ast"
	"go/parser"
	"go/token"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/net/html"
)

// shopPages are the templates of what shoppers see.
var shopPages = []string{
	"page/card", "page/form", "page/layout", "page/problem", "shop/view/maker", "shop/view/market",
	"shop/view/product", "shop/view/list",
	"checkout/view/cart", "checkout/view/checkout", "checkout/view/confirm", "checkout/view/order",
	"checkout/view/receipt",
	"account/view/account", "account/view/not_me", "account/view/prove", "account/view/security",
	"account/view/sell", "account/view/sessions", "account/view/sign",
}

// names are not translated.
var names = regexp.MustCompile(`Artisan Eats|API`)

// TestNoShopPageHasAWordOfItsOwn reads what templates write as it stands: a word there has not gone through
// the catalogue.
func TestNoShopPageHasAWordOfItsOwn(t *testing.T) {
	for _, name := range shopPages {
		written := writtenBy(t, "../edge/"+name+"_templ.go")
		if !strings.Contains(written, "<") && name != "checkout/view/order" {
			t.Fatalf("%s writes no HTML", name)
		}
		tokens := html.NewTokenizer(strings.NewReader(written))
		for kind := tokens.Next(); kind != html.ErrorToken; kind = tokens.Next() {
			found := tokens.Token()
			if said := names.ReplaceAllString(found.Data, ""); kind == html.TextToken &&
				strings.ContainsFunc(said, unicode.IsLetter) {
				t.Errorf("%s says %q as it stands", name, strings.TrimSpace(said))
			}
			for _, a := range found.Attr {
				if slices.Contains([]string{"alt", "aria-label", "placeholder", "title"}, a.Key) &&
					strings.ContainsFunc(names.ReplaceAllString(a.Val, ""), unicode.IsLetter) {
					t.Errorf("%s has the %s %q as it stands", name, a.Key, a.Val)
				}
			}
		}
	}
}

// writtenBy is the HTML of a template's code, with a mark for whatever is filled in.
func writtenBy(t *testing.T, path string) string {
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	ast.Inspect(file, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		switch {
		case called(call) == "WriteString" && len(call.Args) == 3: // what stands in the template
			out.WriteString(literal(call.Args[2]))
		case called(call) == "WriteString":
			out.WriteString("\u2022")
		}
		return true
	})
	return strings.NewReplacer("<noscript>", "", "</noscript>", "").Replace(out.String())
}
