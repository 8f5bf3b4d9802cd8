package server_test

import (
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/redis/rueidis"

	"github.com/artisan-eats/artisan/edge/edgetest"
	"github.com/artisan-eats/artisan/edge/server"
	"github.com/artisan-eats/artisan/fault"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	"github.com/artisan-eats/artisan/host"
	"github.com/artisan-eats/artisan/valkey/valkeytest"
)

// replica is one more front door of a shop that has a Valkey, before peers of its own. It is there once it
// asks Valkey.
func replica(t *testing.T, v *valkeytest.Server, options ...func(*host.Config)) *edgetest.Shop {
	t.Helper()
	s := edgetest.Open(t, append(options, func(c *host.Config) {
		c.ValkeyURL, c.Secret = v.URL(), []byte(strings.Repeat("s", 32))
	})...)
	s.Process.Work(t.Context())
	until(t, func() bool { return server.AsksSecond(s.Front) })
	return s
}

// asked is how often its catalogue was asked for the list.
func asked(s *edgetest.Shop) int { return s.Peers.Count("ListProducts") }

// settled waits until so many answers are there for the others, and gives their keys.
func settled(t *testing.T, c rueidis.Client, n int) (keys []string) {
	t.Helper()
	until(t, func() bool {
		keys = keysOf(t, c)
		return len(keys) == n
	})
	return keys
}

func keysOf(t *testing.T, c rueidis.Client) []string {
	t.Helper()
	keys, err := c.Do(t.Context(), c.B().Keys().Pattern("artisan:*:answer *").Build()).AsStrSlice()
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

// listed is the key of the list of products.
func listed(keys []string) string {
	is := func(key string) bool { return strings.HasSuffix(key, edgetest.ListAt) }
	return keys[slices.IndexFunc(keys, is)]
}

// ages makes all answers an hour old, by Valkey's clock.
func ages(t *testing.T, c rueidis.Client) {
	t.Helper()
	for _, key := range keysOf(t, c) {
		if err := c.Do(t.Context(), c.B().Pexpire().Key(key).
			Milliseconds((5 * time.Hour).Milliseconds()).Build()).Error(); err != nil {
			t.Fatal(err)
		}
	}
}

// speak is whoever else gets to the server.
func speak(t *testing.T, v *valkeytest.Server) rueidis.Client {
	t.Helper()
	c, err := rueidis.NewClient(rueidis.ClientOption{
		InitAddress: []string{v.Address()}, ForceSingleClient: true, DisableCache: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

func TestAReplicaThatHasJustStartedAsksNotForWhatOthersHave(t *testing.T) {
	v := valkeytest.Start(t)
	warm := replica(t, v)
	_, want := warm.Send(t, edgetest.Call{Method: "GET", Path: "/m/portland"})
	status(t, warm, edgetest.ListAt)
	settled(t, speak(t, v), 2)
	fresh := replica(t, v)
	answer, got := fresh.Send(t, edgetest.Call{Method: "GET", Path: "/m/portland"})
	if status(t, fresh, edgetest.ListAt); string(got) != string(want) {
		t.Errorf("it gives another page: %d bytes, want %d", len(got), len(want))
	}
	policy := answer.Header.Get("Content-Security-Policy")
	_, after, _ := strings.Cut(policy, "'nonce-")
	if word, _, _ := strings.Cut(after, "'"); word == "" || !strings.Contains(string(got), word) {
		t.Errorf("the page's policy is of another page: %s", policy)
	}
	if n := fresh.Peers.Count("GetMarket") + asked(fresh); n != 0 {
		t.Errorf("it asks its services %d times", n)
	}
}

// TestReplicasThatLackTheSameAskOnce: one makes it, and the others wait for it. A machine may be so busy that
// Valkey is late, and then each makes its own: so there are several rounds, one of which has to do.
func TestReplicasThatLackTheSameAskOnce(t *testing.T) {
	v := valkeytest.Start(t)
	var shops []*edgetest.Shop
	for range 4 {
		shops = append(shops, replica(t, v))
	}
	all := func() (n int) {
		for _, s := range shops {
			n += asked(s)
		}
		return n
	}
	var asks []int
	for round := 0; round < 10 && !slices.Contains(asks, 1); round++ {
		for _, s := range shops {
			until(t, func() bool { return server.AsksSecond(s.Front) })
		}
		before := all()
		var visitors sync.WaitGroup
		for _, s := range shops {
			for range 8 {
				visitors.Go(func() { status(t, s, edgetest.ListAt+"&q="+strings.Repeat("a", round+1)) })
			}
		}
		visitors.Wait()
		asks = append(asks, all()-before)
	}
	if !slices.Contains(asks, 1) {
		t.Errorf("four replicas ask %v times for what one could make", asks)
	}
}

// TestWhoMakesItAndHangsIsNotWaitedForLong: it has the making to itself for a second.
func TestWhoMakesItAndHangsIsNotWaitedForLong(t *testing.T) {
	v := valkeytest.Start(t)
	hangs, other := replica(t, v), replica(t, v)
	release := hangs.Peers.Suspend("ListProducts")
	var all sync.WaitGroup
	defer all.Wait()
	defer release()
	all.Go(func() { status(t, hangs, edgetest.ListAt) })
	until(t, func() bool { return asked(hangs) == 1 })
	if got := status(t, other, edgetest.ListAt); got != http.StatusOK || asked(other) != 1 {
		t.Errorf("another replica answers %d, and asks %d times", got, asked(other))
	}
}

// TestWhatOneReplicaMakesAnewTheOthersGiveAtOnce: they are told, though theirs is young.
func TestWhatOneReplicaMakesAnewTheOthersGiveAtOnce(t *testing.T) {
	v := valkeytest.Start(t)
	a, b, c := replica(t, v), replica(t, v), speak(t, v)
	status(t, a, edgetest.ListAt)
	settled(t, c, 1)
	if status(t, b, edgetest.ListAt); asked(b) != 0 {
		t.Fatal("the other has not taken it over")
	}
	a.Peers.Set(func(p *edgetest.Peers) { p.Ware = func(w *catalogv1.Product) { w.Title = "Another" } })
	a.Clock.Advance(time.Hour)
	ages(t, c)
	status(t, a, edgetest.ListAt)
	b.Clock.Advance(time.Second / 2)
	until(t, func() bool {
		_, body := b.Send(t, edgetest.Call{Method: "GET", Path: edgetest.ListAt})
		return strings.Contains(string(body), "Another")
	})
	if asked(b) != 0 {
		t.Errorf("the other asks %d times", asked(b))
	}
}

// TestARestartedReplicaGivesOldPagesWhileItsServicesAreDown: hours of stale are the shop's, not a process's.
func TestARestartedReplicaGivesOldPagesWhileItsServicesAreDown(t *testing.T) {
	v := valkeytest.Start(t)
	before, c := replica(t, v), speak(t, v)
	status(t, before, edgetest.ListAt)
	key := settled(t, c, 1)[0]
	ages(t, c)
	after := replica(t, v)
	after.Peers.Fail("ListProducts", fault.New(fault.Unavailable, "unavailable", "Down."))
	if got := status(t, after, edgetest.ListAt); got != http.StatusOK || asked(after) == 0 {
		t.Errorf("it answers %d, and asks %d times", got, asked(after))
	}
	left, err := c.Do(t.Context(), c.B().Pttl().Key(key).Build()).AsInt64()
	if err != nil || left <= 0 || left > (5*time.Hour).Milliseconds() {
		t.Errorf("it is kept for %d ms more, %v", left, err)
	}
}

func TestWhatIsGoneIsGoneForAllReplicas(t *testing.T) {
	v := valkeytest.Start(t)
	a, b, c := replica(t, v), replica(t, v), speak(t, v)
	status(t, a, edgetest.ListAt)
	settled(t, c, 1)
	status(t, b, edgetest.ListAt)
	for _, s := range []*edgetest.Shop{a, b} {
		s.Peers.Fail("ListProducts", fault.New(fault.NotFound, "not_found", "There is no such market."))
	}
	a.Clock.Advance(time.Hour)
	ages(t, c)
	if got := status(t, a, edgetest.ListAt); got != http.StatusNotFound {
		t.Fatalf("one answers %d", got)
	}
	settled(t, c, 0)
	until(t, func() bool { return status(t, b, edgetest.ListAt) == http.StatusNotFound })
}

// TestWhatNobodyOfTheShopHasMadeIsNotGiven has somebody write into Valkey, and swap what is there.
func TestWhatNobodyOfTheShopHasMadeIsNotGiven(t *testing.T) {
	v := valkeytest.Start(t)
	a := replica(t, v)
	_, want := a.Send(t, edgetest.Call{Method: "GET", Path: edgetest.ListAt})
	status(t, a, "/api/v1/windows?market=portland")
	c := speak(t, v)
	keys := settled(t, c, 2)
	key := listed(keys)
	read := func(key string) string {
		text, _ := c.Do(t.Context(), c.B().Get().Key(key).Build()).ToString()
		return text
	}
	right, other := read(key), read(keys[1-slices.Index(keys, key)])
	for name, put := range map[string]string{
		"another's": "x", "cut off": right[:len(right)-1], "one byte": right[:60] + "!" + right[61:],
		"of another address": other, "much": strings.Repeat("x", 3<<20),
	} {
		set := c.B().Set().Key(key).Value(put).Px(6 * time.Hour).Build()
		if err := c.Do(t.Context(), set).Error(); err != nil {
			t.Fatal(err)
		}
		fresh := replica(t, v)
		answer, got := fresh.Send(t, edgetest.Call{Method: "GET", Path: edgetest.ListAt})
		if answer.StatusCode != http.StatusOK || string(got) != string(want) || asked(fresh) != 1 {
			t.Errorf("%s: it answers %d %q, and asks %d times", name, answer.StatusCode, got, asked(fresh))
		}
		until(t, func() bool { return read(key) != put }) // its own is there instead
	}
}

func TestAnotherShopOrAddressHasPagesOfItsOwn(t *testing.T) {
	v := valkeytest.Start(t)
	a := replica(t, v)
	status(t, a, edgetest.ListAt)
	settled(t, speak(t, v), 1)
	older := [][]byte{[]byte(strings.Repeat("o", 32))}
	for name, option := range map[string]func(*host.Config){
		"another address": func(c *host.Config) { c.BaseURL = "http://other.test" },
		"another shop":    func(c *host.Config) { c.OlderSecrets = older },
	} {
		other := replica(t, v, option)
		if status(t, other, edgetest.ListAt); asked(other) != 1 {
			t.Errorf("%s: it asks %d times", name, asked(other))
		}
	}
}

// TestNothingPersonalIsShared opens what is somebody's own, and looks at all that is in Valkey.
func TestNothingPersonalIsShared(t *testing.T) {
	v := valkeytest.Start(t)
	s := replica(t, v)
	for _, path := range []string{"/cart", "/account", "/checkout", edgetest.OrderAt} {
		s.Open(t, path, edgetest.AsAnn+"; "+edgetest.WithCart+"; "+edgetest.WithOrder, nil)
	}
	status(t, s, edgetest.ListAt, "Cookie", edgetest.AsAnn+"; "+edgetest.WithCart)
	for _, key := range settled(t, speak(t, v), 1) {
		if !strings.HasSuffix(key, " /api/v1/products?market=portland") {
			t.Errorf("there is %q", key)
		}
	}
}

// TestBrowsingGoesOnWithoutValkey has it killed, and then stopped where it is, while pages are asked for.
func TestBrowsingGoesOnWithoutValkey(t *testing.T) {
	for name, harm := range map[string]func(*valkeytest.Server){
		"gone": (*valkeytest.Server).Kill, "slow": (*valkeytest.Server).Hold,
	} {
		t.Run(name, func(t *testing.T) {
			v := valkeytest.Start(t)
			s := replica(t, v)
			status(t, s, edgetest.ListAt)
			harm(v)
			for range 200 {
				s.Clock.Advance(2 * time.Second)
				if got := status(t, s, edgetest.ListAt); got != http.StatusOK {
					t.Fatalf("it answers %d", got)
				}
			}
			if n := asked(s); n < 200 {
				t.Errorf("the catalogue was asked %d times in 200 times two seconds", n)
			}
		})
	}
}
