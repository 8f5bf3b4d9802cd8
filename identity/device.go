package identity

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"io"
	"net/netip"
	"strings"
	"time"

	"github.com/artisan-eats/artisan/audit"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	"github.com/artisan-eats/artisan/gen/sql/identitydb"
)

const (
	deviceNumber = 16 // random bytes
	deviceToken  = deviceNumber + 8 + sha256.Size
	// deviceLife is how long a device is known after it has signed in.
	deviceLife = 365 * 24 * time.Hour
)

// deviceTag makes what a device shows to be known at its next sign-in: it stands for the device and one
// account.
func (s *service) deviceTag(account string) (string, error) {
	raw := make([]byte, deviceNumber, deviceToken)
	if _, err := io.ReadFull(s.host.Random(), raw); err != nil {
		return "", fmt.Errorf("no randomness: %w", err)
	}
	raw = binary.BigEndian.AppendUint64(raw, uint64(s.host.Now().UnixMilli()))
	return base64.RawURLEncoding.EncodeToString(append(raw, s.deviceMAC(account, raw)...)), nil
}

// deviceToken is for who has signed in, and not for who has a second factor still to show.
func (s *service) deviceToken(made session, account string) (string, error) {
	if made.token == "" {
		return "", nil
	}
	return s.deviceTag(account)
}

// deviceOf reads the number of a device that an account knows; empty where it does not, or the password was
// another then.
func (s *service) deviceOf(of identitydb.Account, token string) string {
	account := of.ID
	raw, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil || len(raw) != deviceToken || account == "" {
		return ""
	}
	told, mac := raw[:deviceNumber+8], raw[deviceNumber+8:]
	since := time.UnixMilli(int64(binary.BigEndian.Uint64(told[deviceNumber:])))
	if !hmac.Equal(mac, s.deviceMAC(account, told)) || !s.host.Now().Before(since.Add(deviceLife)) ||
		since.Before(time.UnixMilli(of.DevicesSince)) {
		return ""
	}
	return base64.RawURLEncoding.EncodeToString(told[:deviceNumber])
}

func (s *service) deviceMAC(account string, told []byte) []byte {
	return s.vault.MAC(fmt.Appendf(nil, "device\x00%s\x00%s", account, told))
}

// clientOf is whose share a request uses: a network address, or the network that one household or office has
// of IPv6. Requests of nobody's, those of the shop itself, are one client.
func clientOf(ctx context.Context) string {
	address, err := netip.ParseAddr(audit.ActorOf(ctx).Address)
	if err != nil {
		return ""
	}
	if address = address.Unmap().WithZone(""); address.Is6() {
		network, _ := address.Prefix(64) // an IPv6 address has 64 bits
		return network.String()
	}
	return address.String()
}

// clientInfo is where a session is used, as its owner is told.
type clientInfo struct{ kind, device, network string }

func clientInfoOf(ctx context.Context, d *identityv1.Device) clientInfo {
	p := clientInfo{
		kind: d.GetKind(), device: deviceWords(d.GetAgent()),
		network: coarse(audit.ActorOf(ctx).Address),
	}
	if p.kind != "browser" && p.kind != "program" {
		p.kind = ""
	}
	return p
}

// coarse is the half of an address that says about where somebody is, and not who.
func coarse(address string) string {
	parsed, err := netip.ParseAddr(address)
	if err != nil {
		return ""
	}
	parsed = parsed.Unmap().WithZone("")
	if parsed.Is4() {
		bytes := parsed.As4()
		return fmt.Sprintf("%d.%d.*", bytes[0], bytes[1])
	}
	network, _ := parsed.Prefix(32)
	return strings.TrimSuffix(network.Masked().Addr().String(), "::") + ":*"
}

// What User-Agents name themselves by, the more special before what it pretends to be.
var (
	browsers = [][2]string{
		{"Edg", "Edge"},
		{"OPR/", "Opera"},
		{"SamsungBrowser/", "Samsung Internet"},
		{"Firefox/", "Firefox"},
		{"FxiOS/", "Firefox"},
		{"CriOS/", "Chrome"},
		{"Chrome/", "Chrome"},
		{"Chromium/", "Chromium"},
		{"Safari/", "Safari"},
		{"curl/", "curl"},
	}
	systems = [][2]string{
		{"iPhone", "iPhone"},
		{"iPad", "iPad"},
		{"Android", "Android"},
		{"Windows", "Windows"},
		{"Macintosh", "Mac"},
		{"CrOS", "ChromeOS"},
		{"Linux", "Linux"},
	}
)

// deviceWords say in a few words what a User-Agent is. Nothing of its own text is kept: it may be anybody's.
func deviceWords(agent string) string {
	find := func(known [][2]string) string {
		for _, k := range known {
			if strings.Contains(agent, k[0]) {
				return k[1]
			}
		}
		return ""
	}
	browser, system := find(browsers), find(systems)
	switch {
	case browser != "" && system != "":
		return browser + " on " + system
	default:
		return browser + system
	}
}
