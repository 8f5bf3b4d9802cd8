//go:build faults

// Package faults has one of each kind of mistake that the linters are there to find. `./check all` fails
// when they overlook one: a linter that a slip in its settings switched off would be missed by nobody. A
// line with a mistake names who has to find it.
package faults

import (
	"compress/gzip"
	"context"
	"crypto/md5" // want G501
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"database/sql"
	"fmt"
	"io"
	weak "math/rand/v2"
	"net/http"
	"net/http/pprof"
	"os"
	"os/exec"
	"strconv"
)

// Password is in the code, where everybody reads it.
const Password = "zK7#pQ9!vX2mLd" // want G101

// Sum is of a hash that collides.
func Sum(text []byte) [16]byte { return md5.Sum(text) } // want G401

// Key is too short.
func Key() (*rsa.PrivateKey, error) { return rsa.GenerateKey(rand.Reader, 1024) } // want G403

// Trusting believes every server.
func Trusting() *tls.Config {
	return &tls.Config{InsecureSkipVerify: true} // want G402
}

// Aged speaks what is broken.
func Aged() *tls.Config {
	return &tls.Config{MinVersion: tls.VersionTLS10} // want G402
}

// Open lets everybody read.
func Open() error {
	if err := os.MkdirAll("shop", 0o777); err != nil { // want G301
		return err
	}
	if err := os.Chmod("shop/secret", 0o666); err != nil { // want G302
		return err
	}
	return os.WriteFile("shop/secret", nil, 0o644) // want G306
}

// Read opens what a stranger names.
func Read(r *http.Request) ([]byte, error) {
	return os.ReadFile(r.FormValue("file")) // want G703
}

// Run starts what a stranger names.
func Run(ctx context.Context, r *http.Request) error {
	return exec.CommandContext(ctx, r.FormValue("program")).Run() // want G204
}

// Unfold has no bound.
func Unfold(from io.Reader, to io.Writer) error {
	packed, err := gzip.NewReader(from)
	if err != nil {
		return err
	}
	_, err = io.Copy(to, packed) // want G110
	return err
}

// Find puts what a stranger says into a statement.
func Find(ctx context.Context, db *sql.DB, r *http.Request) error {
	_, err := db.ExecContext(ctx, fmt.Sprintf("DELETE FROM orders WHERE id = '%s'", r.FormValue("id"))) // want G701
	return err
}

// Glue does so without Sprintf.
func Glue(ctx context.Context, db *sql.DB, r *http.Request) error {
	_, err := db.ExecContext(ctx, "DELETE FROM orders WHERE id = '"+r.FormValue("id")+"'") // want G701
	return err
}

// Serve waits for ever for headers.
func Serve() *http.Server {
	return &http.Server{Handler: http.HandlerFunc(pprof.Index)} // want G112
}

// Guess makes a token that can be foreseen.
func Guess() string { return strconv.Itoa(weak.Int()) } // want G404

// Leave keeps a connection.
func Leave(client *http.Client, r *http.Request) error {
	answer, err := client.Do(r) // want bodyclose G704
	if err != nil {
		return err
	}
	_ = answer.StatusCode
	return nil
}

// Forget asks without a deadline.
func Forget() error {
	answer, err := http.Get("https://shop.example/") // want noctx
	if err != nil {
		return err
	}
	return answer.Body.Close()
}

// Rows are never closed, and their end is not looked at.
func Rows(ctx context.Context, db *sql.DB) (n int, err error) {
	rows, err := db.QueryContext(ctx, "SELECT 1") // want sqlclosecheck rowserrcheck
	if err != nil {
		return 0, err
	}
	for rows.Next() {
		n++
	}
	return n, nil
}

// Compare overlooks a wrapped error.
func Compare(err error) bool { return err == io.EOF } // want errorlint

// Swallow answers that all is well.
func Swallow(err error) error {
	if err != nil {
		return nil // want nilerr
	}
	return nil
}

func Mute() {} // want revive

// Endless is longer than a screen.
func Endless(n int) int { // want funlen
	n++
	n++
	n++
	n++
	n++
	n++
	n++
	n++
	n++
	n++
	n++
	n++
	n++
	n++
	n++
	n++
	n++
	n++
	n++
	n++
	n++
	n++
	n++
	n++
	n++
	n++
	n++
	n++
	n++
	n++
	n++
	n++
	n++
	n++
	n++
	n++
	n++
	n++
	n++
	n++
	n++
	n++
	n++
	n++
	n++
	n++
	n++
	n++
	n++
	n++
	n++
	n++
	n++
	n++
	n++
	n++
	n++
	n++
	n++
	n++
	n++
	return n
}
