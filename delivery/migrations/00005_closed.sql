-- +goose Up
-- 1 for a window that was closed by hand: it takes no more orders.
ALTER TABLE windows ADD COLUMN closed BIGINT NOT NULL DEFAULT 0 CHECK (closed IN (0, 1));

-- +goose Down
ALTER TABLE windows DROP COLUMN closed;
