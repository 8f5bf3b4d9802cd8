-- +goose Up
-- What the sizes of a picture are encoded as.
ALTER TABLE image ADD COLUMN sizes_type TEXT NOT NULL DEFAULT 'image/jpeg';

-- What a producer's picture shows, in words.
ALTER TABLE producer ADD COLUMN image_alt TEXT NOT NULL DEFAULT '';
CREATE INDEX producer_image ON producer (image);

-- +goose Down
DROP INDEX producer_image;
ALTER TABLE producer DROP COLUMN image_alt;
ALTER TABLE image DROP COLUMN sizes_type;
