package trust

import (
	"cmp"
	"crypto/ecdsa"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"time"
)

// Files are the PEM files by which a process is known and knows others: its certificate, the key of that, and
// the authorities that it believes. All are taken anew when they change.
type Files struct{ Cert, Key, CA string }

// Identity is how a process is known to others by its certificate, and knows them by theirs.
type Identity struct {
	pair     *Watched[*tls.Certificate]
	roots    *Watched[authorities]
	now      func() time.Time
	refusals *Refusals
	// signers are the certificates of tokens that were looked at lately.
	signers recent[string, signer]
}

// authorities are who signs certificates that are believed.
type authorities struct {
	pool  *x509.CertPool
	until time.Time // when the first of them ends
}

// Open reads the files of a process with some services: its certificate has to be good today, of one of the
// authorities, and name each of them.
func Open(
	f Files, services []string, now func() time.Time, log *slog.Logger, refusals *Refusals,
) (*Identity, error) {
	i := &Identity{
		pair: watchPair(f.Cert, f.Key, now, log), now: now, refusals: refusals,
		signers: recent[string, signer]{size: maxSigners},
		roots: &Watched[authorities]{
			What: "authority", Paths: []string{f.CA}, Now: now, Log: log,
			Load:  func() (authorities, error) { return readAuthorities(f.CA) },
			Until: func(a authorities) time.Time { return a.until },
		},
	}
	i.pair.Load = func() (*tls.Certificate, error) { return readOwn(f, services) }
	if err := i.pair.Open(); err != nil {
		return nil, err
	}
	if err := i.roots.Open(); err != nil {
		return nil, err
	}
	for _, usage := range []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth} {
		if _, err := i.verify(parsed(i.pair.Get()), usage); err != nil {
			return nil, fmt.Errorf("all others would refuse what %s shows: %w", f.Cert, err)
		}
	}
	return i, nil
}

// readOwn reads a certificate, which has to name all services that it is for.
func readOwn(f Files, services []string) (*tls.Certificate, error) {
	own, err := readPair(f.Cert, f.Key)
	if err != nil {
		return nil, err
	}
	if _, ok := own.PrivateKey.(*ecdsa.PrivateKey); !ok {
		return nil, fmt.Errorf("the key in %s is not ECDSA, with which services sign", f.Key)
	}
	names := Named(own.Leaf)
	for _, service := range services {
		if !slices.Contains(names, service) {
			return nil, fmt.Errorf("the certificate in %s is for %q, and %s runs here: one that is shown for several services names each",
				f.Cert, names, service)
		}
	}
	return own, nil
}

func parsed(c *tls.Certificate) []*x509.Certificate {
	chain := []*x509.Certificate{c.Leaf}
	for _, der := range c.Certificate[1:] {
		if next, err := x509.ParseCertificate(der); err == nil {
			chain = append(chain, next)
		}
	}
	return chain
}

// Server is the TLS of who is called. Whoever calls has to show a certificate of one of the authorities that
// names a service; Named says which.
func (i *Identity) Server() *tls.Config {
	return &tls.Config{
		MinVersion:     tls.VersionTLS13,
		GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return i.pair.Get(), nil },
		// VerifyConnection refuses who shows none, so that the log is told of that too.
		ClientAuth: tls.RequestClientCert,
		VerifyConnection: func(s tls.ConnectionState) error {
			_, err := i.verify(s.PeerCertificates, x509.ExtKeyUsageClientAuth)
			return i.told("who calls is refused", "", err)
		},
	}
}

// Client is the TLS of who calls a service. The certificate of whoever answers has to name that service; the
// host that it runs on is nobody's concern.
func (i *Identity) Client(service string) *tls.Config {
	return &tls.Config{
		MinVersion:         tls.VersionTLS13,
		InsecureSkipVerify: true, //nolint:gosec // of the host's name; VerifyConnection looks at the service's
		GetClientCertificate: func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
			return i.pair.Get(), nil
		},
		VerifyConnection: func(s tls.ConnectionState) error {
			names, err := i.verify(s.PeerCertificates, x509.ExtKeyUsageServerAuth)
			if err == nil && !slices.Contains(names, service) {
				err = &RefusedError{AnotherService, fmt.Sprintf("it is %q, and not %s", names, service)}
			}
			return i.told("who is called is refused", service, err)
		},
	}
}

func (i *Identity) told(what, service string, err error) error {
	if refusal := (*RefusedError)(nil); errors.As(err, &refusal) {
		i.refusals.Tell(what, service, refusal)
	}
	return err
}

// verify answers the services of a certificate that is shown with those between it and its authority.
func (i *Identity) verify(chain []*x509.Certificate, usage x509.ExtKeyUsage) ([]string, error) {
	if len(chain) == 0 {
		return nil, &RefusedError{NoCertificate, "it shows no certificate"}
	}
	between := x509.NewCertPool()
	for _, c := range chain[1:] {
		between.AddCert(c)
	}
	_, err := chain[0].Verify(x509.VerifyOptions{
		Roots: i.roots.Get().pool, Intermediates: between, CurrentTime: i.now(),
		KeyUsages: []x509.ExtKeyUsage{usage},
	})
	invalid := x509.CertificateInvalidError{}
	if errors.As(err, &invalid) && invalid.Reason == x509.Expired {
		return nil, &RefusedError{Ended, fmt.Sprintf("its certificate, or its authority's, is not good today: it is from %s until %s",
			chain[0].NotBefore.UTC().Format(time.RFC3339), chain[0].NotAfter.UTC().Format(time.RFC3339))}
	}
	if err != nil {
		return nil, &RefusedError{AnotherAuthority, "its certificate is of no authority that is known here"}
	}
	names := Named(chain[0])
	if len(names) == 0 {
		return nil, &RefusedError{NoService, "its certificate names no service"}
	}
	return names, nil
}

func readAuthorities(path string) (a authorities, err error) {
	text, err := os.ReadFile(path) //nolint:gosec // the operator names the file
	if err != nil {
		return a, fmt.Errorf("the authorities cannot be read: %w", err)
	}
	certificates, err := readCertificates(text)
	if err != nil || len(certificates) == 0 {
		return a, fmt.Errorf("there is no authority in %s: %w", path, cmp.Or(err, errNoPEM))
	}
	a.pool = x509.NewCertPool()
	for _, c := range certificates {
		if !c.IsCA {
			return a, fmt.Errorf("the certificate of %q in %s is no authority's", c.Subject.CommonName, path)
		}
		if a.pool.AddCert(c); a.until.IsZero() || c.NotAfter.Before(a.until) {
			a.until = c.NotAfter
		}
	}
	return a, nil
}

var errNoPEM = errors.New("a PEM file has a block CERTIFICATE for each")

// readCertificates reads all certificates of a PEM file.
func readCertificates(text []byte) (all []*x509.Certificate, err error) {
	for block, rest := pem.Decode(text); block != nil; block, rest = pem.Decode(rest) {
		if block.Type != "CERTIFICATE" {
			continue
		}
		c, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, err
		}
		all = append(all, c)
	}
	return all, nil
}
