-- +goose Up
-- How many events of the window were published: the version of the last.
ALTER TABLE windows ADD COLUMN changes BIGINT NOT NULL DEFAULT 0;

-- +goose Down
ALTER TABLE windows DROP COLUMN changes;
