-- +goose Up
-- The least step of a set that a program has to know that serves the schema. A step that takes away what
-- programs before it read or write says so here, in the same transaction; see CONTRIBUTING.md.
CREATE TABLE oldest_steps (
    set_name TEXT   NOT NULL PRIMARY KEY,
    step     BIGINT NOT NULL
);

-- +goose Down
DROP TABLE oldest_steps;
