-- +goose Up
CREATE INDEX entries_order ON entries (order_id, at);
CREATE INDEX payments_stuck ON payments (order_id) WHERE attempts >= 5;

-- Orders that were confirmed or packed though their money is not there, until the operator has seen it.
CREATE TABLE unpaid (
    order_id   TEXT   PRIMARY KEY,
    status     TEXT   NOT NULL,
    noticed_at BIGINT NOT NULL
);
CREATE INDEX unpaid_oldest ON unpaid (noticed_at, order_id);

-- +goose Down
DROP TABLE unpaid;
DROP INDEX payments_stuck;
DROP INDEX entries_order;
