-- +goose Up
CREATE TABLE messages (
    id         TEXT   PRIMARY KEY,
    key        TEXT   NOT NULL UNIQUE,
    kind       TEXT   NOT NULL CHECK (kind IN ('direct', 'confirmed', 'cancelled', 'packed', 'ready')),
    order_id   TEXT   NOT NULL,
    snapshot   BYTEA,
    recipient  TEXT   NOT NULL,
    subject    TEXT   NOT NULL,
    text       TEXT   NOT NULL,
    status     TEXT   NOT NULL CHECK (status IN ('queued', 'sent', 'failed')),
    next_at    BIGINT NOT NULL,
    attempts   BIGINT NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    error      TEXT   NOT NULL DEFAULT '',
    created_at BIGINT NOT NULL,
    sent_at    BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX messages_due ON messages (next_at) WHERE status = 'queued';
CREATE INDEX messages_order ON messages (order_id, id) WHERE order_id <> '';
CREATE INDEX messages_done ON messages (created_at) WHERE status <> 'queued';

-- +goose Down
DROP TABLE messages;
