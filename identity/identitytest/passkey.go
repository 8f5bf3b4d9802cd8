// Package identitytest has what tests of identity stand on: the service on each engine with its peers, and
// what its accounts show who they are by, a passkey and an authenticator app in software.
package identitytest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"testing"

	"github.com/go-webauthn/webauthn/protocol/webauthncbor"
)

// Passkey is a key pair as a device or a password manager keeps it (ES256). Its fields are what a test may
// falsify.
type Passkey struct {
	// Origin is where its browser says that it is.
	Origin string
	// Domain is what it signs for, where that is not what it is asked for.
	Domain string
	// Unverified says that nobody's finger or code was asked for.
	Unverified bool
	// Counter is how often it has signed. One that is synchronised between devices has none: it stays 0.
	Counter uint32
	// Synced keys do not count.
	Synced bool

	key  *ecdsa.PrivateKey
	id   []byte
	user string
}

// New makes a passkey for a browser at an origin.
func New(t testing.TB, origin string) *Passkey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	id := make([]byte, 32)
	_, _ = rand.Read(id)
	return &Passkey{Origin: origin, key: key, id: id}
}

// Copy is a passkey with the same key and counter.
func (p *Passkey) Copy() *Passkey {
	twin := *p
	return &twin
}

func text(raw []byte) string { return base64.RawURLEncoding.EncodeToString(raw) }

// asked is what both kinds of options say.
type asked struct {
	Challenge string `json:"challenge"`
	RPID      string `json:"rpId"`
	RP        struct {
		ID string `json:"id"`
	} `json:"rp"`
	User struct {
		ID string `json:"id"`
	} `json:"user"`
}

func read(t testing.TB, options string) asked {
	t.Helper()
	var a asked
	if err := json.Unmarshal([]byte(options), &a); err != nil {
		t.Fatal(err)
	}
	return a
}

// Create answers the options of a registration, as navigator.credentials.create does.
func (p *Passkey) Create(t testing.TB, options string) string {
	t.Helper()
	a := read(t, options)
	p.user = a.User.ID
	point, err := p.key.PublicKey.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	public := encode(t, map[int]any{1: 2, 3: -7, -1: 1, -2: point[1:33], -3: point[33:]})
	data := p.data(a.RP.ID, true)
	data = append(data, make([]byte, 16)...) // no make of authenticator
	data = binary.BigEndian.AppendUint16(data, uint16(len(p.id)))
	data = append(append(data, p.id...), public...)
	object := encode(t, map[string]any{"fmt": "none", "attStmt": map[string]any{}, "authData": data})
	return p.credential(t, map[string]any{
		"clientDataJSON":    text(p.client(t, "webauthn.create", a.Challenge)),
		"attestationObject": text(object), "transports": []string{"internal"},
	})
}

// Get answers the options of a sign-in, as navigator.credentials.get does.
func (p *Passkey) Get(t testing.TB, options string) string {
	t.Helper()
	a := read(t, options)
	if !p.Synced {
		p.Counter++
	}
	data, client := p.data(a.RPID, false), p.client(t, "webauthn.get", a.Challenge)
	hash := sha256.Sum256(client)
	digest := sha256.Sum256(append(append([]byte{}, data...), hash[:]...))
	signature, err := ecdsa.SignASN1(rand.Reader, p.key, digest[:])
	if err != nil {
		t.Fatal(err)
	}
	return p.credential(t, map[string]any{
		"clientDataJSON": text(client), "authenticatorData": text(data), "signature": text(signature),
		"userHandle": p.user,
	})
}

// data is what every authenticator signs first: for whom, what was asked of the user, how often.
func (p *Passkey) data(domain string, attested bool) []byte {
	if p.Domain != "" {
		domain = p.Domain
	}
	const present, verified, withKey = 1, 4, 64
	flags := byte(present)
	if !p.Unverified {
		flags |= verified
	}
	if attested {
		flags |= withKey
	}
	sum := sha256.Sum256([]byte(domain))
	return binary.BigEndian.AppendUint32(append(sum[:], flags), p.Counter)
}

func (p *Passkey) client(t testing.TB, kind, challenge string) []byte {
	t.Helper()
	raw, err := json.Marshal(map[string]any{
		"type": kind, "challenge": challenge, "origin": p.Origin,
		"crossOrigin": false,
	})
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func (p *Passkey) credential(t testing.TB, response map[string]any) string {
	t.Helper()
	raw, err := json.Marshal(map[string]any{
		"id": text(p.id), "rawId": text(p.id), "type": "public-key", "authenticatorAttachment": "platform",
		"clientExtensionResults": map[string]any{}, "response": response,
	})
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

func encode(t testing.TB, v any) []byte {
	t.Helper()
	raw, err := webauthncbor.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}
