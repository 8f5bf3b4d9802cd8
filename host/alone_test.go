package host_test

import (
	"context"
	"strings"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"github.com/artisan-eats/artisan/host"
	"github.com/artisan-eats/artisan/host/hosttest"
	"github.com/artisan-eats/artisan/sqldb"
)

// replicas are two processes of a service whose job is to run in one of them at a time. A run waits for its
// next step.
type replicas struct {
	*testing.T
	jobs    []*host.Job
	process []*host.Process
	// came is the context of a run that began, and steps are what they wait for.
	came         chan context.Context
	steps        chan error
	inside, most atomic.Int64
}

func openReplicas(t *testing.T) *replicas {
	r := &replicas{T: t, came: make(chan context.Context), steps: make(chan error)}
	tables := fstest.MapFS{
		"00001_pots.sql": {Data: []byte("-- +goose Up\nCREATE TABLE pots (id TEXT NOT NULL PRIMARY KEY);\n")},
	}
	service := host.Service{Name: "stove", Migrations: tables, New: func(h *host.Host) error {
		r.jobs = append(r.jobs, h.Every("stir", time.Hour, r.stir).Alone())
		return nil
	}}
	r.process = hosttest.Replicas(t, 2, []host.Service{service})
	return r
}

func (r *replicas) stir(ctx context.Context) error {
	r.most.Store(max(r.most.Load(), r.inside.Add(1)))
	defer r.inside.Add(-1)
	r.came <- ctx
	select {
	case err := <-r.steps:
		if err != nil {
			panic(err)
		}
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// begins runs the job in a replica, and answers once it is in the midst of it, with its context; or with none
// where it is left to the other one.
func (r *replicas) begins(n int) (within context.Context, ended <-chan error) {
	over := make(chan error, 1)
	go func() {
		elsewhere, err := r.jobs[n].RunOnce(r.Context())
		if elsewhere {
			r.came <- nil
		}
		over <- err
	}()
	return <-r.came, over
}

func (r *replicas) exec(statement string) {
	r.Helper()
	err := r.process[0].Host("stove").DB().Tx(r.Context(), func(ctx context.Context, tx *sqldb.Tx) error {
		_, err := tx.ExecContext(ctx, statement)
		return err
	})
	if err != nil {
		r.Fatal(err)
	}
}

// TestOfTwoReplicasOneRunsAJobAtATime has the second one come while the first is at it, and afterwards: also
// after a run that panics.
func TestOfTwoReplicasOneRunsAJobAtATime(t *testing.T) {
	r := openReplicas(t)
	for _, step := range []error{nil, context.Canceled} {
		within, ended := r.begins(0)
		if within == nil {
			t.Fatal("it runs nowhere")
		}
		if within, _ := r.begins(1); within != nil {
			t.Fatal("two replicas run it at once")
		}
		r.steps <- step
		if err := <-ended; (err != nil) != (step != nil) {
			t.Errorf("after %v it ends with %v", step, err)
		}
		if within, ended = r.begins(1); within == nil {
			t.Fatal("it is over, and the other one does not run it")
		}
		r.steps <- nil
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}
}

// TestAReplicaThatIsWokenInVainRunsItsJobOnceTheOtherIsDone has both work by themselves.
func TestAReplicaThatIsWokenInVainRunsItsJobOnceTheOtherIsDone(t *testing.T) {
	r := openReplicas(t)
	for i, p := range r.process {
		p.Work(t.Context())
		r.jobs[i].Wake()
	}
	for range 2 {
		<-r.came
		r.steps <- nil
	}
	if n := r.most.Load(); n != 1 {
		t.Errorf("%d replicas ran it at once", n)
	}
}

// TestAJobEndsWhereAnotherReplicaHasTakenIt has a replica stand still for longer than its lease.
func TestAJobEndsWhereAnotherReplicaHasTakenIt(t *testing.T) {
	r := openReplicas(t)
	r.jobs[0].Beats(time.Millisecond)
	within, ended := r.begins(0)
	r.exec("UPDATE job_leases SET holder = 'another', until = until + 60000")
	<-within.Done()
	if err := <-ended; err == nil || !strings.Contains(err.Error(), "another replica") {
		t.Errorf("it ends with %v", err)
	}
	if within, _ := r.begins(1); within != nil {
		t.Error("it runs beside another")
	}
	r.exec("UPDATE job_leases SET until = 0")
	if within, _ := r.begins(1); within == nil {
		t.Error("a lease that is over keeps others away")
	}
	r.steps <- nil
}

// TestALookForNothingTakesNoLease has a job that looks first.
func TestALookForNothingTakesNoLease(t *testing.T) {
	r := openReplicas(t)
	some := false
	r.jobs[0].AloneWhere(func(context.Context) (bool, error) { return some, nil })
	if elsewhere, err := r.jobs[0].RunOnce(t.Context()); elsewhere || err != nil || r.most.Load() != 0 {
		t.Errorf("it ran for nothing: %t, %v", elsewhere, err)
	}
	some = true
	if within, _ := r.begins(0); within == nil {
		t.Error("it does not run")
	}
	r.steps <- nil
}
