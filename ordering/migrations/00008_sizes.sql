-- +goose Up
-- What a piece holds, so that sizes can be told apart; unknown for lines from before, until they are priced anew.
ALTER TABLE cart_lines ADD COLUMN unit TEXT NOT NULL DEFAULT '';
ALTER TABLE cart_lines ADD COLUMN unit_value DOUBLE PRECISION NOT NULL DEFAULT 0;

-- +goose Down
ALTER TABLE cart_lines DROP COLUMN unit_value;
ALTER TABLE cart_lines DROP COLUMN unit;
