package notify

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"slices"
	"strings"
	"time"

	"github.com/artisan-eats/artisan/host"
	mailboxes "github.com/artisan-eats/artisan/mailbox"
)

// claimed is what a "this was not me" link says: to which address, as a keyed hash, a letter went, of what it
// came, and about which order it was.
type claimed struct {
	address string
	cause   string
	orderID string
}

const (
	notMeVersion = 1
	addressSize  = 16
	notMeHeader  = 1 + 4 + addressSize + 1
	// notMeLife is how long such a link does something.
	notMeLife = 60 * 24 * time.Hour
	maxCause  = 32
)

// post is the cryptography of addresses and of the links in letters. The first key of each is the current
// one.
type post struct {
	addresses [][]byte
	links     [][]byte
}

func newPost(c host.Config) (p post, err error) {
	if p.addresses, err = c.Keys("notify: addresses"); err != nil {
		return p, err
	}
	p.links, err = c.Keys("notify: this was not me")
	return p, err
}

// hashes are those of an address's mailbox under all keys, the current one's first: what is stored of an
// address. Behind them come those of the address as it is written, which was stored before.
func (p post) hashes(address string) (all []string) {
	for _, spelling := range []string{mailboxes.Of(address), strings.ToLower(address)} {
		for _, key := range p.addresses {
			all = append(all, base64.RawURLEncoding.EncodeToString(sum(key, []byte(spelling))[:addressSize]))
		}
	}
	return slices.Compact(all)
}

func sum(key []byte, parts ...[]byte) []byte {
	mac := hmac.New(sha256.New, key)
	for _, part := range parts {
		mac.Write(part)
	}
	return mac.Sum(nil)
}

// sign writes a claim as a token: a version, the minute in which it ends, the address, the length of the
// cause, the cause, the order, and a MAC over all that.
func (p post) sign(c claimed, now time.Time) string {
	address, _ := base64.RawURLEncoding.DecodeString(c.address)
	raw := make([]byte, 0, notMeHeader+len(c.cause)+len(c.orderID)+sha256.Size)
	raw = append(raw, notMeVersion)
	raw = binary.BigEndian.AppendUint32(raw, uint32(now.Add(notMeLife).Unix()/60))
	raw = append(raw, address...)
	raw = append(raw, byte(len(c.cause)))
	raw = append(append(raw, c.cause...), c.orderID...)
	return base64.RawURLEncoding.EncodeToString(append(raw, sum(p.links[0], raw)...))
}

// read reads a token of sign; false when it is none, or its time is over.
func (p post) read(token string, now time.Time) (c claimed, ok bool) {
	raw, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil || len(raw) < notMeHeader+sha256.Size || raw[0] != notMeVersion {
		return c, false
	}
	said, mac := raw[:len(raw)-sha256.Size], raw[len(raw)-sha256.Size:]
	for _, key := range p.links {
		ok = ok || hmac.Equal(mac, sum(key, said))
	}
	if !ok || now.Unix()/60 >= int64(binary.BigEndian.Uint32(said[1:])) {
		return c, false
	}
	rest := said[notMeHeader:]
	if length := int(said[notMeHeader-1]); length <= len(rest) {
		c = claimed{
			base64.RawURLEncoding.EncodeToString(said[5 : 5+addressSize]), string(rest[:length]),
			string(rest[length:]),
		}
	}
	return c, c.cause != ""
}
