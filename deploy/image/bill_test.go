package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/artisan-eats/artisan/deploy/image/spdx"
)

func TestABillNamesEverythingThatTheImageHas(t *testing.T) {
	out := made(t, repository(t), "-platforms", "linux/amd64")
	doc, err := spdx.Read(filepath.Join(out, "artisan-amd64.spdx.json"))
	if err != nil {
		t.Fatal(err)
	}
	has := map[string]spdx.Package{}
	for _, p := range doc.Packages {
		has[p.Name] = p
	}
	own := has["github.com/artisan-eats/artisan"]
	if own.LicenseDeclared != "Apache-2.0" || own.Version == "" || len(own.Checksums) != 1 {
		t.Errorf("the program: %+v", own)
	}
	if v := has["stdlib"].Version; v != strings.TrimPrefix(toolchain, "go") {
		t.Errorf("the program was built by Go %s, and not by %s", v, toolchain)
	}
	if doc.Relationships[0].From != spdx.DocumentID || doc.Relationships[0].To != own.ID {
		t.Errorf("the document is of %+v", doc.Relationships[0])
	}
	if len(doc.Relationships) != len(doc.Packages) {
		t.Errorf("%d packages have %d relationships", len(doc.Packages), len(doc.Relationships))
	}
}

func TestProvenanceNamesTheCommitAndSaysThatNobodySigned(t *testing.T) {
	repo := repository(t)
	text, err := os.ReadFile(filepath.Join(made(t, repo), "artisan.provenance.json"))
	if err != nil {
		t.Fatal(err)
	}
	var said struct {
		Type      string `json:"_type"`
		Subject   []resource
		Predicate struct {
			BuildDefinition struct {
				InternalParameters   struct{ Signed *bool }
				ResolvedDependencies []resource
			}
		}
	}
	if err := json.Unmarshal(text, &said); err != nil {
		t.Fatal(err)
	}
	build := said.Predicate.BuildDefinition
	if said.Type != "https://in-toto.io/Statement/v1" || len(said.Subject) != 3 {
		t.Errorf("it is a %s of %v", said.Type, said.Subject)
	}
	revision, err := git(t.Context(), repo, "rev-parse", "HEAD")
	if err != nil || build.ResolvedDependencies[0].Digest["gitCommit"] != revision {
		t.Errorf("it was made of %v, and of the commit %s (%v)", build.ResolvedDependencies, revision, err)
	}
	if build.InternalParameters.Signed == nil || *build.InternalParameters.Signed {
		t.Error("it does not say that it is not signed")
	}
}
