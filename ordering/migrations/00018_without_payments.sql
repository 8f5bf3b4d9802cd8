-- Whether a market takes orders that are to be paid when they are picked up, while payments cannot be reached.
-- +goose Up
ALTER TABLE pickup_limits ADD COLUMN without_payments BIGINT NOT NULL DEFAULT 0;

-- +goose Down
ALTER TABLE pickup_limits DROP COLUMN without_payments;
