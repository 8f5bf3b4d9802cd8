package delivery

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/artisan-eats/artisan/audit"
	"github.com/artisan-eats/artisan/fault"
	deliveryv1 "github.com/artisan-eats/artisan/gen/artisan/delivery/v1"
	"github.com/artisan-eats/artisan/gen/sql/deliverydb"
	"github.com/artisan-eats/artisan/id"
	"github.com/artisan-eats/artisan/idempotency"
	"github.com/artisan-eats/artisan/sqldb"
	"github.com/artisan-eats/artisan/stamp"
)

const (
	maxSchedules = 500 // of a market
	rollBatch    = 100 // schedules of one transaction
	maxWindows   = 100 // of one answer
)

// roll makes the windows of all schedules three weeks ahead.
func (s *service) roll(ctx context.Context) error {
	after := ""
	for {
		rows, err := deliverydb.New(s.db.Read()).NextSchedules(ctx,
			deliverydb.NextSchedulesParams{ID: after, Limit: rollBatch})
		if err != nil {
			return fmt.Errorf("read schedules: %w", sqldb.Classify(err))
		}
		if len(rows) == 0 {
			return nil
		}
		err = s.db.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
			for _, row := range rows {
				if err := s.rollOn(ctx, tx, scheduleFromRow(row)); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		after = rows[len(rows)-1].ID
	}
}

// rollOn makes the windows of a schedule that are not there yet. Of one that ends, what a process of an
// earlier version makes beyond goes again.
func (s *service) rollOn(ctx context.Context, tx *sqldb.Tx, schedule Schedule) error {
	if schedule.LastDay != "" {
		if _, err := s.follow(ctx, tx, schedule); err != nil {
			return err
		}
	}
	_, err := s.rollSchedule(ctx, deliverydb.New(tx), schedule)
	return err
}

// rollSchedule makes the windows of a schedule that are not there yet, and answers how many.
func (s *service) rollSchedule(
	ctx context.Context, q *deliverydb.Queries, schedule Schedule,
) (made int64, err error) {
	windows, err := schedule.windows(s.h.Now())
	if err != nil {
		return 0, fmt.Errorf("roll %s: %w", schedule.ID, err)
	}
	for _, w := range windows {
		date, err := time.Parse(time.DateOnly, w.Date)
		if err != nil {
			return 0, err
		}
		if w.Cycle, err = s.cycle(ctx, q, w.Market, date); err != nil {
			return 0, err
		}
		w.ID = s.h.NewID(id.Window, w.Market)
		n, err := q.AddWindow(ctx, windowToRow(w))
		if err != nil {
			return 0, fmt.Errorf("add a window: %w", err)
		}
		made += n
	}
	return made, nil
}

func (s *service) cycle(
	ctx context.Context, q *deliverydb.Queries, market string, date time.Time,
) (string, error) {
	return cycleOf(ctx, q, market, weekStart(date), func() string { return s.h.NewID(id.Cycle, market) })
}

// PutWindow makes or changes one window; see the contract. A window that was changed no longer
// follows its schedule.
func (s *service) PutWindow(
	ctx context.Context, m *deliveryv1.PutWindowRequest,
) (*deliveryv1.PutWindowResponse, error) {
	want, err := windowFromProto(m.GetWindow())
	if err != nil {
		return nil, err
	}
	want.Seen = m.GetVersion()
	hash, err := idempotency.HashOf(m)
	if err != nil {
		return nil, err
	}
	var put Window
	err = s.db.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) (err error) {
		q := deliverydb.New(tx)
		if want.Cycle, err = s.cycleAt(ctx, q, want); err != nil {
			return err
		}
		if want.ID == "" {
			put, err = s.addWindow(ctx, tx, want,
				idempotency.Form{Owner: want.Market, Key: m.GetKey(), Hash: hash})
			return err
		}
		put, err = s.changeWindow(ctx, tx, want)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("put a window: %w", err)
	}
	return &deliveryv1.PutWindowResponse{Window: put.versioned()}, nil
}

// addWindow makes a window, or gives the one that the same form has made.
func (s *service) addWindow(
	ctx context.Context, tx *sqldb.Tx, want Window, form idempotency.Form,
) (Window, error) {
	q := deliverydb.New(tx)
	windowID, err := idempotency.Do(ctx, tx, form, func() (string, error) {
		want.ID = s.h.NewID(id.Window, want.Market)
		if _, err := q.AddWindow(ctx, windowToRow(want)); err != nil {
			return "", err
		}
		return want.ID, s.told(ctx, tx, "window.make", want.ID)
	})
	if err != nil {
		return Window{}, err
	}
	row, err := q.GetWindow(ctx, windowID)
	return windowFromRow(row), err
}

func (s *service) changeWindow(ctx context.Context, tx *sqldb.Tx, want Window) (Window, error) {
	w, err := lockWindow(ctx, tx, want.ID)
	if err != nil {
		return Window{}, err
	}
	if w.Cancelled {
		return Window{}, errCancelled
	}
	if err := stamp.Check(want.Seen, w.stamp()); err != nil {
		return Window{}, err
	}
	if err := w.change(want); err != nil {
		return Window{}, err
	}
	w.Cycle, w.Edited = want.Cycle, true
	if err := s.save(ctx, tx, &w); err != nil {
		return Window{}, err
	}
	return w, s.told(ctx, tx, "window.change", w.ID)
}

// lockWindow reads a window that is to be changed.
func lockWindow(ctx context.Context, tx *sqldb.Tx, windowID string) (Window, error) {
	row, err := deliverydb.New(tx).LockWindow(ctx, windowID)
	if errors.Is(err, sql.ErrNoRows) {
		return Window{}, windowNotFound()
	}
	return windowFromRow(row), err
}

// CloseWindow has a window take no more orders, or takes that back; see the contract.
func (s *service) CloseWindow(
	ctx context.Context, m *deliveryv1.CloseWindowRequest,
) (*deliveryv1.CloseWindowResponse, error) {
	if err := checkWindow(m.GetId()); err != nil {
		return nil, err
	}
	var w Window
	err := s.db.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		var err error
		if w, err = lockWindow(ctx, tx, m.GetId()); err != nil || w.Closed == m.GetClosed() {
			return err
		}
		if w.Cancelled {
			return errCancelled
		}
		w.Closed = m.GetClosed()
		action, closed := "window.open", int64(0)
		if w.Closed {
			action, closed = "window.close", 1
		}
		if err := deliverydb.New(tx).CloseWindow(ctx,
			deliverydb.CloseWindowParams{ID: w.ID, Closed: closed}); err != nil {
			return err
		}
		return s.told(ctx, tx, action, w.ID)
	})
	if err != nil {
		return nil, fmt.Errorf("close a window: %w", err)
	}
	return &deliveryv1.CloseWindowResponse{Window: windowToProto(w)}, nil
}

// CancelWindow ends a window for good; see the contract.
func (s *service) CancelWindow(
	ctx context.Context, m *deliveryv1.CancelWindowRequest,
) (*deliveryv1.CancelWindowResponse, error) {
	if err := checkWindow(m.GetId()); err != nil {
		return nil, err
	}
	var w Window
	err := s.db.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		var err error
		if w, err = lockWindow(ctx, tx, m.GetId()); err != nil || w.Cancelled {
			return err
		}
		w.Cancelled, w.Closed, w.Edited = true, true, true
		if err := deliverydb.New(tx).CancelWindow(ctx, w.ID); err != nil {
			return err
		}
		return s.told(ctx, tx, "window.cancel", w.ID)
	})
	if err != nil {
		return nil, fmt.Errorf("cancel a window: %w", err)
	}
	return &deliveryv1.CancelWindowResponse{Window: windowToProto(w)}, nil
}

// told writes to the security log that something of the calendar was changed by hand.
func (s *service) told(ctx context.Context, tx *sqldb.Tx, action, subject string) error {
	return s.h.Audit(ctx, tx, audit.Entry{Action: action, Subject: subject, Outcome: audit.Done})
}

// save writes a window's terms and times, and tells of it.
func (s *service) save(ctx context.Context, tx *sqldb.Tx, w *Window) error {
	w.Changes++
	if err := deliverydb.New(tx).ChangeWindow(ctx, windowChange(*w)); err != nil {
		return err
	}
	e, err := eventOf(*w, s.h.Now())
	if err != nil {
		return err
	}
	return s.h.Publish(ctx, tx, e)
}

// cycleAt is the cycle in which a window starts, by the clocks of its market's schedules.
func (s *service) cycleAt(ctx context.Context, q *deliverydb.Queries, w Window) (string, error) {
	name, err := q.MarketZone(ctx, w.Market)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return "", fmt.Errorf("read the market's zone: %w", err)
	}
	zone, err := time.LoadLocation(name) // UTC without a schedule
	if err != nil {
		return "", err
	}
	return s.cycle(ctx, q, w.Market, time.UnixMilli(w.StartsAt).In(zone))
}

// GetWindow answers one window.
func (s *service) GetWindow(
	ctx context.Context, m *deliveryv1.GetWindowRequest,
) (*deliveryv1.GetWindowResponse, error) {
	if err := checkWindow(m.GetId()); err != nil {
		return nil, err
	}
	row, err := deliverydb.New(s.db.Read()).GetWindow(ctx, m.GetId())
	if errors.Is(err, sql.ErrNoRows) {
		return nil, windowNotFound()
	}
	if err != nil {
		return nil, fmt.Errorf("read a window: %w", sqldb.Classify(err))
	}
	return &deliveryv1.GetWindowResponse{Window: windowFromRow(row).versioned()}, nil
}

// ListWindows lists a market's windows that end after a time, in order of their start.
func (s *service) ListWindows(
	ctx context.Context, m *deliveryv1.ListWindowsRequest,
) (*deliveryv1.ListWindowsResponse, error) {
	if err := checkMarket(m.GetMarket()); err != nil {
		return nil, err
	}
	endsAfter := cmp.Or(m.GetEndsAfter(), s.h.Now().UnixMilli())
	if endsAfter < 0 {
		return nil, fault.InvalidField("ends_after", "A time is not negative.")
	}
	if m.GetStartsBefore() < 0 {
		return nil, fault.InvalidField("starts_before", "A time is not negative.")
	}
	// No window is longer than maxLength, so the index need not be read from the first window on.
	from := cursor{Start: endsAfter - maxLength.Milliseconds()}
	if m.GetCursor() != "" {
		var err error
		if from, err = parseCursor(m.GetCursor()); err != nil {
			return nil, err
		}
	}
	limit := listLimit(m.GetLimit())
	rows, err := deliverydb.New(s.db.Read()).ListWindows(ctx, deliverydb.ListWindowsParams{
		Market: m.GetMarket(), EndsAfter: endsAfter, AfterStart: from.Start, AfterID: from.ID, N: limit + 1,
		StartsBefore: cmp.Or(m.GetStartsBefore(), math.MaxInt64),
	})
	if err != nil {
		return nil, fmt.Errorf("list windows: %w", sqldb.Classify(err))
	}
	return windowsToProto(rows, int(limit)), nil
}
