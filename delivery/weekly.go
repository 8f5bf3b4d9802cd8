package delivery

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	deliveryv1 "github.com/artisan-eats/artisan/gen/artisan/delivery/v1"
	"github.com/artisan-eats/artisan/gen/sql/deliverydb"
	"github.com/artisan-eats/artisan/id"
	"github.com/artisan-eats/artisan/idempotency"
	"github.com/artisan-eats/artisan/sqldb"
	"github.com/artisan-eats/artisan/stamp"
)

// effect is what a rule's change does to the windows to come.
type effect struct {
	made, changed, removed int64
	kept                   []Window // as they are, other than the rule now has it
}

// errOnlyLook undoes what was done to see what it would do.
var errOnlyLook = errors.New("delivery: this was only a look")

// PutSchedule makes or changes a weekly rule, and what rolled from it; see the contract. Of the windows
// to come, one in which nobody has a place follows the rule; one in which somebody has keeps its terms
// and time, and one that was changed by hand keeps everything.
func (s *service) PutSchedule(
	ctx context.Context, m *deliveryv1.PutScheduleRequest,
) (*deliveryv1.PutScheduleResponse, error) {
	schedule, err := scheduleFromProto(m.GetSchedule())
	if err != nil {
		return nil, err
	}
	hash, err := idempotency.HashOf(m)
	if err != nil {
		return nil, err
	}
	var does effect
	err = s.db.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) (err error) {
		switch {
		case m.GetKey() != "" && schedule.ID == "" && !m.GetLook():
			schedule.ID, err = idempotency.Do(ctx, tx,
				idempotency.Form{Owner: schedule.Market, Key: m.GetKey(), Hash: hash},
				func() (string, error) {
					made := schedule
					made.ID = s.h.NewID(id.Schedule, schedule.Market)
					does, err = s.putSchedule(ctx, tx, made, "")
					return made.ID, err
				})
		case schedule.ID == "":
			schedule.ID = s.h.NewID(id.Schedule, schedule.Market)
			fallthrough
		default:
			does, err = s.putSchedule(ctx, tx, schedule, m.GetVersion())
		}
		if err == nil && m.GetLook() {
			return errOnlyLook
		}
		return err
	})
	if err != nil && !errors.Is(err, errOnlyLook) {
		return nil, err
	}
	response := &deliveryv1.PutScheduleResponse{
		Schedule: scheduleToProto(schedule), Made: does.made,
		Changed: does.changed, Removed: does.removed,
	}
	for _, w := range does.kept {
		response.Kept = append(response.Kept, windowToProto(w))
	}
	return response, nil
}

// putSchedule writes a rule, unless it is not what was seen, and has its windows follow.
func (s *service) putSchedule(
	ctx context.Context, tx *sqldb.Tx, schedule Schedule, seen string,
) (does effect, err error) {
	q := deliverydb.New(tx)
	row, err := q.LockSchedule(ctx, schedule.ID)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return does, fmt.Errorf("read a schedule: %w", err)
	}
	if err == nil {
		if err := stamp.Check(seen, scheduleFromRow(row).stamp()); err != nil {
			return does, err
		}
	}
	if err := q.PutSchedule(ctx, scheduleToRow(schedule)); err != nil {
		return does, fmt.Errorf("put a schedule: %w", err)
	}
	if does, err = s.follow(ctx, tx, schedule); err != nil {
		return does, err
	}
	if does.made, err = s.rollSchedule(ctx, q, schedule); err != nil {
		return does, err
	}
	return does, s.told(ctx, tx, "schedule.change", schedule.ID)
}

// follow makes the windows that rolled from a schedule before like those that it has now.
func (s *service) follow(ctx context.Context, tx *sqldb.Tx, schedule Schedule) (does effect, err error) {
	q := deliverydb.New(tx)
	now := s.h.Now()
	coming, err := schedule.windows(now)
	if err != nil {
		return does, err
	}
	byDate := map[string]Window{}
	for _, w := range coming {
		byDate[w.Date] = w
	}
	rows, err := q.LockRolled(ctx,
		deliverydb.LockRolledParams{ScheduleID: schedule.ID, StartsAt: now.UnixMilli()})
	if err != nil {
		return does, fmt.Errorf("lock windows: %w", err)
	}
	for _, row := range rows {
		w := windowFromRow(row)
		if w.Cancelled || schedule.saysOf(w) {
			continue
		}
		to, stays := byDate[w.Date]
		switch {
		case w.Edited || w.Taken+w.Held > 0:
			does.kept = append(does.kept, w)
		case !stays:
			does.removed++
			err = q.RemoveWindow(ctx, w.ID)
		default:
			does.changed++
			if err = w.change(to); err == nil {
				err = s.save(ctx, tx, &w)
			}
		}
		if err != nil {
			return does, fmt.Errorf("change a window: %w", err)
		}
	}
	return does, nil
}

// ListSchedules lists a market's weekly rules.
func (s *service) ListSchedules(
	ctx context.Context, m *deliveryv1.ListSchedulesRequest,
) (*deliveryv1.ListSchedulesResponse, error) {
	if err := checkMarket(m.GetMarket()); err != nil {
		return nil, err
	}
	rows, err := deliverydb.New(s.db.Read()).ListSchedules(ctx,
		deliverydb.ListSchedulesParams{Market: m.GetMarket(), Limit: maxSchedules})
	if err != nil {
		return nil, fmt.Errorf("list schedules: %w", sqldb.Classify(err))
	}
	response := &deliveryv1.ListSchedulesResponse{}
	for _, row := range rows {
		response.Schedules = append(response.Schedules, scheduleToProto(scheduleFromRow(row)))
	}
	return response, nil
}
