-- +goose Up
-- The window that an order is to be in once a change of it is done that is under way; empty where none is.
ALTER TABLE orders ADD COLUMN changing_to TEXT NOT NULL DEFAULT '';
CREATE INDEX orders_changing ON orders (lease_until) WHERE changing_to <> '';
CREATE INDEX orders_changing_to ON orders (changing_to) WHERE changing_to <> '';

-- What became of each change that was asked for: a key stands for the last that was tried under it. state is 'changing', 'done' or 'failed'.
CREATE TABLE order_changes (
    id           TEXT PRIMARY KEY,
    order_id     TEXT NOT NULL,
    change_key   TEXT NOT NULL,
    request_hash TEXT NOT NULL,
    state        TEXT NOT NULL,
    failure      TEXT NOT NULL,
    UNIQUE (order_id, change_key)
);

-- The basket of a member in each market, on whatever device, and when it became that.
CREATE TABLE member_carts (
    customer_id TEXT   NOT NULL,
    market      TEXT   NOT NULL,
    cart_id     TEXT   NOT NULL,
    since       BIGINT NOT NULL,
    PRIMARY KEY (customer_id, market)
);
CREATE INDEX member_carts_cart ON member_carts (cart_id);

-- +goose Down
DROP TABLE member_carts;
DROP TABLE order_changes;
DROP INDEX orders_changing_to;
DROP INDEX orders_changing;
ALTER TABLE orders DROP COLUMN changing_to;
