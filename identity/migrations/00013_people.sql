-- +goose Up
-- What an account may do for producers that it acts for, by producer: a JSON object, like {"prd_x": ["goods"]}. A producer that is not in
-- it is the account's own to do everything for, as of accounts from before.
ALTER TABLE accounts ADD COLUMN producer_rights TEXT NOT NULL DEFAULT '{}';

-- Who is asked to act for a producer, and what they are to be let do. Only whoever reads the address's mail has the link's token.
CREATE TABLE maker_invitations (
    id           TEXT   NOT NULL PRIMARY KEY,
    producer_id  TEXT   NOT NULL,
    email        TEXT   NOT NULL,
    rights       TEXT   NOT NULL, -- a JSON list
    token_hash   TEXT   UNIQUE,   -- NULL until it is mailed
    locale       TEXT   NOT NULL,
    requested_at BIGINT NOT NULL,
    expires_at   BIGINT NOT NULL,
    mail_at      BIGINT NOT NULL, -- 0 once it is mailed
    UNIQUE (producer_id, email)
);
CREATE INDEX maker_invitations_due ON maker_invitations (mail_at) WHERE mail_at > 0;
CREATE INDEX maker_invitations_expiry ON maker_invitations (expires_at);

-- +goose Down
DROP TABLE maker_invitations;
ALTER TABLE accounts DROP COLUMN producer_rights;
