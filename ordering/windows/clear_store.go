package windows

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/artisan-eats/artisan/audit"
	"github.com/artisan-eats/artisan/gen/sql/orderingdb"
	"github.com/artisan-eats/artisan/ordering/book"
	"github.com/artisan-eats/artisan/sqldb"
)

func clearingFromRow(r orderingdb.Clearing) clearing {
	return clearing{
		window: r.WindowID, to: r.ToWindow, says: r.Reason, key: r.FormKey,
		by:        audit.Actor{Kind: r.ActorKind, ID: r.ActorID},
		startedAt: time.UnixMilli(r.StartedAt).UTC(), done: r.Done != 0,
	}
}

// clearing reads what was decided of a window; one without a window where nothing was.
func (s *Mover) clearing(ctx context.Context, windowID string) (clearing, error) {
	row, err := orderingdb.New(s.Book.DB.Read()).GetClearing(ctx, windowID)
	if errors.Is(err, sql.ErrNoRows) {
		return clearing{}, nil
	}
	if err != nil {
		return clearing{}, fmt.Errorf("read a clearing: %w", sqldb.Classify(err))
	}
	return clearingFromRow(row), nil
}

// beginClearing writes down what becomes of a window's orders, and answers it; what was asked for before
// under the same key is left as it is.
func (s *Mover) beginClearing(ctx context.Context, c clearing, seen *int64) (clearing, error) {
	err := s.Book.DB.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		q := orderingdb.New(tx)
		if was, err := decidedBefore(ctx, q, c); err != nil || was.window != "" {
			c = was
			return err
		}
		if seen != nil {
			if n, err := q.OpenOfWindow(ctx, c.window); err != nil || n != *seen {
				return errors.Join(err, differ(n, *seen))
			}
		}
		written, err := q.PutClearing(ctx, orderingdb.PutClearingParams{
			WindowID: c.window, ToWindow: c.to, Reason: c.says, FormKey: c.key, ActorKind: c.by.Kind,
			ActorID: c.by.ID, StartedAt: c.startedAt.UnixMilli(),
		})
		if err != nil {
			return err
		}
		if written == 0 { // there was no row to lock, and somebody was faster
			if c, err = decidedBefore(ctx, q, c); err == nil && c.window == "" {
				err = errBeingCancelled
			}
			return err
		}
		return q.TryStayedAgain(ctx, c.window)
	})
	if err != nil {
		return c, fmt.Errorf("begin to clear a window: %w", err)
	}
	return c, nil
}

// decidedBefore is what was decided under the same key; none where there may be another decision.
func decidedBefore(ctx context.Context, q *orderingdb.Queries, c clearing) (clearing, error) {
	row, err := q.LockClearing(ctx, c.window)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return clearing{}, nil
	case err != nil:
		return clearing{}, err
	case row.FormKey == c.key && (row.ToWindow != c.to || row.Reason != c.says):
		return clearing{}, errOtherDecision
	case row.FormKey == c.key:
		return clearingFromRow(row), nil
	case row.Done == 0:
		return clearing{}, errBeingCancelled
	}
	return clearing{}, nil
}

func differ(n, seen int64) error {
	if n != seen {
		return errOpenChanged
	}
	return nil
}

// clearingsUnderWay are windows whose orders are still on their way.
func (s *Mover) clearingsUnderWay(ctx context.Context) (under []clearing, err error) {
	rows, err := orderingdb.New(s.Book.DB.Read()).ClearingsUnderWay(ctx, book.MaxBatch)
	if err != nil {
		return nil, fmt.Errorf("look for windows that are cancelled: %w", sqldb.Classify(err))
	}
	for _, row := range rows {
		under = append(under, clearingFromRow(row))
	}
	return under, nil
}

// listClearing writes down the orders that a window has now and that are not listed yet.
func (s *Mover) listClearing(ctx context.Context, c clearing) error {
	return s.Book.DB.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		return orderingdb.New(tx).AddClearingOrders(ctx, c.window)
	})
}

// waitingToGo are orders of a window that are to go, after one.
func (s *Mover) waitingToGo(ctx context.Context, c clearing, after string) ([]string, error) {
	ids, err := orderingdb.New(s.Book.DB.Read()).WaitingToGo(ctx,
		orderingdb.WaitingToGoParams{WindowID: c.window, OrderID: after, Limit: book.MaxBatch})
	if err != nil {
		return nil, fmt.Errorf("read the orders of a cancelled window: %w", sqldb.Classify(err))
	}
	return ids, nil
}

// settleClearing writes down how it went with some orders, as long as nothing else was decided.
func (s *Mover) settleClearing(ctx context.Context, c clearing, went []outcome) error {
	return s.Book.DB.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		q := orderingdb.New(tx)
		if now, err := q.LockClearing(ctx, c.window); err != nil || now.FormKey != c.key {
			return err
		}
		for _, o := range went {
			err := q.SettleClearingOrder(ctx, orderingdb.SettleClearingOrderParams{
				WindowID: c.window, OrderID: o.orderID, State: o.state, Code: o.code, Message: o.message,
				WentTo: o.to,
			})
			if err != nil {
				return fmt.Errorf("settle an order of a cancelled window: %w", err)
			}
		}
		return nil
	})
}

// endClearing says that nothing more happens by itself.
func (s *Mover) endClearing(ctx context.Context, c clearing) error {
	return s.Book.DB.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		return orderingdb.New(tx).EndClearing(ctx,
			orderingdb.EndClearingParams{WindowID: c.window, FormKey: c.key})
	})
}
