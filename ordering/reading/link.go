package reading

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"time"

	"github.com/artisan-eats/artisan/host"
	"github.com/artisan-eats/artisan/ordering/order"
)

// linkLife is how long an order's link is good after its window has ended.
const linkLife = 60 * 24 * time.Hour

// link is what an order's access token says. It opens one order, and nothing of whoever ordered.
type link struct {
	scope order.Scope
	// expires is when it ends, in whole minutes.
	expires time.Time
	// epoch is how often the links of the customer had been ended when it was made.
	epoch int64
}

// A token is a version, the name of the key, the scope, the minute in which it expires and the epoch, and a
// MAC over the order's ID and all that; in base64url.
const (
	linkVersion = 1
	linkHeader  = 1 + 1 + 1 + 4 + 4
	linkSize    = linkHeader + sha256.Size
)

// linkKey makes and reads links. Its name is a byte in each.
type linkKey struct {
	name byte
	key  []byte
}

// linkKeys are the current key, which makes links, and older ones, whose links live out their time.
type linkKeys []linkKey

func newLinkKeys(c host.Config) (keys linkKeys, err error) {
	derived, err := c.Keys("order links")
	if err != nil {
		return nil, err
	}
	names, err := c.Keys("order links: the key's name")
	if err != nil {
		return nil, err
	}
	for i := range derived {
		keys = append(keys, linkKey{names[i][0], derived[i]})
	}
	return keys, nil
}

func (k linkKeys) sign(orderID string, l link) string { return k[0].sign(orderID, l) }

func (k linkKeys) read(orderID, token string) (l link, ok bool) {
	for _, key := range k {
		if l, ok = key.read(orderID, token); ok {
			return l, true
		}
	}
	return link{}, false
}

// sign writes a link to an order as a token; the same link is the same token.
func (k linkKey) sign(orderID string, l link) string {
	raw := make([]byte, linkHeader, linkSize)
	raw[0], raw[1], raw[2] = linkVersion, k.name, byte(l.scope)
	binary.BigEndian.PutUint32(raw[3:], uint32(l.expires.Unix()/60))
	binary.BigEndian.PutUint32(raw[7:], uint32(l.epoch))
	return base64.RawURLEncoding.EncodeToString(append(raw, k.mac(orderID, raw)...))
}

func (k linkKey) mac(orderID string, header []byte) []byte {
	mac := hmac.New(sha256.New, k.key)
	mac.Write(header)
	mac.Write([]byte(orderID))
	return mac.Sum(nil)
}

// read reads a token of sign for this order; false when it is none. Whether the link is still good is for
// others to say.
func (k linkKey) read(orderID, token string) (link, bool) {
	raw, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil || len(raw) != linkSize || raw[0] != linkVersion || raw[1] != k.name {
		return link{}, false
	}
	if !hmac.Equal(raw[linkHeader:], k.mac(orderID, raw[:linkHeader])) {
		return link{}, false
	}
	return link{
		scope:   order.Scope(raw[2]),
		expires: time.Unix(int64(binary.BigEndian.Uint32(raw[3:]))*60, 0).UTC(),
		epoch:   int64(binary.BigEndian.Uint32(raw[7:])),
	}, true
}

// endedLinks is what is known of a customer's links that were ended. The zero value: none were.
type endedLinks struct {
	epoch  int64
	erased bool
}

// good reports whether a link opens anything now.
func (l link) good(ended endedLinks, now time.Time) bool {
	return now.Before(l.expires) && l.epoch >= ended.epoch && !ended.erased
}

// linkEnds is when the links to an order end: in whole minutes, as a token tells it.
func linkEnds(o order.Order) time.Time { return o.Window.EndsAt.Add(linkLife).Truncate(time.Minute) }
