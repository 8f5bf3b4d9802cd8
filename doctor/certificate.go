package doctor

import (
	"context"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"github.com/artisan-eats/artisan/trust"
)

// How soon before its end a certificate is said to end, and an authority, which takes longer to replace; and
// from when on that cannot wait.
const (
	soon          = 30 * 24 * time.Hour
	soonAuthority = 90 * 24 * time.Hour
	atOnce        = 7 * 24 * time.Hour
)

// certificates looks when those end that are set, and those that processes show.
func certificates(_ context.Context, v *visit) (found []Finding, err error) {
	looked := 0
	look := func(what string, ends time.Time, early time.Duration, todo string) {
		looked++
		left := ends.Sub(v.Now())
		says := fmt.Sprintf("%s ends at %s: %s", what, ends.UTC().Format(time.RFC3339), todo)
		switch {
		case left <= 0:
			found = append(found, fail("%s ended at %s: %s", what, ends.UTC().Format(time.RFC3339), todo))
		case left <= atOnce:
			found = append(found, fail("%s", says))
		case left <= early:
			found = append(found, warn("%s", says))
		}
	}
	for _, f := range v.certificateFiles() {
		chain, err := readChain(f.path)
		if err != nil {
			found = append(found, fail("%s, of %s, cannot be read (%v): %s", f.path, f.setting, err, f.todo))
			continue
		}
		for _, c := range chain {
			look(f.path, c.NotAfter, f.early, f.todo)
		}
	}
	for _, p := range v.processes {
		if !p.ends.IsZero() {
			look("what "+p.service+" shows at "+p.url, p.ends, soon, renew)
		}
	}
	if _, err := v.identity(); err != nil && len(found) == 0 {
		found = append(found, fail("%s", oneLine(err)))
	}
	if looked == 0 && len(found) == 0 {
		return nil, nil
	}
	return orOK(found, "%d certificates are good for %d days and more", looked, int(soon.Hours()/24)), nil
}

const renew = "make new ones with `artisan certs DIR`, and put them in place"

// certificateFile is a file of certificates.
type certificateFile struct {
	setting, path, todo string
	early               time.Duration
}

func (v *visit) certificateFiles() (all []certificateFile) {
	add := func(setting, path, todo string, early time.Duration) {
		if path != "" {
			all = append(all, certificateFile{setting, path, todo, early})
		}
	}
	add("--tls-cert", v.TLSCert, renew, soon)
	add("--tls-ca", v.TLSCA, "make a new authority with `artisan certs DIR`, and give it to every process before its certificates", soonAuthority)
	add("--public-tls-cert", v.PublicCert, "renew it where it comes from, and put it in place", soon)
	if u, err := url.Parse(v.BaseURL); err == nil && v.ACME {
		path := filepath.Join(v.Data, "acme", u.Hostname())
		if _, err := os.Stat(path); err == nil {
			add("--acme", path, "it is fetched anew 30 days before its end, so look in the log why it is not", atOnce*3)
		}
	}
	return all
}

// readChain reads the certificates of a PEM file.
func readChain(path string) (chain []*x509.Certificate, err error) {
	text, err := os.ReadFile(path) //nolint:gosec // the operator names the file
	for block, rest := pem.Decode(text); block != nil && err == nil; block, rest = pem.Decode(rest) {
		if block.Type == "CERTIFICATE" {
			var c *x509.Certificate
			c, err = x509.ParseCertificate(block.Bytes)
			chain = append(chain, c)
		}
	}
	if err == nil && len(chain) == 0 {
		err = errors.New("there is no certificate in it")
	}
	return chain, err
}

// identity is what the doctor shows to processes: what its own settings name. It is nil where none is set.
func (v *visit) identity() (*trust.Identity, error) {
	if v.TLSCert == "" && v.TLSKey == "" && v.TLSCA == "" {
		return nil, nil
	}
	log := slog.New(slog.DiscardHandler)
	return trust.Open(trust.Files{Cert: v.TLSCert, Key: v.TLSKey, CA: v.TLSCA}, nil, v.Now, log,
		trust.NewRefusals(log, v.Now))
}
