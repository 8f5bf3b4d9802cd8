-- +goose Up
-- 1 where products that are new by a sent file are not published; versions before do not know it, and publish them.
ALTER TABLE sent_file ADD COLUMN hide_new BIGINT NOT NULL DEFAULT 0 CHECK (hide_new IN (0, 1));

-- +goose Down
ALTER TABLE sent_file DROP COLUMN hide_new;
