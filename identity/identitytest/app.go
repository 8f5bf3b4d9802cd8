package identitytest

import (
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // what authenticator apps have, by RFC 6238
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"testing"
	"time"
)

// App is an authenticator app, with its key.
type App []byte

// NewApp scans the key that a page shows.
func NewApp(t testing.TB, shown string) App {
	t.Helper()
	key, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(shown)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// Code is what the app shows at a time, by RFC 6238.
func (a App) Code(at time.Time) string {
	mac := hmac.New(sha1.New, a)
	_, _ = mac.Write(binary.BigEndian.AppendUint64(nil, uint64(at.Unix()/30)))
	sum := mac.Sum(nil)
	from := sum[len(sum)-1] & 0xf
	return fmt.Sprintf("%06d", (binary.BigEndian.Uint32(sum[from:])&0x7fffffff)%1_000_000)
}
