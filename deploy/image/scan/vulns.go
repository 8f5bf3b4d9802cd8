package main

import (
	"archive/zip"
	"bufio"
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"golang.org/x/mod/semver"
)

// vulns is a database, or the part of it that matters here.
type vulns struct {
	name    string
	asOf    time.Time
	entries []*entry
}

// entry is one of its entries: what is needed of it, and all of it as it came.
type entry struct {
	ID        string          `json:"id"`
	Modified  time.Time       `json:"modified"`
	Withdrawn *time.Time      `json:"withdrawn,omitempty"`
	Summary   string          `json:"summary"`
	Affected  []affected      `json:"affected"`
	whole     json.RawMessage // for govulncheck
}

type affected struct {
	Package struct {
		Name string `json:"name"`
	} `json:"package"`
	Ranges []struct {
		Events []event `json:"events"`
	} `json:"ranges"`
}

// event begins or ends the versions that are wrong; they are without the v.
type event struct {
	Introduced string `json:"introduced,omitempty"`
	Fixed      string `json:"fixed,omitempty"`
}

// affects reports whether a version of a module is among those that are wrong.
func (e *entry) affects(module, version string) bool {
	if e.Withdrawn != nil {
		return false
	}
	v := "v" + strings.TrimPrefix(version, "v")
	for _, a := range e.Affected {
		if a.Package.Name != module {
			continue
		}
		for _, r := range a.Ranges {
			if within(r.Events, v) {
				return true
			}
		}
	}
	return false
}

// within goes along the events, which are in the order of versions. A version that nobody can compare is in.
func within(events []event, version string) bool {
	if !semver.IsValid(version) {
		return true
	}
	in := false
	for _, e := range events {
		switch {
		case e.Introduced == "0", e.Introduced != "" && semver.Compare(version, "v"+e.Introduced) >= 0:
			in = true
		case e.Fixed != "" && semver.Compare(version, "v"+e.Fixed) >= 0:
			in = false
		}
	}
	return in
}

// fix says which version has it mended.
func (e *entry) fix(module string) string {
	newest := ""
	for _, a := range e.Affected {
		for _, r := range a.Ranges {
			for _, v := range r.Events {
				if a.Package.Name == module && v.Fixed != "" && semver.Compare("v"+v.Fixed, "v"+newest) > 0 {
					newest = v.Fixed
				}
			}
		}
	}
	if newest == "" {
		return "no version mends it"
	}
	return "mended in " + newest
}

// most is as much as is read of anything of the database.
const most = 256 << 20

// fetch gets the whole database in one file.
func fetch(ctx context.Context, client *http.Client, from string) (*vulns, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, from+"/vulndb.zip", http.NoBody)
	if err != nil {
		return nil, err
	}
	answer, err := client.Do(req)
	if err != nil {
		return nil, err
	}
	defer func() { _ = answer.Body.Close() }()
	if answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("it answers %s", answer.Status)
	}
	packed, err := io.ReadAll(io.LimitReader(answer.Body, most))
	if err != nil {
		return nil, err
	}
	archive, err := zip.NewReader(bytes.NewReader(packed), int64(len(packed)))
	if err != nil {
		return nil, err
	}
	return unpack(archive, from)
}

func unpack(archive *zip.Reader, from string) (*vulns, error) {
	v := &vulns{name: from}
	for _, f := range archive.File {
		if path.Base(path.Dir(f.Name)) != "ID" || !strings.HasPrefix(path.Base(f.Name), "GO-") {
			continue
		}
		text, err := readZipped(f)
		if err != nil {
			return nil, err
		}
		if err := v.add(text); err != nil {
			return nil, fmt.Errorf("%s: %w", f.Name, err)
		}
	}
	if len(v.entries) == 0 {
		return nil, errors.New("it has no entries")
	}
	return v, nil
}

func readZipped(f *zip.File) ([]byte, error) {
	r, err := f.Open()
	if err != nil {
		return nil, err
	}
	defer func() { _ = r.Close() }()
	return io.ReadAll(io.LimitReader(r, most))
}

// add takes an entry; the database is as new as its newest.
func (v *vulns) add(text []byte) error {
	e := &entry{whole: slices.Clone(text)}
	if err := json.Unmarshal(text, e); err != nil {
		return err
	}
	if e.Modified.After(v.asOf) {
		v.asOf = e.Modified
	}
	v.entries = append(v.entries, e)
	return nil
}

//go:embed vulns.jsonl
var pinnedCopy []byte

// pinned is the copy that lies beside this file: a line that says what it is of, then a line an entry.
func pinned() (*vulns, error) {
	lines := bufio.NewScanner(bytes.NewReader(pinnedCopy))
	lines.Buffer(nil, most)
	var head copyHead
	if lines.Scan() {
		if err := json.Unmarshal(lines.Bytes(), &head); err != nil {
			return nil, fmt.Errorf("the pinned copy: %w", err)
		}
	}
	v := &vulns{}
	for lines.Scan() {
		if err := v.add(lines.Bytes()); err != nil {
			return nil, fmt.Errorf("the pinned copy: %w", err)
		}
	}
	v.name, v.asOf = "the pinned copy ("+head.Version+")", head.AsOf
	return v, lines.Err()
}

// write lays the database out as govulncheck reads it.
func (v *vulns) write(dir string) error {
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return err
	}
	for _, e := range v.entries {
		if err := os.WriteFile(filepath.Join(dir, filepath.Base(e.ID)+".json"), e.whole, 0o600); err != nil {
			return err
		}
	}
	return nil
}
