-- +goose Up
-- How often the links to a customer's orders were ended; those made before are good no more.
ALTER TABLE customer_keys ADD COLUMN links_epoch BIGINT NOT NULL DEFAULT 0;

-- +goose Down
ALTER TABLE customer_keys DROP COLUMN links_epoch;
