-- +goose Up
-- What accounts.producer_ids says, to be looked up by producer.
CREATE TABLE acts_for (
    producer_id TEXT NOT NULL,
    account_id  TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    PRIMARY KEY (producer_id, account_id)
);
CREATE INDEX acts_for_account ON acts_for (account_id);

-- Each list is read character by character, as both engines can: a word ends at a quote.
INSERT INTO acts_for (producer_id, account_id)
WITH RECURSIVE reading (account_id, rest, word) AS (
    SELECT id, producer_ids, CAST('' AS TEXT) FROM accounts WHERE producer_ids <> '[]'
    UNION ALL
    SELECT account_id, substr(rest, 2), CASE WHEN substr(rest, 1, 1) IN ('"', ',', '[', ']') THEN '' ELSE word || substr(rest, 1, 1) END
    FROM reading WHERE rest <> ''
)
SELECT DISTINCT word, account_id FROM reading WHERE word <> '' AND substr(rest, 1, 1) = '"';

-- A guest's e-mail address as a keyed hash, to find orders by it; empty for an account, which has the address
-- itself, for who was erased, and for guests from before there was this column.
ALTER TABLE customer_keys ADD COLUMN email_index TEXT NOT NULL DEFAULT '';
CREATE INDEX customer_keys_email ON customer_keys (email_index, created_at) WHERE email_index <> '';

-- Wishes for a new password, the newest of an e-mail address, which is there as a keyed hash. One without an
-- account is for an address that nobody has: it takes the same work, and nobody is written to.
CREATE TABLE resets (
    subject      TEXT   NOT NULL PRIMARY KEY,
    account_id   TEXT   REFERENCES accounts (id) ON DELETE CASCADE,
    token_hash   TEXT   UNIQUE, -- NULL until the link is mailed
    requested_at BIGINT NOT NULL,
    expires_at   BIGINT NOT NULL,
    mail_at      BIGINT NOT NULL -- 0 once it is mailed
);
CREATE INDEX resets_due ON resets (mail_at) WHERE mail_at > 0;
CREATE INDEX resets_account ON resets (account_id);
CREATE INDEX resets_age ON resets (requested_at);

-- +goose Down
DROP TABLE resets;
DROP INDEX customer_keys_email;
ALTER TABLE customer_keys DROP COLUMN email_index;
DROP TABLE acts_for;
