-- name: ListOverbookings :many
SELECT order_id, window_id, noticed_at FROM overbookings WHERE seen = 0 ORDER BY noticed_at LIMIT $1;

-- name: SeeOverbooking :exec
UPDATE overbookings SET seen = 1 WHERE order_id = $1;

-- name: PutSchedule :exec
INSERT INTO schedules (id, market, kind, weekday, starts, ends, cutoff_hours, capacity, place, fee, minimum, currency, time_zone, last_day)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, weekday = excluded.weekday, starts = excluded.starts, ends = excluded.ends,
    cutoff_hours = excluded.cutoff_hours, capacity = excluded.capacity, place = excluded.place, fee = excluded.fee,
    minimum = excluded.minimum, currency = excluded.currency, time_zone = excluded.time_zone, last_day = excluded.last_day;

-- name: LockSchedule :one
SELECT * FROM schedules WHERE id = $1 FOR UPDATE;

-- name: ListSchedules :many
SELECT * FROM schedules WHERE market = $1 ORDER BY id LIMIT $2;

-- name: NextSchedules :many
SELECT * FROM schedules WHERE id > $1 ORDER BY id LIMIT $2;

-- name: MarketZone :one
SELECT time_zone FROM schedules WHERE market = $1 ORDER BY id LIMIT 1;

-- name: AddCycle :exec
INSERT INTO cycles (id, market, starts_on) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING;

-- name: CycleID :one
SELECT id FROM cycles WHERE market = $1 AND starts_on = $2;

-- name: AddWindow :execrows
INSERT INTO windows (id, market, kind, starts_at, ends_at, order_by, capacity, place, fee, minimum, currency, cycle_id, schedule_id, local_date)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) ON CONFLICT DO NOTHING;

-- name: ChangeWindow :exec
UPDATE windows SET kind = $2, starts_at = $3, ends_at = $4, order_by = $5, capacity = $6, place = $7, fee = $8, minimum = $9, currency = $10,
    cycle_id = $11, edited = $12, changes = $13
WHERE id = $1;

-- name: CloseWindow :exec
UPDATE windows SET closed = $2 WHERE id = $1;

-- name: CancelWindow :exec
UPDATE windows SET cancelled = 1, closed = 1, edited = 1 WHERE id = $1;

-- name: RemoveWindow :exec
DELETE FROM windows WHERE id = $1;

-- name: GetWindow :one
SELECT * FROM windows WHERE id = $1;

-- name: LockWindow :one
SELECT * FROM windows WHERE id = $1 FOR UPDATE;

-- name: LockRolled :many
SELECT * FROM windows WHERE schedule_id = $1 AND schedule_id <> '' AND starts_at > $2 ORDER BY id FOR UPDATE;

-- name: ListWindows :many
SELECT * FROM windows
WHERE market = sqlc.arg(market) AND ends_at > sqlc.arg(ends_after) AND (starts_at, id) > (CAST(sqlc.arg(after_start) AS BIGINT), CAST(sqlc.arg(after_id) AS TEXT))
    AND starts_at < sqlc.arg(starts_before)
ORDER BY starts_at, id LIMIT sqlc.arg(n);
