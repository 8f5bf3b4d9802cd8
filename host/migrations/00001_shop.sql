-- +goose Up
-- What kind of shop the database belongs to; see host.Kind.
CREATE TABLE shop (
    id   BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
    kind TEXT   NOT NULL CHECK (kind IN ('fresh', 'former', 'demo', 'real'))
);

-- +goose Down
DROP TABLE shop;
