package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
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
	doc := spdx.Of(b.info, licences)
	doc.Name, doc.Namespace = "artisan-"+b.arch, source+"/spdx/"+digest.Hex
	doc.Creation = spdx.Creation{
		Created: src.at.Format(time.RFC3339), Creators: []string{"Tool: deploy/image"},
	}
	own, sum := &doc.Packages[0], sha256.Sum256(b.binary)
	own.Checksums = []spdx.Checksum{{Algorithm: "SHA256", Value: hex.EncodeToString(sum[:])}}
	own.LicenseDeclared, own.Purpose = licence, "APPLICATION"
	own.Download = "git+" + source + "@" + src.revision
	doc.Contain(rootsPackage(), "CONTAINS")
	return doc, nil
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
	p := spdx.NewPackage(rootsModule, version)
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
