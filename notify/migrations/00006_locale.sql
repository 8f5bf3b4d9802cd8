-- +goose Up
-- How the recipient of another service's letter reads, for what is added to it: "fr-FR". Empty is the shop's usual way.
ALTER TABLE messages ADD COLUMN locale TEXT NOT NULL DEFAULT '';

-- +goose Down
ALTER TABLE messages DROP COLUMN locale;
