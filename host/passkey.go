package host

import (
	"net"
	"net/url"
	"strings"
)

// PasskeyOrigin is where a shop with this base URL has its passkeys: the domain that they are bound to, and
// the one origin that they are used at. Browsers bind none to an IP address, so a shop at a loopback address
// has them at localhost, and one at another address has none: then both are empty.
func PasskeyOrigin(base string) (domain, origin string) {
	at, err := url.Parse(base)
	if err != nil || at.Hostname() == "" {
		return "", ""
	}
	domain = strings.ToLower(at.Hostname())
	if ip := net.ParseIP(domain); ip != nil {
		if !ip.IsLoopback() {
			return "", ""
		}
		domain = "localhost"
	}
	origin = at.Scheme + "://" + domain
	if at.Port() != "" {
		origin += ":" + at.Port()
	}
	return domain, origin
}
