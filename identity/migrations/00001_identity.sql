-- +goose Up
CREATE TABLE accounts (
    id            TEXT   NOT NULL PRIMARY KEY,
    email         TEXT   NOT NULL UNIQUE CHECK (email = lower(email) AND length(email) BETWEEN 3 AND 254),
    name          TEXT   NOT NULL,
    password_hash TEXT   NOT NULL, -- empty: nobody can sign in
    roles         TEXT   NOT NULL, -- JSON
    producer_ids  TEXT   NOT NULL, -- JSON
    created_at    BIGINT NOT NULL
);

CREATE TABLE sessions (
    token_hash TEXT   NOT NULL PRIMARY KEY CHECK (length(token_hash) = 64),
    account_id TEXT   NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL CHECK (expires_at > created_at)
);
CREATE INDEX sessions_account ON sessions (account_id);
CREATE INDEX sessions_expiry ON sessions (expires_at);

-- Tries at passwords, by a keyed hash of the e-mail address.
CREATE TABLE attempts (
    subject TEXT   NOT NULL PRIMARY KEY,
    tries   BIGINT NOT NULL CHECK (tries > 0),
    since   BIGINT NOT NULL
);
CREATE INDEX attempts_since ON attempts (since);

-- A customer's data key, wrapped under the master key. Without it nothing that was
-- sealed for the customer can be read. An erased key leaves its row behind, so that a
-- repeated request cannot make it anew.
CREATE TABLE customer_keys (
    customer_id TEXT   NOT NULL PRIMARY KEY,
    wrapped     BYTEA,
    created_at  BIGINT NOT NULL,
    erased_at   BIGINT,
    CHECK ((wrapped IS NULL) = (erased_at IS NOT NULL))
);

CREATE TABLE addresses (
    id          TEXT   NOT NULL PRIMARY KEY,
    customer_id TEXT   NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    sealed      BYTEA  NOT NULL,
    created_at  BIGINT NOT NULL
);
CREATE INDEX addresses_customer ON addresses (customer_id, id);

-- +goose Down
DROP TABLE addresses;
DROP TABLE customer_keys;
DROP TABLE attempts;
DROP TABLE sessions;
DROP TABLE accounts;
