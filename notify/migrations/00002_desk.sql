-- +goose Up
-- Whom the message of an order is for: empty for the shopper.
ALTER TABLE messages ADD COLUMN producer_id TEXT NOT NULL DEFAULT '';
-- 1 when the text is for nobody but the recipient.
ALTER TABLE messages ADD COLUMN secret BIGINT NOT NULL DEFAULT 0;
CREATE INDEX messages_status ON messages (status, id);
CREATE INDEX messages_stuck ON messages (id) WHERE status = 'failed' AND (snapshot IS NOT NULL OR text <> '');

-- +goose Down
DROP INDEX messages_stuck;
DROP INDEX messages_status;
ALTER TABLE messages DROP COLUMN secret;
ALTER TABLE messages DROP COLUMN producer_id;
