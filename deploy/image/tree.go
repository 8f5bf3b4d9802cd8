package main

import (
	"bytes"
	"context"
	"debug/buildinfo"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"strconv"
	"strings"
	"time"
)

// tree is a commit's files, apart from whatever else lies in the repository's directory.
type tree struct {
	dir      string
	revision string
	at       time.Time // when it was committed: the time of everything that is made
	dirty    bool      // the repository has changes that the commit has not
}

// checkout lays out a commit of the repository in a directory beneath work.
func checkout(ctx context.Context, repository, commit, work string) (*tree, error) {
	revision, err := git(ctx, repository, "rev-parse", "--verify", "--quiet", commit+"^{commit}")
	if err != nil {
		return nil, fmt.Errorf("there is no commit %s in %s: %w", commit, repository, err)
	}
	seconds, err := git(ctx, repository, "show", "--no-patch", "--format=%ct", revision)
	if err != nil {
		return nil, err
	}
	at, err := strconv.ParseInt(seconds, 10, 64)
	if err != nil {
		return nil, fmt.Errorf("the commit's time: %w", err)
	}
	changes, err := git(ctx, repository, "status", "--porcelain", "--untracked-files=no")
	if err != nil {
		return nil, err
	}
	dir := filepath.Join(work, "source")
	if _, err := git(ctx, repository, "clone", "--quiet", "--no-checkout", ".", dir); err != nil {
		return nil, err
	}
	if _, err := git(ctx, dir, "checkout", "--quiet", "--detach", revision); err != nil {
		return nil, err
	}
	return &tree{dir: dir, revision: revision, at: time.Unix(at, 0).UTC(), dirty: changes != ""}, nil
}

// git answers with what git prints, without the last line's end.
func git(ctx context.Context, dir string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, "git", args...) //nolint:gosec // whoever builds names the repository and the commit
	cmd.Dir = dir
	return output(cmd)
}

func output(cmd *exec.Cmd) (string, error) {
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("%s: %w: %s", strings.Join(cmd.Args, " "), err, bytes.TrimSpace(errs.Bytes()))
	}
	return strings.TrimSpace(out.String()), nil
}

// built is the program for one platform.
type built struct {
	arch   string
	binary []byte
	info   *debug.BuildInfo
}

// build builds the program for a platform, "linux/amd64".
func build(ctx context.Context, src *tree, platform, work string) (*built, error) {
	system, arch, _ := strings.Cut(platform, "/")
	if system != "linux" || (arch != "amd64" && arch != "arm64") {
		return nil, fmt.Errorf("the platform %q is none of linux/amd64 and linux/arm64", platform)
	}
	path := filepath.Join(work, "artisan-"+arch)
	args := append([]string{"build", "-o", path}, buildFlags()...)
	cmd := goCommand(ctx, src, arch, append(args, "./cmd/artisan")...)
	if _, err := output(cmd); err != nil {
		return nil, err
	}
	info, err := buildinfo.ReadFile(path)
	if err != nil {
		return nil, err
	}
	binary, err := os.ReadFile(path) //nolint:gosec // what was just built
	return &built{arch: arch, binary: binary, info: info}, err
}

// goCommand is Go in the tree, told nothing but what buildEnv says.
func goCommand(ctx context.Context, src *tree, arch string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, "go", args...) //nolint:gosec // the arguments are this program's own
	cmd.Dir = src.dir
	cmd.Env = append(os.Environ(), buildEnv(arch)...)
	return cmd
}
