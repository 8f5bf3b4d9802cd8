package audit

import (
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
)

// File is a file that lines are appended to. It is opened for each batch, so that it may be moved away at any
// time, and is on the disk before a batch counts as sent. A line that was torn by a crash or a full disk is
// ended first.
type File struct {
	Path string
	mu   sync.Mutex
}

// Write appends whole lines.
func (f *File) Write(lines []byte) (n int, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	file, err := os.OpenFile(f.Path, os.O_CREATE|os.O_RDWR|os.O_APPEND, 0o600)
	if err != nil {
		return 0, fmt.Errorf("the security log's file cannot be opened; name another with --audit-log: %w",
			err)
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	if torn(file) {
		if _, err := file.WriteString("\n"); err != nil {
			return 0, err
		}
	}
	if n, err = file.Write(lines); err != nil {
		return n, err
	}
	return n, file.Sync()
}

// torn reports whether a file ends within a line.
func torn(file *os.File) bool {
	end, err := file.Seek(0, io.SeekEnd)
	if err != nil || end == 0 {
		return false
	}
	last := []byte{0}
	_, err = file.ReadAt(last, end-1)
	return err == nil && last[0] != '\n'
}
