package main

import (
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

// How the replicas of a service share a job that none of them runs alone.
const (
	byRow = "they claim what they do, row by row, or delete what others skip"
	own   = "it is of what the process itself has: its memory, its clock, its log"
)

// shared are the jobs that several replicas may run at once, and why nothing is done twice. Every other one
// is one replica's at a time.
var shared = map[string]string{
	"tidy the search":                   own,
	"warm lists":                        own,
	"compare the clocks":                own,
	"learn identity's key":              own,
	"tell repeated refusals":            own,
	"read sent files":                   byRow,
	"forget sent files":                 byRow,
	"mail links":                        byRow,
	"tell of factors":                   byRow,
	"tell what was disowned":            byRow,
	"send mail":                         byRow,
	"sweep":                             byRow,
	"forget carts":                      byRow,
	"forget what is over":               byRow,
	"expire holds":                      byRow,
	"forget holds":                      byRow,
	"settle payments":                   byRow,
	"reconcile payments":                byRow,
	"forget what was received":          byRow,
	"hand on the security log":          byRow,
	"let go of old entries":             byRow,
	"stream the security log":           byRow,
	"tell the head of the security log": byRow,
}

// TestAJobThatMayNotRunTwiceIsOneReplicasAtATime reads which jobs there are, and which are run alone.
func TestAJobThatMayNotRunTwiceIsOneReplicasAtATime(t *testing.T) {
	jobs, alone := map[string]bool{}, 0
	err := filepath.WalkDir("../..", func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (strings.HasPrefix(d.Name(), ".") && path != "../.." || d.Name() == "gen"):
			return fs.SkipDir
		case !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go"):
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool { // what is called on a job comes before the job
			if name, of := jobOf(n); name != "" {
				jobs[name] = jobs[name] || of != "Every"
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for name, is := range jobs {
		if _, listed := shared[name]; is == listed {
			t.Errorf("%q is one replica's at a time: %v; it is listed as one that several run: %v", name, is, listed)
		}
		if is {
			alone++
		}
	}
	for name := range shared {
		if _, is := jobs[name]; !is {
			t.Errorf("%q is listed, and is no job", name)
		}
	}
	if alone < 5 {
		t.Errorf("only %d jobs of %d are run alone", alone, len(jobs))
	}
}

// jobOf is the name of a job that is made by a call, and how: Every, or what is called on it.
func jobOf(n ast.Node) (name, of string) {
	call, ok := n.(*ast.CallExpr)
	if !ok {
		return "", ""
	}
	method, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return "", ""
	}
	if slices.Contains([]string{"Alone", "AloneWhere"}, method.Sel.Name) {
		name, _ = jobOf(method.X)
		return name, method.Sel.Name
	}
	if method.Sel.Name != "Every" || len(call.Args) != 3 {
		return "", ""
	}
	if literal, ok := call.Args[0].(*ast.BasicLit); ok {
		name, _ = strconv.Unquote(literal.Value)
	}
	return name, "Every"
}
