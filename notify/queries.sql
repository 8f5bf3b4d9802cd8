-- name: ByKey :one
SELECT * FROM messages WHERE key = $1;

-- name: Get :one
SELECT * FROM messages WHERE id = $1;

-- name: List :many
SELECT * FROM messages WHERE id < sqlc.arg(before) ORDER BY id DESC LIMIT sqlc.arg(most);

-- name: ListWithStatus :many
SELECT * FROM messages WHERE status = sqlc.arg(status) AND id < sqlc.arg(before) ORDER BY id DESC LIMIT sqlc.arg(most);

-- An empty status is any.
-- name: ListOfOrder :many
SELECT * FROM messages WHERE order_id = sqlc.arg(order_id) AND order_id <> '' AND id < sqlc.arg(before)
    AND (status = sqlc.arg(status) OR CAST(sqlc.arg(status) AS TEXT) = '')
ORDER BY id DESC LIMIT sqlc.arg(most);

-- What failed and can be sent again, for what it says is kept.
-- name: Stuck :many
SELECT * FROM messages WHERE status = 'failed' AND (snapshot IS NOT NULL OR text <> '') ORDER BY id LIMIT $1;

-- name: Lock :one
SELECT * FROM messages WHERE id = $1 FOR UPDATE;

-- name: Requeue :exec
UPDATE messages SET status = 'queued', next_at = $2, attempts = 0, error = '' WHERE id = $1;

-- name: Claim :many
UPDATE messages SET next_at = sqlc.arg(until)
WHERE id IN (
    SELECT due.id FROM messages AS due
    WHERE due.status = 'queued' AND due.next_at <= sqlc.arg(now)
    ORDER BY due.next_at LIMIT sqlc.arg(most) FOR UPDATE SKIP LOCKED)
RETURNING *;

-- name: Forget :exec
DELETE FROM messages WHERE status <> 'queued' AND created_at < $1;
