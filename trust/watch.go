package trust

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"slices"
	"sync"
	"time"
)

// lookEvery is how often files are looked at, at the most.
const lookEvery = 2 * time.Second

// Watched is what stands in files, taken anew when they change. It is safe for concurrent use once it is
// open.
type Watched[T any] struct {
	// What is the word of the log for it.
	What  string
	Paths []string
	Load  func() (T, error)
	// Until is when it ends.
	Until func(T) time.Time
	Now   func() time.Time
	Log   *slog.Logger

	mu      sync.Mutex
	looked  time.Time
	seen    []stamp
	current T
}

// stamp tells whether a file is another than before.
type stamp struct {
	changed time.Time
	size    int64
	mode    fs.FileMode
}

// Open reads the files, which have to be there and to be right.
func (w *Watched[T]) Open() (err error) {
	w.looked = w.Now()
	w.seen, _ = w.stamps()
	w.current, err = w.Load()
	return err
}

// Get gives what stands in the files now. New ones that cannot be used leave the old in place, and the log
// says so.
func (w *Watched[T]) Get() T {
	w.mu.Lock()
	defer w.mu.Unlock()
	if now := w.Now(); now.Sub(w.looked) >= lookEvery {
		w.looked = now
		w.look()
	}
	return w.current
}

func (w *Watched[T]) stamps() (seen []stamp, err error) {
	for _, path := range w.Paths {
		info, failure := os.Stat(path)
		if failure != nil {
			err = errors.Join(err, failure)
			seen = append(seen, stamp{})
			continue
		}
		seen = append(seen, stamp{info.ModTime(), info.Size(), info.Mode()})
	}
	return seen, err
}

func (w *Watched[T]) look() {
	seen, err := w.stamps()
	if slices.Equal(seen, w.seen) {
		return
	}
	w.seen = seen
	var fresh T
	if err == nil {
		fresh, err = w.Load()
	}
	if err != nil {
		w.Log.Error("the new "+w.What+" is not used, the old one stays", "error", err)
		return
	}
	w.current = fresh
	w.Log.Info("a new "+w.What+" is used", "file", w.Paths[0], "until", w.Until(fresh))
}

// KeyPair is a certificate and its key in PEM files, which have to be there and to belong together.
func KeyPair(
	cert, key string, now func() time.Time, log *slog.Logger,
) (*Watched[*tls.Certificate], error) {
	w := watchPair(cert, key, now, log)
	return w, w.Open()
}

func watchPair(cert, key string, now func() time.Time, log *slog.Logger) *Watched[*tls.Certificate] {
	return &Watched[*tls.Certificate]{
		What: "certificate", Paths: []string{cert, key}, Now: now, Log: log,
		Load:  func() (*tls.Certificate, error) { return readPair(cert, key) },
		Until: func(c *tls.Certificate) time.Time { return c.Leaf.NotAfter },
	}
}

func readPair(cert, key string) (*tls.Certificate, error) {
	pair, err := tls.LoadX509KeyPair(cert, key)
	if err != nil {
		return nil, fmt.Errorf("the certificate in %s and its key in %s cannot be used: %w", cert, key, err)
	}
	return &pair, nil
}
