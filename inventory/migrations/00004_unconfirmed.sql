-- +goose Up
-- 1 for a hold of an order that its shopper has not confirmed yet.
ALTER TABLE holds ADD COLUMN unconfirmed BIGINT NOT NULL DEFAULT 0;
CREATE INDEX holds_unconfirmed ON holds (order_id) WHERE unconfirmed = 1;

-- +goose Down
DROP INDEX holds_unconfirmed;
ALTER TABLE holds DROP COLUMN unconfirmed;
