-- name: Claim :many
UPDATE payments SET next_at = sqlc.arg(until)
WHERE order_id IN (
    SELECT due.order_id FROM payments AS due
    WHERE due.status IN ('voiding', 'capturing', 'refunding') AND due.next_at <= sqlc.arg(now)
    ORDER BY due.next_at LIMIT sqlc.arg(most) FOR UPDATE SKIP LOCKED)
RETURNING order_id;

-- name: Unconfirmed :many
SELECT order_id, created_at FROM payments
WHERE confirmed = 0 AND status IN ('authorising', 'authorised') AND created_at < sqlc.arg(before)
  AND (created_at > sqlc.arg(after_at) OR (created_at = sqlc.arg(after_at) AND order_id > sqlc.arg(after_id)))
ORDER BY created_at, order_id LIMIT sqlc.arg(most);

-- name: Balances :many
SELECT account, currency, CAST(SUM(amount) AS BIGINT) AS balance FROM entries
GROUP BY account, currency ORDER BY account, currency;

-- name: GetCharge :one
SELECT state, amount, currency, captured,
    CAST((SELECT COALESCE(SUM(r.amount), 0) FROM test_refunds AS r WHERE r.charge_id = test_charges.id) AS BIGINT) AS refunded
FROM test_charges WHERE test_charges.id = $1;

-- name: LockCharge :exec
SELECT id FROM test_charges WHERE id = $1 FOR UPDATE;

-- name: PutCharge :exec
INSERT INTO test_charges (id, state, amount, currency, captured) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (id) DO UPDATE SET state = excluded.state, captured = excluded.captured;

-- name: PutRefund :execrows
INSERT INTO test_refunds (charge_id, id, amount) VALUES ($1, $2, $3) ON CONFLICT (charge_id, id) DO NOTHING;
