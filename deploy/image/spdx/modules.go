package spdx

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"net/url"
	"runtime/debug"
	"strings"
)

// Of is the bill of what a program says it was built from: itself, which comes first, what Go brings, and its
// modules, under the licences that are known of their paths.
func Of(info *debug.BuildInfo, licences map[string]string) *Document {
	own := NewPackage(info.Main.Path, info.Main.Version)
	doc := &Document{
		Version: "SPDX-2.3", DataLicense: "CC0-1.0", ID: DocumentID,
		Packages:      []Package{own},
		Relationships: []Relationship{{From: DocumentID, Type: "DESCRIBES", To: own.ID}},
	}
	version, _, _ := strings.Cut(strings.TrimPrefix(info.GoVersion, "go"), " ")
	standard := NewPackage("stdlib", version)
	standard.LicenseDeclared = "BSD-3-Clause"
	doc.Contain(standard, "DEPENDS_ON")
	for _, m := range info.Deps {
		doc.Contain(modulePackage(m, licences), "DEPENDS_ON")
	}
	return doc
}

// Contain adds a package that the first one is made of.
func (d *Document) Contain(p Package, how string) {
	d.Packages = append(d.Packages, p)
	d.Relationships = append(d.Relationships, Relationship{From: d.Packages[0].ID, Type: how, To: p.ID})
}

func modulePackage(m *debug.Module, licences map[string]string) Package {
	if m.Replace != nil {
		m = m.Replace
	}
	p := NewPackage(m.Path, m.Version)
	if sum := ModuleDigest(m.Sum); sum != nil {
		p.Checksums = []Checksum{{Algorithm: "SHA256", Value: sum["sha256"]}}
	}
	if l := licences[m.Path]; l != "" {
		p.LicenseDeclared = l
	}
	return p
}

// Module is a Go module, or "stdlib", and its version.
type Module struct{ Path, Version string }

const purlOfGo = "pkg:golang/"

// Modules are those that a bill names by their package URLs.
func (d *Document) Modules() []Module {
	var found []Module
	for _, p := range d.Packages {
		for _, r := range p.References {
			name, isGo := strings.CutPrefix(r.Locator, purlOfGo)
			path, version, _ := strings.Cut(name, "@")
			if version, err := url.QueryUnescape(version); isGo && err == nil {
				found = append(found, Module{path, version})
			}
		}
	}
	return found
}

// PackageURL names a Go module as others do.
func PackageURL(path, version string) string { return purlOfGo + path + "@" + url.QueryEscape(version) }

// ModuleDigest is what go.sum has of a module, as others write it; nil where it has nothing.
func ModuleDigest(sum string) map[string]string {
	hash, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(sum, "h1:"))
	if err != nil || len(hash) != sha256.Size {
		return nil
	}
	return map[string]string{"sha256": hex.EncodeToString(hash)}
}
