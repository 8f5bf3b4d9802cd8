package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/artisan-eats/artisan/gen/state"
)

// states are the words of all states that the contracts declare.
var states = slices.Concat(state.OrderStates(), state.PartStates(), state.PaymentStates(),
	state.MessageStates(), state.GoodsStates(), state.PlaceStates())

// alike are constants whose word is that of a state, and which are of something else.
var alike = []string{
	"audit.Done", "audit.Failed", // the outcome of a deed
	// kinds of letters
	"notify.Confirmed", "notify.Cancelled", "notify.Packed", "notify.Ready", "notify.Refunded",
	// a change of an order, which is ordering's own, and other words of its rooms
	"order.changeHeld", "order.changeAuthorised", "book.ChangeDone", "book.ChangeFailed",
	"book.UnpaidQueued", "order.declaresNone",
	// what a provider knows
	"payments.ChargeAuthorised", "payments.ChargeDeclined", "payments.ChargeVoided",
	"payments.ChargeCaptured",
	"payments.tokenDeclined", "payments.memo", "payments.ofCancellation",
	"picture.saidDone", "feed.None", "goods.containsNone", "edgetest.containsNone",
}

// ofState is what has a state: a getter, a field, a parameter.
var ofState = regexp.MustCompile(`(?i:status|statuses|states?)$|^To$`)

// TestAStateIsDeclaredOnce finds a state's word that is written out where a constant of gen/state has to
// stand: declared anew, compared with a state, set as one, or listed with others. SQL and JSON are texts of
// their own.
func TestAStateIsDeclaredOnce(t *testing.T) {
	looked := 0
	err := filepath.WalkDir("../..", func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (strings.HasPrefix(d.Name(), ".") && path != "../.." || d.Name() == "gen"):
			return fs.SkipDir
		case !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_templ.go"):
			return nil
		}
		looked++
		files := token.NewFileSet()
		file, err := parser.ParseFile(files, path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			for _, found := range writtenOut(filepath.Base(filepath.Dir(path)), n) {
				t.Errorf("%s: %s is a state's word; see gen/state", files.Position(found.Pos()), found.Value)
			}
			return true
		})
		return nil
	})
	if err != nil || looked < 300 {
		t.Errorf("%d files were looked at: %v", looked, err)
	}
}

// writtenOut are the words of states that stand in a node of a room as such.
func writtenOut(room string, n ast.Node) (found []*ast.BasicLit) {
	switch n := n.(type) {
	case *ast.ValueSpec:
		for i, value := range n.Values {
			if name := n.Names[min(i, len(n.Names)-1)].Name; !slices.Contains(alike, room+"."+name) {
				found = append(found, wordOf(value)...)
			}
		}
	case *ast.BinaryExpr:
		if has(n.X) || has(n.Y) {
			found = slices.Concat(wordOf(n.X), wordOf(n.Y))
		}
	case *ast.SwitchStmt:
		for _, clause := range n.Body.List {
			if n.Tag != nil && has(n.Tag) {
				found = append(found, wordsOf(clause.(*ast.CaseClause).List)...)
			}
		}
	case *ast.AssignStmt:
		for i, left := range n.Lhs {
			if len(n.Rhs) == len(n.Lhs) && n.Tok == token.ASSIGN && has(left) {
				found = append(found, wordOf(n.Rhs[i])...)
			}
		}
	case *ast.KeyValueExpr:
		if has(n.Key) {
			found = wordOf(n.Value)
		}
	case *ast.CompositeLit:
		if len(n.Elts) > 1 && len(wordsOf(n.Elts)) == len(n.Elts) {
			found = wordsOf(n.Elts)
		}
	}
	return found
}

// has reports whether an expression is of a state by its name.
func has(e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.CallExpr:
		return has(e.Fun)
	case *ast.SelectorExpr:
		return ofState.MatchString(e.Sel.Name)
	case *ast.Ident:
		return ofState.MatchString(e.Name)
	}
	return false
}

// wordsOf are the literals among expressions that are states' words.
func wordsOf(list []ast.Expr) (found []*ast.BasicLit) {
	for _, e := range list {
		found = append(found, wordOf(e)...)
	}
	return found
}

// wordOf is the literal that an expression is, if it is a state's word: as it stands, or as the key of a
// table.
func wordOf(e ast.Expr) []*ast.BasicLit {
	if pair, ok := e.(*ast.KeyValueExpr); ok {
		e = pair.Key
	}
	text, ok := e.(*ast.BasicLit)
	if !ok || text.Kind != token.STRING {
		return nil
	}
	if value, err := strconv.Unquote(text.Value); err != nil || !slices.Contains(states, value) {
		return nil
	}
	return []*ast.BasicLit{text}
}

// TestTheWordsOfStatesStay holds what databases keep and what programs read: a word is added, never changed.
func TestTheWordsOfStatesStay(t *testing.T) {
	for enum, want := range map[string][2]string{
		"orders": {
			strings.Join(state.OrderStates(), " "),
			"placed held authorised awaiting_confirmation confirmed packed done releasing failed cancelled",
		},
		"parts": {strings.Join(state.PartStates(), " "), "new accepted packed ready done cancelled"},
		"payments": {
			strings.Join(state.PaymentStates(), " "),
			"none authorising authorised declined voiding voided capturing captured refunding refunded",
		},
		"messages": {strings.Join(state.MessageStates(), " "), "queued sent failed"},
		"goods":    {strings.Join(state.GoodsStates(), " "), "none held sold released expired returned"},
		"places":   {strings.Join(state.PlaceStates(), " "), "none held taken released expired returned"},
	} {
		if want[0] != want[1] {
			t.Errorf("the states of %s are %s, not %s", enum, want[0], want[1])
		}
	}
}
