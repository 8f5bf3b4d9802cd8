-- +goose Up
-- How often a change was taken on in vain, and which peer it waits for.
ALTER TABLE order_changes ADD COLUMN tries BIGINT NOT NULL DEFAULT 0;
ALTER TABLE order_changes ADD COLUMN waits_for TEXT NOT NULL DEFAULT '';
CREATE INDEX order_changes_under_way ON order_changes (id) WHERE state = 'changing';

-- +goose Down
DROP INDEX order_changes_under_way;
ALTER TABLE order_changes DROP COLUMN waits_for;
ALTER TABLE order_changes DROP COLUMN tries;
