-- name: LotsLeft :many
SELECT id, variant_id, code, best_before, received, remaining FROM lots
WHERE variant_id = $1 AND remaining > 0
ORDER BY CASE WHEN best_before = '' THEN 1 ELSE 0 END, best_before, id
LIMIT $2;
