-- +goose Up
-- How much of a product was sold lately, from 1 to 4, or 0 where it was once; none for what never was. Sales are inventory's: this is what it was asked.
CREATE TABLE product_sold (
    product_id TEXT   NOT NULL PRIMARY KEY,
    market     TEXT   NOT NULL,
    grade      BIGINT NOT NULL,
    -- The market's version that last changed it.
    version    BIGINT NOT NULL
);
CREATE INDEX product_sold_version ON product_sold (market, version);

-- When what was sold in a market was asked last.
CREATE TABLE sales_asked (
    market   TEXT   NOT NULL PRIMARY KEY,
    asked_at BIGINT NOT NULL
);

-- +goose Down
DROP TABLE sales_asked;
DROP TABLE product_sold;
