-- +goose Up
-- Cancelled windows: where their orders go, why, and who decided it. done is 1 while nothing more happens by itself.
CREATE TABLE clearings (
    window_id  TEXT   PRIMARY KEY,
    to_window  TEXT   NOT NULL,
    reason     TEXT   NOT NULL,
    form_key   TEXT   NOT NULL,
    actor_kind TEXT   NOT NULL,
    actor_id   TEXT   NOT NULL,
    started_at BIGINT NOT NULL,
    done       BIGINT NOT NULL DEFAULT 0 CHECK (done IN (0, 1))
);
CREATE INDEX clearings_under_way ON clearings (window_id) WHERE done = 0;

-- The orders that a cancelled window had. What has to be done is written down before it is begun; code and message say why one stays.
CREATE TABLE clearing_orders (
    window_id TEXT NOT NULL,
    order_id  TEXT NOT NULL,
    state     TEXT NOT NULL CHECK (state IN ('waiting', 'gone', 'stays')),
    code      TEXT NOT NULL,
    message   TEXT NOT NULL,
    PRIMARY KEY (window_id, order_id)
);

-- +goose Down
DROP TABLE clearing_orders;
DROP TABLE clearings;
