-- name: InsertAccount :exec
INSERT INTO accounts (id, email, name, password_hash, roles, producer_ids, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7);

-- name: AccountByEmail :one
SELECT * FROM accounts WHERE email = $1;

-- name: LockAccountByEmail :one
SELECT * FROM accounts WHERE email = $1 FOR UPDATE;

-- name: LockAccount :one
SELECT id FROM accounts WHERE id = $1 FOR UPDATE;

-- name: UpdateAccount :exec
UPDATE accounts SET name = $2, password_hash = $3, roles = $4, producer_ids = $5 WHERE id = $1;

-- name: DeleteAccount :exec
DELETE FROM accounts WHERE id = $1;

-- The account is looked at again: it may be gone, or have another password, since it was read.
-- name: InsertSession :execrows
INSERT INTO sessions (token_hash, account_id, created_at, expires_at)
SELECT CAST(sqlc.arg(token_hash) AS TEXT), id, CAST(sqlc.arg(created_at) AS BIGINT), CAST(sqlc.arg(expires_at) AS BIGINT)
FROM accounts WHERE id = sqlc.arg(account_id) AND password_hash = sqlc.arg(password_hash);

-- name: Session :one
SELECT sessions.expires_at, sqlc.embed(accounts)
FROM sessions JOIN accounts ON accounts.id = sessions.account_id
WHERE sessions.token_hash = $1 AND sessions.expires_at > sqlc.arg(now);

-- name: ExtendSession :exec
UPDATE sessions SET expires_at = $2 WHERE token_hash = $1 AND expires_at < $2;

-- name: DeleteSession :exec
DELETE FROM sessions WHERE token_hash = $1;

-- name: DeleteSessionsOf :exec
DELETE FROM sessions WHERE account_id = $1;

-- name: DeleteExpiredSessions :exec
DELETE FROM sessions WHERE expires_at <= $1;

-- name: Attempts :one
SELECT tries, since FROM attempts WHERE subject = $1;

-- A window that began at or before over is over, and a new one begins.
-- name: CountAttempt :one
INSERT INTO attempts (subject, tries, since) VALUES (sqlc.arg(subject), 1, sqlc.arg(now))
ON CONFLICT (subject) DO UPDATE SET
    tries = CASE WHEN attempts.since <= sqlc.arg(over) THEN 1 ELSE attempts.tries + 1 END,
    since = CASE WHEN attempts.since <= sqlc.arg(over) THEN sqlc.arg(now) ELSE attempts.since END
RETURNING tries;

-- name: ForgetAttempts :exec
DELETE FROM attempts WHERE subject = $1;

-- name: DeleteOldAttempts :exec
DELETE FROM attempts WHERE since <= $1;

-- name: InsertKey :exec
INSERT INTO customer_keys (customer_id, wrapped, created_at) VALUES ($1, $2, $3);

-- name: EraseKey :exec
UPDATE customer_keys SET wrapped = NULL, erased_at = $2 WHERE customer_id = $1 AND erased_at IS NULL;

-- name: AddressesOf :many
SELECT * FROM addresses WHERE customer_id = $1 ORDER BY id;

-- name: CountAddresses :one
SELECT COUNT(*) FROM addresses WHERE customer_id = $1;

-- name: InsertAddress :exec
INSERT INTO addresses (id, customer_id, sealed, created_at) VALUES ($1, $2, $3, $4);

-- name: UpdateAddress :execrows
UPDATE addresses SET sealed = $3 WHERE id = $1 AND customer_id = $2;

-- name: DeleteAddress :exec
DELETE FROM addresses WHERE id = $1 AND customer_id = $2;
