-- +goose Up
CREATE TABLE outbox (
    subscriber    TEXT   NOT NULL,
    aggregate     TEXT   NOT NULL,
    version       BIGINT NOT NULL,
    id            TEXT   NOT NULL,
    type          TEXT   NOT NULL,
    occurred_at   BIGINT NOT NULL,
    payload       BYTEA  NOT NULL,
    attempts      BIGINT NOT NULL DEFAULT 0,
    next_at       BIGINT NOT NULL,
    failure       TEXT   NOT NULL DEFAULT '',
    PRIMARY KEY (subscriber, aggregate, version)
);
CREATE INDEX outbox_due ON outbox (subscriber, next_at);

CREATE TABLE inbox (
    publisher TEXT   NOT NULL,
    aggregate TEXT   NOT NULL,
    version   BIGINT NOT NULL,
    PRIMARY KEY (publisher, aggregate)
);

-- +goose Down
DROP TABLE inbox;
DROP TABLE outbox;
