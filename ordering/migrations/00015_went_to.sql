-- +goose Up
-- Where an order of a cancelled window went: a window's ID, "cancelled" or "done". Empty while it has not gone, and of what the version before settled.
ALTER TABLE clearing_orders ADD COLUMN went_to TEXT NOT NULL DEFAULT '';

-- +goose Down
ALTER TABLE clearing_orders DROP COLUMN went_to;
