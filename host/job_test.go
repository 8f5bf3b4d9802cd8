package host_test

import (
	"context"
	"testing"
	"time"

	"github.com/artisan-eats/artisan/host"
	"github.com/artisan-eats/artisan/host/hosttest"
	"github.com/artisan-eats/artisan/sqldb"
)

// TestAJobThatPanicsRunsAgain has a job panic the first time.
func TestAJobThatPanicsRunsAgain(t *testing.T) {
	ran := make(chan int, 2)
	var job *host.Job
	p := hosttest.Open(t, sqldb.SQLite, []host.Service{{Name: "kitchen", New: func(h *host.Host) error {
		n := 0
		job = h.Every("stir", time.Hour, func(context.Context) error {
			n++
			ran <- n
			if n == 1 {
				panic("poison")
			}
			return nil
		})
		return nil
	}}})
	p.Work(t.Context())
	for want := 1; want <= 2; want++ {
		job.Wake()
		if n := <-ran; n != want {
			t.Errorf("run %d, want %d", n, want)
		}
	}
}
