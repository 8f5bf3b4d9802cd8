package drive

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/artisan-eats/artisan/fault"
	"github.com/artisan-eats/artisan/ordering/book"
	"github.com/artisan-eats/artisan/ordering/order"
)

// awaited is a step of a change that a peer does not let be done.
type awaited struct {
	peer string
	err  error
}

func (s awaited) Error() string { return s.peer + ": " + s.err.Error() }
func (s awaited) Unwrap() error { return s.err }

// waitingFor says which peer an error is of.
func waitingFor(peer string, err error) error {
	if err == nil {
		return nil
	}
	return awaited{peer, err}
}

// waitsFor names what a change waits for, by what happened when it was taken on: the peer, and the code of
// its fault.
func waitsFor(err error) string {
	s := awaited{peer: "ordering"}
	errors.As(err, &s)
	return s.peer + " (" + fault.Of(err).Code + ")"
}

// sweepChanges takes on changes whose process was lost, and gives back what those hold that are in no order
// any more.
func (s *Driver) sweepChanges(ctx context.Context, now time.Time) error {
	left, err := s.Book.ChangesOver(ctx, now, 50)
	if err != nil {
		return err
	}
	s.takeAll(ctx, left, s.takeOverChange)
	lost, err := s.Book.LostChanges(ctx, 50)
	if err != nil {
		return err
	}
	var failures []error
	for _, changeID := range lost {
		if err := s.giveBackLost(ctx, changeID); err != nil {
			failures = append(failures, fmt.Errorf("give back what the lost change %s holds: %w", changeID,
				err))
		}
	}
	return errors.Join(failures...)
}

// takeOverChange takes on a change that was left behind. What it waits for is kept, for the operator.
func (s *Driver) takeOverChange(ctx context.Context, o book.Leased) (order.Order, error) {
	now, _, err := s.ResumeChange(ctx, o)
	if err != nil && o.Change != nil && !fault.Is(err, order.ErrChanging.Code) {
		err = errors.Join(err, s.Book.NoteWait(ctx, o.Change.ID, waitsFor(err)))
	}
	return now, err
}

// giveBackLost gives back whatever a change may hold that is in no order, and so in no version of one: a
// process of an earlier version has saved the order without it. Nobody drives it any more, and whoever still
// would is refused by what is given back.
func (s *Driver) giveBackLost(ctx context.Context, changeID string) error {
	s.Host.Log().InfoContext(ctx, "giving back what a lost change holds", "change", changeID)
	if err := s.giveBack(ctx, changeID, true, true, true); err != nil {
		return errors.Join(err, s.Book.NoteWait(ctx, changeID, waitsFor(err)))
	}
	return s.Book.FailChange(ctx, changeID)
}

// WhenLost gives back what a change holds that is lost. Where it is not, it is just being begun.
func (s *Driver) WhenLost(ctx context.Context, changeID string) error {
	lost, err := s.Book.IsLost(ctx, changeID)
	switch {
	case err != nil:
		return err
	case !lost:
		return order.ErrChanging
	}
	return s.giveBackLost(ctx, changeID)
}
