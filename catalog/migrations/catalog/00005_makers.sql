-- +goose Up
-- The name as it looks; empty until it is worked out. See look.
ALTER TABLE producer ADD COLUMN look TEXT NOT NULL DEFAULT '';
CREATE INDEX producer_look ON producer (market, look);

-- The last application of each account: it has one that waits.
CREATE TABLE applicant (
    account     TEXT NOT NULL PRIMARY KEY,
    producer_id TEXT NOT NULL REFERENCES producer (id)
);

-- What a producer has sent in before it was approved.
CREATE TABLE trial (
    producer_id TEXT   NOT NULL PRIMARY KEY REFERENCES producer (id),
    pictures    BIGINT NOT NULL,
    bytes       BIGINT NOT NULL
);

-- +goose Down
DROP TABLE trial;
DROP TABLE applicant;
DROP INDEX producer_look;
ALTER TABLE producer DROP COLUMN look;
