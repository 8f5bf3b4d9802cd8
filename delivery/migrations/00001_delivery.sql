-- +goose Up
CREATE TABLE schedules (
    id           TEXT   PRIMARY KEY,
    market       TEXT   NOT NULL,
    kind         TEXT   NOT NULL CHECK (kind IN ('pickup', 'delivery')),
    weekday      BIGINT NOT NULL CHECK (weekday BETWEEN 0 AND 6),
    starts       TEXT   NOT NULL,
    ends         TEXT   NOT NULL,
    cutoff_hours BIGINT NOT NULL CHECK (cutoff_hours >= 0),
    capacity     BIGINT NOT NULL CHECK (capacity >= 0),
    place        TEXT   NOT NULL,
    fee          BIGINT NOT NULL CHECK (fee >= 0),
    minimum      BIGINT NOT NULL CHECK (minimum >= 0),
    currency     TEXT   NOT NULL,
    time_zone    TEXT   NOT NULL
);
CREATE INDEX schedules_of_market ON schedules (market, id);

-- A cycle is a market's week; starts_on is its Monday by the market's calendar.
CREATE TABLE cycles (
    id        TEXT PRIMARY KEY,
    market    TEXT NOT NULL,
    starts_on TEXT NOT NULL,
    UNIQUE (market, starts_on)
);

-- schedule_id and local_date are empty for a window made by hand; edited is 1 for one that
-- was changed by hand and no longer follows its schedule.
CREATE TABLE windows (
    id          TEXT   PRIMARY KEY,
    market      TEXT   NOT NULL,
    kind        TEXT   NOT NULL CHECK (kind IN ('pickup', 'delivery')),
    starts_at   BIGINT NOT NULL,
    ends_at     BIGINT NOT NULL,
    order_by    BIGINT NOT NULL,
    capacity    BIGINT NOT NULL,
    taken       BIGINT NOT NULL DEFAULT 0,
    held        BIGINT NOT NULL DEFAULT 0,
    place       TEXT   NOT NULL,
    fee         BIGINT NOT NULL CHECK (fee >= 0),
    minimum     BIGINT NOT NULL CHECK (minimum >= 0),
    currency    TEXT   NOT NULL,
    cycle_id    TEXT   NOT NULL REFERENCES cycles (id),
    schedule_id TEXT   NOT NULL,
    local_date  TEXT   NOT NULL,
    edited      BIGINT NOT NULL DEFAULT 0,
    CHECK (taken >= 0 AND taken <= capacity),
    CHECK (held >= 0 AND taken + held <= capacity),
    CHECK (starts_at < ends_at AND order_by <= starts_at)
);
CREATE INDEX windows_of_market ON windows (market, starts_at, id);
CREATE UNIQUE INDEX windows_rolled ON windows (schedule_id, local_date) WHERE schedule_id <> '';

CREATE TABLE holds (
    order_id   TEXT   PRIMARY KEY,
    state      TEXT   NOT NULL CHECK (state IN ('held', 'kept', 'released', 'expired', 'returned')),
    expires_at BIGINT NOT NULL,
    version    BIGINT NOT NULL
);
CREATE INDEX holds_due ON holds (expires_at) WHERE state = 'held';

-- The window that an order's hold has, or had, a place in.
CREATE TABLE places (
    order_id  TEXT PRIMARY KEY,
    window_id TEXT NOT NULL
);

-- Confirmed orders without a place: their hold had expired and the window was full.
CREATE TABLE overbookings (
    order_id   TEXT   PRIMARY KEY,
    window_id  TEXT   NOT NULL,
    noticed_at BIGINT NOT NULL
);

-- +goose Down
DROP TABLE overbookings;
DROP TABLE places;
DROP TABLE holds;
DROP TABLE windows;
DROP TABLE cycles;
DROP TABLE schedules;
