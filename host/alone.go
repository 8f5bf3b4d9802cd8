package host

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/artisan-eats/artisan/sqldb"
)

const (
	// aloneFor is how long a replica that runs a job alone may say nothing before another one runs it.
	aloneFor = 15 * time.Second
	// aloneBeat is how often it says that it still does.
	aloneBeat = aloneFor / 3
	// aloneAgain is how soon a replica looks again that found another one at work.
	aloneAgain = time.Second
)

// errElsewhere ends a run whose lease another replica has taken.
var errElsewhere = errors.New("another replica runs it by now")

// Alone has one replica of the service at a time run the job; the others look again a moment later, so that
// nothing they were woken for is missed. It saves work and is no lock: a replica that stood still for longer
// than its lease may be at the same rows as another for a moment, which the rows' own rules have to allow.
// In SQLite, which is one process's, it does nothing.
func (j *Job) Alone() *Job {
	if j.db != nil && j.db.Engine == sqldb.Postgres {
		j.lease = &jobLease{db: j.db, job: j.name, holder: rand.Text(), beat: aloneBeat}
	}
	return j
}

// AloneWhere is Alone of a job that looks often and rarely finds something to do: without that it takes no
// lease, and does not run.
func (j *Job) AloneWhere(some func(context.Context) (bool, error)) *Job {
	if j.Alone(); j.lease != nil {
		j.lease.some = some
	}
	return j
}

// jobLease is who runs a job of a service, by the database's clock.
type jobLease struct {
	db          *sqldb.DB
	job, holder string
	beat        time.Duration
	some        func(context.Context) (bool, error) // nil where it is taken in any case
}

// run works under the lease, and reports that another replica does where it has it.
func (l *jobLease) run(ctx context.Context, work func(context.Context) error) (elsewhere bool, err error) {
	if l.some != nil {
		if some, err := l.some(ctx); err != nil || !some {
			return false, err
		}
	}
	mine, err := l.take(ctx)
	if err != nil || !mine {
		return err == nil, err
	}
	working, stop := context.WithCancelCause(ctx)
	var beating sync.WaitGroup
	beating.Go(func() { l.keep(working, stop) })
	defer func() { // after a panic too: nobody would run it for a while
		stop(nil)
		beating.Wait()
		err = errors.Join(err, l.leave(context.WithoutCancel(ctx)))
	}()
	if err = work(working); errors.Is(context.Cause(working), errElsewhere) {
		err = errElsewhere
	}
	return false, err
}

// keep says now and then that the work goes on, and stops it where the lease is another's. A database that
// does not answer ends the lease by itself: then the work is stopped too.
func (l *jobLease) keep(ctx context.Context, stop context.CancelCauseFunc) {
	tick := time.NewTicker(l.beat)
	defer tick.Stop()
	for failures := 0; ; {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		mine, err := l.take(ctx)
		if failures++; err == nil {
			failures = 0
		}
		if (err == nil && !mine) || failures > 1 {
			stop(errElsewhere)
			return
		}
	}
}

// take takes the lease where nobody has it, or makes one's own longer, and reports whether it is one's own.
func (l *jobLease) take(ctx context.Context) (mine bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, aloneBeat)
	defer cancel()
	err = l.db.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		if err := tx.Relax(ctx); err != nil {
			return err
		}
		now, err := tx.Now(ctx)
		if err != nil {
			return err
		}
		result, err := tx.ExecContext(ctx, `INSERT INTO job_leases (job, holder, until) VALUES ($1, $2, $3)
			ON CONFLICT (job) DO UPDATE SET holder = excluded.holder, until = excluded.until
			WHERE job_leases.holder = excluded.holder OR job_leases.until <= $4`,
			l.job, l.holder, now.Add(aloneFor).UnixMilli(), now.UnixMilli())
		if err != nil {
			return err
		}
		n, err := result.RowsAffected()
		mine = n == 1
		return err
	})
	if err != nil {
		err = fmt.Errorf("take a job: %w", err)
	}
	return mine, err
}

// leave gives the lease to whoever wants it.
func (l *jobLease) leave(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, aloneBeat)
	defer cancel()
	err := l.db.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		if err := tx.Relax(ctx); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `UPDATE job_leases SET until = 0 WHERE job = $1 AND holder = $2`, l.job,
			l.holder)
		return err
	})
	if err != nil {
		return fmt.Errorf("leave a job: %w", err)
	}
	return nil
}
