-- +goose Up
-- 1 for a window that does not take place; it is closed too, and edited, so that a process that knows nothing of this leaves it alone.
ALTER TABLE windows ADD COLUMN cancelled BIGINT NOT NULL DEFAULT 0 CHECK (cancelled IN (0, 1));
-- The last local date that has a window of the rule; empty for a rule without an end.
ALTER TABLE schedules ADD COLUMN last_day TEXT NOT NULL DEFAULT '';

-- +goose Down
ALTER TABLE schedules DROP COLUMN last_day;
ALTER TABLE windows DROP COLUMN cancelled;
