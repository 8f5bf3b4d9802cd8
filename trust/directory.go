package trust

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// Directory is where an authority and the certificates of services are kept: ca.pem, ca-key.pem, and a
// service's NAME.pem and NAME-key.pem.
type Directory string

// What only its owner may do.
const (
	privateDir  fs.FileMode = 0o700
	privateFile fs.FileMode = 0o600
	others      fs.FileMode = 0o077
)

const (
	authorityFile    = "ca.pem"
	authorityKeyFile = "ca-key.pem"
)

// Files are those of a service.
func (d Directory) Files(service string) Files {
	return Files{
		Cert: d.path(service + ".pem"), Key: d.path(service + "-key.pem"), CA: d.path(authorityFile),
	}
}

func (d Directory) path(name string) string { return filepath.Join(string(d), name) }

func fileNames(services []string) []string {
	all := []string{authorityFile, authorityKeyFile}
	for _, service := range services {
		all = append(all, service+".pem", service+"-key.pem")
	}
	return all
}

// Prepare makes the directory, or closes it to other users where nothing but what is made here is in it. It
// answers which of the files of some services, and of the authority, are there.
func (d Directory) Prepare(services []string) (there []string, err error) {
	if err := os.MkdirAll(string(d), privateDir); err != nil {
		return nil, fmt.Errorf("the directory cannot be made: %w", err)
	}
	info, err := os.Stat(string(d))
	if err != nil {
		return nil, err
	}
	entries, err := os.ReadDir(string(d))
	if err != nil {
		return nil, fmt.Errorf("the directory cannot be read: %w", err)
	}
	for _, entry := range entries {
		if slices.Contains(fileNames(services), entry.Name()) {
			there = append(there, entry.Name())
		}
	}
	if info.Mode().Perm()&others == 0 {
		return there, nil
	}
	if len(there) < len(entries) {
		return nil, fmt.Errorf("the directory %s is open to other users, and other things are in it: name a new one for the keys", d)
	}
	return there, os.Chmod(string(d), privateDir) //nolint:gosec // a directory has to be entered
}

// Authority reads the directory's authority.
func (d Directory) Authority() (*Authority, error) {
	certificates, err := os.ReadFile(d.path(authorityFile)) //nolint:gosec // the operator names the directory
	if err != nil {
		return nil, fmt.Errorf("the authority cannot be read: %w", err)
	}
	key, err := os.ReadFile(d.path(authorityKeyFile)) //nolint:gosec // the operator names the directory
	if err != nil {
		return nil, fmt.Errorf("the authority's key cannot be read: %w", err)
	}
	a, err := readAuthority(certificates, key)
	if err != nil {
		return nil, fmt.Errorf("the authority in %s cannot be used: %w", d, err)
	}
	return a, nil
}

// NewAuthority makes an authority and keeps it. Those before it that are good today stay believed: they stand
// behind it in the file.
func (d Directory) NewAuthority(now time.Time) (*Authority, error) {
	a, err := NewAuthority(now)
	if err != nil {
		return nil, err
	}
	key, err := encodeKey(a.key)
	if err != nil {
		return nil, err
	}
	certificates := encode(a.certificate)
	before, err := os.ReadFile(d.path(authorityFile)) //nolint:gosec // the operator names the directory
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("the authority before cannot be read: %w", err)
	}
	known, err := readCertificates(before)
	if err != nil {
		return nil, fmt.Errorf("the authority before in %s is damaged; take that file away: %w", d, err)
	}
	for _, c := range known {
		if now.Before(c.NotAfter) {
			certificates = append(certificates, encode(c)...)
		}
	}
	return a, d.write(map[string][]byte{authorityFile: certificates, authorityKeyFile: key})
}

// Issue makes a certificate for each service, as Authority.Issue does.
func (d Directory) Issue(
	a *Authority, services, hosts []string, now time.Time, good time.Duration,
) error {
	for _, service := range services {
		certificate, key, err := a.Issue(service, hosts, now, good)
		if err == nil {
			err = d.write(map[string][]byte{service + ".pem": certificate, service + "-key.pem": key})
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// write puts files in place of those that are there, each whole, and all of them close together: who watches
// them finds a pair.
func (d Directory) write(files map[string][]byte) error {
	made := map[string]string{}
	defer func() {
		for _, path := range made {
			_ = os.Remove(path)
		}
	}()
	for name, content := range files {
		f, err := os.CreateTemp(string(d), name+"-*")
		if err != nil {
			return fmt.Errorf("write %s: %w", d.path(name), err)
		}
		made[name] = f.Name()
		_, err = f.Write(content)
		if err := errors.Join(err, f.Chmod(privateFile), f.Sync(), f.Close()); err != nil {
			return fmt.Errorf("write %s: %w", d.path(name), err)
		}
	}
	for name, path := range made {
		if err := os.Rename(path, d.path(name)); err != nil {
			return fmt.Errorf("write %s: %w", d.path(name), err)
		}
		delete(made, name)
	}
	return nil
}
