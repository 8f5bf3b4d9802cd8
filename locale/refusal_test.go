package locale

import (
	"go/ast"
	"io/fs"
	"path/filepath"
	"regexp"
	"testing"
)

// aSentence is how whatever is refused is told: a sentence that stands by itself, whoever shows it and beside
// whatever field.
var aSentence = regexp.MustCompile(`^[A-Z“%](.|\n)*[.?!”]$`)

// TestARefusalOfAFieldIsASentence reads what every room says of the fields that it refuses.
func TestARefusalOfAFieldIsASentence(t *testing.T) {
	found := 0
	is := func(text string) {
		if text == "" { // put together of parts
			return
		}
		if found++; !aSentence.MatchString(text) {
			t.Errorf("%q is no sentence", text)
		}
	}
	look := func(n ast.Node) {
		switch n := n.(type) {
		case *ast.CallExpr:
			at := map[string]int{"Require": 2, "InvalidField": 1, "Invalid": 1}
			if i, known := at[called(n)]; known && len(n.Args) > i {
				is(literal(n.Args[i]))
			}
		case *ast.CompositeLit:
			of, _ := n.Type.(*ast.SelectorExpr)
			if of == nil || of.Sel.Name != "Field" {
				return
			}
			for _, e := range n.Elts {
				if pair, ok := e.(*ast.KeyValueExpr); ok && pair.Key.(*ast.Ident).Name == "Message" {
					is(literal(pair.Value))
				}
			}
		}
	}
	read := source{}
	err := filepath.WalkDir("..", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.IsDir() {
			return err
		}
		if name := entry.Name(); name == "gen" || name == ".tools" || name == ".git" {
			return fs.SkipDir
		}
		if files, _ := filepath.Glob(filepath.Join(path, "*.go")); len(files) > 0 {
			read.walk(t, filepath.Join(path, "*.go"), look)
		}
		return nil
	})
	if err != nil || found < 100 {
		t.Errorf("only %d refusals were found, %v", found, err)
	}
}
