-- Lists go by the end of the ID, which begins with its time. By the ID itself PostgreSQL would rather walk the
-- primary key, past everything that is not asked for.
-- +goose Up
DROP INDEX orders_by_status;
DROP INDEX orders_by_window;
DROP INDEX parts_by_status;
DROP INDEX parts_by_window;
CREATE INDEX orders_by_status ON orders (market, status, substr(id, length(id) - 25));
CREATE INDEX orders_by_window ON orders (window_id, substr(id, length(id) - 25));
CREATE INDEX parts_by_status ON order_parts (producer_id, order_status, substr(order_id, length(order_id) - 25));
CREATE INDEX parts_by_window ON order_parts (producer_id, window_id, substr(order_id, length(order_id) - 25));

-- +goose Down
DROP INDEX parts_by_window;
DROP INDEX parts_by_status;
DROP INDEX orders_by_window;
DROP INDEX orders_by_status;
CREATE INDEX parts_by_window ON order_parts (producer_id, window_id, order_id);
CREATE INDEX parts_by_status ON order_parts (producer_id, order_status, order_id);
CREATE INDEX orders_by_window ON orders (window_id, id);
CREATE INDEX orders_by_status ON orders (market, status, id);
