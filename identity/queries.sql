-- name: InsertAccount :exec
INSERT INTO accounts (id, email, name, password_hash, roles, producer_ids, created_at, verified_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8);

-- name: AccountByEmail :one
SELECT * FROM accounts WHERE email = $1;

-- name: LockAccountByEmail :one
SELECT * FROM accounts WHERE email = $1 FOR UPDATE;

-- name: AccountByID :one
SELECT * FROM accounts WHERE id = $1;

-- name: LockAccountByID :one
SELECT * FROM accounts WHERE id = $1 FOR UPDATE;

-- name: LockAccount :one
SELECT id FROM accounts WHERE id = $1 FOR UPDATE;

-- name: UpdateAccount :exec
UPDATE accounts SET name = $2, password_hash = $3, roles = $4, producer_ids = $5 WHERE id = $1;

-- name: VerifyAccount :exec
UPDATE accounts SET verified_at = $2 WHERE id = $1;

-- name: SetPassword :exec
UPDATE accounts SET password_hash = $2 WHERE id = $1;

-- name: ForgetDevices :exec
UPDATE accounts SET devices_since = $2 WHERE id = $1;

-- name: DeleteAccount :exec
DELETE FROM accounts WHERE id = $1;

-- The account is looked at again: it may be gone, or have another password, since it was read.
-- name: InsertSession :execrows
INSERT INTO sessions (token_hash, account_id, created_at, expires_at, proved_at, proofs, used_at, kind, device, network)
SELECT CAST(sqlc.arg(token_hash) AS TEXT), id, CAST(sqlc.arg(created_at) AS BIGINT), CAST(sqlc.arg(expires_at) AS BIGINT),
    CAST(sqlc.arg(created_at) AS BIGINT), CAST(sqlc.arg(proofs) AS TEXT),
    CAST(sqlc.arg(created_at) AS BIGINT), CAST(sqlc.arg(kind) AS TEXT), CAST(sqlc.arg(device) AS TEXT), CAST(sqlc.arg(network) AS TEXT)
FROM accounts WHERE id = sqlc.arg(account_id) AND password_hash = sqlc.arg(password_hash);

-- name: Session :one
SELECT sqlc.embed(sessions), sqlc.embed(accounts)
FROM sessions JOIN accounts ON accounts.id = sessions.account_id
WHERE sessions.token_hash = $1 AND sessions.expires_at > sqlc.arg(now);

-- name: FormerSession :one
SELECT sqlc.embed(sessions), sqlc.embed(accounts)
FROM sessions JOIN accounts ON accounts.id = sessions.account_id
WHERE sessions.former_hash = $1 AND sessions.former_hash <> '' AND sessions.former_until > sqlc.arg(now) AND sessions.expires_at > sqlc.arg(now);

-- name: UseSession :exec
UPDATE sessions SET used_at = $2 WHERE token_hash = $1 AND used_at < $2;

-- name: SessionsOf :many
SELECT * FROM sessions WHERE account_id = $1 AND expires_at > sqlc.arg(now) ORDER BY used_at DESC, token_hash LIMIT 200;

-- name: RenewSession :execrows
UPDATE sessions SET token_hash = sqlc.arg(new_hash), former_hash = token_hash, former_until = sqlc.arg(former_until) WHERE token_hash = sqlc.arg(token_hash) AND account_id = sqlc.arg(account_id);

-- name: EndSession :execrows
DELETE FROM sessions WHERE account_id = $1 AND substr(token_hash, 1, 24) = CAST(sqlc.arg(id) AS TEXT);

-- name: DeleteOtherSessions :exec
DELETE FROM sessions WHERE account_id = $1 AND token_hash <> $2;

-- name: DeleteSession :exec
DELETE FROM sessions WHERE token_hash = $1 OR former_hash = $1;

-- name: DeleteSessionsOf :exec
DELETE FROM sessions WHERE account_id = $1;

-- name: DeleteExpiredSessions :exec
DELETE FROM sessions WHERE expires_at <= $1;

-- name: Attempts :many
SELECT subject, tries, since FROM attempts WHERE subject IN ($1, $2, $3, $4);

-- A window that began at or before over is over, and a new one begins.
-- name: CountAttempt :one
INSERT INTO attempts (subject, tries, since, client) VALUES (sqlc.arg(subject), 1, sqlc.arg(now), sqlc.arg(client))
ON CONFLICT (subject) DO UPDATE SET
    tries = CASE WHEN attempts.since <= sqlc.arg(over) THEN 1 ELSE attempts.tries + 1 END,
    since = CASE WHEN attempts.since <= sqlc.arg(over) THEN sqlc.arg(now) ELSE attempts.since END
RETURNING tries;

-- Takes one try back.
-- name: TakeBackAttempt :exec
UPDATE attempts SET tries = tries - 1 WHERE subject = $1 AND tries > 1;

-- At how many accounts a client has tried in vain.
-- name: AccountsTried :one
SELECT COUNT(*) FROM attempts WHERE client = sqlc.arg(client) AND client <> '' AND since > sqlc.arg(since);

-- name: ForgetAttempts :exec
DELETE FROM attempts WHERE subject = $1;

-- name: DeleteOldAttempts :exec
DELETE FROM attempts WHERE since <= $1;

-- name: InsertKey :exec
INSERT INTO customer_keys (customer_id, wrapped, created_at) VALUES ($1, $2, $3);

-- name: EraseKey :execrows
UPDATE customer_keys SET wrapped = NULL, erased_at = $2, email_index = '' WHERE customer_id = $1 AND erased_at IS NULL;

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

-- name: GuestsOf :many
SELECT customer_id, created_at FROM customer_keys WHERE email_index = $1 AND email_index <> ''
ORDER BY created_at DESC, customer_id DESC LIMIT $2;

-- name: IsGuestOf :one
SELECT COUNT(*) FROM customer_keys WHERE customer_id = $1 AND email_index = $2 AND email_index <> '';

-- name: ForgetProducersOf :exec
DELETE FROM acts_for WHERE account_id = $1;

-- name: InsertActsFor :exec
INSERT INTO acts_for (producer_id, account_id) VALUES ($1, $2) ON CONFLICT DO NOTHING;

-- The newest wish is the one that is mailed; the links of older ones stay good. A known device's is not lost to a stranger's that comes before it is mailed.
-- name: RequestReset :exec
INSERT INTO resets (subject, account_id, token_hash, requested_at, expires_at, mail_at, locale, known)
VALUES (sqlc.arg(subject), (SELECT id FROM accounts WHERE email = sqlc.arg(email)), NULL, sqlc.arg(now), 0, sqlc.arg(now), sqlc.arg(locale), sqlc.arg(known))
ON CONFLICT (subject) DO UPDATE SET account_id = excluded.account_id, token_hash = NULL, locale = excluded.locale,
    known = CASE WHEN resets.mail_at > 0 AND resets.known > excluded.known THEN resets.known ELSE excluded.known END,
    requested_at = excluded.requested_at, expires_at = 0, mail_at = excluded.mail_at;

-- name: ClaimResets :many
UPDATE resets SET mail_at = sqlc.arg(until)
WHERE subject IN (
    SELECT due.subject FROM resets AS due
    WHERE due.mail_at > 0 AND due.mail_at <= sqlc.arg(now)
    ORDER BY due.mail_at LIMIT sqlc.arg(most) FOR UPDATE SKIP LOCKED)
RETURNING subject, account_id, requested_at, locale, known;

-- name: DropReset :exec
DELETE FROM resets WHERE subject = $1 AND requested_at = $2;

-- name: SetResetToken :execrows
UPDATE resets SET token_hash = $3, expires_at = $4 WHERE subject = $1 AND requested_at = $2;

-- name: ResetMailed :exec
UPDATE resets SET mail_at = 0 WHERE token_hash = $1;

-- name: InsertResetLink :exec
INSERT INTO reset_links (token_hash, subject, expires_at) VALUES ($1, $2, $3);

-- name: DeleteOldResetLinks :exec
DELETE FROM reset_links WHERE expires_at <= $1;

-- name: ResetOfLink :one
SELECT reset_links.subject FROM reset_links WHERE reset_links.token_hash = sqlc.arg(token_hash) AND reset_links.expires_at > sqlc.arg(now)
UNION SELECT resets.subject FROM resets WHERE resets.token_hash = sqlc.arg(token_hash) AND resets.expires_at > sqlc.arg(now);

-- name: AccountOfReset :one
SELECT accounts.* FROM resets JOIN accounts ON accounts.id = resets.account_id WHERE resets.subject = $1;

-- name: UseReset :execrows
DELETE FROM resets WHERE subject = $1;

-- name: DeleteResetsOf :exec
DELETE FROM resets WHERE account_id = $1;

-- name: DeleteOldResets :exec
DELETE FROM resets WHERE requested_at <= $1 AND expires_at <= $1;

-- name: IndexKey :one
SELECT wrapped FROM index_keys WHERE name = $1;

-- name: InsertIndexKey :exec
INSERT INTO index_keys (name, wrapped) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING;

-- name: RewrapIndexKey :exec
UPDATE index_keys SET wrapped = sqlc.arg(wrapped) WHERE name = sqlc.arg(name) AND wrapped = sqlc.arg(was);

-- name: KeysAfter :many
SELECT customer_id, wrapped FROM customer_keys WHERE customer_id > $1 AND wrapped IS NOT NULL ORDER BY customer_id LIMIT $2;

-- name: RewrapKey :execrows
UPDATE customer_keys SET wrapped = sqlc.arg(wrapped) WHERE customer_id = sqlc.arg(customer_id) AND wrapped = sqlc.arg(was);

-- name: InsertErasedKey :exec
INSERT INTO customer_keys (customer_id, created_at, erased_at) VALUES ($1, $2, $3) ON CONFLICT (customer_id) DO NOTHING;

-- name: InsertSealingKey :exec
INSERT INTO sealing_keys (id, public, wrapped, created_at) VALUES ($1, $2, $3, $4);

-- name: CurrentSealingKey :one
SELECT id, public, wrapped, created_at FROM sealing_keys WHERE wrapped IS NOT NULL ORDER BY created_at DESC, id DESC LIMIT 1;

-- name: SealingKeys :many
SELECT id, public, wrapped, created_at FROM sealing_keys WHERE wrapped IS NOT NULL ORDER BY created_at DESC, id DESC;

-- name: SealingKey :one
SELECT wrapped FROM sealing_keys WHERE id = $1;

-- name: RewrapSealingKey :exec
UPDATE sealing_keys SET wrapped = sqlc.arg(wrapped) WHERE id = sqlc.arg(id) AND wrapped = sqlc.arg(was);

-- name: DestroySealingKey :execrows
UPDATE sealing_keys SET wrapped = NULL WHERE id = $1 AND wrapped IS NOT NULL;

-- name: ProveSession :exec
UPDATE sessions SET proved_at = $2, proofs = $3 WHERE token_hash = $1;

-- The account is looked at again, as for a session.
-- name: InsertPending :execrows
INSERT INTO pending_sign_ins (token_hash, account_id, expires_at)
SELECT CAST(sqlc.arg(token_hash) AS TEXT), id, CAST(sqlc.arg(expires_at) AS BIGINT)
FROM accounts WHERE id = sqlc.arg(account_id) AND password_hash = sqlc.arg(password_hash);

-- name: Pending :one
SELECT sqlc.embed(accounts) FROM pending_sign_ins JOIN accounts ON accounts.id = pending_sign_ins.account_id
WHERE pending_sign_ins.token_hash = $1 AND pending_sign_ins.expires_at > sqlc.arg(now);

-- name: UsePending :execrows
DELETE FROM pending_sign_ins WHERE token_hash = $1;

-- name: DeletePendingOf :exec
DELETE FROM pending_sign_ins WHERE account_id = $1;

-- name: DeleteExpiredPending :exec
DELETE FROM pending_sign_ins WHERE expires_at <= $1;

-- name: InsertChallenge :exec
INSERT INTO challenges (token_hash, purpose, bound_to, data, expires_at) VALUES ($1, $2, $3, $4, $5);

-- name: UseChallenge :one
DELETE FROM challenges WHERE token_hash = $1 AND purpose = $2 AND bound_to = $3 AND expires_at > sqlc.arg(now) RETURNING data;

-- name: DeleteExpiredChallenges :exec
DELETE FROM challenges WHERE expires_at <= $1;

-- name: PasskeysOf :many
SELECT * FROM passkeys WHERE account_id = $1 ORDER BY id;

-- name: LockPasskey :one
SELECT * FROM passkeys WHERE account_id = $1 AND credential_id = $2 FOR UPDATE;

-- name: InsertPasskey :exec
INSERT INTO passkeys (id, account_id, credential_id, name, record, created_at, used_at) VALUES ($1, $2, $3, $4, $5, $6, 0);

-- name: UsePasskey :exec
UPDATE passkeys SET record = $2, used_at = $3 WHERE id = $1;

-- name: DeletePasskey :execrows
DELETE FROM passkeys WHERE id = $1 AND account_id = $2;

-- name: DeletePasskeysOf :exec
DELETE FROM passkeys WHERE account_id = $1;

-- name: Totp :one
SELECT * FROM totps WHERE account_id = $1;

-- name: LockTotp :one
SELECT * FROM totps WHERE account_id = $1 FOR UPDATE;

-- name: PutTotp :exec
INSERT INTO totps (account_id, sealed, last_step, created_at, confirmed_at, begun_by) VALUES ($1, $2, 0, $3, 0, $4)
ON CONFLICT (account_id) DO UPDATE SET sealed = excluded.sealed, last_step = 0, created_at = excluded.created_at, confirmed_at = 0, begun_by = excluded.begun_by;

-- A key that somebody began, and of which no code was seen.
-- name: DeleteBegunTotpOf :exec
DELETE FROM totps WHERE account_id = $1 AND confirmed_at = 0;

-- name: UseTotp :exec
UPDATE totps SET last_step = $2, confirmed_at = $3 WHERE account_id = $1;

-- name: DeleteTotp :execrows
DELETE FROM totps WHERE account_id = $1 AND confirmed_at > 0;

-- name: DeleteTotpOf :exec
DELETE FROM totps WHERE account_id = $1;

-- name: DeletePasskeysSince :exec
DELETE FROM passkeys WHERE account_id = $1 AND created_at >= sqlc.arg(since);

-- name: DeleteTotpSince :exec
DELETE FROM totps WHERE account_id = $1 AND created_at >= sqlc.arg(since);

-- name: DeleteRecoveryCodesSince :exec
DELETE FROM recovery_codes WHERE account_id = $1 AND created_at >= sqlc.arg(since);

-- name: SetFactors :exec
UPDATE accounts SET factors = $2 WHERE id = $1;

-- name: CountPasskeys :one
SELECT COUNT(*) FROM passkeys WHERE account_id = $1;

-- name: InsertRecoveryCode :exec
INSERT INTO recovery_codes (code_hash, account_id, created_at) VALUES ($1, $2, $3);

-- name: UseRecoveryCode :execrows
DELETE FROM recovery_codes WHERE code_hash = $1 AND account_id = $2;

-- name: DeleteRecoveryCodesOf :exec
DELETE FROM recovery_codes WHERE account_id = $1;

-- name: CountRecoveryCodes :one
SELECT COUNT(*) FROM recovery_codes WHERE account_id = $1;

-- name: DeskFactors :many
SELECT * FROM desk_factors ORDER BY desk;

-- name: PutDeskFactor :exec
INSERT INTO desk_factors (desk, required_from) VALUES ($1, $2) ON CONFLICT (desk) DO UPDATE SET required_from = excluded.required_from;

-- name: InsertNotice :exec
INSERT INTO notices (id, account_id, kind, at, mail_at, locale) VALUES ($1, $2, $3, $4, $4, $5);

-- name: ClaimNotices :many
UPDATE notices SET mail_at = sqlc.arg(until)
WHERE id IN (
    SELECT due.id FROM notices AS due WHERE due.mail_at <= sqlc.arg(now)
    ORDER BY due.mail_at LIMIT sqlc.arg(most) FOR UPDATE SKIP LOCKED)
RETURNING id, account_id, kind, at, locale;

-- name: DropNotice :exec
DELETE FROM notices WHERE id = $1;

-- name: EndLinks :one
UPDATE customer_keys SET links_epoch = links_epoch + 1 WHERE customer_id = $1 RETURNING links_epoch;

-- name: AccountOfSession :one
SELECT account_id FROM sessions WHERE token_hash = $1 OR former_hash = $1;

-- name: LockOperators :many
SELECT id FROM accounts WHERE roles LIKE '%"operator"%' ORDER BY id FOR UPDATE;

-- name: Operators :many
SELECT * FROM accounts WHERE roles LIKE '%"operator"%' ORDER BY created_at, id;

-- A link that nobody asked for by themself: it is good until it expires, and another of the same subject replaces it.
-- name: InsertInvitation :exec
INSERT INTO resets (subject, account_id, token_hash, requested_at, expires_at, mail_at)
VALUES (sqlc.arg(subject), sqlc.arg(account_id), sqlc.arg(token_hash), sqlc.arg(now), sqlc.arg(expires_at), 0)
ON CONFLICT (subject) DO UPDATE SET account_id = excluded.account_id, token_hash = excluded.token_hash,
    requested_at = excluded.requested_at, expires_at = excluded.expires_at, mail_at = 0;

-- name: SetRoles :exec
UPDATE accounts SET roles = $2 WHERE id = $1;

-- The newest of a kind and an address is the one that counts.
-- name: PutLink :exec
INSERT INTO links (subject, kind, account_id, email, name, password_hash, browser_hash, token_hash, requested_at, expires_at, mail_at, locale)
VALUES (sqlc.arg(subject), sqlc.arg(kind), sqlc.arg(account_id), sqlc.arg(email), sqlc.arg(name), sqlc.arg(password_hash), sqlc.arg(browser_hash), NULL,
    sqlc.arg(requested_at), sqlc.arg(expires_at), sqlc.arg(requested_at), sqlc.arg(locale))
ON CONFLICT (subject) DO UPDATE SET account_id = excluded.account_id, email = excluded.email, name = excluded.name, password_hash = excluded.password_hash,
    browser_hash = excluded.browser_hash, token_hash = NULL, locale = excluded.locale, requested_at = excluded.requested_at, expires_at = excluded.expires_at, mail_at = excluded.mail_at;

-- name: ClaimLinks :many
UPDATE links SET mail_at = sqlc.arg(until)
WHERE subject IN (
    SELECT due.subject FROM links AS due
    WHERE due.mail_at > 0 AND due.mail_at <= sqlc.arg(now)
    ORDER BY due.mail_at LIMIT sqlc.arg(most) FOR UPDATE SKIP LOCKED)
RETURNING *;

-- name: DropLink :exec
DELETE FROM links WHERE subject = $1 AND requested_at = $2;

-- name: SetLinkToken :execrows
UPDATE links SET token_hash = $3 WHERE subject = $1 AND requested_at = $2;

-- name: LinkMailed :exec
UPDATE links SET mail_at = 0 WHERE token_hash = $1;

-- name: LinkByToken :one
SELECT * FROM links WHERE token_hash = $1 AND expires_at > sqlc.arg(now);

-- name: UseLink :execrows
DELETE FROM links WHERE token_hash = $1 AND expires_at > sqlc.arg(now);

-- name: DeleteLinksOf :exec
DELETE FROM links WHERE account_id = $1 AND kind <> 'undo';

-- What was begun after a change that is taken back is taken back with it.
-- name: DeleteLaterUndos :exec
DELETE FROM links WHERE account_id = $1 AND kind = 'undo' AND requested_at >= $2;

-- name: DeleteOldLinks :exec
DELETE FROM links WHERE expires_at <= $1;

-- name: SetEmail :exec
UPDATE accounts SET email = $2, verified_at = $3 WHERE id = $1;

-- name: LockAddress :one
SELECT * FROM addresses WHERE id = $1 AND customer_id = $2 FOR UPDATE;

-- name: SetProducerRights :exec
UPDATE accounts SET producer_rights = $2 WHERE id = $1;

-- name: PeopleOf :many
SELECT sqlc.embed(accounts), CAST(COALESCE((SELECT MAX(sessions.created_at) FROM sessions WHERE sessions.account_id = accounts.id), 0) AS BIGINT) AS signed_in_at
FROM acts_for JOIN accounts ON accounts.id = acts_for.account_id
WHERE acts_for.producer_id = $1 ORDER BY accounts.created_at, accounts.id LIMIT 200;

-- All of them are locked in one order, so that of two owners who are removed at once one is the last.
-- name: LockPeopleOf :many
SELECT accounts.* FROM accounts WHERE accounts.id IN (SELECT acts_for.account_id FROM acts_for WHERE acts_for.producer_id = $1) ORDER BY accounts.id FOR UPDATE;

-- name: PutMakerInvitation :exec
INSERT INTO maker_invitations (id, producer_id, email, rights, token_hash, locale, requested_at, expires_at, mail_at)
VALUES (sqlc.arg(id), sqlc.arg(producer_id), sqlc.arg(email), sqlc.arg(rights), NULL, sqlc.arg(locale), sqlc.arg(now), sqlc.arg(expires_at), sqlc.arg(now))
ON CONFLICT (producer_id, email) DO UPDATE SET id = excluded.id, rights = excluded.rights, token_hash = NULL, locale = excluded.locale,
    requested_at = excluded.requested_at, expires_at = excluded.expires_at, mail_at = excluded.mail_at;

-- name: MakerInvitationsOf :many
SELECT * FROM maker_invitations WHERE producer_id = $1 AND expires_at > sqlc.arg(now) ORDER BY requested_at, id LIMIT 200;

-- name: ClaimMakerInvitations :many
UPDATE maker_invitations SET mail_at = sqlc.arg(until)
WHERE id IN (
    SELECT due.id FROM maker_invitations AS due
    WHERE due.mail_at > 0 AND due.mail_at <= sqlc.arg(now)
    ORDER BY due.mail_at LIMIT sqlc.arg(most) FOR UPDATE SKIP LOCKED)
RETURNING *;

-- name: SetMakerInvitationToken :execrows
UPDATE maker_invitations SET token_hash = $2 WHERE id = $1;

-- name: MakerInvitationMailed :exec
UPDATE maker_invitations SET mail_at = 0 WHERE token_hash = $1;

-- name: DropMakerInvitation :execrows
DELETE FROM maker_invitations WHERE id = $1 AND producer_id = $2;

-- name: MakerInvitationByToken :one
SELECT * FROM maker_invitations WHERE token_hash = $1 AND expires_at > sqlc.arg(now);

-- name: UseMakerInvitation :execrows
DELETE FROM maker_invitations WHERE token_hash = $1 AND expires_at > sqlc.arg(now);

-- name: DeleteOldMakerInvitations :exec
DELETE FROM maker_invitations WHERE expires_at <= $1;
