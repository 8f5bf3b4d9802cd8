package trust

import (
	"crypto/ecdsa"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"strings"
	"time"
)

// key signs texts, and checks what others signed.
type key interface {
	// sign answers with the certificate that others check the signature by, where they need one.
	sign(text string) (signature []byte, certificate string, err error)
	// check answers the services whose key signed a text; none where all have the same key.
	check(text string, signature []byte, certificate string) ([]string, error)
}

// maxSigners and signerFor bound how many certificates that signed are remembered, and for how long: one that
// has ended, or whose authority is gone, is believed no longer.
const (
	maxSigners = 128
	signerFor  = time.Minute
)

// signer is a certificate that was found to be good.
type signer struct {
	leaf  *x509.Certificate
	names []string
	until time.Time
}

// purpose comes before what is signed, so that nothing else that a key signs can be taken for it.
const purpose = "artisan: who acts\n"

func digest(text string) []byte {
	sum := sha256.Sum256([]byte(purpose + text))
	return sum[:]
}

func (i *Identity) sign(text string) ([]byte, string, error) {
	own := i.pair.Get()
	signature, err := ecdsa.SignASN1(rand.Reader, own.PrivateKey.(*ecdsa.PrivateKey), digest(text))
	var chain []string
	for _, der := range own.Certificate {
		chain = append(chain, base64.RawURLEncoding.EncodeToString(der))
	}
	return signature, strings.Join(chain, "."), err
}

func (i *Identity) check(text string, signature []byte, certificate string) ([]string, error) {
	s, known := i.signers.get(certificate)
	if !known || !i.now().Before(s.until) {
		var err error
		if s, err = i.meet(certificate); err != nil {
			return nil, err
		}
		i.signers.put(certificate, s)
	}
	public, ok := s.leaf.PublicKey.(*ecdsa.PublicKey)
	if !ok || !ecdsa.VerifyASN1(public, digest(text), signature) {
		return nil, errForged
	}
	return s.names, nil
}

// meet looks at a certificate that came with a token.
func (i *Identity) meet(certificate string) (s signer, err error) {
	var chain []*x509.Certificate
	for text := range strings.SplitSeq(certificate, ".") {
		der, err := base64.RawURLEncoding.DecodeString(text)
		if err != nil {
			return s, errForged
		}
		c, err := x509.ParseCertificate(der)
		if err != nil {
			return s, errForged
		}
		chain = append(chain, c)
	}
	names, err := i.verify(chain, x509.ExtKeyUsageClientAuth)
	if err != nil {
		return s, err
	}
	until := i.now().Add(signerFor)
	if end := chain[0].NotAfter; end.Before(until) {
		until = end
	}
	return signer{chain[0], names, until}, nil
}

// sharedKeys are secrets that all who may sign have. The first signs, all check.
type sharedKeys []string

func mac(secret, text string) []byte {
	h := hmac.New(sha256.New, []byte(secret))
	_, _ = h.Write([]byte(purpose + text))
	return h.Sum(nil)
}

func (k sharedKeys) sign(text string) ([]byte, string, error) { return mac(k[0], text), "", nil }

func (k sharedKeys) check(text string, signature []byte, _ string) ([]string, error) {
	for _, secret := range k {
		if hmac.Equal(mac(secret, text), signature) {
			return nil, nil
		}
	}
	return nil, errForged
}
