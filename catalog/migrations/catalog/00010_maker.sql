-- +goose Up
-- The least that an order has to have of a producer's goods, in minor units; and when the producer takes none: a JSON list of
-- "from/until", days as YYYY-MM-DD, or empty. Only EditProducer writes them.
ALTER TABLE producer ADD COLUMN order_minimum BIGINT NOT NULL DEFAULT 0 CHECK (order_minimum >= 0);
ALTER TABLE producer ADD COLUMN holidays TEXT NOT NULL DEFAULT '';

-- +goose Down
ALTER TABLE producer DROP COLUMN holidays;
ALTER TABLE producer DROP COLUMN order_minimum;
