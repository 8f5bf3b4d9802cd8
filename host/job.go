package host

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"time"

	"github.com/artisan-eats/artisan/fault"
	"github.com/artisan-eats/artisan/sqldb"
)

// Job is work that recurs.
type Job struct {
	name     string
	interval time.Duration
	run      func(context.Context) error
	log      *slog.Logger
	wake     chan struct{}
	db       *sqldb.DB // the service's own; nil without one
	lease    *jobLease // nil where every replica runs it
}

// gatherFor is how long a job that ran lets its next reasons gather.
const gatherFor = 50 * time.Millisecond

// Wake makes the job run now, or once more if it is running.
func (j *Job) Wake() {
	select {
	case j.wake <- struct{}{}:
	default:
	}
}

// loop runs the job until ctx ends, first after a part of its interval, so that
// the jobs of many replicas spread.
func (j *Job) loop(ctx context.Context) {
	timer := time.NewTimer(rand.N(j.interval)) //nolint:gosec // jitter
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
		case <-j.wake:
		}
		elsewhere, err := j.runOnce(ctx)
		if err != nil && ctx.Err() == nil {
			j.log.WarnContext(ctx, "a job failed and will run again", "job", j.name, "error", err)
		}
		next := j.interval
		if elsewhere {
			next = min(next, aloneAgain)
		}
		timer.Reset(next/2 + rand.N(next)) //nolint:gosec // jitter
		// so that what a busy shop wakes it for shares the cost of a run
		select {
		case <-ctx.Done():
			return
		case <-time.After(min(gatherFor, j.interval)):
		}
	}
}

// runOnce runs the job, or reports that another replica does. One that panics has failed; the process and its
// other jobs go on.
func (j *Job) runOnce(ctx context.Context) (elsewhere bool, err error) {
	defer fault.Recover(&err)
	if j.lease != nil {
		return j.lease.run(ctx, j.run)
	}
	return false, j.run(ctx)
}
