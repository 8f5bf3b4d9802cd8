-- name: PutMarket :execrows
INSERT INTO market (code, name, currency, time_zone, country, commission_bp, locale)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (code) DO UPDATE SET name = excluded.name, time_zone = excluded.time_zone,
    country = excluded.country, commission_bp = excluded.commission_bp, locale = excluded.locale
WHERE market.currency = excluded.currency;

-- name: GetMarket :one
SELECT * FROM market WHERE code = $1;

-- name: ListMarkets :many
SELECT * FROM market ORDER BY code;

-- name: MarketVersion :one
SELECT version, locale FROM market WHERE code = $1;

-- name: RaiseMarketVersion :one
UPDATE market SET version = version + 1 WHERE code = $1 RETURNING version;

-- name: PutProducer :exec
INSERT INTO producer (id, market, name, name_key, slug, town, tagline, story, certifications, approved, image, image_alt, created_at, updated_at, version, look)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $13, $14, $15)
ON CONFLICT (id) DO UPDATE SET name = excluded.name, name_key = excluded.name_key, look = excluded.look, slug = excluded.slug, town = excluded.town,
    tagline = excluded.tagline, story = excluded.story, certifications = excluded.certifications, approved = excluded.approved,
    image = excluded.image, image_alt = excluded.image_alt, updated_at = excluded.updated_at, version = excluded.version;

-- name: EditProducer :exec
UPDATE producer SET town = $2, tagline = $3, story = $4, image_alt = $5, order_minimum = $6, holidays = $7, updated_at = $8, version = $9 WHERE id = $1;

-- name: GetProducer :one
SELECT * FROM producer WHERE id = $1;

-- name: ProducersByName :many
-- Those whose names are alike but for their case and marks.
SELECT * FROM producer WHERE market = $1 AND name_key = $2 ORDER BY id LIMIT 100;

-- name: NameCategory :exec
INSERT INTO category (market, slug, name, name_key, version) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (market, slug) DO NOTHING;

-- name: ChangedCategories :many
SELECT slug, name FROM category WHERE market = $1 AND version > $2;

-- name: ProducersAlike :many
-- The names of those whom people would take for a producer.
SELECT name FROM producer WHERE market = $1 AND look = $2 AND approved = 1 AND id <> $3 ORDER BY id LIMIT 3;

-- name: ProducersWithoutLook :many
SELECT id, name FROM producer WHERE look = '' ORDER BY id LIMIT $1;

-- name: SetLook :exec
UPDATE producer SET look = $3 WHERE id = $1 AND name = $2 AND look = '';

-- name: LockApplicant :one
SELECT producer_id FROM applicant WHERE account = $1 FOR UPDATE;

-- name: InsertApplicant :exec
INSERT INTO applicant (account, producer_id) VALUES ($1, $2);

-- name: SetApplicant :exec
UPDATE applicant SET producer_id = $2 WHERE account = $1;

-- name: ProducerBySlug :one
SELECT id FROM producer WHERE market = $1 AND slug = $2;

-- name: ChangedProducers :many
SELECT id, name, name_key, town, tagline, approved, image, created_at, version, decided_at, decided_by_kind, holidays FROM producer WHERE market = $1 AND version > $2;

-- name: ApproveProducer :exec
UPDATE producer SET approved = $2, updated_at = $3, version = $4 WHERE id = $1;

-- name: NoteDecision :exec
UPDATE producer SET decided_by_kind = $2, decided_by_id = $3, decided_at = $4 WHERE id = $1;

-- name: RelistProducts :exec
UPDATE product SET version = sqlc.arg(version),
    listed = CASE WHEN published = 1 AND CAST(sqlc.arg(approved) AS BIGINT) = 1 AND EXISTS (SELECT 1 FROM variant v WHERE v.product_id = product.id AND v.withdrawn = 0) THEN 1 ELSE 0 END
WHERE producer_id = sqlc.arg(producer_id);

-- name: ProductsOfProducer :many
SELECT id FROM product WHERE producer_id = $1 AND id > $2 ORDER BY id LIMIT $3;

-- name: PutImage :one
INSERT INTO image (key, content_type, width, height, used_at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (key) DO UPDATE SET used_at = excluded.used_at
RETURNING *;

-- name: ImageMakers :many
-- Who shows a picture.
SELECT p.id, p.approved FROM producer p WHERE p.image = sqlc.arg(key)
UNION
SELECT p.id, p.approved FROM product_image i JOIN product d ON d.id = i.product_id JOIN producer p ON p.id = d.producer_id WHERE i.key = sqlc.arg(key);

-- name: MakerOf :one
SELECT p.id, p.approved FROM producer p
WHERE p.id = sqlc.arg(producer_id) OR p.id = (SELECT d.producer_id FROM product d WHERE d.id = sqlc.arg(product_id));

-- name: CountShown :one
SELECT COUNT(*) FROM product_image i JOIN product d ON d.id = i.product_id WHERE d.producer_id = $1;

-- name: CountTrial :one
INSERT INTO trial (producer_id, pictures, bytes) VALUES ($1, 1, $2)
ON CONFLICT (producer_id) DO UPDATE SET pictures = trial.pictures + 1, bytes = trial.bytes + excluded.bytes
RETURNING *;

-- name: GetImage :one
SELECT * FROM image WHERE key = $1;

-- name: PendingImages :many
-- What shows no picture yet may still be on its way: it is shown once its bytes are there.
SELECT image.* FROM image
WHERE image.sizes = '' AND image.attempts < $1
  AND (EXISTS (SELECT 1 FROM product_image p WHERE p.key = image.key) OR EXISTS (SELECT 1 FROM producer p WHERE p.image = image.key))
ORDER BY image.attempts, image.key LIMIT $2;

-- name: SetImageSizes :exec
UPDATE image SET sizes = $2, sizes_type = $3 WHERE key = $1;

-- name: TryImage :execrows
UPDATE image SET attempts = attempts + 1 WHERE key = $1 AND attempts < $2;

-- name: ExcuseImage :exec
UPDATE image SET attempts = attempts - 1 WHERE key = $1 AND attempts > 0;

-- name: SetImageAttempts :exec
UPDATE image SET attempts = $2 WHERE key = $1 AND sizes = '';

-- name: GivenUpImages :many
SELECT shown.key, CAST(shown.about AS TEXT) AS about, shown.used_at, shown.attempts FROM (
    SELECT i.key, i.used_at, i.attempts, COALESCE(
        (SELECT MIN(p.product_id) FROM product_image p WHERE p.key = i.key),
        (SELECT MIN(p.id) FROM producer p WHERE p.image = i.key), '') AS about
    FROM image i WHERE i.sizes = '' AND i.attempts >= $1) AS shown
WHERE shown.about <> '' ORDER BY shown.used_at, shown.key LIMIT $2;

-- name: UnusedImages :many
SELECT image.key FROM image
WHERE image.used_at < $1
  AND NOT EXISTS (SELECT 1 FROM product_image p WHERE p.key = image.key)
  AND NOT EXISTS (SELECT 1 FROM producer p WHERE p.image = image.key)
ORDER BY image.used_at, image.key LIMIT $2;

-- name: DeleteUnusedImage :one
DELETE FROM image
WHERE image.key = $1 AND image.used_at < $2
  AND NOT EXISTS (SELECT 1 FROM product_image p WHERE p.key = image.key)
  AND NOT EXISTS (SELECT 1 FROM producer p WHERE p.image = image.key)
RETURNING place;

-- name: NoteGoneImage :exec
INSERT INTO image_gone (key, place) VALUES ($1, $2) ON CONFLICT (key, place) DO NOTHING;

-- name: GoneImages :many
SELECT key, place FROM image_gone ORDER BY key, place LIMIT $1;

-- name: IsGoneImage :one
SELECT COUNT(*) FROM image_gone WHERE key = $1 AND place = $2;

-- name: ForgetGoneImage :exec
DELETE FROM image_gone WHERE key = $1 AND place = $2;

-- name: PlaceImage :exec
UPDATE image SET place = $2 WHERE key = $1;

-- name: AttachImage :execrows
INSERT INTO product_image (product_id, key, position, alt)
SELECT p.id, CAST(sqlc.arg(key) AS TEXT), (SELECT COALESCE(MAX(i.position), 0) + 1 FROM product_image i WHERE i.product_id = p.id), CAST(sqlc.arg(alt) AS TEXT)
FROM product p WHERE p.id = sqlc.arg(product_id)
ON CONFLICT (product_id, key) DO UPDATE SET alt = excluded.alt;

-- name: SetProducerImage :execrows
UPDATE producer SET image = $2, image_alt = $3, updated_at = $4, version = $5 WHERE id = $1;

-- name: CountImages :one
SELECT COUNT(*) FROM product_image WHERE product_id = $1;

-- name: DetachImages :exec
DELETE FROM product_image WHERE product_id = $1;

-- name: SentFile :one
SELECT * FROM sent_file WHERE sender = $1 AND producer_id = $2;

-- name: LockSentFile :one
SELECT * FROM sent_file WHERE sender = $1 AND producer_id = $2 FOR UPDATE;

-- name: DropSentFile :exec
DELETE FROM sent_file WHERE key = $1;

-- name: SentBytes :one
SELECT CAST(COALESCE(SUM(size), 0) AS BIGINT) FROM sent_file WHERE kept_until > $1;

-- name: InsertSentFile :exec
INSERT INTO sent_file (key, sender, producer_id, market, name, format, size, dry_run, phase, epoch, lease_until, kept_until, report)
VALUES ($1, $2, $3, $4, $5, $6, $7, 1, 'wanted', 0, $8, $9, '{}');

-- name: BeginSentFile :exec
-- One that arrives is its own sender until it is whole.
INSERT INTO sent_file (key, sender, producer_id, market, name, format, size, dry_run, phase, epoch, lease_until, kept_until, report)
VALUES (sqlc.arg(key), sqlc.arg(key), sqlc.arg(producer_id), sqlc.arg(market), '', '', 0, 1, 'over', 0, 0, sqlc.arg(kept_until), '{}');

-- name: GrowSentFile :execrows
UPDATE sent_file SET size = size + $2, kept_until = $3 WHERE key = $1;

-- name: AdoptSentParts :exec
UPDATE sent_file_part SET key = sqlc.arg(whole) WHERE key = sqlc.arg(arrival);

-- name: InsertSentPart :exec
INSERT INTO sent_file_part (key, n, content) VALUES ($1, $2, $3);

-- name: SentPart :one
SELECT content FROM sent_file_part WHERE key = $1 AND n = $2;

-- name: WantReading :exec
UPDATE sent_file SET dry_run = $2, phase = 'wanted', epoch = epoch + 1, lease_until = $3, kept_until = $4, hide_new = $5, report = '{}' WHERE key = $1;

-- name: ClaimReading :one
UPDATE sent_file SET phase = 'reading', epoch = epoch + 1, lease_until = sqlc.arg(lease_until)
WHERE key = (
    SELECT due.key FROM sent_file AS due WHERE due.phase = 'wanted' ORDER BY due.kept_until LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING *;

-- name: RenewReading :execrows
UPDATE sent_file SET lease_until = $3 WHERE key = $1 AND epoch = $2 AND phase = 'reading';

-- name: SaveReading :execrows
UPDATE sent_file SET phase = $3, lease_until = $4, kept_until = $5, report = $6 WHERE key = $1 AND epoch = $2 AND phase = 'reading';

-- name: EndReadings :exec
UPDATE sent_file SET lease_until = 0 WHERE phase = 'reading';

-- name: ForgetSentFiles :exec
DELETE FROM sent_file WHERE kept_until <= sqlc.arg(now) AND lease_until <= sqlc.arg(now);

-- name: SalesAsked :one
SELECT COUNT(*) FROM sales_asked WHERE market = $1 AND asked_at > $2;

-- name: NoteSalesAsked :execrows
-- No row for an answer that is older than one that is there.
INSERT INTO sales_asked (market, asked_at) VALUES ($1, $2)
ON CONFLICT (market) DO UPDATE SET asked_at = excluded.asked_at WHERE sales_asked.asked_at < excluded.asked_at;

-- name: SoldGrades :many
SELECT product_id, grade FROM product_sold WHERE market = $1;
