package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"time"

	"github.com/artisan-eats/artisan/deploy/image/spdx"
)

// copyHead is the first line of the copy.
type copyHead struct {
	From    string    `json:"from"`
	Version string    `json:"version"`
	AsOf    time.Time `json:"as_of"`
	Licence string    `json:"licence"`
}

// vulnModule is the database's own repository, which the module proxy has too.
const vulnModule = "golang.org/x/vulndb"

// pinCopy makes the copy anew: of the entries about the modules of a bill, those about Go itself included.
func pinCopy(ctx context.Context, doc *spdx.Document, to string) error {
	cmd := exec.CommandContext(ctx, "go", "mod", "download", "-json", vulnModule+"@latest")
	cmd.Dir = os.TempDir() // in no module
	out, err := cmd.Output()
	var got struct{ Version, Dir, Error string }
	if json.Unmarshal(out, &got) != nil || err != nil || got.Error != "" {
		return fmt.Errorf(
			"the module %s cannot be had: %w", vulnModule, errors.Join(err, errors.New(got.Error)))
	}
	asOf, err := time.Parse("20060102150405", got.Version[len("v0.0.0-"):len("v0.0.0-20060102150405")])
	if err != nil {
		return fmt.Errorf("of when %s is: %w", got.Version, err)
	}
	names := []string{"toolchain"}
	for _, m := range doc.Modules() {
		names = append(names, m.Path)
	}
	lines, err := linesOf(filepath.Join(got.Dir, "data", "osv"), names)
	if err != nil {
		return err
	}
	head, err := json.Marshal(copyHead{
		From: vulnModule, Version: got.Version, AsOf: asOf, Licence: "CC-BY-4.0",
	})
	if err != nil {
		return err
	}
	text := append(append(head, '\n'), lines...)
	return os.WriteFile(to, text, 0o644) //nolint:gosec // a file of the repository
}

// linesOf are the entries about some modules, a line each, in the order of their IDs, without what is told
// of them at length.
func linesOf(dir string, modules []string) ([]byte, error) {
	paths, err := filepath.Glob(filepath.Join(dir, "GO-*.json"))
	if err != nil {
		return nil, err
	}
	slices.Sort(paths)
	var lines bytes.Buffer
	for _, path := range paths {
		text, err := os.ReadFile(path) //nolint:gosec // a file of the module cache
		if err != nil {
			return nil, err
		}
		var e entry
		if err := json.Unmarshal(text, &e); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		if e.Withdrawn == nil && slices.ContainsFunc(e.Affected, func(a affected) bool {
			return slices.Contains(modules, a.Package.Name)
		}) {
			if err := shorten(&lines, text); err != nil {
				return nil, err
			}
		}
	}
	return lines.Bytes(), nil
}

func shorten(lines *bytes.Buffer, text []byte) error {
	var all map[string]json.RawMessage
	if err := json.Unmarshal(text, &all); err != nil {
		return err
	}
	for _, name := range []string{"details", "references", "credits"} {
		delete(all, name)
	}
	return json.NewEncoder(lines).Encode(all)
}
