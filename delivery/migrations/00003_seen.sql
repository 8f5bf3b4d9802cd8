-- +goose Up
-- seen is 1 when the operator knows.
ALTER TABLE overbookings ADD COLUMN seen BIGINT NOT NULL DEFAULT 0;
CREATE INDEX overbookings_unseen ON overbookings (noticed_at) WHERE seen = 0;

-- +goose Down
DROP INDEX overbookings_unseen;
ALTER TABLE overbookings DROP COLUMN seen;
