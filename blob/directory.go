package blob

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// directory is a store of files, each named by its key.
type directory string

// unfinished begins the names of files that are being written.
const unfinished = ".writing-"

func (d directory) path(key string) (string, error) {
	return filepath.Join(string(d), filepath.FromSlash(key)), checkKey(key)
}

func (d directory) Put(_ context.Context, key, _ string, content []byte) error {
	path, err := d.path(key)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), unfinished+"*")
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return nil
}

func (d directory) Get(_ context.Context, key string) ([]byte, error) {
	path, err := d.path(key)
	if err != nil {
		return nil, err
	}
	content, err := os.ReadFile(path) //nolint:gosec // a key is no path to elsewhere
	if errors.Is(err, fs.ErrNotExist) {
		err = ErrNone
	}
	return content, err
}

func (d directory) List(_ context.Context, under string) (keys []string, err error) {
	root, err := d.path(under)
	if err != nil {
		return nil, err
	}
	err = filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || strings.HasPrefix(entry.Name(), unfinished) {
			return err
		}
		key, err := filepath.Rel(string(d), path)
		keys = append(keys, filepath.ToSlash(key))
		return err
	})
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	return keys, err
}

func (d directory) Delete(_ context.Context, key string) error {
	path, err := d.path(key)
	if err != nil {
		return err
	}
	if err := os.Remove(path); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}
