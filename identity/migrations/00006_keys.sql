-- +goose Up
-- Keys of what has to stay the same when the master key turns, wrapped under it: the index of e-mail addresses cannot be
-- made anew, for the addresses are not here.
CREATE TABLE index_keys (
    name    TEXT  NOT NULL PRIMARY KEY,
    wrapped BYTEA NOT NULL
);

-- +goose Down
DROP TABLE index_keys;
