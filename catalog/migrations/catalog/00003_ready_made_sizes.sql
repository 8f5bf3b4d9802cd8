-- +goose Up
-- What the sizes of a picture are encoded as.
ALTER TABLE image ADD COLUMN sizes_type TEXT NOT NULL DEFAULT 'image/jpeg';

-- What a producer's picture shows, in words.
ALTER TABLE producer ADD COLUMN image_alt TEXT NOT NULL DEFAULT '';

-- +goose Down
ALTER TABLE producer DROP COLUMN image_alt;
ALTER TABLE image DROP COLUMN sizes_type;
