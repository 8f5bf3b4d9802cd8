package e2e

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/artisan-eats/artisan/sqldb"
)

// What BenchmarkOverload does, and for how long.
const (
	overloadPeak  = 5 * time.Second
	overloadLasts = 20 * time.Second
	overloadAfter = 12 * time.Second
	overloadTimes = 5
	overloadTick  = 5 * time.Millisecond
)

// BenchmarkOverload measures what is sold while five times more checkouts come than can be done, against the
// most that can be. They come whether others are answered or not, and who is refused comes again later. It
// prints how long it takes until the shop is normal again at half of the most: the seconds after which all
// are sold.
func BenchmarkOverload(b *testing.B) {
	s := &besideShop{shop: closed(b, one, sqldb.SQLite), b: b}
	s.start()
	g := s.stock(1_000_000, 100_000)
	s.window, s.variants = g.pickupID, []string{g.variantID}
	rush := s.newRush()
	rush.fill(1000)
	trial := rush.atOnce(2 * time.Second)
	rush.fill(int(trial * (overloadPeak + overloadLasts + overloadAfter).Seconds()))
	peak := rush.atOnce(overloadPeak)
	b.Logf("at the most %.0f a second, of %.0f in a trial", peak, trial)
	sold, refused, _ := rush.comes(overloadTimes*peak, overloadLasts)
	within := float64(sold) / overloadLasts.Seconds()
	_, _, again := rush.comes(peak/2, overloadAfter)
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(peak, "peak/s")
	b.ReportMetric(within, "sold/s")
	b.ReportMetric(within/peak, "of-peak")
	b.ReportMetric(float64(refused)/overloadLasts.Seconds(), "refused/s")
	b.ReportMetric(again.Seconds(), "s-to-normal")
}

// rush is people who check out, each on a connection that they take over from one who has gone.
type rush struct {
	shop  *besideShop
	at    string
	body  string
	carts chan string
	conns chan *rushConn
}

type rushConn struct {
	net.Conn
	from *bufio.Reader
}

func (s *besideShop) newRush() *rush {
	body, err := json.Marshal(order(s.window, "ok"))
	if err != nil {
		s.b.Fatal(err)
	}
	return &rush{
		s, strings.TrimPrefix(s.listen, "http://"), string(body), make(chan string, 1<<20),
		make(chan *rushConn, 1<<14),
	}
}

// fill has so many carts more.
func (r *rush) fill(n int) {
	together(r.shop.b, 64, n, func(int) error {
		r.carts <- r.shop.cart(r.shop.b, r.shop.variants[0], 1)
		return nil
	})
}

// atOnce has 128 buy one after the other, and answers how many are sold a second.
func (r *rush) atOnce(lasts time.Duration) float64 {
	var sold atomic.Int64
	end := time.Now().Add(lasts)
	var all sync.WaitGroup
	for range 128 {
		all.Go(func() {
			for time.Now().Before(end) {
				if status := r.buy(); status == http.StatusCreated {
					sold.Add(1)
				}
			}
		})
	}
	all.Wait()
	return float64(sold.Load()) / lasts.Seconds()
}

// comes has so many a second come, and answers how many were sold and how many refused of them, and after how
// long none was refused any more.
func (r *rush) comes(perSecond float64, lasts time.Duration) (sold, refused int64, normal time.Duration) {
	var yes, no, last atomic.Int64
	var all sync.WaitGroup
	begun := time.Now()
	sent := 0
	for now := begun; now.Sub(begun) < lasts; now = time.Now() {
		for due := int(perSecond * now.Sub(begun).Seconds()); sent < due; sent++ {
			came := time.Since(begun)
			all.Go(func() {
				switch r.buy() {
				case http.StatusCreated:
					if time.Since(begun) <= lasts {
						yes.Add(1)
					}
				default:
					no.Add(1)
					last.Store(max(last.Load(), int64(came)))
				}
			})
		}
		time.Sleep(overloadTick)
	}
	all.Wait()
	return yes.Load(), no.Load(), time.Duration(last.Load())
}

// buy checks out a cart. One that is refused is somebody else's later.
func (r *rush) buy() (status int) {
	cart := <-r.carts
	status, err := r.send(cart)
	if err != nil || (status != http.StatusCreated && status != http.StatusServiceUnavailable) {
		r.shop.b.Errorf("a checkout is answered with %d, %v", status, err)
	}
	if status != http.StatusCreated {
		r.carts <- cart
	}
	return status
}

func (r *rush) send(cart string) (status int, err error) {
	c, err := r.connect()
	if err != nil {
		return 0, err
	}
	_ = c.SetDeadline(time.Now().Add(30 * time.Second))
	if _, err := fmt.Fprintf(c, "POST /api/v1/carts/%s/checkout HTTP/1.1\r\nHost: 127.0.0.1\r\n"+
		"Content-Type: application/json\r\nIdempotency-Key: k\r\nContent-Length: %d\r\n\r\n%s",
		cart, len(r.body), r.body); err != nil {
		return 0, err
	}
	answer, err := http.ReadResponse(c.from, nil)
	if err != nil {
		return 0, err
	}
	defer func() { _ = answer.Body.Close() }()
	_, err = io.Copy(io.Discard, answer.Body)
	if answer.Close || err != nil {
		_ = c.Close()
		return answer.StatusCode, err
	}
	r.conns <- c
	return answer.StatusCode, nil
}

func (r *rush) connect() (*rushConn, error) {
	select {
	case c := <-r.conns:
		return c, nil
	default:
	}
	conn, err := net.Dial("tcp", r.at)
	if err != nil {
		return nil, err
	}
	return &rushConn{conn, bufio.NewReaderSize(conn, 4<<10)}, nil
}
