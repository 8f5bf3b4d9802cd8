-- +goose Up
-- Key pairs for contacts that are sealed while identity is away. The private key is wrapped under the master key; one that nothing is
-- sealed to any more is destroyed.
CREATE TABLE sealing_keys (
    id         TEXT   NOT NULL PRIMARY KEY,
    public     BYTEA  NOT NULL,
    wrapped    BYTEA,
    created_at BIGINT NOT NULL
);

-- +goose Down
DROP TABLE sealing_keys;
