-- +goose Up
-- Windows that were moved, until all their orders are.
CREATE TABLE moved_windows (
    window_id TEXT   PRIMARY KEY,
    version   BIGINT NOT NULL,
    starts_at BIGINT NOT NULL,
    ends_at   BIGINT NOT NULL,
    place     TEXT   NOT NULL
);

-- +goose Down
DROP TABLE moved_windows;
