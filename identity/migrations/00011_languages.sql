-- +goose Up
-- In what language a letter is to be, as who had it written reads: "fr-FR". Empty is the shop's usual one.
ALTER TABLE links ADD COLUMN locale TEXT NOT NULL DEFAULT '';
ALTER TABLE resets ADD COLUMN locale TEXT NOT NULL DEFAULT '';
ALTER TABLE notices ADD COLUMN locale TEXT NOT NULL DEFAULT '';

-- +goose Down
ALTER TABLE notices DROP COLUMN locale;
ALTER TABLE resets DROP COLUMN locale;
ALTER TABLE links DROP COLUMN locale;
