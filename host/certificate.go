package host

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"sync"
	"time"
)

// lookEvery is how often a certificate's files are looked at, at the most.
const lookEvery = 2 * time.Second

// keyPair is a certificate in files, taken anew when they change.
type keyPair struct {
	cert, key string
	now       func() time.Time
	log       *slog.Logger

	mu      sync.Mutex
	looked  time.Time
	seen    [2]stamp
	current *tls.Certificate
}

// stamp tells whether a file is another than before.
type stamp struct {
	changed time.Time
	size    int64
	mode    fs.FileMode
}

// newKeyPair reads the files, which have to be there and to belong together.
func newKeyPair(cert, key string, now func() time.Time, log *slog.Logger) (*keyPair, error) {
	k := &keyPair{cert: cert, key: key, now: now, log: log, looked: now()}
	k.seen, _ = k.stamps()
	if err := k.load(); err != nil {
		return nil, err
	}
	return k, nil
}

func (k *keyPair) load() error {
	pair, err := tls.LoadX509KeyPair(k.cert, k.key)
	if err != nil {
		return fmt.Errorf("the certificate in %s and its key in %s cannot be used: %w", k.cert, k.key, err)
	}
	k.current = &pair
	return nil
}

func (k *keyPair) stamps() (seen [2]stamp, err error) {
	for i, path := range []string{k.cert, k.key} {
		info, failure := os.Stat(path)
		if failure != nil {
			err = errors.Join(err, failure)
			continue
		}
		seen[i] = stamp{info.ModTime(), info.Size(), info.Mode()}
	}
	return seen, err
}

// get gives the certificate as it is now. New files that cannot be used leave the old one in place, and the
// log says so.
func (k *keyPair) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if now := k.now(); now.Sub(k.looked) >= lookEvery {
		k.looked = now
		k.look()
	}
	return k.current, nil
}

func (k *keyPair) look() {
	seen, err := k.stamps()
	if seen == k.seen {
		return
	}
	k.seen = seen
	if err == nil {
		err = k.load()
	}
	if err != nil {
		k.log.Error("the new certificate is not used, the old one stays", "error", err)
		return
	}
	k.log.Info("a new certificate is used", "file", k.cert, "until", k.current.Leaf.NotAfter)
}
