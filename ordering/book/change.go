package book

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/artisan-eats/artisan/gen/sql/orderingdb"
	"github.com/artisan-eats/artisan/ordering/order"
	"github.com/artisan-eats/artisan/sqldb"
)

// What became of a change that was asked for.
const (
	ChangeUnderWay = "changing" // nobody knows yet
	ChangeDone     = "done"     // the order is another
	ChangeFailed   = "failed"   // the order stands as it was
)

// ChangeRow is what became of a change, for whoever asks again under its key.
type ChangeRow struct {
	// ID is the change's; empty where there is none. Hash is that of the request that asked for it.
	ID, orderID, key, Hash string
	// State is ChangeUnderWay, ChangeDone or ChangeFailed, and Failure why it came to nothing.
	State   string
	Failure *order.Failure
}

// rowOf is the row of a change by which an order becomes another.
func rowOf(before, next order.Order) *ChangeRow {
	c := before.Change
	row := &ChangeRow{
		ID: c.ID, orderID: before.ID, key: c.Key, Hash: c.Hash, State: ChangeUnderWay, Failure: c.Failure,
	}
	if next.Change == nil {
		row.State = StateOfChange(c.Failure)
	}
	return row
}

// StateOfChange is what became of a change that is over, which failed where there is a failure.
func StateOfChange(failure *order.Failure) string {
	if failure != nil {
		return ChangeFailed
	}
	return ChangeDone
}

func (r *ChangeRow) done() bool { return r != nil && r.State == ChangeDone }

func (r *ChangeRow) values() []any {
	failure := ""
	if r.Failure != nil {
		text, _ := json.Marshal(r.Failure) // of strings
		failure = string(text)
	}
	return []any{r.ID, r.orderID, r.key, r.Hash, r.State, failure}
}

// putChanges writes what becomes of changes. A key that is tried again stands for the last change under it.
func (b batchWriter) putChanges(rows [][]any) error {
	return b.exec(`INSERT INTO order_changes (id, order_id, change_key, request_hash, state, failure) %s
		ON CONFLICT (order_id, change_key) DO UPDATE
		SET id = excluded.id, request_hash = excluded.request_hash, state = excluded.state,
		failure = excluded.failure,
			tries = CASE WHEN order_changes.id = excluded.id THEN order_changes.tries ELSE 0 END,
			waits_for = CASE WHEN order_changes.id = excluded.id THEN order_changes.waits_for ELSE '' END`,
		rows, "TEXT", "TEXT", "TEXT", "TEXT", "TEXT", "TEXT")
}

// ChangeOfKey finds the change that a key stands for; one without an ID when the key is new.
func (s *Book) ChangeOfKey(ctx context.Context, orderID, key string) (ChangeRow, error) {
	row, err := orderingdb.New(s.DB.Read()).GetChange(ctx,
		orderingdb.GetChangeParams{OrderID: orderID, ChangeKey: key})
	if errors.Is(err, sql.ErrNoRows) {
		return ChangeRow{}, nil
	}
	if err != nil {
		return ChangeRow{}, fmt.Errorf("read a change: %w", sqldb.Classify(err))
	}
	found := ChangeRow{ID: row.ID, orderID: orderID, key: key, Hash: row.RequestHash, State: row.State}
	if row.Failure != "" {
		if err := json.Unmarshal([]byte(row.Failure), &found.Failure); err != nil {
			return ChangeRow{}, fmt.Errorf("read a change: %w", err)
		}
	}
	return found, nil
}

// ChangesOver lists orders with a change that nobody takes on.
func (s *Book) ChangesOver(ctx context.Context, now time.Time, limit int32) ([]string, error) {
	ids, err := orderingdb.New(s.DB.Read()).ChangesOver(ctx,
		orderingdb.ChangesOverParams{LeaseUntil: now.UnixMilli(), Limit: limit})
	if err != nil {
		return nil, fmt.Errorf("look for changes left behind: %w", sqldb.Classify(err))
	}
	return ids, nil
}

// ChangesInto counts the orders that a change is about to bring into a window, or to keep there.
func (s *Book) ChangesInto(ctx context.Context, windowID string) (int64, error) {
	n, err := orderingdb.New(s.DB.Read()).ChangesInto(ctx, windowID)
	if err != nil {
		return 0, fmt.Errorf("count changes: %w", sqldb.Classify(err))
	}
	return n, nil
}

// DropLostChange lets go of a change that is in the order's document no more: what it holds is given back as
// that of any that is lost.
func (s *Book) DropLostChange(ctx context.Context, o order.Order) error {
	return s.DB.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		return orderingdb.New(tx).DropLostChange(ctx,
			orderingdb.DropLostChangeParams{ID: o.ID, Epoch: o.Epoch, Revision: o.Revision})
	})
}

// LostChanges lists changes that are under way by their rows and in no order.
func (s *Book) LostChanges(ctx context.Context, limit int32) ([]string, error) {
	ids, err := orderingdb.New(s.DB.Read()).LostChanges(ctx, limit)
	if err != nil {
		return nil, fmt.Errorf("look for lost changes: %w", sqldb.Classify(err))
	}
	return ids, nil
}

// IsLost reports whether a change is one of LostChanges.
func (s *Book) IsLost(ctx context.Context, changeID string) (bool, error) {
	n, err := orderingdb.New(s.DB.Read()).IsLostChange(ctx, changeID)
	if err != nil {
		return false, fmt.Errorf("look for a lost change: %w", sqldb.Classify(err))
	}
	return n > 0, nil
}

// FailChange ends a lost change that holds nothing any more.
func (s *Book) FailChange(ctx context.Context, changeID string) error {
	return s.DB.Tx(ctx,
		func(ctx context.Context, tx *sqldb.Tx) error { return orderingdb.New(tx).FailChange(ctx, changeID) })
}

// NoteWait keeps what a change was waiting for when it could not be taken on.
func (s *Book) NoteWait(ctx context.Context, changeID, waitsFor string) error {
	return s.DB.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		return orderingdb.New(tx).NoteStall(ctx, orderingdb.NoteStallParams{ID: changeID, WaitsFor: waitsFor})
	})
}
