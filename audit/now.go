package audit

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/artisan-eats/artisan/sqldb"
)

const (
	// foldFor is how long the same again is counted rather than written.
	foldFor = time.Minute
	// maxKinds is how many entries of one action are written one by one in that time; who comes beyond it is
	// counted with the others. So a flood costs a number of lines that does not depend on it, and of one
	// action hides no other.
	maxKinds = 30
	// nowTimeout bounds how long an entry waits to be written.
	nowTimeout = 5 * time.Second
)

// folds are the entries of the last minute that are counted. The zero value is ready.
type folds struct {
	mu   sync.Mutex
	same map[fold]*tally
	many map[string]*tally // by action
	kind map[string]int    // how many of same there are of an action
}

// fold is what makes entries the same.
type fold struct {
	action, subject   string
	outcome           Outcome
	kind, id, address string
}

// tally is how often something was told again since it was written.
type tally struct {
	since time.Time
	times int64
	entry Entry
}

// Now writes an entry in a transaction of its own, which is for what was refused: it has none. It must not be
// called within one. The same action of the same actor on the same subject is written once a minute, and then
// how often it was repeated. The error is told for a log; what was refused stays refused.
func (l *Log) Now(ctx context.Context, e Entry) error {
	by := actorFor(ctx, e)
	e.By = &by
	if !l.folds.fresh(e, l.c.Now()) {
		return nil
	}
	return l.writeNow(ctx, []Entry{e})
}

func (l *Log) writeNow(ctx context.Context, entries []Entry) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), nowTimeout)
	defer cancel()
	return l.c.DB.Tx(ctx,
		func(ctx context.Context, tx *sqldb.Tx) error { return l.Write(ctx, tx, entries...) })
}

// Tell writes how often was repeated what was told more than a minute ago, or at any time with all.
func (l *Log) Tell(ctx context.Context, all bool) error {
	told := l.folds.over(l.c.Now(), all)
	if len(told) == 0 {
		return nil
	}
	return l.writeNow(ctx, told)
}

// fresh reports whether an entry is to be written by itself; otherwise it is counted.
func (f *folds) fresh(e Entry, now time.Time) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.same == nil {
		f.same, f.many, f.kind = map[fold]*tally{}, map[string]*tally{}, map[string]int{}
	}
	key := fold{e.Action, e.Subject, e.Outcome, e.By.Kind, e.By.ID, e.By.Address}
	if known := f.same[key]; known != nil {
		known.times++
		return false
	}
	if f.kind[e.Action] < maxKinds {
		f.kind[e.Action]++
		f.same[key] = &tally{since: now, entry: e}
		return true
	}
	if f.many[e.Action] == nil {
		f.many[e.Action] = &tally{
			since: now,
			entry: Entry{Action: e.Action, Outcome: e.Outcome, By: &Actor{Kind: Others}},
		}
	}
	f.many[e.Action].times++
	return false
}

// over takes out the tallies whose minute is over, and answers the entries of those that counted something.
func (f *folds) over(now time.Time, all bool) []Entry {
	f.mu.Lock()
	defer f.mu.Unlock()
	var told []Entry
	tell := func(t *tally) bool {
		if !all && now.Sub(t.since) < foldFor {
			return false
		}
		if t.times > 0 {
			told = append(told, t.repeated())
		}
		return true
	}
	for _, key := range slices.Collect(maps.Keys(f.same)) {
		if tell(f.same[key]) {
			delete(f.same, key)
			f.kind[key.action]--
		}
	}
	maps.DeleteFunc(f.many, func(_ string, t *tally) bool { return tell(t) })
	return told
}

// repeated is the entry that says how often.
func (t *tally) repeated() Entry {
	e := t.entry
	e.Detail = maps.Clone(e.Detail)
	if e.Detail == nil {
		e.Detail = map[string]string{}
	}
	e.Detail["times"] = strconv.FormatInt(t.times, 10)
	return e
}
