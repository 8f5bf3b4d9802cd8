package main

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/artisan-eats/artisan/deploy/image/ship"
	"github.com/artisan-eats/artisan/deploy/image/spdx"
)

const wrongJam = `{"id":"GO-2026-1","modified":"2026-11-01T00:00:00Z","summary":"jam escapes","affected":[{"package":{"name":"example.org/jam"},
"ranges":[{"type":"SEMVER","events":[{"introduced":"0"},{"fixed":"1.2.3"},{"introduced":"2.0.0-0"},{"fixed":"2.0.1"}]}]}]}`

// published is a database as vuln.go.dev has it.
func published(t *testing.T, entry string) string {
	t.Helper()
	var packed bytes.Buffer
	w := zip.NewWriter(&packed)
	for name, text := range map[string]string{"index/db.json": "{}", "ID/GO-2026-1.json": entry} {
		f, err := w.Create(name)
		if err == nil {
			_, err = f.Write([]byte(text))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/vulndb.zip" {
			http.NotFound(w, r)
			return
		}
		_, _ = w.Write(packed.Bytes())
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// bill is a file that names a version of a module.
func bill(t *testing.T, module, version string) string {
	t.Helper()
	packages := []spdx.Package{spdx.NewPackage(module, version)}
	text, err := json.Marshal(spdx.Document{Version: "SPDX-2.3", Packages: packages})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "bill.json")
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestABillIsHeldAgainstWhatIsPublished(t *testing.T) {
	from := published(t, wrongJam)
	for version, wrong := range map[string]bool{
		"v1.2.2": true, "v1.2.3": false, "v1.2.3-rc.1": true, "v2.0.0": true, "v2.0.0-alpha": true,
		"v0.0.0-20200220183623-bac4c82f6975": true, "jam": true, "v2.0.1": false,
	} {
		var said bytes.Buffer
		err := run(t.Context(), []string{"-bill", bill(t, "example.org/jam", version), "-from", from}, &said)
		told := strings.Contains(said.String(), "GO-2026-1: jam escapes; mended in 2.0.1")
		if (err != nil) != wrong || told != wrong {
			t.Errorf("%s: %v\n%s", version, err, said.String())
		}
		if !strings.Contains(said.String(), "held against "+from+", of 2026-11-01") {
			t.Errorf("it does not say what it was held against: %s", said.String())
		}
	}
}

func TestWithoutANetworkTheCopyDoesAndIsSaidSo(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	defer server.Close()
	var said bytes.Buffer
	err := run(t.Context(), []string{"-bill", bill(t, "stdlib", "1.26.8"), "-from", server.URL}, &said)
	if err == nil || !strings.Contains(said.String(), "GO-2026-6605") {
		t.Errorf("the copy knows nothing of Go 1.26.8: %v\n%s", err, said.String())
	}
	copied, err := pinned()
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"404 Not Found", "held against the pinned copy (v0.0.0-",
		"of " + copied.asOf.Format(time.DateOnly), "days old",
	} {
		if !strings.Contains(said.String(), want) {
			t.Errorf("it does not say %q: %s", want, said.String())
		}
	}
}

func TestTheCopyIsAboutWhatIsShipped(t *testing.T) {
	copied, err := pinned()
	if err != nil {
		t.Fatal(err)
	}
	about := map[string]bool{}
	for _, e := range copied.entries {
		for _, a := range e.Affected {
			about[a.Package.Name] = true
		}
		if e.affects("stdlib", strings.TrimPrefix(ship.Go, "go")) {
			t.Errorf("what is shipped is built by %s, of which %s is known", ship.Go, e.ID)
		}
	}
	for _, module := range []string{"stdlib", "golang.org/x/net", "github.com/jackc/pgx/v5"} {
		if !about[module] {
			t.Errorf("the copy knows nothing of %s", module)
		}
	}
	if size := len(pinnedCopy); size > 1<<20 {
		t.Errorf("the copy has %d bytes", size)
	}
}

func TestWhatIsInTheProgramIsTold(t *testing.T) {
	v := &vulns{}
	if err := v.add([]byte(wrongJam)); err != nil {
		t.Fatal(err)
	}
	said := `{"config":{}} {"finding":{"osv":"GO-2026-1","trace":[{"module":"example.org/jam","package":"example.org/jam/jar","function":"Open"}]}}
{"finding":{"osv":"GO-2026-1","trace":[{"module":"example.org/jam","package":"example.org/jam/jar","function":"Shut"}]}}
{"finding":{"osv":"GO-2026-1","trace":[{"module":"example.org/jam","package":"example.org/jam/lid"}]}}`
	found, err := findings([]byte(said))
	if err != nil || len(found) != 2 {
		t.Fatalf("it finds %+v (%v)", found, err)
	}
	of := func(version string) []string {
		packages := []spdx.Package{spdx.NewPackage("example.org/jam", version)}
		return inBill(found, v, &spdx.Document{Packages: packages})
	}
	if got := of("v1.0.0"); len(got) != 1 || got[0] != "GO-2026-1 in example.org/jam/jar v1.0.0: jam escapes" {
		t.Errorf("it tells %q", got)
	}
	if got := of("v2.0.1"); len(got) != 0 { // built here by what was shipped before
		t.Errorf("of what is shipped it tells %q", got)
	}
	if _, err := findings([]byte("no JSON")); err == nil {
		t.Error("what is no JSON passes")
	}
}

func TestWithdrawnEntriesAreNone(t *testing.T) {
	v := &vulns{}
	text := strings.Replace(wrongJam, `"id"`, `"withdrawn":"2026-11-02T00:00:00Z","id"`, 1)
	if err := v.add([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if v.entries[0].affects("example.org/jam", "v1.0.0") {
		t.Error("an entry that was withdrawn counts")
	}
}
