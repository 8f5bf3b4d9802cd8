package main

import (
	"archive/tar"
	"bytes"
	"encoding/pem"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/crypto/x509roots/fallback/bundle"
)

// file is one of the image's files, or one of its directories where it has no content.
type file struct {
	path    string // without the slash before it
	mode    fs.FileMode
	owner   int
	content []byte
}

func (f file) isDir() bool { return f.mode.IsDir() }

// baseFiles are what the program finds around itself: whom it trusts, who it is, and where it writes. There
// is no shell, and nothing that anybody but root could change outside the data directory.
func baseFiles() []file {
	const dir = fs.ModeDir | 0o755
	return []file{
		{path: strings.TrimPrefix(dataDir, "/"), mode: fs.ModeDir | 0o700, owner: user},
		{path: "etc", mode: dir},
		{path: "etc/group", mode: 0o444, content: fmt.Appendf(nil, "root:x:0:\nartisan:x:%d:\n", user)},
		{path: "etc/passwd", mode: 0o444, content: fmt.Appendf(
			nil, "root:x:0:0:root:/:/none\nartisan:x:%d:%d:artisan:%s:/none\n", user, user, dataDir)},
		{path: "etc/ssl", mode: dir},
		{path: "etc/ssl/certs", mode: dir},
		{path: strings.TrimPrefix(rootsFile, "/"), mode: 0o444, content: roots()},
	}
}

func programFile(binary []byte) file {
	return file{path: strings.TrimPrefix(program, "/"), mode: 0o555, content: binary}
}

// roots are the authorities that Mozilla trusts, as PEM. Those that it trusts for older certificates only
// are left out: PEM cannot say so.
func roots() []byte {
	var out bytes.Buffer
	for root := range bundle.Roots() {
		if root.Constraint == nil {
			_ = pem.Encode(&out, &pem.Block{Type: "CERTIFICATE", Bytes: root.Certificate})
		}
	}
	return out.Bytes()
}

// archive is the files as a tar, in the order in which they are given.
func archive(files []file, at time.Time) ([]byte, error) {
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	for _, f := range files {
		h := &tar.Header{
			Typeflag: tar.TypeReg, Name: f.path, Mode: int64(f.mode.Perm()), Uid: f.owner, Gid: f.owner,
			Size: int64(len(f.content)), ModTime: at, Format: tar.FormatUSTAR,
		}
		if f.isDir() {
			h.Typeflag, h.Name = tar.TypeDir, f.path+"/"
		}
		if err := w.WriteHeader(h); err != nil {
			return nil, err
		}
		if _, err := w.Write(f.content); err != nil {
			return nil, err
		}
	}
	err := w.Close()
	return out.Bytes(), err
}

// writeTo lays a file out beneath a directory. It wants root, for the owner of the data directory.
func (f file) writeTo(dir string, at time.Time) error {
	path := filepath.Join(dir, f.path)
	if f.isDir() {
		if err := os.MkdirAll(path, 0o700); err != nil {
			return err
		}
	} else if err := os.WriteFile(path, f.content, 0o600); err != nil {
		return err
	}
	if err := os.Lchown(path, f.owner, f.owner); err != nil {
		return err
	}
	if err := os.Chmod(path, f.mode.Perm()); err != nil {
		return err
	}
	return os.Chtimes(path, at, at)
}
