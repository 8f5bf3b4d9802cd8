package guard

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"io"
	"time"

	"github.com/artisan-eats/artisan/gen/sql/identitydb"
)

const (
	deviceNumber = 16 // random bytes
	deviceToken  = deviceNumber + 8 + sha256.Size
	// deviceLife is how long a device is known after it has signed in.
	deviceLife = 365 * 24 * time.Hour
)

// DeviceToken makes what a device shows to be known at its next sign-in: it stands for the device and one
// account.
func (g *Guard) DeviceToken(account string) (string, error) {
	raw := make([]byte, deviceNumber, deviceToken)
	if _, err := io.ReadFull(g.host.Random(), raw); err != nil {
		return "", fmt.Errorf("no randomness: %w", err)
	}
	raw = binary.BigEndian.AppendUint64(raw, uint64(g.host.Now().UnixMilli()))
	return base64.RawURLEncoding.EncodeToString(append(raw, g.deviceMAC(account, raw)...)), nil
}

// deviceOf reads the number of a device that an account knows; empty where it does not, or the password was
// another then.
func (g *Guard) deviceOf(of identitydb.Account, token string) string {
	account := of.ID
	raw, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil || len(raw) != deviceToken || account == "" {
		return ""
	}
	told, mac := raw[:deviceNumber+8], raw[deviceNumber+8:]
	since := time.UnixMilli(int64(binary.BigEndian.Uint64(told[deviceNumber:])))
	if !hmac.Equal(mac, g.deviceMAC(account, told)) || !g.host.Now().Before(since.Add(deviceLife)) ||
		since.Before(time.UnixMilli(of.DevicesSince)) {
		return ""
	}
	return base64.RawURLEncoding.EncodeToString(told[:deviceNumber])
}

func (g *Guard) deviceMAC(account string, told []byte) []byte {
	return g.vault.MAC(fmt.Appendf(nil, "device\x00%s\x00%s", account, told))
}
