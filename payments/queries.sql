-- name: ClaimSteps :many
UPDATE payments SET next_at = sqlc.arg(until)
WHERE order_id IN (
    SELECT due.order_id FROM payments AS due
    WHERE due.next_at > 0 AND due.next_at <= sqlc.arg(now) AND (due.status IN ('voiding', 'capturing', 'refunding') OR (due.status = 'authorised' AND due.confirmed = 1))
    ORDER BY due.next_at LIMIT sqlc.arg(most) FOR UPDATE SKIP LOCKED)
RETURNING order_id;

-- name: ClaimUnconfirmed :many
UPDATE payments SET next_at = sqlc.arg(until)
WHERE order_id IN (
    SELECT due.order_id FROM payments AS due
    WHERE due.next_at > 0 AND due.next_at <= sqlc.arg(now) AND (due.status = 'authorising' OR (due.status = 'authorised' AND due.confirmed = 0))
    ORDER BY due.next_at LIMIT sqlc.arg(most) FOR UPDATE SKIP LOCKED)
RETURNING order_id;

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
ON CONFLICT (id) DO UPDATE SET state = excluded.state, amount = excluded.amount, captured = excluded.captured;

-- name: PutRefund :execrows
INSERT INTO test_refunds (charge_id, id, amount) VALUES ($1, $2, $3) ON CONFLICT (charge_id, id) DO NOTHING;

-- name: EntriesOf :many
SELECT * FROM entries WHERE order_id = $1 ORDER BY at LIMIT $2;

-- The number is also that of the index payments_stuck.
-- name: StuckPayments :many
SELECT order_id, status, attempts, failure, updated_at, details FROM payments WHERE attempts >= 5
ORDER BY updated_at, order_id LIMIT $1;

-- name: RetryPaymentNow :exec
UPDATE payments SET next_at = sqlc.arg(now) WHERE order_id = sqlc.arg(order_id) AND attempts > 0 AND next_at > sqlc.arg(now);

-- name: NoteUnpaid :exec
INSERT INTO unpaid (order_id, status, noticed_at) VALUES ($1, $2, $3) ON CONFLICT (order_id) DO NOTHING;

-- name: ForgetUnpaid :exec
DELETE FROM unpaid WHERE order_id = $1;

-- name: Unpaid :many
SELECT * FROM unpaid ORDER BY noticed_at, order_id LIMIT $1;
