package host

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// What nobody but the shop's own user may do with its directories and files.
const (
	privateDir  fs.FileMode = 0o700
	privateFile fs.FileMode = 0o600
	others      fs.FileMode = 0o077
)

// keepPrivate makes the data directory, refuses one that other users of the machine get into, and closes
// whatever is open in it: earlier versions left that to the umask.
func keepPrivate(dir string) error {
	if err := os.MkdirAll(dir, privateDir); err != nil {
		return fmt.Errorf("the data directory cannot be made: %w", err)
	}
	info, err := os.Stat(dir)
	if err != nil {
		return fmt.Errorf("the data directory cannot be read: %w", err)
	}
	if mode := info.Mode().Perm(); mode&others != 0 {
		return fmt.Errorf(
			"the data directory %s is open to other users of this machine (mode %04o), and keys and orders are in it; close it with `chmod 700 %s`", dir, mode, dir)
	}
	if err := filepath.WalkDir(dir, closeToOthers); err != nil {
		return fmt.Errorf("the data directory %s cannot be closed to other users: %w", dir, err)
	}
	return nil
}

// closeToOthers takes from a file or directory what other users may do with it. Others may remove files
// meanwhile.
func closeToOthers(path string, entry fs.DirEntry, err error) error {
	if err == nil && (entry.Type().IsRegular() || entry.IsDir()) {
		err = closeEntry(path, entry)
	}
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

func closeEntry(path string, entry fs.DirEntry) error {
	info, err := entry.Info()
	if err != nil || info.Mode().Perm()&others == 0 {
		return err
	}
	if entry.IsDir() {
		return os.Chmod(path, privateDir)
	}
	return os.Chmod(path, privateFile)
}
