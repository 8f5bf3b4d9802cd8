package accounts

import (
	"context"
	"fmt"
	"net/netip"
	"strings"

	"github.com/artisan-eats/artisan/audit"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
)

// DeviceToken is what a device is known by from then on. It is for who has signed in, and not for who has a
// second factor still to show.
func (s *Store) DeviceToken(made Session, accountID string) (string, error) {
	if made.Token == "" {
		return "", nil
	}
	return s.guard.DeviceToken(accountID)
}

// ClientInfo is where a session is used, as its owner is told.
type ClientInfo struct{ kind, device, network string }

// ClientInfoOf is where a call comes from, by what it says of its device.
func ClientInfoOf(ctx context.Context, d *identityv1.Device) ClientInfo {
	p := ClientInfo{
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
