-- +goose Up
-- Customers whose order links were ended: those of an earlier epoch are good no more, and an erased customer's never are.
CREATE TABLE link_epochs (
    customer_id TEXT   PRIMARY KEY,
    epoch       BIGINT NOT NULL,
    erased      BIGINT NOT NULL CHECK (erased IN (0, 1))
);

-- When this shop began to make links that end; those of before are good for orders of before.
CREATE TABLE links_since (
    id BIGINT PRIMARY KEY CHECK (id = 1),
    at BIGINT NOT NULL
);

-- +goose Down
DROP TABLE links_since;
DROP TABLE link_epochs;
