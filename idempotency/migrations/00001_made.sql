-- +goose Up
-- What was made with the key of a form, and whose key it is.
CREATE TABLE made (
    owner   TEXT   NOT NULL,
    key     TEXT   NOT NULL,
    hash    TEXT   NOT NULL,
    id      TEXT   NOT NULL,
    made_at BIGINT NOT NULL,
    PRIMARY KEY (owner, key)
);
CREATE INDEX made_at ON made (made_at);

-- +goose Down
DROP TABLE made;
