-- +goose Up
-- Which session, by its token's hash, began an app's key that is not confirmed yet. A key from before is nobody's, and is made anew.
ALTER TABLE totps ADD COLUMN begun_by TEXT NOT NULL DEFAULT '';

-- 1: the link was asked for by a device that the account knows.
ALTER TABLE resets ADD COLUMN known BIGINT NOT NULL DEFAULT 0;

-- Links to set a password, all of which are good until they expire or one was used. A wish has the newest as well, for processes of before.
CREATE TABLE reset_links (
    token_hash TEXT   NOT NULL PRIMARY KEY,
    subject    TEXT   NOT NULL REFERENCES resets (subject) ON DELETE CASCADE,
    expires_at BIGINT NOT NULL
);
CREATE INDEX reset_links_subject ON reset_links (subject);
CREATE INDEX reset_links_expiry ON reset_links (expires_at);

-- A device that signed in before this is not known any more: the password was another.
ALTER TABLE accounts ADD COLUMN devices_since BIGINT NOT NULL DEFAULT 0;

-- +goose Down
ALTER TABLE accounts DROP COLUMN devices_since;
DROP TABLE reset_links;
ALTER TABLE resets DROP COLUMN known;
ALTER TABLE totps DROP COLUMN begun_by;
