package main

import (
	"archive/tar"
	"bytes"
	"io"
	"io/fs"
	"log"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/registry"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/random"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/google/go-containerregistry/pkg/v1/validate"
)

// repository is a commit of a program as small as there is, which is built in the time of a test. What
// becomes of the real one ./check deploy sees.
func repository(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	write(t, filepath.Join(dir, "go.mod"), "module github.com/artisan-eats/artisan\n\ngo 1.26.0\n")
	write(t, filepath.Join(dir, "cmd/artisan/main.go"), "package main\n\nfunc main() { println(\"open\") }\n")
	for _, args := range [][]string{
		{"init", "--quiet"},
		{"add", "."},
		{
			"-c", "user.name=Ada", "-c", "user.email=ada@example.org", "commit", "--quiet", "--message=shop",
			"--date=2026-01-02T03:04:05Z",
		},
	} {
		cmd := exec.Command("git", args...)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "GIT_COMMITTER_DATE=2026-01-02T03:04:05Z")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("git %v: %v\n%s", args, err, out)
		}
	}
	return dir
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// made makes the image of a repository and answers with the directory of what was made.
func made(t *testing.T, repository string, args ...string) string {
	t.Helper()
	out := filepath.Join(t.TempDir(), "out")
	var said bytes.Buffer
	args = append([]string{"-source", repository, "-out", out}, args...)
	if err := run(t.Context(), args, &said); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(said.String(), "image: sha256:") {
		t.Errorf("it says %q and not what the image is", said.String())
	}
	return out
}

// contents are all files beneath a directory.
func contents(t *testing.T, dir string) map[string]string {
	t.Helper()
	found := map[string]string{}
	err := fs.WalkDir(os.DirFS(dir), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(filepath.Join(dir, path))
		found[path] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// TestTheSameCommitMakesTheSameBytes: in another directory, by a compiler that remembers nothing, beside
// files that are not committed, and with settings of Go that would make another program.
func TestTheSameCommitMakesTheSameBytes(t *testing.T) {
	repo := repository(t)
	first := contents(t, made(t, repo))
	clone := filepath.Join(t.TempDir(), "elsewhere", "shop")
	if out, err := exec.Command("git", "clone", "--quiet", repo, clone).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	write(t, filepath.Join(clone, "cmd/artisan/main.go"), "package main\n\nfunc main() { println(\"changed\") }\n")
	write(t, filepath.Join(clone, "cmd/artisan/new.go"), "package main\n\nfunc init() { println(\"new\") }\n")
	t.Setenv("GOCACHE", t.TempDir())
	t.Setenv("GOFLAGS", "-tags=other -buildvcs=false")
	t.Setenv("CGO_ENABLED", "1")
	t.Setenv("GOAMD64", "v3")
	second := contents(t, made(t, clone))
	for path, text := range first {
		if second[path] != text {
			t.Errorf("%s is not the same", path)
		}
	}
	if len(first) != len(second) {
		t.Errorf("it makes %d files and then %d", len(first), len(second))
	}
}

// images are what a layout has, by architecture.
func images(t *testing.T, dir string) map[string]v1.Image {
	t.Helper()
	index, err := layout.ImageIndexFromPath(filepath.Join(dir, "oci"))
	if err != nil {
		t.Fatal(err)
	}
	if err := validate.Index(index); err != nil {
		t.Errorf("the layout is not as OCI wants it: %v", err)
	}
	manifest, err := index.IndexManifest()
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]v1.Image{}
	for _, d := range manifest.Manifests {
		img, err := index.Image(d.Digest)
		if err != nil {
			t.Fatal(err)
		}
		found[d.Platform.OS+"/"+d.Platform.Architecture] = img
	}
	return found
}

func TestTheImageHasWhatTheProgramNeedsAndNothingElse(t *testing.T) {
	repo := repository(t)
	revision, err := git(t.Context(), repo, "rev-parse", "HEAD")
	if err != nil {
		t.Fatal(err)
	}
	found := images(t, made(t, repo))
	if len(found) != 2 || found["linux/amd64"] == nil || found["linux/arm64"] == nil {
		t.Fatalf("it is for %v", found)
	}
	for platform, img := range found {
		c, err := img.ConfigFile()
		if err != nil {
			t.Fatal(err)
		}
		label := func(name string) string { return c.Config.Labels["org.opencontainers.image."+name] }
		if c.Config.User != "65532:65532" || !slices.Equal(c.Config.Entrypoint, []string{"/artisan"}) ||
			!slices.Equal(c.Config.Cmd, []string{"up"}) {
			t.Errorf("%s: it runs as %+v", platform, c.Config)
		}
		if label("revision") != revision || label("licenses") != "Apache-2.0" ||
			label("version") == "" || label("source") == "" {
			t.Errorf("%s: it is labelled %v", platform, c.Config.Labels)
		}
		if c.Created.Format(time.RFC3339) != "2026-01-02T03:04:05Z" || c.OS+"/"+c.Architecture != platform {
			t.Errorf("%s: it is of %s, for %s/%s", platform, c.Created, c.OS, c.Architecture)
		}
		checkFiles(t, img)
	}
}

// checkFiles looks at what a container of the image would see.
func checkFiles(t *testing.T, img v1.Image) {
	t.Helper()
	var paths []string
	for _, f := range unpacked(t, img) {
		paths = append(paths, f.path)
		switch {
		case f.path == "data" && (f.owner != 65532 || f.mode.Perm() != 0o700):
			t.Errorf("the data directory is %d's, %o", f.owner, f.mode.Perm())
		case f.path != "data" && (f.owner != 0 || f.mode.Perm()&0o022 != 0):
			t.Errorf("%s is %d's, %o: others than root could change it", f.path, f.owner, f.mode.Perm())
		case f.path == "artisan" && !bytes.HasPrefix(f.content, []byte("\x7fELF")):
			t.Error("the program is no program")
		case f.path == "etc/ssl/certs/ca-certificates.crt" &&
			bytes.Count(f.content, []byte("BEGIN CERTIFICATE")) < 100:
			t.Error("few authorities are known")
		}
	}
	slices.Sort(paths)
	want := []string{
		"artisan", "data", "etc", "etc/group", "etc/passwd", "etc/ssl", "etc/ssl/certs",
		"etc/ssl/certs/ca-certificates.crt",
	}
	if !slices.Equal(paths, want) {
		t.Errorf("it has %v, and should have %v", paths, want)
	}
}

func TestAnEngineLoadsWhatTheLayoutHas(t *testing.T) {
	out := made(t, repository(t), "-platforms", "linux/amd64")
	tag, err := name.NewTag(loaded)
	if err != nil {
		t.Fatal(err)
	}
	img, err := tarball.ImageFromPath(filepath.Join(out, "artisan-amd64.tar"), &tag)
	if err != nil {
		t.Fatal(err)
	}
	inFile, err := img.ConfigName()
	if err != nil {
		t.Fatal(err)
	}
	inLayout, err := images(t, out)["linux/amd64"].ConfigName()
	if err != nil || inFile != inLayout {
		t.Errorf("the file has %s and the layout %s (%v)", inFile, inLayout, err)
	}
}

func TestARegistryGetsAllPlatforms(t *testing.T) {
	server := httptest.NewServer(registry.New(registry.Logger(log.New(t.Output(), "", 0))))
	defer server.Close()
	reference := strings.TrimPrefix(server.URL, "http://") + "/shop/artisan:1"
	made(t, repository(t), "-push", reference)
	ref, err := name.ParseReference(reference)
	if err != nil {
		t.Fatal(err)
	}
	index, err := remote.Index(ref)
	if err != nil {
		t.Fatal(err)
	}
	manifest, err := index.IndexManifest()
	if err != nil || len(manifest.Manifests) != 2 {
		t.Errorf("the registry has %+v (%v)", manifest, err)
	}
}

func TestWhatCannotBeBuiltSaysWhy(t *testing.T) {
	repo := repository(t)
	full := t.TempDir()
	write(t, filepath.Join(full, "old"), "an image of before")
	for _, c := range []struct{ args, want string }{
		{"-out " + full, "not empty"},
		{"-out " + t.TempDir() + " -commit nowhere", "no commit nowhere"},
		{"-out " + t.TempDir() + " -platforms windows/amd64", "windows/amd64"},
		{"", "-out or by -rootfs"},
		{"-rootfs " + t.TempDir(), "one platform"},
		{"-out " + t.TempDir() + " more", `"more"`},
	} {
		args := append([]string{"-source", repo}, strings.Fields(c.args)...)
		if err := run(t.Context(), args, io.Discard); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, and it should speak of %s", c.args, err, c.want)
		}
	}
}

func TestAnImageThatGrewTooLargeIsNotMade(t *testing.T) {
	img, err := random.Image(mostBytes, 1) // and what is around the bytes
	if err != nil {
		t.Fatal(err)
	}
	if err := fits(img); err == nil || !strings.Contains(err.Error(), "something large was embedded") {
		t.Errorf("an image of %d bytes and more: %v", mostBytes, err)
	}
}

// unpacked are the files of an image.
func unpacked(t *testing.T, img v1.Image) []file {
	t.Helper()
	all := mutate.Extract(img)
	defer func() { _ = all.Close() }()
	var found []file
	for r := tar.NewReader(all); ; {
		h, err := r.Next()
		if err == io.EOF { //nolint:errorlint // as it comes from the reader
			return found
		}
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		found = append(found, file{
			path: strings.TrimSuffix(h.Name, "/"), mode: h.FileInfo().Mode(), owner: h.Uid, content: content,
		})
	}
}
