-- +goose Up
-- Up to which day the freshest of what can be had is good, as the subscribers of stock.changed were told
-- last: empty for sold out, 9999-99-99 for undated.
ALTER TABLE stock ADD COLUMN told TEXT NOT NULL DEFAULT '';
-- How often they were told: the version of the variant's last event.
ALTER TABLE stock ADD COLUMN told_version BIGINT NOT NULL DEFAULT 0;
CREATE INDEX stock_untold ON stock (variant_id) WHERE told_version = 0;

-- +goose Down
DROP INDEX stock_untold;
ALTER TABLE stock DROP COLUMN told_version;
ALTER TABLE stock DROP COLUMN told;
