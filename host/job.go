package host

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"time"

	"github.com/artisan-eats/artisan/fault"
)

// Job is work that recurs.
type Job struct {
	name     string
	interval time.Duration
	run      func(context.Context) error
	log      *slog.Logger
	wake     chan struct{}
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
		if err := j.runOnce(ctx); err != nil && ctx.Err() == nil {
			j.log.WarnContext(ctx, "a job failed and will run again", "job", j.name, "error", err)
		}
		timer.Reset(j.interval/2 + rand.N(j.interval)) //nolint:gosec // jitter
		// so that what a busy shop wakes it for shares the cost of a run
		select {
		case <-ctx.Done():
			return
		case <-time.After(min(gatherFor, j.interval)):
		}
	}
}

// runOnce runs the job. One that panics has failed; the process and its other jobs go on.
func (j *Job) runOnce(ctx context.Context) (err error) {
	defer fault.Recover(&err)
	return j.run(ctx)
}
