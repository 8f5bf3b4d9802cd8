-- +goose Up
-- Who approved a producer, or took that back, last: as the security log has it. Empty where nobody did since there is this.
ALTER TABLE producer ADD COLUMN decided_by_kind TEXT NOT NULL DEFAULT '';
ALTER TABLE producer ADD COLUMN decided_by_id TEXT NOT NULL DEFAULT '';
ALTER TABLE producer ADD COLUMN decided_at BIGINT NOT NULL DEFAULT 0;

-- +goose Down
ALTER TABLE producer DROP COLUMN decided_at;
ALTER TABLE producer DROP COLUMN decided_by_id;
ALTER TABLE producer DROP COLUMN decided_by_kind;
