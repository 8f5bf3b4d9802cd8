-- +goose Up
-- Orders that stay in cancelled windows: the operator's desk asks for them.
CREATE INDEX clearing_orders_stay ON clearing_orders (window_id) WHERE state = 'stays';

-- +goose Down
DROP INDEX clearing_orders_stay;
