package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// TestTheTableSaysWhoHearsWhom holds what main.go says beside each line against what the service states.
func TestTheTableSaysWhoHearsWhom(t *testing.T) {
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, "main.go", nil, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	said := map[int]string{}
	for _, group := range file.Comments {
		said[files.Position(group.Pos()).Line] = group.Text()
	}
	at := 0
	ast.Inspect(file, func(n ast.Node) bool {
		list, ok := n.(*ast.CompositeLit)
		if !ok || at > 0 {
			return at == 0
		}
		for i, line := range list.Elts {
			s := services[i]
			room := line.(*ast.CallExpr).Fun.(*ast.SelectorExpr).X.(*ast.Ident).Name
			_, hears, _ := strings.Cut(said[files.Position(line.Pos()).Line], "; hears ")
			if want := strings.Join(s.Consumes, ", "); room != s.Name || strings.TrimSpace(hears) != want {
				t.Errorf("the line of %s is said to hear %q; it is %s, which hears %q", room, hears, s.Name,
					want)
			}
			at++
		}
		return false
	})
	if at != len(services) {
		t.Errorf("%d lines were found of %d", at, len(services))
	}
}

// TestWhatIsHeardIsInTheTable is also a table whose names are each there once.
func TestWhatIsHeardIsInTheTable(t *testing.T) {
	names := serviceNames()
	for i, s := range services {
		if slices.Contains(names[:i], s.Name) {
			t.Errorf("%s is there twice", s.Name)
		}
		for _, heard := range s.Consumes {
			if !slices.Contains(names, heard) || heard == s.Name {
				t.Errorf("%s hears %s", s.Name, heard)
			}
		}
	}
}

// TestNoServiceImportsAnother keeps the walls of ADR 1: services speak by their contracts, what they stand on
// knows none of them, and only this command has them all. What tests stand on may have them too, and is
// imported by tests only.
func TestNoServiceImportsAnother(t *testing.T) {
	const module = "github.com/artisan-eats/artisan/"
	looked := 0
	err := filepath.WalkDir("../..", func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (strings.HasPrefix(d.Name(), ".") && path != "../.." || d.Name() == "gen" ||
			d.Name() == "cmd" || strings.HasSuffix(d.Name(), "test")): // what only tests stand on
			return fs.SkipDir
		case !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go"):
			return nil
		}
		looked++
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		own := roomOf(strings.TrimPrefix(path, "../../"))
		ofTests := strings.HasSuffix(filepath.Dir(path), "test")
		for _, i := range file.Imports {
			imported, err := strconv.Unquote(i.Path.Value)
			if err != nil {
				return err
			}
			inside, ours := strings.CutPrefix(imported, module)
			if !ours || ofTests {
				continue
			}
			if other := roomOf(inside + "/"); slices.Contains(serviceNames(), other) && other != own {
				t.Errorf("%s imports %s", path, inside)
			}
			if strings.HasSuffix(inside, "test") {
				t.Errorf("%s is no test, and imports %s", path, inside)
			}
		}
		return nil
	})
	if err != nil || looked < 100 {
		t.Error(fmt.Errorf("%d files were looked at: %w", looked, err))
	}
}

// roomOf is the first directory of a path in the project.
func roomOf(path string) string {
	room, _, _ := strings.Cut(path, "/")
	return room
}
