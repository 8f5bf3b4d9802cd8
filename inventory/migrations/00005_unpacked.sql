-- +goose Up
-- 1 for a line whose goods are not packed yet, so that they are on the shelf as long as it is held or sold. Lines from before there was this,
-- and of versions that do not know it, count as packed.
ALTER TABLE hold_lines ADD COLUMN unpacked BIGINT NOT NULL DEFAULT 0;
-- What such lines have of what is sold.
ALTER TABLE stock ADD COLUMN unpacked BIGINT NOT NULL DEFAULT 0;

-- +goose Down
ALTER TABLE stock DROP COLUMN unpacked;
ALTER TABLE hold_lines DROP COLUMN unpacked;
