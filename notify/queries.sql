-- name: Queue :exec
INSERT INTO messages (id, key, kind, order_id, snapshot, recipient, subject, text, status, next_at, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'queued', $9, $9)
ON CONFLICT (key) DO NOTHING;

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

-- name: Settle :exec
UPDATE messages SET snapshot = $2, recipient = $3, subject = $4, text = $5, status = $6, next_at = $7, attempts = $8, error = $9, sent_at = $10
WHERE id = $1 AND status = 'queued';

-- name: Forget :exec
DELETE FROM messages WHERE status <> 'queued' AND created_at < $1;
