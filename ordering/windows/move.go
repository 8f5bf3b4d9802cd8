package windows

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"golang.org/x/sync/errgroup"
	"google.golang.org/protobuf/proto"

	"github.com/artisan-eats/artisan/events"
	"github.com/artisan-eats/artisan/fault"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	"github.com/artisan-eats/artisan/gen/artisan/catalog/v1/catalogv1connect"
	deliveryv1 "github.com/artisan-eats/artisan/gen/artisan/delivery/v1"
	"github.com/artisan-eats/artisan/gen/artisan/delivery/v1/deliveryv1connect"
	"github.com/artisan-eats/artisan/gen/sql/orderingdb"
	"github.com/artisan-eats/artisan/host"
	"github.com/artisan-eats/artisan/id"
	"github.com/artisan-eats/artisan/ordering/basket"
	"github.com/artisan-eats/artisan/ordering/book"
	"github.com/artisan-eats/artisan/ordering/drive"
	"github.com/artisan-eats/artisan/ordering/order"
	"github.com/artisan-eats/artisan/sqldb"
)

// Mover moves the orders of a window with it, and elsewhere where it does not take place.
// It needs each of its fields.
type Mover struct {
	Host     *host.Host
	Book     *book.Book
	Driver   *drive.Driver
	Baskets  *basket.Baskets
	Catalog  catalogv1connect.CatalogServiceClient
	Delivery deliveryv1connect.DeliveryServiceClient
	moves    *host.Job
	clears   *host.Job
}

// Start takes on what is to be moved, from now on, and tells the operator what stays.
func (s *Mover) Start() {
	s.moves = s.Host.Every("move orders", moveEvery, s.MoveOrders).
		AloneWhere(func(ctx context.Context) (bool, error) {
			moved, err := s.movedWindows(ctx)
			return len(moved) > 0, err
		})
	s.clears = s.Host.Every("clear windows", clearEvery, s.clearWindows).
		AloneWhere(func(ctx context.Context) (bool, error) {
			under, err := s.clearingsUnderWay(ctx)
			return len(under) > 0, err
		})
	s.Host.Troubles("cancelled_window", s.stayedOrders, nil)
}

const (
	// moveEvery takes up again what a lost process began, and orders that were in flight.
	moveEvery = 2 * time.Second
	// moveBatch is how many orders are read at once when their window was moved.
	moveBatch = 2 * book.MaxBatch
)

// NoteMove keeps that a window was moved, as delivery tells it. Its orders follow once that is committed.
func (s *Mover) NoteMove(ctx context.Context, tx *sqldb.Tx, e events.Event) error {
	tx.AfterCommit(s.moves.Wake)
	var m deliveryv1.WindowEvent
	if err := proto.Unmarshal(e.Payload, &m); err != nil {
		return err
	}
	return orderingdb.New(tx).PutMovedWindow(ctx, orderingdb.PutMovedWindowParams{
		WindowID: e.Aggregate, Version: e.Version, StartsAt: m.GetWindow().GetStartsAt(),
		EndsAt: m.GetWindow().GetEndsAt(), Place: m.GetWindow().GetPlace(),
	})
}

// movedWindow is a window that was moved, of which some orders may not know yet.
type movedWindow struct {
	id      string
	version int64
	to      order.Window // without its kind
}

// MoveOrders tells the orders of windows that were moved.
func (s *Mover) MoveOrders(ctx context.Context) error {
	moved, err := s.movedWindows(ctx)
	if err != nil {
		return err
	}
	var failures []error
	for _, w := range moved {
		done, err := s.moveWindow(ctx, w)
		if err == nil && done {
			err = s.forgetMoved(ctx, w)
		}
		if err != nil {
			failures = append(failures, fmt.Errorf("move the orders of %s: %w", w.id, err))
		}
	}
	return errors.Join(failures...)
}

// moveWindow moves the orders of a window that are open, and reports whether all are. One in flight
// is left to whoever drives it; once it is confirmed it is moved too. What is placed from now on holds its
// place in the window as it is. So is one that a change is about to bring into the window.
func (s *Mover) moveWindow(ctx context.Context, w movedWindow) (done bool, err error) {
	zone, err := s.zoneOf(ctx, w.id)
	if err != nil {
		return false, err
	}
	// Before the orders are looked through: a change that ends meanwhile is counted here or found there.
	coming, err := s.Book.ChangesInto(ctx, w.id)
	if err != nil {
		return false, err
	}
	done = coming == 0
	for after, more := "", true; more; {
		orders, err := s.openOrders(ctx, w.id, after, moveBatch)
		if err != nil {
			return false, err
		}
		var all errgroup.Group
		all.SetLimit(book.MaxBatch) // so that they share commits
		for _, o := range orders {
			after = id.Unique(o.ID)
			done = done && !o.InFlight()
			if !o.InFlight() && o.Window.Differs(w.to) {
				all.Go(fault.Guard(func() error { return s.moveOrder(ctx, o.ID, w.to, zone) }))
			}
		}
		if err := all.Wait(); err != nil {
			return false, err
		}
		more = len(orders) == moveBatch
	}
	return done, nil
}

func (s *Mover) zoneOf(ctx context.Context, windowID string) (*time.Location, error) {
	market, err := id.Market(id.Window, windowID)
	if err != nil {
		return nil, err
	}
	response, err := s.Catalog.GetMarket(ctx, &catalogv1.GetMarketRequest{Code: market})
	if err != nil {
		return nil, err
	}
	return time.LoadLocation(response.GetMarket().GetTimeZone())
}

func (s *Mover) moveOrder(ctx context.Context, orderID string, to order.Window, zone *time.Location) error {
	read := func() (book.Leased, error) { return s.Book.Order(ctx, orderID) }
	_, err := s.Driver.Amend(ctx, read, func(o *order.Order) ([]string, error) {
		return o.Move(to, zone, s.Host.Now()),
			nil
	}, "")
	return err
}

// movedWindows are windows that were moved, some of those that there are.
func (s *Mover) movedWindows(ctx context.Context) (moved []movedWindow, err error) {
	rows, err := orderingdb.New(s.Book.DB.Read()).MovedWindows(ctx, book.MaxBatch)
	if err != nil {
		return nil, fmt.Errorf("look for windows that were moved: %w", sqldb.Classify(err))
	}
	for _, row := range rows {
		moved = append(moved, movedWindow{row.WindowID, row.Version, order.Window{
			ID: row.WindowID, Place: row.Place, StartsAt: time.UnixMilli(row.StartsAt).UTC(),
			EndsAt: time.UnixMilli(row.EndsAt).UTC(),
		}})
	}
	return moved, nil
}

// forgetMoved ends a move, unless the window was moved again.
func (s *Mover) forgetMoved(ctx context.Context, w movedWindow) error {
	return s.Book.DB.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		return orderingdb.New(tx).ForgetMovedWindow(ctx,
			orderingdb.ForgetMovedWindowParams{WindowID: w.id, Version: w.version})
	})
}

// openOrders reads the orders of a window that are neither done nor failed nor cancelled, the oldest first,
// after the unique part of an ID.
func (s *Mover) openOrders(
	ctx context.Context, windowID, after string, limit int32,
) (orders []order.Order, err error) {
	documents, err := orderingdb.New(s.Book.DB.Read()).OpenOrdersOfWindow(ctx,
		orderingdb.OpenOrdersOfWindowParams{WindowID: windowID, After: after, Most: limit})
	if err != nil {
		return nil, fmt.Errorf("read a window's orders: %w", sqldb.Classify(err))
	}
	orders = make([]order.Order, len(documents))
	for i, document := range documents {
		if err := json.Unmarshal([]byte(document), &orders[i]); err != nil {
			return nil, fmt.Errorf("read a window's orders: %w", err)
		}
	}
	return orders, nil
}
