package e2e

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/artisan-eats/artisan/allergen"
	"github.com/artisan-eats/artisan/sqldb"
	"github.com/artisan-eats/artisan/sqldb/sqldbtest"
)

// The benchmarks measure a shop in processes of its own against baselines in the same run, on
// loopback; see doc/performance.md for how to read them.

// concurrently does n things, so many at a time, and reports how many a second.
func concurrently(b *testing.B, clients, n int, do func(i int) error) {
	b.Helper()
	b.ResetTimer()
	b.StartTimer()
	together(b, clients, n, do)
	b.StopTimer()
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "/s")
	b.ReportMetric(0, "ns/op")
}

// together does n things, so many at a time, until one fails.
func together(b *testing.B, clients, n int, do func(i int) error) {
	b.Helper()
	var next atomic.Int64
	var all sync.WaitGroup
	for range clients {
		all.Go(func() {
			for {
				i := int(next.Add(1)) - 1
				if i >= n || b.Failed() {
					return
				}
				if err := do(i); err != nil {
					b.Error(err)
				}
			}
		})
	}
	all.Wait()
}

// bareVariable tells a copy of the test binary to be a bare server of so many bytes.
const bareVariable = "ARTISAN_E2E_BARE_FILE"

func init() {
	if path := os.Getenv(bareVariable); path != "" {
		serveBare(path)
	}
}

// serveBare is the baseline of a page: net/http, one handler, the same bytes and headers.
func serveBare(path string) {
	body, err := os.ReadFile(path)
	if err != nil {
		panic(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	fmt.Println(listener.Addr())
	server := &http.Server{
		ReadHeaderTimeout: time.Second,
		Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			_, _ = w.Write(body)
		}),
	}
	panic(server.Serve(listener))
}

// bare starts the baseline server for the given bytes.
func bare(b *testing.B, body []byte) (url string) {
	b.Helper()
	path := filepath.Join(b.TempDir(), "body")
	if err := os.WriteFile(path, body, 0o600); err != nil {
		b.Fatal(err)
	}
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), bareVariable+"="+path)
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	out, err := cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	var addr string
	if _, err := fmt.Fscanln(out, &addr); err != nil {
		b.Fatal(err)
	}
	return "http://" + addr + "/"
}

// plainWeb asks for the bytes as they are, so that each answer costs the client the same.
var plainWeb = &http.Client{
	Timeout:   time.Minute,
	Transport: &http.Transport{MaxIdleConnsPerHost: 300, DisableCompression: true},
}

func get(url string) ([]byte, error) {
	request, err := http.NewRequest(http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	return fetch(request)
}

func fetch(request *http.Request) ([]byte, error) {
	response, err := plainWeb.Do(request)
	if err != nil {
		return nil, err
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err == nil && response.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %d %s", request.URL, response.StatusCode, body)
	}
	return body, err
}

// someAllergens names another set of allergens for each of 2^14 numbers.
func someAllergens(n int64) string {
	var free []string
	for i, a := range allergen.All {
		if n>>i&1 == 1 {
			free = append(free, a.Code)
		}
	}
	return strings.Join(free, ",")
}

// BenchmarkRead measures anonymous reads at 8 clients. A warm list is the same address again; a cold one an
// address nobody has asked for, so that it costs the services and the database.
func BenchmarkRead(b *testing.B) {
	s := open(b, one, sqldb.SQLite)
	g := s.stock(100, 100)
	for i := range 300 {
		s.addProduct(g.producerID, fmt.Sprintf("Cheese number %d of the long shelf", i), int64(500+i), 100)
	}
	api := s.listen + "/api/v1"
	list := api + "/products?market=" + market
	body, err := get(list)
	if err != nil {
		b.Fatal(err)
	}
	baseline := bare(b, body)
	var unique atomic.Int64
	for _, c := range []struct {
		name string
		url  func(i int) string
	}{
		{"bare handler of the list's bytes", func(int) string { return baseline }},
		{"list warm", func(int) string { return list }},
		{"list cold", func(int) string { return list + "&allergen_free=" + someAllergens(unique.Add(1)) }},
		{"search of a new word", func(int) string { return fmt.Sprintf("%s&q=%d", list, unique.Add(1)) }},
		{"product", func(int) string { return api + "/products/" + g.productID }},
	} {
		b.Run(c.name, func(b *testing.B) {
			concurrently(b, 8, b.N, func(i int) error {
				_, err := get(c.url(i))
				return err
			})
		})
	}
}

// BenchmarkCheckout measures checkouts, each of a cart of its own that was made before the clock
// starts, and whole orders (cart, line, checkout), against one order a transaction in plain SQL.
func BenchmarkCheckout(b *testing.B) {
	for _, engine := range sqldbtest.Engines {
		for _, clients := range []int{1, 32, 256} {
			for _, rows := range []int{1000, 1} {
				name := fmt.Sprintf("%s/%d clients/%s", engine, clients,
					map[int]string{1: "one variant", 1000: "spread"}[rows])
				b.Run(name+"/plain SQL", func(b *testing.B) { plainOrders(b, engine, clients, rows) })
				for _, shape := range []shape{one, many} {
					benchShop(b, name, shape, engine, clients, rows)
				}
			}
		}
	}
}

func benchShop(b *testing.B, name string, shape shape, engine sqldb.Engine, clients, rows int) {
	var s *shop
	var variants []string
	var window string
	ready := sync.OnceFunc(func() {
		s = open(b, shape, engine)
		g := s.stock(1_000_000, 100_000)
		window, variants = g.pickupID, []string{g.variantID}
		for i := 1; i < rows; i++ {
			_, id := s.addProduct(g.producerID, fmt.Sprint("Cheese ", i), 1250, 1_000_000)
			variants = append(variants, id)
		}
	})
	b.Run(fmt.Sprintf("%s/checkout, %s", name, shape), func(b *testing.B) {
		ready()
		carts := make([]string, b.N)
		concurrently(b, 32, b.N, func(i int) error {
			carts[i] = s.cart(b, variants[i%rows], 1)
			return nil
		})
		concurrently(b, clients, b.N, func(i int) error { return s.mustBuy(carts[i], window) })
	})
	b.Run(fmt.Sprintf("%s/whole order, %s", name, shape), func(b *testing.B) {
		ready()
		concurrently(b, clients, b.N, func(i int) error {
			return s.mustBuy(s.cart(b, variants[i%rows], 1), window)
		})
	})
	if s != nil {
		s.kill()
	}
}

func (s *shop) mustBuy(cart, window string) error {
	a, err := s.buy(cart, "k", order(window, "ok"))
	if err == nil && a.status != http.StatusCreated {
		err = fmt.Errorf("checkout: %d %s", a.status, a.raw)
	}
	return err
}

// plainOrders is the baseline: one order a transaction, three statements of plain SQL, on the same
// engine with the same settings.
func plainOrders(b *testing.B, engine sqldb.Engine, clients, rows int) {
	config := sqldbtest.Config(b, engine, time.Now)
	config.MaxConns = clients
	db, err := sqldb.Open(b.Context(), config)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = db.Close() })
	err = db.Tx(b.Context(), func(ctx context.Context, tx *sqldb.Tx) error {
		for _, query := range []string{
			"CREATE TABLE stock (id BIGINT PRIMARY KEY, available BIGINT NOT NULL CHECK (available >= 0))",
			"CREATE TABLE plain_orders (id BIGINT PRIMARY KEY, total BIGINT NOT NULL)",
			"CREATE TABLE plain_lines (order_id BIGINT NOT NULL, stock_id BIGINT NOT NULL, quantity BIGINT NOT NULL)",
		} {
			if _, err := tx.ExecContext(ctx, query); err != nil {
				return err
			}
		}
		for i := range rows {
			if _, err := tx.ExecContext(ctx, "INSERT INTO stock VALUES ($1, 100000000)", i); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	concurrently(b, clients, b.N, func(i int) error { return plainOrder(b.Context(), db, i, i%rows) })
}

func plainOrder(ctx context.Context, db *sqldb.DB, order, row int) error {
	return db.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		for _, statement := range []struct {
			query string
			args  []any
		}{
			{"UPDATE stock SET available = available - 1 WHERE id = $1 AND available >= 1", []any{row}},
			{"INSERT INTO plain_orders VALUES ($1, 1250)", []any{order}},
			{"INSERT INTO plain_lines VALUES ($1, $2, 1)", []any{order, row}},
		} {
			if _, err := tx.ExecContext(ctx, statement.query, statement.args...); err != nil {
				return err
			}
		}
		return nil
	})
}
