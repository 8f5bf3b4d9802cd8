package main

import (
	"bytes"
	"encoding/json"
	"os"
	"runtime/debug"
	"slices"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"github.com/artisan-eats/artisan/deploy/image/spdx"
)

// provenance is where an image came from, as SLSA 1.0 has it. It is not signed: whoever wants to be sure
// builds the commit again and compares.
type provenance struct {
	src       *tree
	platforms []string
	subjects  []resource
	modules   []*debug.Module
}

// resource is a thing with a digest: something that was made, or something that it was made of.
type resource struct {
	Name   string            `json:"name,omitempty"`
	URI    string            `json:"uri,omitempty"`
	Digest map[string]string `json:"digest,omitempty"`
}

// add tells of something that was made, and of what is in it.
func (p *provenance) add(name string, digest v1.Hash, info *debug.BuildInfo) {
	p.subjects = append(
		p.subjects, resource{Name: name, Digest: map[string]string{digest.Algorithm: digest.Hex}})
	if info == nil {
		return
	}
	for _, m := range info.Deps {
		if !slices.ContainsFunc(p.modules, func(had *debug.Module) bool { return had.Path == m.Path }) {
			p.modules = append(p.modules, m)
		}
	}
}

type object = map[string]any

// statement is the in-toto statement. It has no time and no name of a run: the same commit says the same.
func (p *provenance) statement() object {
	materials := []resource{
		{URI: "git+" + source + "@" + p.src.revision, Digest: map[string]string{"gitCommit": p.src.revision}},
		{URI: "pkg:golang/stdlib@" + toolchain[len("go"):]},
	}
	for _, m := range p.modules {
		materials = append(
			materials, resource{URI: spdx.PackageURL(m.Path, m.Version), Digest: spdx.ModuleDigest(m.Sum)})
	}
	return object{
		"_type":         "https://in-toto.io/Statement/v1",
		"subject":       p.subjects,
		"predicateType": "https://slsa.dev/provenance/v1",
		"predicate": object{
			"buildDefinition": object{
				"buildType": source + "/tree/main/deploy/image",
				"externalParameters": object{
					"source": source, "revision": p.src.revision, "platforms": p.platforms,
				},
				"internalParameters": object{
					"flags": buildFlags(), "environment": buildEnv("<platform>"), "signed": false,
				},
				"resolvedDependencies": materials,
			},
			"runDetails": object{"builder": object{"id": source + "/tree/main/deploy/image"}},
		},
	}
}

// writeJSON writes a document for people too.
func writeJSON(path string, document any) error {
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(document); err != nil {
		return err
	}
	return os.WriteFile(path, out.Bytes(), 0o644) //nolint:gosec // it goes out beside the image, for everybody
}
