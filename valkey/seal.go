package valkey

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
)

// veiled is how many bytes of a veil there are.
const veiled = 16

// Veil is a name for what nobody may read from a key, like who somebody is: the same for all replicas of a
// shop, and nothing to anybody else.
func (c *Client) Veil(secret string) string {
	return base64.RawURLEncoding.EncodeToString(c.sum("veil", secret)[:veiled])
}

// Seal answers content that Open takes back of the shop's own replicas, under the same name only.
func (c *Client) Seal(name, content string) string {
	return string(c.sum("seal "+name, content)) + content
}

// Open answers what was sealed under a name; false for what nobody of this shop did, and for what is damaged.
func (c *Client) Open(name, sealed string) (content string, ok bool) {
	if len(sealed) < sha256.Size {
		return "", false
	}
	content = sealed[sha256.Size:]
	return content, hmac.Equal(c.sum("seal "+name, content), []byte(sealed[:sha256.Size]))
}

// sum is of a purpose, which has no zero byte, and a text.
func (c *Client) sum(purpose, text string) []byte {
	h := hmac.New(sha256.New, c.key)
	_, _ = h.Write(append([]byte(purpose), 0))
	_, _ = h.Write([]byte(text))
	return h.Sum(nil)
}
