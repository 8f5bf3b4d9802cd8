-- +goose Up
-- When the operator marked a shortage as seen; zero while nobody has.
ALTER TABLE shortages ADD COLUMN seen_at BIGINT NOT NULL DEFAULT 0;
CREATE INDEX shortages_unseen ON shortages (noticed_at, order_id, variant_id) WHERE seen_at = 0;

-- +goose Down
DROP INDEX shortages_unseen;
ALTER TABLE shortages DROP COLUMN seen_at;
