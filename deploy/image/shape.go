package main

import (
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"github.com/artisan-eats/artisan/deploy/image/ship"
)

// What the image is. The Dockerfile says the same, and a test holds it against this.
const (
	toolchain  = ship.Go // what it is built with, on every machine
	user       = 65532   // who the program runs as: nobody of the machine's
	program    = "/artisan"
	dataDir    = "/data" // the only place that is written to
	rootsFile  = "/etc/ssl/certs/ca-certificates.crt"
	publicPort = "8080/tcp"
	source     = "https://github.com/artisan-eats/artisan"
	licence    = "Apache-2.0"
	account    = "65532:65532"
	mostBytes  = 40 << 20 // of what is pulled
)

// buildFlags are what the program is built with: no paths of the machine, no symbols, the commit's stamp.
func buildFlags() []string {
	return []string{"-trimpath", "-buildvcs=true", "-ldflags=-s -w -buildid="}
}

// buildEnv is all that a build hears of its surroundings, beside where Go keeps things.
func buildEnv(arch string) []string {
	return []string{
		"CGO_ENABLED=0", "GOOS=linux", "GOARCH=" + arch, "GOAMD64=v1", "GOARM64=v8.0",
		"GOTOOLCHAIN=" + toolchain, "GOFLAGS=", "GOWORK=off", "GOEXPERIMENT=", "GOFIPS140=off", "GOENV=off",
	}
}

// config is what an engine does with the image when it is told nothing.
func config(src *tree, version string) v1.Config {
	return v1.Config{
		User:         account,
		WorkingDir:   "/",
		Env:          []string{"ARTISAN_DATA=" + dataDir, "TMPDIR=" + dataDir}, // SQLite wants a place too
		Entrypoint:   []string{program},
		Cmd:          []string{"up"},
		Volumes:      map[string]struct{}{dataDir: {}},
		ExposedPorts: map[string]struct{}{publicPort: {}},
		StopSignal:   "SIGTERM",
		Labels:       labels(src, version),
	}
}

func labels(src *tree, version string) map[string]string {
	return map[string]string{
		"org.opencontainers.image.title":       "Artisan Eats",
		"org.opencontainers.image.description": "The marketplace of independent food producers",
		"org.opencontainers.image.source":      source,
		"org.opencontainers.image.revision":    src.revision,
		"org.opencontainers.image.version":     version,
		"org.opencontainers.image.created":     src.at.Format(time.RFC3339),
		"org.opencontainers.image.licenses":    licence,
	}
}
