-- +goose Up
-- The day, since 1970, on which the version was written, and that version: where it is another, a process of before wrote it since.
ALTER TABLE inbox ADD COLUMN touched_day BIGINT NOT NULL DEFAULT 0;
ALTER TABLE inbox ADD COLUMN touched_version BIGINT NOT NULL DEFAULT 0;
CREATE INDEX inbox_touched ON inbox (touched_day);

-- +goose Down
DROP INDEX inbox_touched;
ALTER TABLE inbox DROP COLUMN touched_version;
ALTER TABLE inbox DROP COLUMN touched_day;
