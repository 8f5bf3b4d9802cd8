-- +goose Up
-- Orders that are paid when they are picked up, while they are open: what limits of them are counted by. contact and client are
-- keyed hashes of an e-mail address, or a customer's ID, and of a network address. state is 'holding', 'waiting' (nothing is set aside), 'queued' (for the
-- operator) or 'open' (confirmed).
CREATE TABLE unpaid (
    order_id  TEXT   PRIMARY KEY,
    market    TEXT   NOT NULL,
    contact   TEXT   NOT NULL,
    client    TEXT   NOT NULL,
    state     TEXT   NOT NULL,
    placed_at BIGINT NOT NULL
);
CREATE INDEX unpaid_contact ON unpaid (market, contact, state);
CREATE INDEX unpaid_client ON unpaid (market, client, state);
CREATE INDEX unpaid_state ON unpaid (market, state, placed_at, order_id);
CREATE INDEX unpaid_old ON unpaid (placed_at);

-- What a market sets of them. The row is also what those who count lock.
CREATE TABLE pickup_limits (
    market        TEXT   PRIMARY KEY,
    contact_holds BIGINT NOT NULL,
    client_holds  BIGINT NOT NULL,
    percent       BIGINT NOT NULL,
    client_burst  BIGINT NOT NULL,
    market_burst  BIGINT NOT NULL,
    open_orders   BIGINT NOT NULL
);

-- The lease of an order that awaits its confirmation ends when the time for that is over.
CREATE INDEX orders_awaiting ON orders (lease_until) WHERE status = 'awaiting_confirmation';

-- The day, since 1970, on which a cart was last touched; zero where an earlier version made it since. It is a day so that most writes of
-- a cart leave the index as it is.
ALTER TABLE carts ADD COLUMN touched_day BIGINT NOT NULL DEFAULT 0;
UPDATE carts SET touched_day = created_at / 86400000;
CREATE INDEX carts_idle ON carts (touched_day);

-- +goose Down
DROP INDEX carts_idle;
ALTER TABLE carts DROP COLUMN touched_day;
DROP INDEX orders_awaiting;
DROP TABLE pickup_limits;
DROP TABLE unpaid;
