package share

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// Rules say whose word is believed about where a request came from.
type Rules struct {
	// Trusted are the networks of the proxies that stand before the shop.
	Trusted []netip.Prefix
	// Header is the one in which they name whom they speak for: X-Forwarded-For, or Forwarded. The other is a
	// stranger's.
	Header string
	// Loopback holds this machine to a share too. It is so wherever proxies were thought of.
	Loopback bool
	Log      *slog.Logger
}

// ReadRules reads the settings: networks or addresses of proxies, or the one word "none", and the header.
func ReadRules(proxies []string, header string) (Rules, error) {
	rules := Rules{Header: http.CanonicalHeaderKey(header), Loopback: len(proxies) > 0}
	switch rules.Header {
	case "":
		rules.Header = "X-Forwarded-For"
	case "X-Forwarded-For", "Forwarded":
	default:
		return Rules{}, fmt.Errorf("the header %q names no client; proxies say X-Forwarded-For or Forwarded",
			header)
	}
	for _, text := range proxies {
		if text == "none" && len(proxies) == 1 {
			break
		}
		prefix, err := netip.ParsePrefix(text)
		if addr, single := netip.ParseAddr(text); single == nil {
			prefix, err = addr.Prefix(addr.BitLen())
		}
		if err != nil {
			return Rules{},
				fmt.Errorf("the trusted proxy %q is no network; write 10.0.0.7, 10.1.0.0/16, or none", text)
		}
		rules.Trusted = append(rules.Trusted, prefix.Masked())
	}
	return rules, nil
}

func (r *Rules) trusts(addr netip.Addr) bool {
	return slices.ContainsFunc(r.Trusted, func(p netip.Prefix) bool { return p.Contains(addr) })
}

// Origin is where a connection or a request comes from.
type Origin struct {
	// Addr is the client's address; the zero Addr where it is not known.
	Addr netip.Addr
	// Client is its share; nil where it is held to none.
	Client *Client
	// own says that the client was acquired for this request; otherwise its connection has it.
	own     bool
	trusted bool
}

type originKey struct{}

// With puts an origin into a context: of a connection, or of a request.
func With(ctx context.Context, o *Origin) context.Context {
	return context.WithValue(ctx, originKey{}, o)
}

// Peer is the origin of a connection. Its client is acquired; Done releases it.
func (c *Clients) Peer(from netip.AddrPort) Origin {
	o := Origin{Addr: from.Addr().Unmap(), own: true}
	if o.trusted = c.rules.trusts(o.Addr); !o.trusted {
		o.Client = c.acquire(o.Addr)
	}
	return o
}

// remote is for requests of servers that tell of no connections.
func (c *Clients) remote(addr string) Origin {
	from, err := netip.ParseAddrPort(addr)
	if err != nil {
		return Origin{}
	}
	return c.Peer(from)
}

func (c *Clients) acquire(addr netip.Addr) *Client {
	if addr.IsLoopback() && !c.rules.Loopback {
		return nil
	}
	return c.Acquire(Network(addr))
}

// Of is the origin of a request. Whoever asked must call Done at the request's end.
func (c *Clients) Of(r *http.Request) Origin {
	var o Origin
	if known, ok := r.Context().Value(originKey{}).(*Origin); ok {
		o = *known
		o.own = false // the connection's
	} else {
		o = c.remote(r.RemoteAddr)
	}
	if !o.trusted {
		if len(r.Header["X-Forwarded-For"]) > 0 {
			c.warn(o.Addr)
		}
		return o
	}
	addr := c.rules.forwarded(r.Header, o.Addr)
	return Origin{Addr: addr, Client: c.acquire(addr), own: true}
}

// warn says once that a proxy seems to stand before the shop of which nobody told. Only addresses that no
// visitor has are named.
func (c *Clients) warn(addr netip.Addr) {
	if c.rules.Log == nil || (!addr.IsLoopback() && !addr.IsPrivate()) {
		return
	}
	c.warned.Do(func() {
		c.rules.Log.Warn(
			"a proxy that is not trusted stands before the shop: all its visitors look like one client, or like this machine; name it with --trusted-proxies", "proxy", addr)
	})
}

// Done ends what Of or Peer began.
func (o *Origin) Done() {
	if o.own {
		o.Client.Release()
	}
}

// Context puts a request's origin where OriginOf finds it, if it is not its connection's.
func (o *Origin) Context(r *http.Request) *http.Request {
	if !o.own {
		return r
	}
	mine := *o
	return r.WithContext(With(r.Context(), &mine))
}

// OriginOf is the origin of a request that Of has looked at; empty for others.
func OriginOf(ctx context.Context) Origin {
	if o, ok := ctx.Value(originKey{}).(*Origin); ok {
		return *o
	}
	return Origin{}
}

// maxHops bounds how many proxies a header may name.
const maxHops = 32

// forwarded walks from the last proxy back to the first address that no trusted proxy has. What cannot be
// read, and everything before it, is nobody's word.
func (r *Rules) forwarded(header http.Header, peer netip.Addr) netip.Addr {
	client := peer
	hops := strings.Split(strings.Join(header[r.Header], ","), ",")
	for i, hop := range slices.Backward(hops) {
		addr, ok := r.readHop(hop)
		if !ok || len(hops)-i > maxHops {
			return client
		}
		if client = addr; !r.trusts(addr) {
			return client
		}
	}
	return client
}

// readHop reads one element: 192.0.2.1, [2001:db8::1]:4711, or for="192.0.2.1:80";proto=https of Forwarded.
func (r *Rules) readHop(hop string) (netip.Addr, bool) {
	if r.Header == "Forwarded" {
		found := false
		for pair := range strings.SplitSeq(hop, ";") {
			name, value, _ := strings.Cut(strings.TrimSpace(pair), "=")
			if strings.EqualFold(name, "for") {
				hop, found = strings.Trim(value, `"`), true
			}
		}
		if !found {
			return netip.Addr{}, false
		}
	}
	hop = strings.TrimSpace(hop)
	if from, err := netip.ParseAddrPort(hop); err == nil {
		return from.Addr().Unmap().WithZone(""), true
	}
	addr, err := netip.ParseAddr(strings.TrimSuffix(strings.TrimPrefix(hop, "["), "]"))
	return addr.Unmap().WithZone(""), err == nil
}
