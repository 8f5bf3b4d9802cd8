package locale

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/artisan-eats/artisan/allergen"
	"github.com/artisan-eats/artisan/catalog/category"
)

// programs are the files that no shopper reads anything of, in the rooms that shoppers do.
var programs = regexp.MustCompile(`^\.\./edge/(input/object|account/mail|assets|server/cache)\.go$`)

// forPrograms are sentences of faults that no shopper meets: at desks, by API, between services.
var forPrograms = regexp.MustCompile(
	`^(At most |Only an operator|A desk is|Enter the e-mail address of somebody|There is no account with a second factor at|A role is|An account acts|Only a producer's|This is no purpose|` +
		`A reason is one line of at most %d|A guest's contact|These are no sealed|These sealed|No operator has|This is the last operator|This customer's|A checkout needs|This Idempotency-Key|There is no such part|A part (is|that)|Accept it first|%s of it are past|` +
		`That is more than|Choose a share|Choose a whole number from|Choose an amount from|Orders are listed|Customers, a producer|This is not the ID|An order is never|An order's number|` +
		`Quantities are told|Something is packed|That is not what was ordered|These are not orders|A time is not|This window has orders|%d places|This list cannot be continued|` +
		`Something else is already|The lot %s|The provider of|The payment cannot be made|An order that costs|This order is paid already|The payment is being collected|This is no payment|The payment provider refused|` +
		`Nothing was collected|This key was used|This order was refunded|A form's key|It has 128|This is no producer's|Send |An Idempotency|panic: |This shop is a demo|Write an amount|` +
		`The body must|picture |This must be a number|The shop cannot keep a file|This file is too large|This link is for a page|A refund (is|has)|A picture is|This page does not exist|This differs|This is (longer|not UTF-8|not offered|not one plain)|This (has control|amount is|currency is|quantity is)|` +
		`A (key|cause|status|subject|text|quantity) is|An amount (is|of)|The payment provider does|` +
		`This is not the code of|An hour looks|A window ends|A time zone|A share is|This is not a time|A weekday|The kind is|This is required|A fee and|A date looks|A hold |The cut-off|A code is|A cut-off is|A quantity is from|A place is plain|A capacity|` +
		`This variant is there twice|A lot is there twice|It stays as it is|The message|There is no such message|This message was|What this message|A link can look|Each order is named|The states of parts are|It has to be weighed|It has changed since this page was made|A tally is of|Say why: the shoppers|Choose another window of the same market and kind|The number of open orders is|This window is cancelled for good|This window is being cancelled already|That window takes no more orders|This producer has no part|A day looks like|There is no such line in this order|The bounds are|You may not do this here|Choose what they may do|This is the last owner|At most 20 people|This person )`)

// frontDoor are the rooms of the front door that shoppers come to; desks and the API stay English.
var frontDoor = []string{
	"../edge/*.go", "../edge/server/*.go", "../edge/input/*.go", "../edge/web/*.go", "../edge/trade/*.go",
	"../edge/shop/*.go", "../edge/checkout/*.go", "../edge/account/*.go",
}

// source is what the program says: every sentence of pages and letters, with its plural, and every fault that
// a shopper may meet.
type source struct {
	sentences map[string]string
	faults    map[string]bool
}

func readSource(t *testing.T) source {
	s := source{map[string]string{}, map[string]bool{}}
	for _, a := range allergen.All {
		s.sentences[a.Code], s.sentences[a.Name] = "", ""
	}
	for _, c := range category.All {
		s.sentences[c.Name] = ""
	}
	for _, glob := range append(frontDoor, "../edge/page/*.go", "../edge/*/view/*.go", "../notify/*.go",
		"../identity/*.go", "../identity/accounts/*.go", "../inventory/*.go", "*.go") {
		s.walk(t, glob, s.sentence)
	}
	for _, room := range []string{
		"contact", "identity", "identity/vault", "identity/guard", "identity/accounts", "identity/factor",
		"ordering", "delivery", "inventory", "payments", "share", "idempotency", "hold", "fault", "notify",
	} {
		s.walk(t, "../"+room+"/*.go", s.fault)
	}
	s.walk(t, "../ordering/*/*.go", s.fault)
	s.walk(t, "../catalog/cursor.go", s.fault)
	for _, glob := range frontDoor {
		s.walk(t, glob, s.fault)
		s.walk(t, glob, s.field)
	}
	if len(s.sentences) < 400 || len(s.faults) < 50 {
		t.Fatalf("only %d sentences and %d faults were found", len(s.sentences), len(s.faults))
	}
	return s
}

func (s source) walk(t *testing.T, glob string, look func(ast.Node)) {
	files, err := filepath.Glob(glob)
	if err != nil || len(files) == 0 {
		t.Fatal(glob, err)
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") || programs.MatchString(filepath.ToSlash(name)) {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool { look(n); return true })
	}
}

// sentence keeps what is said by its key: Text("…"), Count(n, "…", "…"), Key("…"), a page's say, said and
// Frame.
func (s source) sentence(n ast.Node) {
	call, ok := n.(*ast.CallExpr)
	if !ok {
		return
	}
	first := map[string]int{
		"Text": 0, "Key": 0, "said": 0, "Said": 0, "say": 1, "Say": 1, "Frame": 0,
		"Count": 1,
	}
	name := called(call)
	at, known := first[name]
	if name == "Count" && len(call.Args) < 3 {
		return
	}
	if !known || len(call.Args) <= at || literal(call.Args[at]) == "" ||
		(name == "Frame" && len(call.Args) > 1) {
		return
	}
	many := ""
	if name == "Count" {
		many = literal(call.Args[2])
	}
	s.sentences[literal(call.Args[at])] = many
}

// field keeps what a form says of itself: its page says it in the reader's language.
func (s source) field(n ast.Node) {
	pair, ok := n.(*ast.KeyValueExpr)
	if !ok {
		return
	}
	name, _ := pair.Key.(*ast.Ident)
	if name == nil || !slices.Contains([]string{"Heading", "Lead", "Button", "Label", "Hint", "Explained"},
		name.Name) {
		return
	}
	ast.Inspect(pair.Value, func(n ast.Node) bool {
		if _, call := n.(*ast.CallExpr); call {
			return false
		}
		if text, ok := n.(*ast.BasicLit); ok && literal(text) != "" {
			s.sentences[literal(text)] = ""
		}
		return true
	})
}

// fault keeps the sentences of faults and of their fields.
func (s source) fault(n ast.Node) {
	switch n := n.(type) {
	case *ast.CallExpr:
		at := map[string]int{
			"New": 2, "Newf": 2, "Require": 2, "InvalidAlone": 1, "Invalid": 1,
			"InvalidField": 1,
		}
		if i, known := at[called(n)]; known && len(n.Args) > i {
			s.faultSentence(literal(n.Args[i]))
		}
	case *ast.KeyValueExpr:
		if name, _ := n.Key.(*ast.Ident); name != nil && name.Name == "Message" {
			s.faultSentence(literal(n.Value))
		}
	}
}

func (s source) faultSentence(text string) {
	if strings.Contains(text, " ") && !forPrograms.MatchString(text) {
		s.faults[text] = true
	}
}

func called(call *ast.CallExpr) string {
	switch f := call.Fun.(type) {
	case *ast.Ident:
		return f.Name
	case *ast.SelectorExpr:
		return f.Sel.Name
	}
	return ""
}

// literal is a constant text; "" for what is none.
func literal(e ast.Expr) string {
	text, ok := e.(*ast.BasicLit)
	if !ok || text.Kind != token.STRING {
		return ""
	}
	value, _ := strconv.Unquote(text.Value)
	return value
}

var (
	places = regexp.MustCompile(`\{[^}]*\}`)
	verbs  = regexp.MustCompile(`%[sdvq]`)
)

func readCatalogue(t *testing.T, lang string) map[string]message {
	text, err := files.ReadFile(lang + ".po")
	if err != nil {
		t.Fatal(err)
	}
	list, err := parse(string(text))
	if err != nil {
		t.Fatalf("%s.po: %v", lang, err)
	}
	found := map[string]message{}
	for _, m := range list {
		if _, twice := found[m.id]; twice {
			t.Errorf("%s.po:%d: %q is there twice", lang, m.line, m.id)
		}
		found[m.id] = m
	}
	return found
}

func TestEveryLanguageSaysEverySentence(t *testing.T) {
	said := readSource(t)
	for lang := range books {
		has := readCatalogue(t, lang)
		patterns := map[string]bool{}
		for id := range has {
			patterns[places.ReplaceAllString(id, "%")] = true
		}
		for sentence, many := range said.sentences {
			if m, ok := has[sentence]; !ok || m.plural != many {
				t.Errorf("%s.po lacks %q", lang, sentence)
			}
		}
		for sentence := range said.faults {
			if _, ok := has[sentence]; !ok && !patterns[verbs.ReplaceAllString(sentence, "%")] {
				t.Errorf("%s.po lacks the fault %q", lang, sentence)
			}
		}
	}
}

func TestNoTranslationIsLeftOver(t *testing.T) {
	said := readSource(t)
	used := map[string]bool{}
	for _, s := range spoken {
		used[s.sentence] = true // that each has a source is looked at below
	}
	for sentence := range said.faults {
		used[sentence] = true
	}
	for lang := range books {
		for id, m := range readCatalogue(t, lang) {
			if _, ok := said.sentences[id]; !ok && !used[id] {
				t.Errorf("%s.po:%d: nobody says %q", lang, m.line, id)
			}
		}
	}
}

func TestATranslationHasThePlacesOfItsSentence(t *testing.T) {
	for lang := range books {
		for id, m := range readCatalogue(t, lang) {
			if forms := len(m.said); (m.plural != "") != (forms == 2) || forms > 2 {
				t.Errorf("%s.po:%d: %q has %d forms", lang, m.line, id, forms)
			}
			for i, text := range m.said {
				got, want := places.FindAllString(text, -1),
					places.FindAllString([]string{id, m.plural}[i], -1)
				slices.Sort(want)
				if slices.Sort(got); !slices.Equal(got, want) {
					t.Errorf("%s.po:%d: %q has the places %v, not %v", lang, m.line, text, got, want)
				}
			}
		}
	}
}
