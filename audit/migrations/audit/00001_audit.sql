-- +goose Up
CREATE TABLE audit (
    seq        BIGINT NOT NULL PRIMARY KEY,
    at         BIGINT NOT NULL, -- never less than that of the entry before
    actor_kind TEXT   NOT NULL,
    actor_id   TEXT   NOT NULL,
    address    TEXT   NOT NULL, -- sealed
    action     TEXT   NOT NULL,
    subject    TEXT   NOT NULL,
    outcome    TEXT   NOT NULL,
    detail     TEXT   NOT NULL, -- JSON
    hash       TEXT   NOT NULL  -- of the entry and of the one before
);
CREATE INDEX audit_time ON audit (at, seq);
CREATE INDEX audit_actor ON audit (actor_id, seq);
CREATE INDEX audit_action ON audit (action, seq);
CREATE INDEX audit_subject ON audit (subject, seq);

-- The last entry, locked by who appends, and the last of those that were let go of for their age.
CREATE TABLE audit_head (
    id          BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
    seq         BIGINT NOT NULL,
    hash        TEXT   NOT NULL,
    at          BIGINT NOT NULL,
    anchor_seq  BIGINT NOT NULL,
    anchor_hash TEXT   NOT NULL
);
INSERT INTO audit_head (id, seq, hash, at, anchor_seq, anchor_hash) VALUES (1, 0, '', 0, 0, '');

-- How far the stream of lines has come, and which process writes it just now.
CREATE TABLE audit_stream (
    id     BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
    seq    BIGINT NOT NULL,
    holder TEXT   NOT NULL,
    until  BIGINT NOT NULL
);
INSERT INTO audit_stream (id, seq, holder, until) VALUES (1, 0, '', 0);

-- The keys of the network addresses of who has no account, a month each, wrapped under the master key. A key that is deleted
-- erases them.
CREATE TABLE audit_keys (
    period     TEXT   NOT NULL PRIMARY KEY,
    wrapped    BYTEA  NOT NULL,
    created_at BIGINT NOT NULL
);

-- +goose Down
DROP TABLE audit_keys;
DROP TABLE audit_stream;
DROP TABLE audit_head;
DROP TABLE audit;
