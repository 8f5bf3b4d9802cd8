-- name: GetCart :one
SELECT * FROM carts WHERE id = $1;

-- name: ListCartLines :many
SELECT * FROM cart_lines WHERE cart_id = $1 ORDER BY producer_name, product_title, variant_id;

-- name: GetCheckoutKey :one
SELECT request_hash, order_id FROM checkout_keys WHERE cart_id = $1 AND checkout_key = $2;

-- name: GetOrder :one
SELECT epoch, revision, lease_until, document FROM orders WHERE id = $1;

-- name: OrderStatus :one
SELECT status FROM orders WHERE id = $1;

-- name: LeasesOver :many
SELECT id FROM orders WHERE lease_until < $1 AND status IN ('placed', 'held', 'authorised', 'releasing')
ORDER BY lease_until LIMIT $2;

-- name: TakeLease :execrows
UPDATE orders SET epoch = epoch + 1, lease_until = sqlc.arg(lease_until)
WHERE id = sqlc.arg(id) AND epoch = sqlc.arg(epoch) AND lease_until < sqlc.arg(now);

-- name: FreeCart :exec
UPDATE carts SET order_id = '', revision = revision + 1 WHERE id = $1 AND order_id = $2;

-- name: EndLeases :exec
UPDATE orders SET lease_until = 0 WHERE lease_until > 0 AND status IN ('placed', 'held', 'authorised', 'releasing');
