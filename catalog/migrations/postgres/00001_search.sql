-- +goose Up
CREATE TABLE product_search (
    product_id TEXT     NOT NULL PRIMARY KEY,
    words      TSVECTOR NOT NULL
);
-- A long pending list would be read through by every search.
CREATE INDEX product_search_words ON product_search USING GIN (words) WITH (gin_pending_list_limit = 256);

-- +goose Down
DROP TABLE product_search;
