-- +goose Up
CREATE INDEX outbox_stuck ON outbox (occurred_at, id) WHERE attempts >= 5;

-- +goose Down
DROP INDEX outbox_stuck;
