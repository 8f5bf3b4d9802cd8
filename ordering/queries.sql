-- name: GetCart :many
-- One row a line; an empty cart has one with quantity 0.
SELECT c.id, c.market, c.customer_id, c.order_id, c.revision, c.created_at, c.kept_order, c.kept_window, c.kept_until,
    COALESCE(l.variant_id, '') AS variant_id, COALESCE(l.quantity, 0) AS quantity, COALESCE(l.price, 0) AS price,
    COALESCE(l.currency, '') AS currency, COALESCE(l.quoted_at, 0) AS quoted_at, COALESCE(l.product_id, '') AS product_id,
    COALESCE(l.product_title, '') AS product_title, COALESCE(l.variant_title, '') AS variant_title,
    COALESCE(l.producer_id, '') AS producer_id, COALESCE(l.producer_name, '') AS producer_name,
    COALESCE(l.sold_by, '') AS sold_by, COALESCE(l.image, '') AS image,
    COALESCE(l.unit, '') AS unit, CAST(COALESCE(l.unit_value, 0) AS DOUBLE PRECISION) AS unit_value,
    COALESCE(l.declared, '') AS declared
FROM carts AS c LEFT JOIN cart_lines AS l ON l.cart_id = c.id
WHERE c.id = $1 ORDER BY l.producer_name, l.product_title, l.variant_id;

-- name: GetCheckoutKey :one
SELECT request_hash, order_id FROM checkout_keys WHERE cart_id = $1 AND checkout_key = $2;

-- name: GetOrder :one
SELECT epoch, revision, lease_until, document FROM orders WHERE id = $1;

-- name: LeasesOver :many
SELECT id FROM orders WHERE lease_until < $1 AND status IN ('placed', 'held', 'authorised', 'releasing')
ORDER BY lease_until LIMIT $2;

-- name: StillOrders :many
SELECT id, status, epoch, moved_at FROM orders
WHERE moved_at < $1 AND status IN ('placed', 'held', 'authorised', 'releasing') ORDER BY moved_at LIMIT $2;

-- name: TakeLease :execrows
UPDATE orders SET epoch = epoch + 1, lease_until = sqlc.arg(lease_until)
WHERE id = sqlc.arg(id) AND epoch = sqlc.arg(epoch) AND lease_until < sqlc.arg(now);

-- name: EndLease :exec
UPDATE orders SET lease_until = 0 WHERE id = $1 AND moved_at < $2 AND status IN ('placed', 'held', 'authorised', 'releasing');

-- name: EndLeases :exec
UPDATE orders SET lease_until = 0 WHERE lease_until > 0 AND (changing_to <> '' OR status IN ('placed', 'held', 'authorised', 'releasing'));

-- name: ChangesOver :many
SELECT id FROM orders WHERE lease_until < $1 AND changing_to <> '' ORDER BY lease_until LIMIT $2;

-- name: ChangesInto :one
SELECT COUNT(*) FROM orders WHERE changing_to = $1 AND changing_to <> '';

-- name: GetChange :one
SELECT id, request_hash, state, failure FROM order_changes WHERE order_id = $1 AND change_key = $2;

-- name: DropLostChange :exec
UPDATE orders SET changing_to = '', revision = revision + 1 WHERE id = $1 AND epoch = $2 AND revision = $3;

-- A change that is under way, and in no order, was lost: both are written together.
-- name: LostChanges :many
SELECT c.id FROM order_changes AS c JOIN orders AS o ON o.id = c.order_id
WHERE c.state = 'changing' AND o.changing_to = '' ORDER BY c.id LIMIT $1;

-- name: IsLostChange :one
SELECT COUNT(*) FROM order_changes AS c JOIN orders AS o ON o.id = c.order_id
WHERE c.id = $1 AND c.state = 'changing' AND o.changing_to = '';

-- name: FailChange :exec
UPDATE order_changes SET state = 'failed' WHERE id = $1 AND state = 'changing';

-- name: NoteStall :exec
UPDATE order_changes SET tries = tries + 1, waits_for = $2 WHERE id = $1 AND state = 'changing';

-- name: StillChanges :many
SELECT id, order_id, tries, waits_for FROM order_changes
WHERE state = 'changing' AND substr(id, length(id) - 25) < CAST(sqlc.arg(before) AS TEXT)
ORDER BY substr(id, length(id) - 25) LIMIT sqlc.arg(most);

-- name: EndLeaseOfChange :exec
UPDATE orders SET lease_until = 0 WHERE changing_to <> '' AND id IN (
    SELECT c.order_id FROM order_changes AS c
    WHERE c.id = sqlc.arg(change_id) AND c.state = 'changing' AND substr(c.id, length(c.id) - 25) < CAST(sqlc.arg(before) AS TEXT));

-- name: ListWork :many
SELECT window_id, CAST(MAX(order_id) AS TEXT) AS an_order,
    COUNT(CASE WHEN status = 'new' THEN 1 END) AS fresh, COUNT(CASE WHEN status = 'accepted' THEN 1 END) AS accepted,
    COUNT(CASE WHEN status = 'packed' THEN 1 END) AS packed, COUNT(CASE WHEN status = 'ready' THEN 1 END) AS ready,
    COUNT(CASE WHEN status = 'done' THEN 1 END) AS done, CAST(SUM(total) AS BIGINT) AS total
FROM order_parts
WHERE producer_id = sqlc.arg(producer_id) AND window_ends_at > sqlc.arg(ends_after) AND status NOT IN ('', 'cancelled')
GROUP BY window_id ORDER BY MIN(window_ends_at), window_id LIMIT sqlc.arg(most);

-- name: OpenOfProducer :one
SELECT COUNT(*) FROM order_parts
WHERE producer_id = $1 AND order_status IN ('confirmed', 'packed') AND status IN ('new', 'accepted', 'packed', 'ready');

-- name: OpenOfWindow :one
SELECT COUNT(*) FROM orders WHERE window_id = $1 AND status IN ('placed', 'held', 'authorised', 'awaiting_confirmation', 'confirmed', 'packed');

-- name: UnfilledParts :many
SELECT DISTINCT order_id FROM order_parts WHERE order_status = '' ORDER BY order_id LIMIT $1;

-- name: PutMovedWindow :exec
INSERT INTO moved_windows (window_id, version, starts_at, ends_at, place) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (window_id) DO UPDATE SET version = excluded.version, starts_at = excluded.starts_at, ends_at = excluded.ends_at, place = excluded.place;

-- name: MovedWindows :many
SELECT * FROM moved_windows ORDER BY window_id LIMIT $1;

-- name: ForgetMovedWindow :exec
DELETE FROM moved_windows WHERE window_id = $1 AND version = $2;

-- name: OpenOrdersOfWindow :many
SELECT document FROM orders
WHERE window_id = sqlc.arg(window_id) AND substr(id, length(id) - 25) > CAST(sqlc.arg(after) AS TEXT)
    AND status IN ('placed', 'held', 'authorised', 'confirmed', 'packed')
ORDER BY substr(id, length(id) - 25) LIMIT sqlc.arg(most);

-- name: ConfirmationsOver :many
SELECT id FROM orders WHERE lease_until < $1 AND status = 'awaiting_confirmation' ORDER BY lease_until LIMIT $2;

-- name: PickupLimits :one
SELECT * FROM pickup_limits WHERE market = $1;

-- name: LockPickupLimits :one
SELECT * FROM pickup_limits WHERE market = $1 FOR UPDATE;

-- name: AddPickupLimits :exec
INSERT INTO pickup_limits (market, contact_holds, client_holds, percent, client_burst, market_burst, open_orders, newcomer_orders, newcomer_value, without_payments)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING;

-- name: PutPickupLimits :exec
INSERT INTO pickup_limits (market, contact_holds, client_holds, percent, client_burst, market_burst, open_orders, newcomer_orders, newcomer_value, without_payments)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
ON CONFLICT (market) DO UPDATE SET contact_holds = excluded.contact_holds, client_holds = excluded.client_holds, percent = excluded.percent,
    client_burst = excluded.client_burst, market_burst = excluded.market_burst, open_orders = excluded.open_orders,
    newcomer_orders = excluded.newcomer_orders, newcomer_value = excluded.newcomer_value,
    without_payments = excluded.without_payments;

-- name: UnpaidOfContact :many
SELECT state, COUNT(*) AS orders FROM unpaid WHERE market = $1 AND contact = $2 GROUP BY state;

-- name: UnpaidOfClient :many
SELECT state, COUNT(*) AS orders FROM unpaid WHERE market = $1 AND client = $2 AND (state <> 'open' OR placed_at > $3) GROUP BY state;

-- name: OpenBesides :one
SELECT COUNT(*) FROM unpaid AS mine JOIN unpaid AS other ON other.market = mine.market AND other.contact = mine.contact
WHERE mine.order_id = $1 AND other.state = 'open' AND other.order_id <> mine.order_id;

-- name: OpenUnpaid :exec
UPDATE unpaid SET state = 'open' WHERE order_id = $1;

-- name: OrdersCollected :one
SELECT COUNT(*) FROM (SELECT 1 FROM orders WHERE customer_id = $1 AND status = 'done' LIMIT 1) AS done;

-- name: UnpaidSince :one
SELECT COUNT(*) FROM unpaid WHERE market = $1 AND state IN ('holding', 'waiting') AND placed_at > $2;

-- name: CountUnconfirmed :many
SELECT state, COUNT(*) AS orders FROM unpaid WHERE market = $1 AND state <> 'open' GROUP BY state;

-- name: ListUnconfirmed :many
SELECT u.order_id, u.client, u.state, o.document FROM unpaid AS u JOIN orders AS o ON o.id = u.order_id
WHERE u.market = $1 AND u.state = $2 AND (u.placed_at, u.order_id) < (CAST(sqlc.arg(before_at) AS BIGINT), CAST(sqlc.arg(before_id) AS TEXT))
ORDER BY u.placed_at DESC, u.order_id DESC LIMIT sqlc.arg(most);

-- name: OldestQueued :many
SELECT order_id FROM unpaid WHERE market = $1 AND state = 'queued' ORDER BY placed_at, order_id LIMIT $2;

-- name: ForgetUnpaid :exec
DELETE FROM unpaid WHERE placed_at < $1;

-- name: IdleCarts :many
SELECT id FROM carts WHERE touched_day < sqlc.arg(before) AND created_at < sqlc.arg(made_before)
    AND NOT EXISTS (SELECT 1 FROM orders AS o WHERE o.id = carts.order_id AND o.status IN ('placed', 'held', 'authorised', 'releasing', 'awaiting_confirmation'))
ORDER BY touched_day LIMIT sqlc.arg(most) FOR UPDATE SKIP LOCKED;

-- name: ForgetChanges :execrows
DELETE FROM order_changes WHERE id IN (
    SELECT c.id FROM order_changes AS c WHERE c.state <> 'changing' AND substr(c.id, length(c.id) - 25) < CAST(sqlc.arg(before) AS TEXT)
    ORDER BY substr(c.id, length(c.id) - 25) LIMIT sqlc.arg(most));

-- name: LotsOfOrders :many
SELECT lot_id, order_id FROM order_lots
WHERE (lot_id, order_id) > (CAST(sqlc.arg(after_lot) AS TEXT), CAST(sqlc.arg(after_order) AS TEXT)) ORDER BY lot_id, order_id LIMIT sqlc.arg(most);

-- What stays in a window and is open is the operator's trouble, however old it is.
-- name: OldClearings :many
SELECT window_id FROM clearings AS w WHERE w.done = 1 AND w.started_at < sqlc.arg(before) AND NOT EXISTS (
    SELECT 1 FROM clearing_orders AS c JOIN orders AS o ON o.id = c.order_id
    WHERE c.window_id = w.window_id AND c.state = 'stays' AND o.window_id = c.window_id
        AND o.status IN ('placed', 'held', 'authorised', 'awaiting_confirmation', 'releasing', 'confirmed', 'packed'))
ORDER BY w.started_at LIMIT sqlc.arg(most);

-- name: EndLinks :exec
INSERT INTO link_epochs (customer_id, epoch, erased) VALUES ($1, $2, $3)
ON CONFLICT (customer_id) DO UPDATE SET epoch = excluded.epoch, erased = excluded.erased;

-- name: LinksSince :exec
INSERT INTO links_since (id, at) VALUES (1, $1) ON CONFLICT (id) DO NOTHING;

-- name: GetLinksSince :one
SELECT at FROM links_since WHERE id = 1;

-- name: MemberCartIn :one
SELECT cart_id FROM member_carts WHERE customer_id = $1 AND market = $2;

-- name: MemberCarts :many
SELECT m.cart_id FROM member_carts AS m JOIN carts AS c ON c.id = m.cart_id WHERE m.customer_id = $1 ORDER BY m.since DESC LIMIT 1;

-- name: AddMemberCart :exec
INSERT INTO member_carts (customer_id, market, cart_id, since) VALUES ($1, $2, '', 0) ON CONFLICT DO NOTHING;

-- name: LockMemberCart :one
SELECT cart_id FROM member_carts WHERE customer_id = $1 AND market = $2 FOR UPDATE;

-- name: PutMemberCart :exec
UPDATE member_carts SET cart_id = $3, since = $4 WHERE customer_id = $1 AND market = $2;

-- name: ForgetMemberCarts :exec
DELETE FROM member_carts WHERE customer_id = $1;

-- name: AdoptCart :execrows
UPDATE carts SET customer_id = $1, revision = revision + 1 WHERE id = $2 AND customer_id = '' AND order_id = '';

-- name: TouchOpenCart :execrows
UPDATE carts SET revision = revision + 1, touched_day = $2 WHERE id = $1 AND order_id = '';

-- name: OpenMoney :one
SELECT CAST(COALESCE(SUM(total), 0) AS BIGINT) AS total, CAST(COALESCE(MAX(currency), '') AS TEXT) AS currency FROM orders
WHERE window_id = $1 AND status IN ('placed', 'held', 'authorised', 'awaiting_confirmation', 'confirmed', 'packed');

-- name: OpenProducers :one
SELECT COUNT(DISTINCT p.producer_id) FROM orders AS o JOIN order_parts AS p ON p.order_id = o.id
WHERE o.window_id = $1 AND o.status IN ('confirmed', 'packed') AND p.status <> 'cancelled';

-- name: LockClearing :one
SELECT * FROM clearings WHERE window_id = $1 FOR UPDATE;

-- name: GetClearing :one
SELECT * FROM clearings WHERE window_id = $1;

-- name: PutClearing :execrows
INSERT INTO clearings (window_id, to_window, reason, form_key, actor_kind, actor_id, started_at, done) VALUES ($1, $2, $3, $4, $5, $6, $7, 0)
ON CONFLICT (window_id) DO UPDATE SET to_window = excluded.to_window, reason = excluded.reason, form_key = excluded.form_key,
    actor_kind = excluded.actor_kind, actor_id = excluded.actor_id, started_at = excluded.started_at, done = 0
WHERE clearings.done = 1;

-- name: ClearingsUnderWay :many
SELECT * FROM clearings WHERE done = 0 ORDER BY window_id LIMIT $1;

-- name: EndClearing :exec
UPDATE clearings SET done = 1 WHERE window_id = $1 AND form_key = $2;

-- name: AddClearingOrders :exec
INSERT INTO clearing_orders (window_id, order_id, state, code, message)
SELECT o.window_id, o.id, 'waiting', '', '' FROM orders AS o
WHERE o.window_id = $1 AND o.status IN ('placed', 'held', 'authorised', 'awaiting_confirmation', 'releasing', 'confirmed', 'packed')
ON CONFLICT (window_id, order_id) DO UPDATE SET state = 'waiting', code = '', message = '', went_to = '' WHERE clearing_orders.state = 'gone';

-- name: TryStayedAgain :exec
UPDATE clearing_orders SET state = 'waiting', code = '', message = '' WHERE window_id = $1 AND state = 'stays';

-- name: SettleClearingOrder :exec
UPDATE clearing_orders SET state = $3, code = $4, message = $5, went_to = $6 WHERE window_id = $1 AND order_id = $2 AND state = 'waiting';

-- name: WaitingToGo :many
SELECT order_id FROM clearing_orders WHERE window_id = $1 AND state = 'waiting' AND order_id > $2 ORDER BY order_id LIMIT $3;

-- name: CountClearing :one
SELECT COUNT(*) AS orders, COUNT(CASE WHEN state = 'waiting' THEN 1 END) AS waiting FROM clearing_orders WHERE window_id = $1;

-- name: CountStayed :one
SELECT COUNT(*) FROM clearing_orders AS c JOIN orders AS o ON o.id = c.order_id
WHERE c.window_id = $1 AND c.state = 'stays' AND o.window_id = c.window_id AND o.status IN ('placed', 'held', 'authorised', 'awaiting_confirmation', 'releasing', 'confirmed', 'packed');

-- name: CountWent :many
-- What stayed and was dealt with by hand is looked at as it stands, and so is what the version before settled.
SELECT CAST(CASE WHEN c.went_to <> '' THEN c.went_to WHEN o.window_id <> c.window_id THEN o.window_id WHEN o.status = 'done' THEN 'done' ELSE 'cancelled' END AS TEXT) AS went_to,
    COUNT(*) AS orders
FROM clearing_orders AS c JOIN orders AS o ON o.id = c.order_id
WHERE c.window_id = $1 AND c.state <> 'waiting'
    AND NOT (c.state = 'stays' AND o.window_id = c.window_id AND o.status IN ('placed', 'held', 'authorised', 'awaiting_confirmation', 'releasing', 'confirmed', 'packed'))
GROUP BY 1 ORDER BY 2 DESC, 1;

-- name: WindowsWithStayed :many
SELECT c.window_id, c.started_at, COUNT(*) AS stay FROM clearing_orders AS w JOIN clearings AS c ON c.window_id = w.window_id JOIN orders AS o ON o.id = w.order_id
WHERE w.state = 'stays' AND c.done = 1 AND o.window_id = w.window_id AND o.status IN ('placed', 'held', 'authorised', 'awaiting_confirmation', 'releasing', 'confirmed', 'packed')
GROUP BY c.window_id, c.started_at ORDER BY c.started_at, c.window_id LIMIT $1;

-- name: StayedOrders :many
SELECT c.order_id, c.code, c.message FROM clearing_orders AS c JOIN orders AS o ON o.id = c.order_id
WHERE c.window_id = $1 AND c.state = 'stays' AND o.window_id = c.window_id AND o.status IN ('placed', 'held', 'authorised', 'awaiting_confirmation', 'releasing', 'confirmed', 'packed')
ORDER BY c.order_id LIMIT $2;

-- name: GetSealingKey :one
SELECT id, public FROM sealing_key WHERE one = 1;

-- name: PutSealingKey :exec
INSERT INTO sealing_key (one, id, public) VALUES (1, $1, $2) ON CONFLICT (one) DO UPDATE SET id = excluded.id, public = excluded.public;

-- What is in flight, or changes, is its driver's: it comes later.
-- name: SealedToKey :many
SELECT s.order_id FROM sealed_to_key AS s JOIN orders AS o ON o.id = s.order_id
WHERE o.changing_to = '' AND o.status NOT IN ('placed', 'held', 'authorised', 'releasing') ORDER BY s.order_id LIMIT $1;

-- name: SealedAnew :exec
DELETE FROM sealed_to_key WHERE order_id = $1;

-- name: ForgetSealedToKey :exec
DELETE FROM sealed_to_key WHERE NOT EXISTS (SELECT 1 FROM orders AS o WHERE o.id = sealed_to_key.order_id);

-- name: SealingKeysInUse :many
SELECT DISTINCT key_id FROM sealed_to_key;
