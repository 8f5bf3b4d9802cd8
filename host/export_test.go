package host

import (
	"context"
	"time"
)

// RunOnce runs a job now, or reports that another replica does.
func (j *Job) RunOnce(ctx context.Context) (elsewhere bool, err error) { return j.runOnce(ctx) }

// Beats has a job that runs say so more often.
func (j *Job) Beats(every time.Duration) { j.lease.beat = every }
