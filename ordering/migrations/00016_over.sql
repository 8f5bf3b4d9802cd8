-- Changes of orders by the time that the end of an ID begins with: those that are over are deleted in the end.
-- +goose Up
CREATE INDEX order_changes_over ON order_changes (substr(id, length(id) - 25)) WHERE state <> 'changing';

-- +goose Down
DROP INDEX order_changes_over;
