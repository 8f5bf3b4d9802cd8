package catalog_test

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	"github.com/artisan-eats/artisan/host/hosttest"
	"github.com/artisan-eats/artisan/sqldb/sqldbtest"
)

// bigFile is a Shopify export of n products, one row each, of 200 producers.
type bigFile struct {
	n, at int
	rest  string
}

const bigHeader = "Handle,Title,Body (HTML),Vendor,Type,Tags,Published,Option1 Name,Option1 Value,Variant SKU,Variant Grams,Variant Inventory Tracker," +
	"Variant Inventory Qty,Variant Price,Variant Barcode,Status\n"

var bigWords = strings.Fields(
	"smoked farm aged wild honey rye plum goat walnut cider sea barley golden young spiced orchard hill forest winter garden")

func (f *bigFile) Read(p []byte) (int, error) {
	if f.at == 0 {
		f.rest, f.at = bigHeader, 1
	}
	if f.rest == "" {
		if f.at > f.n {
			return 0, io.EOF
		}
		random := rand.New(rand.NewPCG(7, uint64(f.at)))
		word := func() string { return bigWords[random.IntN(len(bigWords))] }
		f.rest = fmt.Sprintf(
			"item-%d,%s %s no. %d,\"<p>From our %s %s, made with %s and %s.</p>\",Producer %d,%s,\"%s,%s\",TRUE,Title,Default Title,SKU-%d,%d,shopify,%d,%d.%02d,,active\n",
			f.at, word(), word(), f.at, word(), word(), word(), word(), f.at%200, "Cheese", word(), word(),
			f.at, random.IntN(2000), random.IntN(90), 1+random.IntN(40), random.IntN(100))
		f.at++
	}
	n := copy(p, f.rest)
	f.rest = f.rest[n:]
	return n, nil
}

// BenchmarkImport100000Rows imports a file of 100,000 rows into an empty market, the same file again,
// and exports the market.
func BenchmarkImport100000Rows(b *testing.B) {
	for _, engine := range sqldbtest.Engines {
		b.Run(string(engine), func(b *testing.B) {
			for b.Loop() {
				x := newExchange(b, hosttest.Start(b, engine, stocked))
				for _, run := range []string{"first", "again"} {
					peak := watchHeap(b.Context())
					begin, used := time.Now(), cpu(b)
					got, err := x.load(b, &catalogv1.ImportHeader{Market: "portland", Format: "auto"},
						&bigFile{n: 100_000})
					if err != nil || got.counts.GetFailed() > 0 {
						b.Fatal(got, err)
					}
					b.ReportMetric(time.Since(begin).Seconds(), run+"-s")
					b.ReportMetric((cpu(b) - used).Seconds(), run+"-cpu-s")
					b.ReportMetric(float64(peak())/(1<<20), run+"-peak-MiB")
				}
				begin := time.Now()
				if rows := strings.Count(x.export(b, "portland", "shopify"), "\n"); rows != 100_001 {
					b.Fatal(rows)
				}
				b.ReportMetric(time.Since(begin).Seconds(), "export-s")
			}
		})
	}
}

// cpu is the processor time that this process has used.
func cpu(b *testing.B) time.Duration {
	var u unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// watchHeap looks at the heap every few milliseconds; the function it gives ends that and answers the most it
// saw.
func watchHeap(ctx context.Context) (peak func() uint64) {
	runtime.GC()
	ctx, stop := context.WithCancel(ctx)
	var most atomic.Uint64
	go func() {
		for ctx.Err() == nil {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			most.Store(max(most.Load(), m.HeapAlloc))
			time.Sleep(20 * time.Millisecond)
		}
	}()
	return func() uint64 {
		stop()
		return most.Load()
	}
}
