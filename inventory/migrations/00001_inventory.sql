-- +goose Up
-- A variant's balance, in thousandths of its unit. received is net of what was written off.
CREATE TABLE stock (
    variant_id TEXT   PRIMARY KEY,
    available  BIGINT NOT NULL DEFAULT 0,
    held       BIGINT NOT NULL DEFAULT 0,
    sold       BIGINT NOT NULL DEFAULT 0,
    received   BIGINT NOT NULL DEFAULT 0,
    CHECK (available >= 0 AND held >= 0 AND sold >= 0 AND available + held + sold = received)
);

-- remaining is neither held, sold nor written off; over a variant's lots it sums to stock.available.
CREATE TABLE lots (
    id          TEXT   PRIMARY KEY,
    variant_id  TEXT   NOT NULL REFERENCES stock (variant_id),
    code        TEXT   NOT NULL,
    best_before TEXT   NOT NULL,
    received    BIGINT NOT NULL,
    remaining   BIGINT NOT NULL,
    CHECK (remaining >= 0 AND remaining <= received)
);
CREATE INDEX lots_of_variant ON lots (variant_id);

CREATE TABLE holds (
    order_id   TEXT   PRIMARY KEY,
    state      TEXT   NOT NULL CHECK (state IN ('held', 'kept', 'released', 'expired', 'returned')),
    expires_at BIGINT NOT NULL,
    version    BIGINT NOT NULL
);
CREATE INDEX holds_due ON holds (expires_at) WHERE state = 'held';

CREATE TABLE hold_lines (
    order_id   TEXT   NOT NULL,
    lot_id     TEXT   NOT NULL,
    variant_id TEXT   NOT NULL,
    quantity   BIGINT NOT NULL CHECK (quantity > 0),
    PRIMARY KEY (order_id, lot_id)
);

-- What a confirmed order lacks because its hold had expired and the goods were gone.
CREATE TABLE shortages (
    order_id   TEXT   NOT NULL,
    variant_id TEXT   NOT NULL,
    quantity   BIGINT NOT NULL CHECK (quantity > 0),
    noticed_at BIGINT NOT NULL,
    PRIMARY KEY (order_id, variant_id)
);

-- +goose Down
DROP TABLE shortages;
DROP TABLE hold_lines;
DROP TABLE holds;
DROP TABLE lots;
DROP TABLE stock;
