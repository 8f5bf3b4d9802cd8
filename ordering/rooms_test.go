package ordering

import (
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// beneath says which of ordering's rooms each of them may import.
var beneath = map[string][]string{
	"order":   {},
	"book":    {"order"},
	"reading": {"order", "book"},
	"basket":  {"order", "book", "reading"},
	"drive":   {"order", "book"},
	"sealing": {"order", "book"},
	"windows": {"order", "book", "basket", "drive"},
	// for tests, of the whole
	"orderingtest": {"order", "drive", "sealing"},
}

// TestRoomsKnowThoseBeneath keeps the walls inside ordering, and the rules of orders free of the world.
func TestRoomsKnowThoseBeneath(t *testing.T) {
	const module = "github.com/artisan-eats/artisan/"
	world := []string{"sqldb", "host", "gen/sql/orderingdb"}
	files, err := filepath.Glob("*/*.go")
	if err != nil || len(files) < 50 {
		t.Fatalf("%d files were found: %v", len(files), err)
	}
	for _, name := range files {
		room := filepath.Dir(name)
		may, known := beneath[room]
		if !known {
			t.Errorf("%s is no room that is known here", room)
		}
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, i := range file.Imports {
			path, _ := strconv.Unquote(i.Path.Value)
			inside, ours := strings.CutPrefix(path, module)
			other, isRoom := strings.CutPrefix(inside, "ordering/")
			if isRoom && !slices.Contains(may, other) || room == "order" && ours &&
				slices.Contains(world, inside) {
				t.Errorf("%s imports %s", name, inside)
			}
		}
	}
}
