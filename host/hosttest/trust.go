package hosttest

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/artisan-eats/artisan/host"
	"github.com/artisan-eats/artisan/trust"
)

// Certificates makes certificates of services, by an authority of their own.
func Certificates(t testing.TB, services ...string) trust.Directory {
	t.Helper()
	dir := trust.Directory(filepath.Join(t.TempDir(), "certs"))
	_, err := dir.Prepare(services)
	if err != nil {
		t.Fatal(err)
	}
	authority, err := dir.NewAuthority(time.Now())
	if err == nil {
		err = dir.Issue(authority, services, nil, time.Now(), time.Hour)
	}
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// Shows has a process show the certificate of a service, and believe those of a directory.
func Shows(dir trust.Directory, service string) func(*host.Config) {
	return func(c *host.Config) {
		f := dir.Files(service)
		c.TLSCert, c.TLSKey, c.TLSCA = f.Cert, f.Key, f.CA
	}
}
