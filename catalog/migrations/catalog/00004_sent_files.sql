-- +goose Up
-- Files that were sent to be tried and then imported, for a while: the last one of each sender for each producer.
CREATE TABLE sent_file (
    key         TEXT   NOT NULL PRIMARY KEY,
    sender      TEXT   NOT NULL,
    producer_id TEXT   NOT NULL REFERENCES producer (id),
    market      TEXT   NOT NULL,
    name        TEXT   NOT NULL,
    format      TEXT   NOT NULL,
    size        BIGINT NOT NULL,
    -- 1 while its last reading changes nothing.
    dry_run     BIGINT NOT NULL CHECK (dry_run IN (0, 1)),
    phase       TEXT   NOT NULL CHECK (phase IN ('wanted', 'reading', 'over')),
    -- Counts the readings: each writes under its own number only.
    epoch       BIGINT NOT NULL,
    -- Until when whoever reads it is taken to be alive; 0 when the reading is over.
    lease_until BIGINT NOT NULL,
    kept_until  BIGINT NOT NULL,
    -- What the reading found so far, a KeptImport as JSON.
    report      TEXT   NOT NULL,
    UNIQUE (sender, producer_id)
);
CREATE INDEX sent_file_wanted ON sent_file (kept_until) WHERE phase = 'wanted';
CREATE INDEX sent_file_kept ON sent_file (kept_until);
CREATE INDEX sent_file_producer ON sent_file (producer_id);

CREATE TABLE sent_file_part (
    key     TEXT   NOT NULL REFERENCES sent_file (key) ON DELETE CASCADE,
    n       BIGINT NOT NULL,
    content BYTEA  NOT NULL,
    PRIMARY KEY (key, n)
);

-- +goose Down
DROP TABLE sent_file_part;
DROP TABLE sent_file;
