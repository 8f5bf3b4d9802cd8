-- Holds that are over, by the time that the end of an order's ID begins with: they are deleted in the end.
-- +goose Up
CREATE INDEX holds_over ON holds (substr(order_id, length(order_id) - 25)) WHERE state NOT IN ('held', 'kept');

-- +goose Down
DROP INDEX holds_over;
