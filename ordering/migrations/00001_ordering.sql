-- +goose Up
CREATE TABLE carts (
    id          TEXT   PRIMARY KEY,
    market      TEXT   NOT NULL,
    customer_id TEXT   NOT NULL,
    order_id    TEXT   NOT NULL,
    revision    BIGINT NOT NULL,
    created_at  BIGINT NOT NULL
);

CREATE TABLE cart_lines (
    cart_id       TEXT   NOT NULL REFERENCES carts (id) ON DELETE CASCADE,
    variant_id    TEXT   NOT NULL,
    quantity      BIGINT NOT NULL CHECK (quantity > 0),
    price         BIGINT NOT NULL CHECK (price >= 0),
    currency      TEXT   NOT NULL,
    quoted_at     BIGINT NOT NULL,
    product_id    TEXT   NOT NULL,
    product_title TEXT   NOT NULL,
    variant_title TEXT   NOT NULL,
    producer_id   TEXT   NOT NULL,
    producer_name TEXT   NOT NULL,
    sold_by       TEXT   NOT NULL,
    image         TEXT   NOT NULL,
    PRIMARY KEY (cart_id, variant_id)
);

-- A key is the shopper's name for one checkout of a cart. It stands for the last
-- order that was tried under it, and remembers the one before.
CREATE TABLE checkout_keys (
    cart_id      TEXT  NOT NULL,
    checkout_key TEXT  NOT NULL,
    request_hash TEXT  NOT NULL,
    order_id     TEXT  NOT NULL,
    replaces     TEXT  NOT NULL,
    PRIMARY KEY (cart_id, checkout_key)
);

CREATE TABLE orders (
    id          TEXT   PRIMARY KEY,
    market      TEXT   NOT NULL,
    cart_id     TEXT   NOT NULL,
    customer_id TEXT   NOT NULL,
    window_id   TEXT   NOT NULL,
    status      TEXT   NOT NULL,
    total       BIGINT NOT NULL,
    currency    TEXT   NOT NULL,
    epoch       BIGINT NOT NULL,
    revision    BIGINT NOT NULL,
    lease_until BIGINT NOT NULL,
    document    TEXT   NOT NULL
);
CREATE INDEX orders_by_market ON orders (market, id);
CREATE INDEX orders_by_customer ON orders (customer_id, id);
CREATE INDEX orders_by_window ON orders (window_id, id);
CREATE INDEX orders_in_flight ON orders (lease_until) WHERE status IN ('placed', 'held', 'authorised', 'releasing');
-- Two live orders from one cart cannot be.
CREATE UNIQUE INDEX orders_one_a_cart ON orders (cart_id) WHERE status NOT IN ('failed', 'releasing');

CREATE TABLE order_parts (
    producer_id TEXT NOT NULL,
    order_id    TEXT NOT NULL,
    PRIMARY KEY (producer_id, order_id)
);

-- Which orders have goods of a lot, for a recall.
CREATE TABLE order_lots (
    lot_id     TEXT   NOT NULL,
    order_id   TEXT   NOT NULL,
    quantity   BIGINT NOT NULL,
    PRIMARY KEY (lot_id, order_id)
);

-- +goose Down
DROP TABLE order_lots;
DROP TABLE order_parts;
DROP TABLE orders;
DROP TABLE checkout_keys;
DROP TABLE cart_lines;
DROP TABLE carts;
