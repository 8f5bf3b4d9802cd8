-- +goose Up
-- What the maker says of a line's allergens: codes with commas between, 'none' or 'unstated'; unknown for lines from before, until they are priced anew.
ALTER TABLE cart_lines ADD COLUMN declared TEXT NOT NULL DEFAULT '';

-- +goose Down
ALTER TABLE cart_lines DROP COLUMN declared;
