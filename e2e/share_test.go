package e2e

import (
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/artisan-eats/artisan/host/hosttest"
	"github.com/artisan-eats/artisan/quick"
	"github.com/artisan-eats/artisan/sqldb"
)

// besieged is a shop that speaks HTTPS and trusts nobody, with the villain who knows of it what a maker and
// shopper knows.
func besieged(t testing.TB) (*shop, goods, villain) {
	t.Helper()
	s := closed(t, one, sqldb.SQLite)
	cert, key := hosttest.Certificate(t, t.TempDir(), 1)
	s.listen = "https" + s.listen[len("http"):]
	s.env = append(s.env, "ARTISAN_TRUSTED_PROXIES=none", "ARTISAN_PUBLIC_TLS_CERT="+cert,
		"ARTISAN_PUBLIC_TLS_KEY="+key)
	s.start()
	g := s.stock(1_000_000, 100_000)
	a, err := s.buy(s.cart(t, g.variantID, 1), "k", order(g.pickupID, "ok"))
	if err != nil || a.status != http.StatusCreated {
		t.Fatalf("%v, %d %s", err, a.status, a.raw)
	}
	return s, g, villain{
		Shop: s.listen, Market: market, Cart: s.cart(t, g.variantID, 1), Session: s.maker(t, g.producerID),
		Order: a.body.str("id"), Token: a.body.str("access_token"),
	}
}

// TestOthersBuyWhileOneDoesHerWorst has one client attack the shop in every way that is known, while another
// buys: all of that one's orders succeed, nobody is signed out, and the shop stops in time.
func TestOthersBuyWhileOneDoesHerWorst(t *testing.T) {
	s, g, v := besieged(t)
	end := v.unleash(t)
	for range quick.Of(t, 100, 20, "orders beside a villain") {
		if err := s.mustBuy(s.cart(t, g.variantID, 1), g.pickupID); err != nil {
			t.Fatal(err)
		}
	}
	s.must(t, http.StatusOK, "GET", "/orders/"+v.Order, nil, "Authorization", "Bearer "+v.Token)
	if err := s.stop(); err != nil {
		t.Errorf("while she was at it: %v", err)
	}
	end()
}

// BenchmarkCheckoutUnderAttack compares an honest client's checkouts in quiet with those of 20 s of the
// villain's worst. It fails where one of them fails, or the slowest hundredth takes more than twice as long:
// ./check --long runs it, on a machine that does nothing else.
func BenchmarkCheckoutUnderAttack(b *testing.B) {
	s, g, v := besieged(b)
	quiet := s.checkoutsFor(b, g, 20*time.Second)
	end := v.unleash(b)
	worst := s.checkoutsFor(b, g, 20*time.Second)
	end()
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(float64(quiet.Microseconds())/1000, "quiet-p99-ms")
	b.ReportMetric(float64(worst.Microseconds())/1000, "attacked-p99-ms")
	if worst > 2*quiet {
		b.Errorf("p99 is %v under attack, %v in quiet", worst, quiet)
	}
}

// checkoutsFor buys for a while and answers with how long 99 of 100 checkouts took at the most.
func (s *shop) checkoutsFor(b *testing.B, g goods, d time.Duration) time.Duration {
	b.Helper()
	var took []time.Duration
	for end := time.Now().Add(d); time.Now().Before(end); {
		cart := s.cart(b, g.variantID, 1)
		begun := time.Now()
		if err := s.mustBuy(cart, g.pickupID); err != nil {
			b.Fatal(err)
		}
		took = append(took, time.Since(begun))
	}
	slices.Sort(took)
	b.Logf("%d checkouts, half of them within %v", len(took), took[len(took)/2])
	return took[len(took)*99/100]
}
