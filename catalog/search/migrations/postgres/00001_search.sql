-- +goose Up
CREATE TABLE product_search (
    product_id TEXT     NOT NULL PRIMARY KEY,
    words      TSVECTOR NOT NULL
);
CREATE INDEX product_search_words ON product_search USING GIN (words);

-- +goose Down
DROP TABLE product_search;
