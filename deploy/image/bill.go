package main

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net/url"
	"runtime/debug"
	"strings"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"github.com/artisan-eats/artisan/deploy/image/spdx"
)

const rootsModule = "golang.org/x/crypto/x509roots/fallback"

// billOf is what is in the image, as its program says itself.
func billOf(ctx context.Context, src *tree, b *built, digest v1.Hash) (*spdx.Document, error) {
	licences, err := licencesOf(ctx, src, b)
	if err != nil {
		return nil, err
	}
	own := packageOf(b.info.Main.Path, b.info.Main.Version)
	sum := sha256.Sum256(b.binary)
	own.Checksums = []spdx.Checksum{{Algorithm: "SHA256", Value: hex.EncodeToString(sum[:])}}
	own.LicenseDeclared, own.Purpose, own.Download = licence, "APPLICATION", "git+"+source+"@"+src.revision
	doc := &spdx.Document{
		Version: "SPDX-2.3", DataLicense: "CC0-1.0", ID: spdx.DocumentID, Name: "artisan-" + b.arch,
		Namespace: source + "/spdx/" + digest.Hex,
		Creation: spdx.Creation{
			Created:  src.at.Format(time.RFC3339),
			Creators: []string{"Tool: deploy/image"},
		},
		Packages:      []spdx.Package{own},
		Relationships: []spdx.Relationship{{From: spdx.DocumentID, Type: "DESCRIBES", To: own.ID}},
	}
	standard := packageOf("stdlib", strings.TrimPrefix(b.info.GoVersion, "go"))
	standard.LicenseDeclared = "BSD-3-Clause"
	contain(doc, standard, "DEPENDS_ON")
	for _, m := range b.info.Deps {
		contain(doc, modulePackage(m, licences), "DEPENDS_ON")
	}
	contain(doc, rootsPackage(), "CONTAINS")
	return doc, nil
}

// contain adds a package of which the program is made.
func contain(doc *spdx.Document, p spdx.Package, how string) {
	doc.Packages = append(doc.Packages, p)
	doc.Relationships = append(
		doc.Relationships, spdx.Relationship{From: doc.Packages[0].ID, Type: how, To: p.ID})
}

func modulePackage(m *debug.Module, licences map[string]string) spdx.Package {
	if m.Replace != nil {
		m = m.Replace
	}
	p := packageOf(m.Path, m.Version)
	p.Download = "https://proxy.golang.org/" + m.Path + "/@v/" + m.Version + ".zip"
	if sum := moduleDigest(m.Sum); sum != nil {
		p.Checksums = []spdx.Checksum{{Algorithm: "SHA256", Value: sum["sha256"]}}
	}
	if l := licences[m.Path]; l != "" {
		p.LicenseDeclared = l
	}
	return p
}

// rootsPackage is where the list of authorities is from; this program has it in itself.
func rootsPackage() spdx.Package {
	version := ""
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, m := range info.Deps {
			if m.Path == rootsModule {
				version = m.Version
			}
		}
	}
	p := packageOf(rootsModule, version)
	p.LicenseDeclared = "MPL-2.0"
	return p
}

// licencesOf finds what licence each module of the program is under, by the files of the module cache.
func licencesOf(ctx context.Context, src *tree, b *built) (map[string]string, error) {
	args := []string{"list", "-m", "-f", "{{with .Replace}}{{.Path}}\t{{.Dir}}{{else}}{{.Path}}\t{{.Dir}}{{end}}"}
	for _, m := range b.info.Deps {
		args = append(args, m.Path)
	}
	found := map[string]string{}
	if len(b.info.Deps) == 0 {
		return found, nil
	}
	out, err := output(goCommand(ctx, src, b.arch, args...))
	if err != nil {
		return nil, fmt.Errorf("where the modules are: %w", err)
	}
	for line := range strings.Lines(out) {
		path, dir, _ := strings.Cut(strings.TrimSpace(line), "\t")
		found[path] = spdx.Licence(dir)
	}
	return found, nil
}

func packageOf(path, version string) spdx.Package {
	return spdx.NewPackage(path, version, packageURL(path, version))
}

// packageURL names a Go module as a purl.
func packageURL(path, version string) string {
	return "pkg:golang/" + path + "@" + url.QueryEscape(version)
}

// moduleDigest is what go.sum has of a module, as others write it; nil where it has nothing.
func moduleDigest(sum string) map[string]string {
	hash, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(sum, "h1:"))
	if err != nil || len(hash) != sha256.Size {
		return nil
	}
	return map[string]string{"sha256": hex.EncodeToString(hash)}
}
