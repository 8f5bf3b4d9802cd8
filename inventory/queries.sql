-- name: LotsLeft :many
SELECT id, variant_id, code, best_before, received, remaining FROM lots
WHERE variant_id = $1 AND remaining > 0
ORDER BY CASE WHEN best_before = '' THEN 1 ELSE 0 END, best_before, id
LIMIT $2;

-- name: UnseenShortages :many
SELECT order_id, variant_id, quantity, noticed_at FROM shortages
WHERE seen_at = 0 ORDER BY noticed_at, order_id, variant_id LIMIT $1;

-- name: MarkShortageSeen :exec
UPDATE shortages SET seen_at = $3 WHERE order_id = $1 AND variant_id = $2 AND seen_at = 0;

-- name: UntoldStock :many
SELECT variant_id FROM stock
WHERE told_version = 0 AND available > 0 AND variant_id > $1
ORDER BY variant_id LIMIT $2;

-- name: CountSales :many
-- IDs of orders begin with their market and time, so this is a stretch of the primary key.
SELECT l.variant_id, COUNT(DISTINCT l.order_id) AS orders FROM hold_lines AS l JOIN holds AS h ON h.order_id = l.order_id
WHERE l.order_id >= sqlc.arg(first) AND l.order_id < sqlc.arg(past) AND h.state = 'kept'
GROUP BY l.variant_id ORDER BY COUNT(DISTINCT l.order_id) DESC, l.variant_id LIMIT sqlc.arg(most);
