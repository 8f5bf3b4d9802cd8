package share

import (
	"errors"
	"log/slog"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"testing"
	"time"
)

func rules(t testing.TB, header string, proxies ...string) Rules {
	t.Helper()
	r, err := ReadRules(proxies, header)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func request(remote string, header ...string) *http.Request {
	r := &http.Request{RemoteAddr: remote, Header: http.Header{}}
	for i := 0; i < len(header); i += 2 {
		r.Header.Add(header[i], header[i+1])
	}
	return r
}

func TestOnlyATrustedProxyIsBelieved(t *testing.T) {
	const proxy = "10.0.0.7:4711"
	for name, c := range map[string]struct {
		header string
		r      *http.Request
		want   string
	}{
		"no proxy": {"", request("192.0.2.1:1000"), "192.0.2.1"},
		"a stranger's word": {
			"", request("192.0.2.1:1000", "X-Forwarded-For", "198.51.100.9"),
			"192.0.2.1",
		},
		"a proxy's word": {"", request(proxy, "X-Forwarded-For", "198.51.100.9"), "198.51.100.9"},
		"what the client wrote": {
			"", request(proxy, "X-Forwarded-For", "203.0.113.1, 198.51.100.9"),
			"198.51.100.9",
		},
		"in a header of its own": {"", request(proxy, "X-Forwarded-For", "203.0.113.1", "X-Forwarded-For",
			"198.51.100.9"), "198.51.100.9"},
		"through two proxies": {
			"",
			request(proxy, "X-Forwarded-For", "203.0.113.1, 198.51.100.9, 10.0.0.8"), "198.51.100.9",
		},
		"with a port": {
			"", request(proxy, "X-Forwarded-For", "198.51.100.9:55"),
			"198.51.100.9",
		},
		"IPv6 with a port": {
			"", request(proxy, "X-Forwarded-For", "[2001:db8::1]:55"),
			"2001:db8::1",
		},
		"IPv4 in IPv6": {
			"",
			request("[::ffff:10.0.0.7]:4711", "X-Forwarded-For", "::ffff:198.51.100.9"), "198.51.100.9",
		},
		"nonsense": {
			"", request(proxy, "X-Forwarded-For", "198.51.100.9, nonsense"),
			"10.0.0.7",
		},
		"nonsense behind a hop": {
			"", request(proxy, "X-Forwarded-For", "nonsense, 10.0.0.8"),
			"10.0.0.8",
		},
		"a proxy that says nothing": {"", request(proxy), "10.0.0.7"},
		"the other header":          {"", request(proxy, "Forwarded", "for=198.51.100.9"), "10.0.0.7"},
		"too many hops": {
			"",
			request(proxy, "X-Forwarded-For", "198.51.100.9"+strings.Repeat(", 10.0.0.8", 40)), "10.0.0.8",
		},
		"Forwarded": {
			"forwarded",
			request(proxy, "Forwarded", `for=203.0.113.1, For="198.51.100.9:80";proto=https;by=10.0.0.7`),
			"198.51.100.9",
		},
		"Forwarded of IPv6": {
			"Forwarded", request(proxy, "Forwarded", `for="[2001:db8::1]"`),
			"2001:db8::1",
		},
		"Forwarded that is hidden": {"Forwarded", request(proxy, "Forwarded", `for=_hidden`), "10.0.0.7"},
		"Forwarded without for":    {"Forwarded", request(proxy, "Forwarded", `proto=https`), "10.0.0.7"},
		"X-Forwarded-For instead": {
			"Forwarded", request(proxy, "X-Forwarded-For", "198.51.100.9"),
			"10.0.0.7",
		},
	} {
		t.Run(name, func(t *testing.T) {
			clients := NewClients(rules(t, c.header, "10.0.0.0/24"))
			o := clients.Of(c.r)
			if o.Addr.String() != c.want || o.Client == nil ||
				o.Client.key != Network(netip.MustParseAddr(c.want)) {
				t.Errorf("it comes from %v", o.Addr)
			}
			if got := OriginOf(o.Context(c.r).Context()); got.Addr != o.Addr || got.Client != o.Client {
				t.Errorf("the request is said to come from %v", got.Addr)
			}
			if o.Done(); clients.known() != 0 {
				t.Error("a client is still known")
			}
		})
	}
}

func TestSettingsThatTrustNobodyAreRefused(t *testing.T) {
	for _, bad := range [][]string{{"10.0.0.0/33"}, {"proxy"}, {""}, {"none", "10.0.0.1"}} {
		if _, err := ReadRules(bad, ""); err == nil {
			t.Errorf("%q is taken", bad)
		}
	}
	if _, err := ReadRules(nil, "X-Real-Ip"); err == nil {
		t.Error("any header is taken")
	}
}

func TestThisMachineIsHeldToAShareOnceProxiesAreThoughtOf(t *testing.T) {
	for _, c := range []struct {
		proxies []string
		held    bool
	}{{nil, false}, {[]string{"none"}, true}, {[]string{"192.0.2.7"}, true}} {
		clients := NewClients(rules(t, "", c.proxies...))
		o := clients.Of(request("127.0.0.2:1000"))
		if held := o.Client != nil; held != c.held || o.Addr.String() != "127.0.0.2" {
			t.Errorf("with proxies %v it is held: %v, from %v", c.proxies, held, o.Addr)
		}
		o.Done()
	}
}

func TestAProxyThatNobodyToldOfIsWarnedOfOnce(t *testing.T) {
	var log strings.Builder
	r := rules(t, "")
	r.Log = slog.New(slog.NewTextHandler(&log, nil))
	clients := NewClients(r)
	for _, remote := range []string{"198.51.100.9:1000", "127.0.0.1:1000", "10.0.0.7:1000"} {
		o := clients.Of(request(remote, "X-Forwarded-For", "203.0.113.1"))
		o.Done()
	}
	if got := log.String(); strings.Count(got, "\n") != 1 || !strings.Contains(got, "--trusted-proxies") ||
		!strings.Contains(got, "127.0.0.1") || strings.Contains(got, "203.0.113.1") {
		t.Errorf("the log says %q", got)
	}
}

func TestOneHouseholdOfIPv6IsOneClient(t *testing.T) {
	a, b := netip.MustParseAddr("2001:db8:0:1::7"), netip.MustParseAddr("2001:db8:0:1:ffff::9%eth0")
	if Network(a) != Network(b) || Network(a) == Network(netip.MustParseAddr("2001:db8:0:2::7")) {
		t.Error("a /64 is not one client")
	}
	if Network(netip.MustParseAddr("::ffff:192.0.2.1")) != Network(netip.MustParseAddr("192.0.2.1")) ||
		Network(netip.MustParseAddr("192.0.2.1")) == Network(netip.MustParseAddr("192.0.2.2")) {
		t.Error("an IPv4 address is not one client")
	}
}

func TestNoFewClientsFillAPool(t *testing.T) {
	clients := NewClients(rules(t, "", "none"))
	p := NewPool(Bodies, 100, 25, errFull)
	taken := 0
	for n := range 12 {
		c := clients.Acquire(Named("client", strconv.Itoa(n)))
		had := 0
		for p.Enter(c) == nil {
			had++
		}
		if had > 25 || had == 0 {
			t.Fatalf("client %d got %d places", n, had)
		}
		taken += had
	}
	if p.Used() != taken {
		t.Errorf("%d of %d places are taken", p.Used(), taken)
	}
	last := clients.Acquire(Named("client", "honest"))
	if err := p.Enter(last); err != nil {
		t.Fatalf("who comes last gets %v", err)
	}
	p.Leave(last)
	if p.Used() != taken {
		t.Error("a place is lost")
	}
}

func TestAFullPoolSaysSo(t *testing.T) {
	p := NewPool(Bodies, 1, 1, errFull)
	if err := p.Enter(nil); err != nil {
		t.Fatal(err)
	}
	if err := p.Enter(nil); !errors.Is(err, errFull) {
		t.Errorf("it says %v", err)
	}
	if p.Leave(nil); p.Used() != 0 {
		t.Error("a place is lost")
	}
}

// still stops the clients' clock.
func still(c *Clients) (now *int64) {
	now = new(int64)
	for i := range c.shards {
		c.shards[i].now = func() int64 { return *now }
	}
	return now
}

func TestWorkIsDueAtAPace(t *testing.T) {
	clients := NewClients(rules(t, "", "none"))
	now := still(clients)
	c := clients.Acquire(Named("client", "busy"))
	if !c.Allows(burst) || c.Allows(1) {
		t.Error("a burst is not what it should be")
	}
	if wait := c.reserve(1024, paceFor); wait != 1024*perUnit {
		t.Errorf("it waits %v", wait)
	}
	if wait := c.reserve(3*1024, paceFor); wait >= 0 {
		t.Errorf("it waits %v", wait)
	}
	*now += int64(1024 * perUnit)
	if c.Allows(1) {
		t.Error("it goes on too early")
	}
	*now += int64(perUnit)
	if !c.Allows(1) {
		t.Error("it goes on too late")
	}
}

// TestPlacesInALineAreSpread has a client ask for more places than it may have at once, and for more than may
// be kept: those it does not get count for nothing, for who shares its address waits for them.
func TestPlacesInALineAreSpread(t *testing.T) {
	clients := NewClients(rules(t, "", "none"))
	now := still(clients)
	c := clients.Acquire(Named("client", "greedy"))
	spread := Spread{AtOnce: 16, Each: time.Second, Most: time.Minute}
	for n := range 16 + 60 {
		if behind, ok := c.Apart(spread); !ok || behind != max(0, time.Duration(n-15)*time.Second) {
			t.Fatalf("place %d is %v behind, %v", n, behind, ok)
		}
	}
	for range 1000 {
		if _, ok := c.Apart(spread); ok {
			t.Fatal("it gets more")
		}
	}
	*now += int64(time.Second)
	if behind, ok := c.Apart(spread); !ok || behind != time.Minute {
		t.Errorf("a second later it gets one %v behind, %v", behind, ok)
	}
	if behind, ok := (*Client)(nil).Apart(spread); !ok || behind != 0 {
		t.Error("who is held to no share is put behind")
	}
}

// TestWhatIsRememberedIsBounded has more addresses come and go, each in a burst, than are remembered.
func TestWhatIsRememberedIsBounded(t *testing.T) {
	clients := NewClients(rules(t, "", "none"))
	now := still(clients)
	for n := range 4 * maxIdle {
		c := clients.Acquire(Network(netip.AddrFrom4([4]byte{10, byte(n >> 16), byte(n >> 8), byte(n)})))
		c.Allows(burst)
		c.Release()
	}
	if n := clients.known(); n > maxIdle || n < maxIdle/4 {
		t.Errorf("%d clients are remembered", n)
	}
	*now += int64(time.Hour)
	for n := range 4 * maxIdle {
		c := clients.Acquire(Network(netip.AddrFrom4([4]byte{11, byte(n >> 16), byte(n >> 8), byte(n)})))
		c.Allows(1)
		c.Release()
	}
	if n := clients.known(); n > maxIdle {
		t.Errorf("%d clients are remembered", n)
	}
}

func TestWhoComesBackIsRemembered(t *testing.T) {
	clients := NewClients(rules(t, "", "none"))
	now := still(clients)
	key := Network(netip.MustParseAddr("192.0.2.1"))
	c := clients.Acquire(key)
	c.Allows(burst)
	c.Release()
	if c := clients.Acquire(key); c.Allows(1) {
		t.Error("a new connection is a new client")
	} else {
		c.Release()
	}
	*now += int64(burst * perUnit)
	c = clients.Acquire(key)
	if c.Release(); clients.known() != 0 {
		t.Error("who did nothing is remembered")
	}
}

// BenchmarkOrigin is what it costs to know whose request it is and to count it.
func BenchmarkOrigin(b *testing.B) {
	clients := NewClients(rules(b, "", "10.0.0.0/24"))
	still(clients)
	for name, r := range map[string]*http.Request{
		"by its address": request("192.0.2.1:1000"),
		"of a proxy":     request("10.0.0.7:1000", "X-Forwarded-For", "192.0.2.1"),
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				o := clients.Of(r)
				o.Client.Allows(0)
				o.Done()
			}
		})
	}
	b.Run("of a connection", func(b *testing.B) {
		r := request("192.0.2.1:1000")
		of := clients.remote(r.RemoteAddr)
		r = r.WithContext(With(r.Context(), &of))
		b.ReportAllocs()
		for b.Loop() {
			o := clients.Of(r)
			o.Client.Allows(0)
			o.Done()
		}
	})
}

func TestANetworkIsWhatSomebodyIsGiven(t *testing.T) {
	for address, want := range map[string]string{
		"192.0.2.1": "192.0.2.1", "::ffff:192.0.2.1": "192.0.2.1",
		"2001:db8:1:2:3:4:5:6": "2001:db8:1:2::/64", "fe80::1%eth0": "fe80::/64", "": "",
		"nonsense": "nonsense",
	} {
		if got := NetworkOf(address); got != want {
			t.Errorf("%q is of %q, want %q", address, got, want)
		}
	}
	if strings.Contains(NetworkOf("2001:db8::1"), "::1") {
		t.Error("each address of a network counts by itself")
	}
}
