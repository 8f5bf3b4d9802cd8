-- What a market sets of orders of people who have never picked one up: how many are open, and what one may come to.
-- +goose Up
ALTER TABLE pickup_limits ADD COLUMN newcomer_orders BIGINT NOT NULL DEFAULT 2;
ALTER TABLE pickup_limits ADD COLUMN newcomer_value BIGINT NOT NULL DEFAULT 15000;

-- +goose Down
ALTER TABLE pickup_limits DROP COLUMN newcomer_value;
ALTER TABLE pickup_limits DROP COLUMN newcomer_orders;
