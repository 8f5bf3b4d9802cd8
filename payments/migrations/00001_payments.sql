-- +goose Up
CREATE TABLE payments (
    order_id      TEXT   PRIMARY KEY,
    method        TEXT   NOT NULL,
    status        TEXT   NOT NULL CHECK (status IN ('authorising', 'authorised', 'declined', 'voiding', 'voided', 'capturing', 'captured', 'refunding', 'refunded')),
    currency      TEXT   NOT NULL,
    authorised    BIGINT NOT NULL CHECK (authorised >= 0),
    captured      BIGINT NOT NULL CHECK (captured >= 0 AND captured <= authorised),
    refunded      BIGINT NOT NULL CHECK (refunded >= 0 AND refunded <= captured),
    confirmed     BIGINT NOT NULL CHECK (confirmed IN (0, 1)),
    reserved      BIGINT NOT NULL CHECK (reserved IN (0, 1)),
    details       TEXT   NOT NULL,
    next_at       BIGINT NOT NULL,
    attempts      BIGINT NOT NULL,
    failure       TEXT   NOT NULL,
    created_at    BIGINT NOT NULL,
    updated_at    BIGINT NOT NULL,
    version       BIGINT NOT NULL
);
CREATE INDEX payments_next ON payments (next_at) WHERE next_at > 0;

CREATE TABLE entries (
    txn      TEXT   NOT NULL,
    account  TEXT   NOT NULL,
    amount   BIGINT NOT NULL CHECK (amount <> 0),
    currency TEXT   NOT NULL,
    order_id TEXT   NOT NULL,
    at       BIGINT NOT NULL,
    PRIMARY KEY (txn, account)
);

-- What the built-in test provider knows: it stands for a company elsewhere, and
-- nothing but testprovider.go reads or writes here.
CREATE TABLE test_charges (
    id       TEXT   PRIMARY KEY,
    state    TEXT   NOT NULL CHECK (state IN ('authorised', 'declined', 'voided', 'captured')),
    amount   BIGINT NOT NULL CHECK (amount >= 0),
    currency TEXT   NOT NULL,
    captured BIGINT NOT NULL DEFAULT 0 CHECK (captured >= 0 AND captured <= amount)
);
CREATE TABLE test_refunds (
    charge_id TEXT   NOT NULL REFERENCES test_charges (id),
    id        TEXT   NOT NULL,
    amount    BIGINT NOT NULL CHECK (amount >= 0),
    PRIMARY KEY (charge_id, id)
);

-- +goose Down
DROP TABLE test_refunds;
DROP TABLE test_charges;
DROP TABLE entries;
DROP TABLE payments;
