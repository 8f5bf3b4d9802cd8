-- name: ByKey :one
SELECT * FROM messages WHERE key = $1;

-- name: Get :one
SELECT * FROM messages WHERE id = $1;

-- name: List :many
SELECT * FROM messages WHERE id < sqlc.arg(before) ORDER BY id DESC LIMIT sqlc.arg(most);

-- name: ListOfOrder :many
SELECT * FROM messages WHERE order_id = sqlc.arg(order_id) AND order_id <> '' AND id < sqlc.arg(before)
ORDER BY id DESC LIMIT sqlc.arg(most);

-- name: Claim :many
UPDATE messages SET next_at = sqlc.arg(until)
WHERE id IN (
    SELECT due.id FROM messages AS due
    WHERE due.status = 'queued' AND due.next_at <= sqlc.arg(now)
    ORDER BY due.next_at LIMIT sqlc.arg(most) FOR UPDATE SKIP LOCKED)
RETURNING *;

-- name: Forget :exec
DELETE FROM messages WHERE status <> 'queued' AND created_at < $1;
