package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"

	"github.com/artisan-eats/artisan/deploy/image/spdx"
)

// finding is what govulncheck says of a function.
type finding struct {
	OSV   string
	Trace []struct{ Module, Package, Function string }
}

// check has govulncheck look at a program, and fails where a function is in it that is known to be wrong in
// a version that the bill names.
func check(ctx context.Context, o options, known *vulns, doc *spdx.Document, stdout io.Writer) error {
	dir, err := os.MkdirTemp("", "artisan-scan-*")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	if err := known.write(dir); err != nil {
		return err
	}
	args := []string{"-db", "file://" + dir, "-mode", "binary", "-format", "json", o.binary}
	cmd := exec.CommandContext(ctx, o.checker, args...) //nolint:gosec // whoever asks names the program
	var errs bytes.Buffer
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if err != nil {
		return fmt.Errorf("govulncheck: %w: %s", err, errs.Bytes())
	}
	found, err := findings(out)
	if err != nil {
		return err
	}
	wrong := inBill(found, known, doc)
	for _, w := range wrong {
		_, _ = fmt.Fprintln(stdout, "in the program:", w)
	}
	_, _ = fmt.Fprintf(stdout, "govulncheck: %d known to be wrong are in the program\n", len(wrong))
	if len(wrong) > 0 {
		return errors.New("the program has what is known to be wrong: take the versions that mend it")
	}
	return nil
}

// findings are those of govulncheck's messages that name a function.
func findings(out []byte) ([]finding, error) {
	var found []finding
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var m struct{ Finding *finding }
		if err := d.Decode(&m); errors.Is(err, io.EOF) {
			return found, nil
		} else if err != nil {
			return nil, fmt.Errorf("what govulncheck says: %w", err)
		}
		if m.Finding != nil && len(m.Finding.Trace) > 0 && m.Finding.Trace[0].Function != "" {
			found = append(found, *m.Finding)
		}
	}
}

// inBill are the findings, one of an entry and a package, that are of versions which are shipped.
func inBill(found []finding, known *vulns, doc *spdx.Document) []string {
	version := map[string]string{}
	for _, m := range doc.Modules() {
		version[m.Path] = m.Version
	}
	entries := map[string]*entry{}
	for _, e := range known.entries {
		entries[e.ID] = e
	}
	var wrong []string
	for _, f := range found {
		at, e := f.Trace[0], entries[f.OSV]
		if e != nil && e.affects(at.Module, version[at.Module]) {
			wrong = append(
				wrong, fmt.Sprintf("%s in %s %s: %s", f.OSV, at.Package, version[at.Module], e.Summary))
		}
	}
	slices.Sort(wrong)
	return slices.Compact(wrong)
}
