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
