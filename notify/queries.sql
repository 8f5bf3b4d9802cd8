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

-- name: Release :exec
UPDATE messages SET next_at = created_at WHERE id = $1;

-- name: Forget :exec
DELETE FROM messages WHERE status <> 'queued' AND created_at < $1;

-- name: PutUnwanted :exec
INSERT INTO unwanted (id, address, cause, order_id, at, ends_at, tell_at) VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (address, cause, order_id) DO UPDATE SET ends_at = excluded.ends_at,
    tell_at = CASE WHEN unwanted.outcome = '' AND unwanted.tell_at = 0 THEN excluded.tell_at ELSE unwanted.tell_at END;

-- name: EndUnwanted :execrows
UPDATE unwanted SET ends_at = sqlc.arg(now), seen = 1 WHERE address = sqlc.arg(address) AND cause = sqlc.arg(cause) AND ends_at > sqlc.arg(now);

-- name: UnwantedUntil :one
SELECT CAST(COALESCE(MAX(ends_at), 0) AS BIGINT) FROM unwanted WHERE address = $1 AND cause = $2;

-- name: ClaimUnwanted :many
UPDATE unwanted SET tell_at = sqlc.arg(until)
WHERE id IN (
    SELECT due.id FROM unwanted AS due WHERE due.tell_at > 0 AND due.tell_at <= sqlc.arg(now)
    ORDER BY due.tell_at LIMIT sqlc.arg(most) FOR UPDATE SKIP LOCKED)
RETURNING *;

-- name: UnwantedTold :exec
UPDATE unwanted SET tell_at = 0, outcome = $2 WHERE id = $1;

-- name: UnseenUnwanted :many
SELECT * FROM unwanted WHERE seen = 0 ORDER BY at LIMIT $1;

-- name: SeeUnwanted :exec
UPDATE unwanted SET seen = 1 WHERE id = $1;

-- name: ForgetUnwanted :exec
DELETE FROM unwanted WHERE ends_at < $1 AND tell_at = 0;

-- name: UnseenHeld :many
SELECT * FROM letter_counts WHERE held > seen ORDER BY since LIMIT $1;

-- name: SeeHeld :exec
UPDATE letter_counts SET seen = held WHERE subject = $1 AND since = $2;

-- name: ForgetCounts :exec
DELETE FROM letter_counts WHERE since < $1;
