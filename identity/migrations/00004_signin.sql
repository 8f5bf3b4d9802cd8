-- +goose Up
-- When the owner of the e-mail address was last known to be the account's; 0: not yet. Of accounts from before nobody knows.
ALTER TABLE accounts ADD COLUMN verified_at BIGINT NOT NULL DEFAULT 0;

-- What a list of one's sessions tells. A session ends a fixed time after created_at, however much it is used.
ALTER TABLE sessions ADD COLUMN used_at BIGINT NOT NULL DEFAULT 0; -- 0: not since there was this column
ALTER TABLE sessions ADD COLUMN kind TEXT NOT NULL DEFAULT '';     -- browser, program; empty: not known
ALTER TABLE sessions ADD COLUMN device TEXT NOT NULL DEFAULT '';   -- in words, like "Firefox on Linux"
ALTER TABLE sessions ADD COLUMN network TEXT NOT NULL DEFAULT '';  -- coarse: the first half of an address

-- Tries of one client at one account say whose they are, as a keyed hash, so that a client is seen that tries many accounts.
ALTER TABLE attempts ADD COLUMN client TEXT NOT NULL DEFAULT '';
CREATE INDEX attempts_client ON attempts (client, since) WHERE client <> '';

-- What waits for a mailed link to be followed: one a kind and address, which is there as a keyed hash. Only whoever reads
-- the address's mail has the link's token.
CREATE TABLE links (
    subject       TEXT   NOT NULL PRIMARY KEY,
    kind          TEXT   NOT NULL CHECK (kind IN ('sign_up', 'verify', 'email', 'undo')),
    account_id    TEXT   REFERENCES accounts (id) ON DELETE CASCADE, -- NULL for a sign-up
    email         TEXT   NOT NULL,                                   -- where the link goes
    name          TEXT   NOT NULL DEFAULT '',                        -- of a sign-up, with its password
    password_hash TEXT   NOT NULL DEFAULT '',
    browser_hash  TEXT   NOT NULL DEFAULT '',                        -- which browser began it
    token_hash    TEXT   UNIQUE,                                     -- NULL until it is mailed
    requested_at  BIGINT NOT NULL,
    expires_at    BIGINT NOT NULL,
    mail_at       BIGINT NOT NULL                                    -- 0 once it is mailed
);
CREATE INDEX links_due ON links (mail_at) WHERE mail_at > 0;
CREATE INDEX links_account ON links (account_id);
CREATE INDEX links_expiry ON links (expires_at);

-- +goose Down
DROP TABLE links;
DROP INDEX attempts_client;
ALTER TABLE attempts DROP COLUMN client;
ALTER TABLE sessions DROP COLUMN network;
ALTER TABLE sessions DROP COLUMN device;
ALTER TABLE sessions DROP COLUMN kind;
ALTER TABLE sessions DROP COLUMN used_at;
ALTER TABLE accounts DROP COLUMN verified_at;
