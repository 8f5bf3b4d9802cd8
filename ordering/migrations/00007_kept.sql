-- +goose Up
-- The order of the cart that came to nothing and has its place kept, in which window, and until when; empty where none is.
ALTER TABLE carts ADD COLUMN kept_order TEXT NOT NULL DEFAULT '';
ALTER TABLE carts ADD COLUMN kept_window TEXT NOT NULL DEFAULT '';
ALTER TABLE carts ADD COLUMN kept_until BIGINT NOT NULL DEFAULT 0;

-- +goose Down
ALTER TABLE carts DROP COLUMN kept_until;
ALTER TABLE carts DROP COLUMN kept_window;
ALTER TABLE carts DROP COLUMN kept_order;
