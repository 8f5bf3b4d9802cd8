package edge_test

import (
	"bytes"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// beneath says what each room of the front door may import of the others; what has all routes is "".
var beneath = map[string][]string{
	"page":                 {},
	"input":                {},
	"web":                  {"page", "input"},
	"trade":                {"page", "input", "web"},
	"desk":                 {"page", "input", "web", "trade"},
	"waiting":              {},
	"server":               {"web", "waiting"},
	"api":                  {"page", "input", "web", "trade"},
	"shop":                 {"page", "input", "web", "trade"},
	"checkout":             {"page", "input", "web", "trade"},
	"account":              {"page", "input", "web", "trade"},
	"producer":             {"page", "input", "web", "trade", "desk"},
	"producer/goods":       {"page", "input", "web", "trade", "desk", "producer"},
	"operator":             {"page", "input", "web", "trade", "desk"},
	"operator/windows":     {"page", "input", "web", "trade", "desk", "operator"},
	"operator/securitylog": {"page", "input", "web", "trade", "desk", "operator"},
	"edgetest":             {"", "server", "web"},
}

// mostLines is how long a package of the front door may be, without its tests and what is generated.
const mostLines = 4000

// TestRoomsImportDownwards keeps the walls inside the front door: who changes a room has to know what is
// beneath it, and no other.
func TestRoomsImportDownwards(t *testing.T) {
	lines := map[string]int{}
	err := filepath.WalkDir(".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasSuffix(name, "_test.go") {
			return err
		}
		room := filepath.ToSlash(filepath.Dir(name))
		if text, err := os.ReadFile(name); err == nil &&
			(strings.HasSuffix(name, ".templ") || strings.HasSuffix(name, ".go") &&
				!strings.HasSuffix(name, "_templ.go")) {
			lines[room] += bytes.Count(text, []byte("\n"))
		}
		if !strings.HasSuffix(name, ".go") || room == "." {
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		desk, _, _ := strings.Cut(room, "/")
		may, known := beneath[room]
		may = append(slices.Clone(may), desk+"/view")
		if path.Base(room) == "view" {
			may, known = []string{"page"}, true
		}
		if !known {
			t.Errorf("%s is no room that is known here", room)
		}
		for _, i := range file.Imports {
			at, _ := strconv.Unquote(i.Path.Value)
			if other, ok := strings.CutPrefix(at+"/", "github.com/artisan-eats/artisan/edge/"); ok &&
				!slices.Contains(may, strings.TrimSuffix(other, "/")) {
				t.Errorf("%s imports %s", name, other)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for room, n := range lines {
		if n > mostLines {
			t.Errorf("%s has %d lines", room, n)
		}
	}
	if len(lines) < len(beneath) {
		t.Errorf("only %d rooms were found", len(lines))
	}
}
