-- +goose Up
-- The kinds are the program's to know: a table that checks them has to be made anew for each.
CREATE TABLE messages_of_any_kind (
    id          TEXT   PRIMARY KEY,
    key         TEXT   NOT NULL UNIQUE,
    kind        TEXT   NOT NULL,
    order_id    TEXT   NOT NULL,
    snapshot    BYTEA,
    recipient   TEXT   NOT NULL,
    subject     TEXT   NOT NULL,
    text        TEXT   NOT NULL,
    status      TEXT   NOT NULL CHECK (status IN ('queued', 'sent', 'failed')),
    next_at     BIGINT NOT NULL,
    attempts    BIGINT NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    error       TEXT   NOT NULL DEFAULT '',
    created_at  BIGINT NOT NULL,
    sent_at     BIGINT NOT NULL DEFAULT 0,
    producer_id TEXT   NOT NULL DEFAULT '',
    secret      BIGINT NOT NULL DEFAULT 0
);
INSERT INTO messages_of_any_kind (id, key, kind, order_id, snapshot, recipient, subject, text, status, next_at, attempts, error, created_at, sent_at, producer_id, secret)
SELECT id, key, kind, order_id, snapshot, recipient, subject, text, status, next_at, attempts, error, created_at, sent_at, producer_id, secret FROM messages;
DROP TABLE messages;
ALTER TABLE messages_of_any_kind RENAME TO messages;
CREATE INDEX messages_due ON messages (next_at) WHERE status = 'queued';
CREATE INDEX messages_order ON messages (order_id, id) WHERE order_id <> '';
CREATE INDEX messages_done ON messages (created_at) WHERE status <> 'queued';
CREATE INDEX messages_status ON messages (status, id);
CREATE INDEX messages_stuck ON messages (id) WHERE status = 'failed' AND (snapshot IS NOT NULL OR text <> '');

-- +goose Down
DELETE FROM messages WHERE kind NOT IN ('direct', 'confirmed', 'cancelled', 'packed', 'ready');
