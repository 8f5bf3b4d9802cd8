package host

import (
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sys/unix"
)

// Running is the process that holds a data directory, as its lock file tells.
type Running struct {
	PID     int       `json:"pid"`
	Command string    `json:"command"`
	Since   time.Time `json:"since"`
	// Admin is its admin address, empty while it starts.
	Admin string `json:"admin"`
	// Token opens the RPCs on the admin address, to whoever may read the file.
	Token string `json:"token"`
}

// dataLock is the right to a service's files in a data directory.
type dataLock struct {
	file    *os.File
	running Running
}

// InUseError is the error of a data directory that another process holds.
type InUseError struct {
	Dir     string
	Running Running
}

func (e *InUseError) Error() string {
	return fmt.Sprintf(
		"the data directory %s is in use by process %d (%s, since %s); stop it, or name another directory with --data",
		e.Dir, e.Running.PID, e.Running.Command, e.Running.Since.Local().Format(time.DateTime))
}

// lockData takes the lock of one service in a data directory. The kernel lets go of it when
// the process ends, however it ends.
func lockData(dir, service, command string) (*dataLock, error) {
	path := filepath.Join(dir, service+".lock")
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600) //nolint:gosec // a fixed name in the data directory
	if err != nil {
		return nil, fmt.Errorf("the data directory %s cannot be used: %w", dir, err)
	}
	if err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		defer func() { _ = f.Close() }()
		if !errors.Is(err, unix.EWOULDBLOCK) {
			return nil, fmt.Errorf("lock %s: %w", path, err)
		}
		holder := &InUseError{Dir: dir}
		_ = json.NewDecoder(f).Decode(&holder.Running)
		return nil, holder
	}
	lock := &dataLock{f, Running{
		PID: os.Getpid(), Command: command, Since: time.Now().UTC(),
		Token: rand.Text(),
	}}
	if err := lock.publish(""); err != nil {
		return nil, errors.Join(err, lock.release())
	}
	return lock, nil
}

// readLock reads who holds, or held, the lock of a service.
func readLock(dir, service string) (running Running, err error) {
	content, err := os.ReadFile(filepath.Join(dir, service+".lock")) //nolint:gosec // a fixed name in the data directory
	if err == nil {
		err = json.Unmarshal(content, &running)
	}
	return running, err
}

// publish writes who holds the lock and where it can be talked to.
func (l *dataLock) publish(admin string) error {
	l.running.Admin = admin
	content, err := json.Marshal(l.running)
	if err != nil {
		return err
	}
	if err := errors.Join(l.file.Truncate(0), writeAt(l.file, append(content, '\n'))); err != nil {
		return fmt.Errorf("write %s: %w", l.file.Name(), err)
	}
	return nil
}

func writeAt(w io.WriterAt, content []byte) error {
	_, err := w.WriteAt(content, 0)
	return err
}

func (l *dataLock) release() error { return l.file.Close() }

// adminToken opens the admin RPCs: the one in the lock files. A process has one.
func (p *Process) adminToken() string {
	if len(p.locks) == 0 {
		return rand.Text()
	}
	for _, lock := range p.locks {
		lock.running.Token = p.locks[0].running.Token
	}
	return p.locks[0].running.Token
}

// secretFile is where a demo keeps the master key that it made.
const secretFile = "secret"

var errNoSecret = errors.New(
	"ARTISAN_SECRET is not set: it is the master key of personal data, e.g. from `openssl rand -hex 32`")

// loadSecret reads the master key of personal data, or makes one for a fresh demo. Production brings its own.
func (p *Process) loadSecret() error {
	c := &p.config
	if len(c.Secret) > 0 {
		if len(c.Secret) < 32 {
			return errors.New(
				"ARTISAN_SECRET is too short: it needs at least 32 bytes, e.g. from `openssl rand -hex 32`")
		}
		return nil
	}
	path := filepath.Join(c.Data, secretFile)
	content, err := os.ReadFile(path) //nolint:gosec // a fixed name in the data directory
	if errors.Is(err, fs.ErrNotExist) {
		return p.firstSecret(path)
	}
	if err != nil {
		return fmt.Errorf("read the master key: %w", err)
	}
	if c.Secret, err = hex.DecodeString(string(content)); err != nil || len(c.Secret) < 32 {
		return fmt.Errorf("the master key in %s is damaged; restore it from a backup", path)
	}
	return nil
}

// firstSecret makes the master key of a demo that has none. Who has no database seals nothing, and needs
// none.
func (p *Process) firstSecret(path string) error {
	if !p.config.Demo {
		return errNoSecret
	}
	stored := false
	for _, h := range p.hosts {
		if h.kind == Demo {
			return fmt.Errorf(
				"the master key of this demo is not in %s: name the data directory that the demo was made with, or other databases", path)
		}
		stored = stored || h.db != nil
	}
	if !stored {
		return nil
	}
	if err := makeSecret(path); err != nil {
		return fmt.Errorf("write the master key: %w", err)
	}
	return p.loadSecret()
}

// makeSecret writes a new master key so that it is whole or not there. Of processes that
// start together the first one's counts.
func makeSecret(path string) error {
	made := make([]byte, 32)
	_, _ = rand.Read(made)
	tmp, err := os.CreateTemp(filepath.Dir(path), secretFile+"-*")
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(tmp.Name()) }()
	_, err = tmp.WriteString(hex.EncodeToString(made))
	if err := errors.Join(err, tmp.Sync(), tmp.Close()); err != nil {
		return err
	}
	if err := os.Link(tmp.Name(), path); !errors.Is(err, fs.ErrExist) {
		return err
	}
	return nil
}
