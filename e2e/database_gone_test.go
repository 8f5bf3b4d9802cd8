package e2e

import (
	"fmt"
	"testing"
	"time"

	"github.com/artisan-eats/artisan/load"
	"github.com/artisan-eats/artisan/quick"
	"github.com/artisan-eats/artisan/sqldb"
	"github.com/artisan-eats/artisan/sqldb/sqldbtest"
)

const (
	// goneFor is how many seconds the database is away.
	goneFor = 20
	// backWithin is how long after the database is back something may still be refused.
	backWithin = 10 * time.Second
)

// TestAShopOutlivesItsDatabase stops PostgreSQL for 20 s (less but in ./check --long) under a steady load.
// Who looks is served all the time; who buys is told when to come again, or is served late; soon after it is
// back everybody is; nothing is lost; and never do more connections come in a second than twice as many as
// there usually are.
func TestAShopOutlivesItsDatabase(t *testing.T) {
	t.Parallel()
	server := sqldbtest.Own(t)
	door := sqldbtest.NewDoor(t, server.Address())
	s := addressed(t, many, sqldb.Postgres)
	s.env = append(s.env, "ARTISAN_DATABASE_URL="+server.URL(door.Address()))
	s.start()
	s.stock(crashPieces, crashPlaces)
	saw := &seen{}
	visitors, err := load.Begin(t.Context(), load.Plan{
		URL: s.listen, Market: market, Rate: steady, Seed: 13, Buying: 0.4, Alone: true, Told: saw.told,
		Clients: []load.Client{{}}, // HTTP/2 to the edge itself wants TLS
	})
	if err != nil {
		t.Fatal(err)
	}
	eventually(t, time.Minute, "some have bought", func() bool { return visitors.Acknowledged() >= 30 })
	usual, gone := door.Inside(), time.Now()
	server.Stop()
	seconds := quick.Usually(t, goneFor, goneFor/2, goneFor/4, "seconds without a database")
	time.Sleep(time.Duration(seconds) * time.Second)
	server.Start()
	back, orders := time.Now(), visitors.Acknowledged()
	eventually(t, time.Minute, "others buy", func() bool { return visitors.Acknowledged() >= orders+30 })
	result := visitors.Check(t.Context())
	_, most := door.Came(gone)
	t.Logf("away for %v: %s; %d connections usually, at the most %d new ones in a second", back.Sub(gone), result,
		usual, most)
	for _, wrong := range result.Wrong {
		t.Errorf("wrong: %+v", wrong)
	}
	saw.outlives(t, back)
	if most > 2*usual {
		t.Errorf("%d connections came in a second, and %d there are usually", most, usual)
	}
}

// outlives wants who looks to have been served always, and who buys to have been told when to come again.
func (s *seen) outlives(t *testing.T, back time.Time) {
	t.Helper()
	told, last := 0, time.Duration(0)
	var wrong []string
	for _, r := range s.all {
		switch {
		case r.Outcome == load.Served:
			continue
		case r.Kind == load.Page || r.Kind == load.Read:
			wrong = append(wrong, fmt.Sprintf("who looks is not served: %+v", r))
		case r.Outcome != load.Shed:
			wrong = append(wrong, fmt.Sprintf("who buys is not told when to come again: %+v", r))
		}
		told++
		last = max(last, r.Begun.Sub(back))
	}
	for _, w := range wrong[:min(20, len(wrong))] {
		t.Error(w)
	}
	t.Logf("%d were told to come again, the last one %v after the database was back", told, last)
	if told == 0 || last > backWithin {
		t.Error("nobody was told to come again, or some were for too long")
	}
}
