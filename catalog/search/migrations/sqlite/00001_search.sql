-- +goose Up
CREATE TABLE search_doc (
    doc        INTEGER PRIMARY KEY,
    product_id TEXT NOT NULL UNIQUE
);
-- The words are folded and chosen in Go; the index only keeps which document has which.
CREATE VIRTUAL TABLE product_search USING fts5 (
    words, content='', contentless_delete=1, detail='none', tokenize="ascii tokenchars ':^-_'"
);

-- +goose Down
DROP TABLE product_search;
DROP TABLE search_doc;
