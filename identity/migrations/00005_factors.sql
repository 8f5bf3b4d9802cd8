-- +goose Up
-- When who has a session last showed who they are, and all that they have shown: "password", "passkey",
-- "totp", "recovery_code", with spaces between. Sessions from before this have shown nothing.
ALTER TABLE sessions ADD COLUMN proved_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE sessions ADD COLUMN proofs TEXT NOT NULL DEFAULT '';

-- What an account has beside its password: "passkey", "totp"; empty where the password is enough. It is what the
-- tables below say, kept here so that a sign-in and a session read it with the account.
ALTER TABLE accounts ADD COLUMN factors TEXT NOT NULL DEFAULT '';

CREATE TABLE passkeys (
    id            TEXT   NOT NULL PRIMARY KEY,
    account_id    TEXT   NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    credential_id TEXT   NOT NULL UNIQUE, -- base64url
    name          TEXT   NOT NULL,
    record        TEXT   NOT NULL, -- JSON: the public key, its counter and its flags
    created_at    BIGINT NOT NULL,
    used_at       BIGINT NOT NULL -- 0: never yet
);
CREATE INDEX passkeys_account ON passkeys (account_id, id);

-- The key of an authenticator app, sealed under the account's data key. Until a code of it was seen it counts
-- for nothing. No code of a step up to last_step is taken.
CREATE TABLE totps (
    account_id   TEXT   NOT NULL PRIMARY KEY REFERENCES accounts (id) ON DELETE CASCADE,
    sealed       BYTEA  NOT NULL,
    last_step    BIGINT NOT NULL,
    created_at   BIGINT NOT NULL,
    confirmed_at BIGINT NOT NULL -- 0: not yet
);

-- Recovery codes that were not used yet.
CREATE TABLE recovery_codes (
    code_hash  TEXT   NOT NULL PRIMARY KEY CHECK (length(code_hash) = 64),
    account_id TEXT   NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL
);
CREATE INDEX recovery_codes_account ON recovery_codes (account_id);

-- Challenges of passkeys, each good for one answer, for one purpose, and to whoever holds the token it is bound to: a
-- session's or a pending sign-in's hash, or nothing where somebody signs in anew.
CREATE TABLE challenges (
    token_hash TEXT   NOT NULL PRIMARY KEY CHECK (length(token_hash) = 64),
    purpose    TEXT   NOT NULL,
    bound_to   TEXT   NOT NULL,
    data       TEXT   NOT NULL, -- JSON
    expires_at BIGINT NOT NULL
);
CREATE INDEX challenges_expiry ON challenges (expires_at);

-- Sign-ins whose password was right and whose second factor is still to come.
CREATE TABLE pending_sign_ins (
    token_hash TEXT   NOT NULL PRIMARY KEY CHECK (length(token_hash) = 64),
    account_id TEXT   NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    expires_at BIGINT NOT NULL
);
CREATE INDEX pending_sign_ins_account ON pending_sign_ins (account_id);
CREATE INDEX pending_sign_ins_expiry ON pending_sign_ins (expires_at);

-- From when on a desk opens to nobody without a second factor; 0: never. Where a desk has no row its default holds.
CREATE TABLE desk_factors (
    desk          TEXT   NOT NULL PRIMARY KEY CHECK (desk IN ('producer', 'operator')),
    required_from BIGINT NOT NULL
);

-- What accounts are to be told by letter of changes of their sign-in.
CREATE TABLE notices (
    id         TEXT   NOT NULL PRIMARY KEY,
    account_id TEXT   NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    kind       TEXT   NOT NULL,
    at         BIGINT NOT NULL,
    mail_at    BIGINT NOT NULL
);
CREATE INDEX notices_due ON notices (mail_at);
CREATE INDEX notices_account ON notices (account_id);

-- +goose Down
DROP TABLE notices;
DROP TABLE desk_factors;
DROP TABLE pending_sign_ins;
DROP TABLE challenges;
DROP TABLE recovery_codes;
DROP TABLE totps;
DROP TABLE passkeys;
ALTER TABLE accounts DROP COLUMN factors;
ALTER TABLE sessions DROP COLUMN proofs;
ALTER TABLE sessions DROP COLUMN proved_at;
