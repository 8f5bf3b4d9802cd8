-- +goose Up
-- By status first: SQLite took messages_status otherwise, and walked past all that wait for another hour.
DROP INDEX messages_due;
CREATE INDEX messages_due ON messages (status, next_at) WHERE status = 'queued';

-- +goose Down
DROP INDEX messages_due;
CREATE INDEX messages_due ON messages (next_at) WHERE status = 'queued';
