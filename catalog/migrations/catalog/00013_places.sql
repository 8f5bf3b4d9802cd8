-- +goose Up
-- Where the bytes of a picture are, beside its key: nowhere else, or under a name of their own, where others of the same key
-- are still being deleted.
ALTER TABLE image ADD COLUMN place TEXT NOT NULL DEFAULT '';

-- Pictures that are known no more, and whose bytes are to be deleted.
CREATE TABLE image_gone (
    key   TEXT NOT NULL,
    place TEXT NOT NULL,
    PRIMARY KEY (key, place)
);

-- +goose Down
DROP TABLE image_gone;
ALTER TABLE image DROP COLUMN place;
