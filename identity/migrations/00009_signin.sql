-- +goose Up
-- The token that a session had before its account got more to do: for a moment it is taken as well, so that a form which
-- was sent twice at once signs nobody out.
ALTER TABLE sessions ADD COLUMN former_hash TEXT NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN former_until BIGINT NOT NULL DEFAULT 0;
CREATE INDEX sessions_former ON sessions (former_hash) WHERE former_hash <> '';

-- +goose Down
DROP INDEX sessions_former;
ALTER TABLE sessions DROP COLUMN former_until;
ALTER TABLE sessions DROP COLUMN former_hash;
