package sqldb_test

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/artisan-eats/artisan/sqldb"
	"github.com/artisan-eats/artisan/sqldb/sqldbtest"
)

// TestAPoolDoesNotRunAtADatabaseThatIsAway has fifty ask all the time while the server goes and comes back.
func TestAPoolDoesNotRunAtADatabaseThatIsAway(t *testing.T) {
	const most, asking = 8, 50
	config := sqldbtest.Config(t, sqldb.Postgres, time.Now)
	config.MaxConns = most
	var door *sqldbtest.Door
	door, config.URL = sqldbtest.Through(t, config.URL)
	db, err := sqldb.Open(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	ctx, stop := context.WithCancel(t.Context())
	var well, ill atomic.Int64
	var all sync.WaitGroup
	for range asking {
		all.Go(func() {
			for ctx.Err() == nil {
				if _, err := db.Read().ExecContext(ctx, "SELECT pg_sleep(0.001)"); err != nil {
					ill.Add(1)
				} else {
					well.Add(1)
				}
			}
		})
	}
	defer all.Wait()
	defer stop()
	reaches := func(what string, so func() bool) {
		t.Helper()
		for end := time.Now().Add(time.Minute); !so(); time.Sleep(time.Millisecond) {
			if time.Now().After(end) {
				t.Fatal(what)
			}
		}
	}
	reaches("not all connections are used", func() bool { return door.Inside() == most })

	gone, before := time.Now(), ill.Load()
	door.Shut()
	reaches("it does not fail", func() bool {
		return ill.Load() > before+1000 && time.Since(gone) > time.Second
	})
	// of each connection that is cut the driver asks the server, on another, to cancel what ran on it
	tried, _ := door.Came(gone)
	if fair := most + 2 + int(time.Since(gone)/(500*time.Millisecond)); tried > fair {
		t.Errorf("it was tried %d times in %v, and %d are enough", tried, time.Since(gone), fair)
	}

	back, before := time.Now(), well.Load()
	door.Open()
	reaches("it does not come back", func() bool { return well.Load() > before })
	reaches("not all connections are used again", func() bool { return door.Inside() == most })
	if all, once := door.Came(back); once > 4 {
		t.Errorf("of %d connections %d came in one second", all, once)
	}
}
