-- +goose Up
-- What inventory told of each variant.
CREATE TABLE variant_stock (
    variant_id TEXT   NOT NULL PRIMARY KEY,
    market     TEXT   NOT NULL,
    -- Up to which day the freshest that can be had is good: empty for sold out, 9999-99-99 for undated.
    good_until TEXT   NOT NULL,
    -- Inventory's version of that.
    told       BIGINT NOT NULL,
    -- The market's version that last changed it.
    version    BIGINT NOT NULL
);
CREATE INDEX variant_stock_version ON variant_stock (market, version);

-- A bit for each month in which it is at its best, January's the lowest; none for what has no season.
ALTER TABLE product ADD COLUMN season BIGINT NOT NULL DEFAULT 0 CHECK (season BETWEEN 0 AND 4095);

-- The market's version that last changed it.
ALTER TABLE producer ADD COLUMN version BIGINT NOT NULL DEFAULT 0;
CREATE INDEX producer_version ON producer (market, version);

-- +goose Down
DROP INDEX producer_version;
ALTER TABLE producer DROP COLUMN version;
ALTER TABLE product DROP COLUMN season;
DROP TABLE variant_stock;
