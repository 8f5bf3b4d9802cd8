package host

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/crypto/acme"
	"golang.org/x/crypto/acme/autocert"

	"github.com/artisan-eats/artisan/trust"
)

// PublicTLS reports whether the public address speaks TLS itself.
func (c Config) PublicTLS() bool { return c.ACME || c.PublicCert != "" || c.PublicKey != "" }

// PublicScheme is http or https: what the public address speaks.
func (c Config) PublicScheme() string {
	if c.PublicTLS() {
		return "https"
	}
	return "http"
}

// https is how the public address speaks TLS; all zero where it does not.
type https struct {
	config *tls.Config
	// challenges answers the authority's questions on plain HTTP, before what it is given.
	challenges func(http.Handler) http.Handler
}

func (p *Process) newHTTPS() (https, error) {
	c := p.config
	base, err := url.Parse(c.BaseURL)
	switch {
	case err != nil:
		return https{}, fmt.Errorf("the base URL cannot be read: %w", err)
	case !c.PublicTLS() && c.PublicHTTP != "":
		return https{},
			errors.New(
				"plain HTTP beside HTTPS (--public-http-listen) needs a certificate: set --public-tls-cert and --public-tls-key, or --acme")
	case !c.PublicTLS():
		return https{}, nil
	case c.ACME && (c.PublicCert != "" || c.PublicKey != ""):
		return https{},
			errors.New("a certificate is either in files (--public-tls-cert) or fetched (--acme), not both")
	case base.Scheme != "https":
		return https{},
			errors.New("the public address has a certificate, so the base URL has to begin with https://")
	case c.ACME:
		return p.newACME(base.Hostname())
	}
	pair, err := trust.KeyPair(c.PublicCert, c.PublicKey, c.Now, c.Log)
	if err != nil {
		return https{}, err
	}
	return https{config: &tls.Config{
		MinVersion:     tls.VersionTLS12,
		GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return pair.Get(), nil },
	}}, nil
}

// newACME has an authority sign certificates for the shop's name. They are kept in the data directory.
func (p *Process) newACME(name string) (https, error) {
	if ip := net.ParseIP(name); ip != nil || !strings.Contains(name, ".") {
		return https{},
			errors.New("--acme needs a base URL with the shop's public name, e.g. https://shop.example")
	}
	client := &acme.Client{
		DirectoryURL: p.config.ACMEDirectory,
		HTTPClient:   &http.Client{Timeout: 30 * time.Second},
	}
	if p.config.ACMECA != "" {
		roots, err := readRoots(p.config.ACMECA)
		if err != nil {
			return https{}, err
		}
		client.HTTPClient.Transport = &http.Transport{
			TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: roots},
		}
	}
	manager := &autocert.Manager{
		Prompt: autocert.AcceptTOS, Cache: autocert.DirCache(filepath.Join(p.config.Data, "acme")),
		HostPolicy: autocert.HostWhitelist(name), Client: client, Email: p.config.ACMEEmail,
	}
	config := manager.TLSConfig()
	config.MinVersion = tls.VersionTLS12
	config.GetCertificate = p.saysWhy(name, manager.GetCertificate)
	return https{config, manager.HTTPHandler}, nil
}

// getCertificate is how a handshake gets its certificate.
type getCertificate func(*tls.ClientHelloInfo) (*tls.Certificate, error)

// saysWhy logs, once a minute, why there is no certificate for the shop's own name. Other names are
// strangers' guesses.
func (p *Process) saysWhy(name string, get getCertificate) getCertificate {
	var said atomic.Int64
	return func(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
		certificate, err := get(hello)
		now, last := p.config.Now().Unix(), said.Load()
		if err != nil && strings.EqualFold(hello.ServerName, name) && now-last >= 60 &&
			said.CompareAndSwap(last, now) {
			p.config.Log.Error("there is no certificate for the shop's name", "name", name, "error", err)
		}
		return certificate, err
	}
}

func readRoots(path string) (*x509.CertPool, error) {
	text, err := os.ReadFile(path) //nolint:gosec // the operator names the file
	if err != nil {
		return nil, fmt.Errorf("the certificates of the ACME directory cannot be read: %w", err)
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(text) {
		return nil, fmt.Errorf("there is no certificate in %s", path)
	}
	return roots, nil
}

// toHTTPS sends browsers that came by plain HTTP to the shop's own address. A program is told instead: what
// it sent was readable on the way already, and would be each time.
func toHTTPS(base string) http.Handler {
	base = strings.TrimSuffix(base, "/")
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		page := (r.Method == http.MethodGet || r.Method == http.MethodHead) &&
			!strings.HasPrefix(r.URL.Path, "/api/")
		if !page || !strings.HasPrefix(r.URL.Path, "/") {
			w.Header().Set("Connection", "close")
			http.Error(w, "this shop speaks HTTPS only: "+base, http.StatusForbidden)
			return
		}
		w.Header().Set("Location", base+r.URL.RequestURI())
		w.WriteHeader(http.StatusPermanentRedirect)
	})
}
