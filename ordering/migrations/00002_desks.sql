-- What the desks of producers and operators list by.
-- +goose Up
-- When the order's state last moved on.
ALTER TABLE orders ADD COLUMN moved_at BIGINT NOT NULL DEFAULT 0;
CREATE INDEX orders_still ON orders (moved_at) WHERE status IN ('placed', 'held', 'authorised', 'releasing');
CREATE INDEX orders_by_status ON orders (market, status, id);
CREATE INDEX orders_by_number ON orders (market, substr(id, length(id) - 5));
-- By time, whatever the market: the end of an ID begins with its time.
CREATE INDEX orders_of_customer ON orders (customer_id, substr(id, length(id) - 25));
DROP INDEX orders_by_market;
DROP INDEX orders_by_customer;

-- What the lists of parts need of their order. A part that has no order_status yet was written before this.
ALTER TABLE order_parts ADD COLUMN order_status TEXT NOT NULL DEFAULT '';
ALTER TABLE order_parts ADD COLUMN status TEXT NOT NULL DEFAULT '';
ALTER TABLE order_parts ADD COLUMN window_id TEXT NOT NULL DEFAULT '';
ALTER TABLE order_parts ADD COLUMN window_ends_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE order_parts ADD COLUMN total BIGINT NOT NULL DEFAULT 0;
CREATE INDEX parts_by_status ON order_parts (producer_id, order_status, order_id);
CREATE INDEX parts_by_window ON order_parts (producer_id, window_id, order_id);
CREATE INDEX parts_by_end ON order_parts (producer_id, window_ends_at);
CREATE INDEX parts_unfilled ON order_parts (order_id) WHERE order_status = '';

-- +goose Down
DROP INDEX parts_unfilled;
DROP INDEX parts_by_end;
DROP INDEX parts_by_window;
DROP INDEX parts_by_status;
ALTER TABLE order_parts DROP COLUMN total;
ALTER TABLE order_parts DROP COLUMN window_ends_at;
ALTER TABLE order_parts DROP COLUMN window_id;
ALTER TABLE order_parts DROP COLUMN status;
ALTER TABLE order_parts DROP COLUMN order_status;
CREATE INDEX orders_by_customer ON orders (customer_id, id);
CREATE INDEX orders_by_market ON orders (market, id);
DROP INDEX orders_of_customer;
DROP INDEX orders_by_number;
DROP INDEX orders_by_status;
DROP INDEX orders_still;
ALTER TABLE orders DROP COLUMN moved_at;
