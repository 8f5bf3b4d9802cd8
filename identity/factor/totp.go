package factor

import (
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // RFC 6238's, and what authenticator apps know; an HMAC needs no more
	"crypto/subtle"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"net/url"
	"strings"
	"time"
)

// An authenticator app's codes: RFC 6238 with SHA-1, six digits and 30 seconds, the only ones that every app
// knows.
const (
	totpSize   = 20
	totpDigits = 6
	totpPeriod = 30 * time.Second
	// totpSkew is how many steps a clock may be off, before and after.
	totpSkew = 1
)

// totpStep is the step of a time.
func totpStep(at time.Time) int64 { return at.Unix() / int64(totpPeriod/time.Second) }

// totpCode is a step's code.
func totpCode(secret []byte, step int64) string {
	mac := hmac.New(sha1.New, secret)
	_ = binary.Write(mac, binary.BigEndian, step)
	sum := mac.Sum(nil)
	at := sum[len(sum)-1] & 0xf
	return fmt.Sprintf("%0*d", totpDigits, (binary.BigEndian.Uint32(sum[at:])&0x7fffffff)%1_000_000)
}

// totpMatch is the step of a code, newer than the last one that was taken; ok is false for a code of none.
func totpMatch(secret []byte, typed string, last int64, now time.Time) (step int64, ok bool) {
	typed = strings.Join(strings.Fields(typed), "")
	for step := totpStep(now) - totpSkew; step <= totpStep(now)+totpSkew; step++ {
		if subtle.ConstantTimeCompare([]byte(totpCode(secret, step)), []byte(typed)) == 1 && step > last {
			return step, true
		}
	}
	return 0, false
}

var totpText = base32.StdEncoding.WithPadding(base32.NoPadding)

// totpURI is what apps read from a QR code.
func totpURI(secret []byte, issuer, account string) string {
	label := url.PathEscape(issuer + ":" + account)
	return "otpauth://totp/" + label + "?secret=" + totpText.EncodeToString(secret) + "&issuer=" +
		url.PathEscape(issuer)
}
