package trust

import (
	"cmp"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net"
	"net/url"
	"time"
)

const (
	// AuthorityFor is how long a new authority is good.
	AuthorityFor = 10 * 365 * 24 * time.Hour
	// early is how long before now certificates begin, for clocks that are behind.
	early = time.Hour
)

// Authority signs the certificates of a shop's services.
type Authority struct {
	certificate *x509.Certificate
	key         crypto.Signer
}

// NewAuthority makes an authority that is good from now on, with a key of its own.
func NewAuthority(now time.Time) (*Authority, error) {
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	c := &x509.Certificate{
		Subject:   pkix.Name{CommonName: "Artisan Eats, " + now.UTC().Format(time.DateTime)},
		NotBefore: now.Add(-early), NotAfter: now.Add(AuthorityFor),
		IsCA: true, BasicConstraintsValid: true, MaxPathLenZero: true,
		KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
	}
	if c, err = signed(c, c, private.Public(), private); err != nil {
		return nil, err
	}
	return &Authority{c, private}, nil
}

// readAuthority reads an authority: the first certificate of a PEM file, and its key.
func readAuthority(certificates, key []byte) (*Authority, error) {
	all, err := readCertificates(certificates)
	if err != nil || len(all) == 0 {
		return nil, cmp.Or(err, errNoPEM)
	}
	block, _ := pem.Decode(key)
	if block == nil {
		return nil, errors.New("there is no key")
	}
	private, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, err
	}
	own, ok := private.(*ecdsa.PrivateKey)
	if !ok || !own.PublicKey.Equal(all[0].PublicKey) {
		return nil, errors.New("the key is not that of the first certificate")
	}
	return &Authority{all[0], own}, nil
}

// Until is when the authority ends.
func (a *Authority) Until() time.Time { return a.certificate.NotAfter }

// Issue signs a certificate of a service, for a key that is made for it: good from now on for a time, but no
// longer than the authority, at this machine and at some hosts, by name or address.
func (a *Authority) Issue(
	service string, hosts []string, now time.Time, good time.Duration,
) (certificate, key []byte, err error) {
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, nil, err
	}
	until := now.Add(good)
	if until.After(a.Until()) {
		until = a.Until()
	}
	c := &x509.Certificate{
		Subject:   pkix.Name{CommonName: service},
		NotBefore: now.Add(-early), NotAfter: until, BasicConstraintsValid: true,
		KeyUsage:    x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
		URIs:        []*url.URL{ID(service)},
	}
	for _, host := range append([]string{"localhost", "127.0.0.1", "::1"}, hosts...) {
		if ip := net.ParseIP(host); ip != nil {
			c.IPAddresses = append(c.IPAddresses, ip)
		} else {
			c.DNSNames = append(c.DNSNames, host)
		}
	}
	if c, err = signed(c, a.certificate, private.Public(), a.key); err != nil {
		return nil, nil, fmt.Errorf("sign the certificate of %s: %w", service, err)
	}
	key, err = encodeKey(private)
	return encode(c), key, err
}

func signed(
	c, parent *x509.Certificate, public crypto.PublicKey, by crypto.Signer,
) (*x509.Certificate, error) {
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127))
	if err != nil {
		return nil, err
	}
	c.SerialNumber = serial
	der, err := x509.CreateCertificate(rand.Reader, c, parent, public, by)
	if err != nil {
		return nil, err
	}
	return x509.ParseCertificate(der)
}

func encode(c *x509.Certificate) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw})
}

func encodeKey(private crypto.Signer) ([]byte, error) {
	der, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		return nil, err
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), nil
}
