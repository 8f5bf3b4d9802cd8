-- +goose Up
-- What a message of another service comes from, in a word, whether its address is known to be the recipient's, and who had it
-- written, as a keyed hash. counted: it is within its limits already.
ALTER TABLE messages ADD COLUMN cause TEXT NOT NULL DEFAULT '';
ALTER TABLE messages ADD COLUMN verified BIGINT NOT NULL DEFAULT 0;
ALTER TABLE messages ADD COLUMN sender TEXT NOT NULL DEFAULT '';
ALTER TABLE messages ADD COLUMN counted BIGINT NOT NULL DEFAULT 0;

-- How many letters of a kind went to an address, or were written for a sender, in an hour or a day that began at since; subject
-- has a keyed hash of either. held are those that there was no room for; seen is how many of them the operator knows of.
CREATE TABLE letter_counts (
    subject TEXT   NOT NULL,
    since   BIGINT NOT NULL,
    letters BIGINT NOT NULL,
    held    BIGINT NOT NULL DEFAULT 0,
    seen    BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (subject, since)
);
CREATE INDEX letter_counts_since ON letter_counts (since);
CREATE INDEX letter_counts_held ON letter_counts (since) WHERE held > seen;

-- Letters that their recipients said were not for them: no more of this cause go to the address, which is there as a keyed hash.
-- tell_at is when ordering is told that the order is none of theirs; 0 once it knows, or where it need not.
CREATE TABLE unwanted (
    id         TEXT   PRIMARY KEY,
    address    TEXT   NOT NULL,
    cause      TEXT   NOT NULL,
    order_id   TEXT   NOT NULL,
    at         BIGINT NOT NULL,
    ends_at    BIGINT NOT NULL,
    tell_at    BIGINT NOT NULL,
    outcome    TEXT   NOT NULL DEFAULT '', -- the order's state once ordering knew
    seen       BIGINT NOT NULL DEFAULT 0,
    UNIQUE (address, cause, order_id)
);
CREATE INDEX unwanted_due ON unwanted (tell_at) WHERE tell_at > 0;
CREATE INDEX unwanted_unseen ON unwanted (at) WHERE seen = 0;
CREATE INDEX unwanted_ends ON unwanted (ends_at);

-- +goose Down
DROP TABLE unwanted;
DROP TABLE letter_counts;
ALTER TABLE messages DROP COLUMN counted;
ALTER TABLE messages DROP COLUMN sender;
ALTER TABLE messages DROP COLUMN verified;
ALTER TABLE messages DROP COLUMN cause;
