package e2e

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/artisan-eats/artisan/sqldb"
)

// TestTwoReplicasOfEachServiceAreOneShop goes on journeys in one shop whose services run twice, and at its
// end kills one replica of each service under a light load of orders.
func TestTwoReplicasOfEachServiceAreOneShop(t *testing.T) {
	haproxy(t)
	s := open(t, twice, sqldb.Postgres)
	for _, journey := range []struct {
		name string
		goes func(t *testing.T, s *shop)
	}{
		{"a guest orders and cancels", ordersAndCancels},
		{"a guest orders for delivery", ordersForDelivery},
		{"one key makes one order", sendsOneCheckoutOften},
		{"a member is known at both front doors", isKnownAtBothDoors},
		{"a file is imported at both front doors", importsAtBothDoors},
		{"a front door starts with what the other has", startsWarm},
		{"Valkey goes and comes while pages are read", losesValkey},
		{"a replica of each service dies", killsOneOfEach},
	} {
		if !t.Run(journey.name, func(t *testing.T) { journey.goes(t, s) }) {
			return // what follows would fail for its sake
		}
	}
}

// isKnownAtBothDoors signs in at one edge, acts at the other, signs out there, and is nobody at the first.
func isKnownAtBothDoors(t *testing.T, s *shop) {
	session := s.maker(t, s.stock(5, 5).producerID)
	for _, door := range []string{"edge", second("edge")} {
		if status, _ := s.at(t, door, http.MethodGet, "/api/v1/account/sessions", session, "",
			nil); status != http.StatusOK {
			t.Errorf("%s answers its member with %d", door, status)
		}
	}
	if status, body := s.at(t, second("edge"), http.MethodDelete, "/api/v1/sessions/current", session, "",
		nil); status/100 != 2 {
		t.Fatalf("signing out: %d %s", status, body)
	}
	if status, _ := s.at(t, "edge", http.MethodGet, "/api/v1/account/sessions", session, "",
		nil); status != http.StatusUnauthorized {
		t.Errorf("whoever signed out at the other door is answered with %d", status)
	}
}

// importsAtBothDoors sends a file at one edge and goes on at the other, through whichever replica of catalog
// there is.
func importsAtBothDoors(t *testing.T, s *shop) {
	maker := s.maker(t, s.stock(5, 5).producerID)
	s.sends(t, "edge", maker, "Handle,Title,Vendor,Variant Price\nrye,Rye,,5\n")
	shown := s.sees(t, second("edge"), maker, "would change")
	key := regexp.MustCompile(`name="key" value="([^"]+)"`).FindStringSubmatch(shown)[1]
	s.posts(t, second("edge"), "/producer/import/run", maker, "application/x-www-form-urlencoded",
		strings.NewReader("new=show&key="+key))
	for _, door := range []string{second("edge"), "edge"} {
		s.sees(t, door, maker, "is imported")
	}
}

const (
	// killShoppers are few: it is about what is lost, and not about how much there may be.
	killShoppers = 4
	// servedWithin is when at the latest another replica has what a killed one had.
	servedWithin = time.Second
)

// killsOneOfEach kills a replica of each service, and starts it again, while shoppers order and change what
// they ordered. Requests fail only while a replica is killed, at most as many as there are shoppers; and
// nothing that was acknowledged is lost, done twice, or left in between.
func killsOneOfEach(t *testing.T, s *shop) {
	g := s.stock(crashPieces, crashPlaces)
	h := &history{
		shop: s, goods: g, otherID: s.addWindow("pickup", crashPlaces), member: s.known(t),
		reservedBefore: s.reserved(t),
	}
	h.orders, h.wants, h.onPickup, h.changing, h.changed = map[string]string{}, map[string]orderedAs{},
		map[string]bool{}, map[string]int{}, map[string]int{}
	failed := &failures{}
	s.asked = failed.note
	var over atomic.Bool
	var all sync.WaitGroup
	for shopper := range killShoppers {
		all.Go(func() {
			for n := 0; !over.Load(); n++ {
				h.shopOnce(fmt.Sprint(shopper, "-", n))
			}
		})
	}
	// first those whose work another replica takes over once a lease ends
	leased := []string{"payments", "ordering"}
	others := slices.DeleteFunc(slices.Clone(names()),
		func(name string) bool { return slices.Contains(leased, name) })
	for i, name := range append(leased, others...) {
		victim := []string{name, second(name)}[i%2]
		time.Sleep(servedWithin / 4) // until the load is there again
		failed.during(t, victim, func() {
			s.killOne(victim)
			time.Sleep(servedWithin * 5 / 4)
		})
		s.start()
	}
	over.Store(true)
	all.Wait()
	h.waiting.Wait()
	t.Logf("%d orders acknowledged, %v changed; %d requests failed in %d kills", len(h.orders), h.changed,
		failed.all, len(names()))
	if len(h.orders) < 5*len(names()) {
		t.Error("this proves too little: too few orders")
	}
	s.asked = nil
	failed.none(t, "the last replica")
	h.check(t)
}

// failures are requests without an answer, or with one that says that something is wrong with the shop.
type failures struct {
	mu    sync.Mutex
	since time.Time // of the kill
	late  []string
	here  int // since then
	all   int
}

func (f *failures) note(begun time.Time, a answer, err error) {
	if err == nil && a.status < 500 {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.all++
	f.here++
	if after := begun.Sub(f.since); after > servedWithin {
		f.late = append(f.late, fmt.Sprintf("%s after it: %d %s %v", after, a.status, a.raw, err))
	}
}

// during counts what fails from a kill on, to the next.
func (f *failures) during(t *testing.T, victim string, kill func()) {
	t.Helper()
	f.mu.Lock()
	f.since, f.here = time.Now(), 0
	f.mu.Unlock()
	kill()
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.here > killShoppers {
		t.Errorf("%d requests failed when %s was killed, and only %d can have been inside it", f.here, victim,
			killShoppers)
	}
	f.none(t, victim)
}

// none wants nothing to have failed later than it may.
func (f *failures) none(t *testing.T, victim string) {
	t.Helper()
	if len(f.late) > 0 {
		t.Errorf("%s was killed, and requests failed later: %v", victim, f.late)
		f.late = nil
	}
}
