-- +goose Up
-- The newest public key of identity, for contacts that are sealed while it is away.
CREATE TABLE sealing_key (
    one      BIGINT NOT NULL PRIMARY KEY, -- 1
    id       TEXT   NOT NULL,
    public   BYTEA  NOT NULL
);

-- Orders whose contact is sealed to a public key still, until identity has sealed it anew.
CREATE TABLE sealed_to_key (
    order_id TEXT NOT NULL PRIMARY KEY,
    key_id   TEXT NOT NULL
);

-- +goose Down
DROP TABLE sealed_to_key;
DROP TABLE sealing_key;
