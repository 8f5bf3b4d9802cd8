-- +goose Up
-- Its maker has said that it has none of the 14 allergens. Without it, allergens that are 0 are not stated: so is what was stored before
-- there was this, and what a version that does not know it stores.
ALTER TABLE product ADD COLUMN allergens_none BIGINT NOT NULL DEFAULT 0 CHECK (allergens_none IN (0, 1));

-- +goose Down
ALTER TABLE product DROP COLUMN allergens_none;
