package guard

import (
	"context"
	"net/netip"

	"github.com/artisan-eats/artisan/audit"
)

// Client is whose share a request uses: a network address, or the network that one household or office has
// of IPv6. Requests of nobody's, those of the shop itself, are one client.
func Client(ctx context.Context) string {
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
