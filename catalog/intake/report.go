package intake

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/artisan-eats/artisan/fault"
)

// listener is told what an import finds, as it finds it: whoever sent the file and waits, or the report of
// one that is kept.
type listener interface {
	tellFormat(dialect string) error
	tellProgress(at progress) error
	tellIssue(i issue) error
	tellChange(c change) error
	tellCounts(n counts) error
}

// progress is how far a file is read.
type progress struct{ bytes, rows int64 }

// issue is what is wrong with a row, or worth a word.
type issue struct {
	row             int64
	column, message string
	refused         bool
}

// change is what an import does to a variant, or would do.
type change struct {
	row     int64
	fresh   bool
	title   string
	details []string
}

// counts are of what an import did. Products and variants are those that were not there.
type counts struct{ products, variants, updated, skipped, failed int64 }

// findings are what a reading found so far.
type findings struct {
	format                string
	progress              progress
	issues                []issue // the first of them
	changes               []change
	allIssues, allChanges int64
	counts                counts
	done                  bool   // the counts are there
	trouble               string // why it did not come to its end, for a person
	again                 bool   // to read it once more may help
	hidesNew              bool   // whoever read it can keep what is new off the shelf
}

// report gathers the findings of a reading, while others look.
type report struct {
	mu    sync.Mutex
	found findings
}

func (r *report) note(what func(f *findings)) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	what(&r.found)
	return nil
}

func (r *report) tellFormat(dialect string) error {
	return r.note(func(f *findings) { f.format = dialect })
}

func (r *report) tellProgress(at progress) error {
	return r.note(func(f *findings) { f.progress = at })
}

func (r *report) tellIssue(i issue) error {
	return r.note(func(f *findings) {
		if f.allIssues++; f.allIssues <= shownRows {
			f.issues = append(f.issues, i)
		}
	})
}

func (r *report) tellChange(c change) error {
	return r.note(func(f *findings) {
		if f.allChanges++; f.allChanges <= shownRows {
			f.changes = append(f.changes, c)
		}
	})
}

func (r *report) tellCounts(n counts) error {
	return r.note(func(f *findings) { f.counts, f.done = n, true })
}

// text is a report as it is stored.
func (r *report) text() string {
	r.mu.Lock()
	found := r.found
	found.issues, found.changes = slices.Clone(found.issues), slices.Clone(found.changes)
	r.mu.Unlock()
	return found.stored()
}

// end says why a reading did not come to its end.
func (r *report) end(err error) {
	_ = r.note(func(f *findings) {
		why := fault.Of(err)
		switch {
		case err == nil:
		case errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded):
			f.trouble, f.again = cutOffMessage, true
		case why.Kind == fault.Internal:
			f.trouble = "Something went wrong on our side. What was imported so far stays; the same file again takes it from there."
			f.again = true
		default:
			f.trouble, f.again = why.Message, why.Kind != fault.Invalid
		}
	})
}

// beat waits for the next time to say how far a reading is. It reports false when there is none.
func beat(ctx context.Context) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(readingBeat):
		return true
	}
}
