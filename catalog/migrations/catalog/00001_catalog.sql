-- +goose Up
CREATE TABLE market (
    code          TEXT   NOT NULL PRIMARY KEY,
    name          TEXT   NOT NULL,
    currency      TEXT   NOT NULL,
    time_zone     TEXT   NOT NULL,
    country       TEXT   NOT NULL,
    commission_bp BIGINT NOT NULL CHECK (commission_bp BETWEEN 0 AND 10000),
    locale        TEXT   NOT NULL,
    -- Counts the transactions that changed the market's products; each holds this row until it commits.
    version       BIGINT NOT NULL DEFAULT 0
);

CREATE TABLE producer (
    id             TEXT   NOT NULL PRIMARY KEY,
    market         TEXT   NOT NULL REFERENCES market (code),
    name           TEXT   NOT NULL,
    name_key       TEXT   NOT NULL,
    slug           TEXT   NOT NULL CHECK (slug <> ''),
    town           TEXT   NOT NULL,
    tagline        TEXT   NOT NULL,
    story          TEXT   NOT NULL,
    certifications TEXT   NOT NULL,
    approved       BIGINT NOT NULL CHECK (approved IN (0, 1)),
    image          TEXT   NOT NULL,
    created_at     BIGINT NOT NULL,
    updated_at     BIGINT NOT NULL,
    UNIQUE (market, slug)
);
CREATE INDEX producer_name ON producer (market, name_key, id);

CREATE TABLE product (
    id             TEXT   NOT NULL PRIMARY KEY,
    market         TEXT   NOT NULL REFERENCES market (code),
    producer_id    TEXT   NOT NULL REFERENCES producer (id),
    title          TEXT   NOT NULL,
    title_key      TEXT   NOT NULL,
    slug           TEXT   NOT NULL CHECK (slug <> ''),
    description    TEXT   NOT NULL,
    ingredients    TEXT   NOT NULL,
    category       TEXT   NOT NULL,
    tags           TEXT   NOT NULL,
    -- A bit for each of the 14 allergens, in the order of Allergens.
    allergens      BIGINT NOT NULL CHECK (allergens BETWEEN 0 AND 16383),
    certifications TEXT   NOT NULL,
    published      BIGINT NOT NULL CHECK (published IN (0, 1)),
    -- Published, by an approved producer, with a variant to buy.
    listed         BIGINT NOT NULL CHECK (listed IN (0, 1) AND listed <= published),
    price_from     BIGINT NOT NULL CHECK (price_from >= 0),
    import_key     TEXT   NOT NULL,
    -- The market's version that last changed it.
    version        BIGINT NOT NULL,
    created_at     BIGINT NOT NULL,
    updated_at     BIGINT NOT NULL,
    UNIQUE (market, slug)
);
CREATE INDEX product_version ON product (market, version);
CREATE INDEX product_producer ON product (producer_id);
CREATE UNIQUE INDEX product_import ON product (producer_id, import_key) WHERE import_key <> '';

CREATE TABLE variant (
    id         TEXT   NOT NULL PRIMARY KEY,
    product_id TEXT   NOT NULL REFERENCES product (id),
    position   BIGINT NOT NULL,
    title      TEXT   NOT NULL,
    sku        TEXT   NOT NULL,
    price      BIGINT NOT NULL CHECK (price >= 0),
    sold_by    TEXT   NOT NULL CHECK (sold_by IN ('each', 'weight')),
    unit_value DOUBLE PRECISION NOT NULL CHECK (unit_value >= 0),
    unit       TEXT   NOT NULL,
    barcode    TEXT   NOT NULL,
    import_key TEXT   NOT NULL,
    -- No longer sold; kept because orders point at it.
    withdrawn  BIGINT NOT NULL CHECK (withdrawn IN (0, 1))
);
CREATE INDEX variant_product ON variant (product_id, position);
CREATE UNIQUE INDEX variant_import ON variant (product_id, import_key) WHERE import_key <> '';

CREATE TABLE image (
    key          TEXT   NOT NULL PRIMARY KEY,
    content_type TEXT   NOT NULL,
    width        BIGINT NOT NULL CHECK (width > 0),
    height       BIGINT NOT NULL CHECK (height > 0),
    -- The widths that are made, as a JSON list; empty until they are.
    sizes        TEXT   NOT NULL DEFAULT '',
    attempts     BIGINT NOT NULL DEFAULT 0,
    -- When it was last sent in; the sweeper leaves fresh ones alone.
    used_at      BIGINT NOT NULL
);
CREATE INDEX image_pending ON image (attempts, key) WHERE sizes = '';
CREATE INDEX image_used ON image (used_at);

CREATE TABLE product_image (
    product_id TEXT   NOT NULL REFERENCES product (id),
    key        TEXT   NOT NULL REFERENCES image (key),
    position   BIGINT NOT NULL,
    alt        TEXT   NOT NULL,
    PRIMARY KEY (product_id, key)
);
CREATE INDEX product_image_key ON product_image (key);

-- +goose Down
DROP TABLE product_image;
DROP TABLE image;
DROP TABLE variant;
DROP TABLE product;
DROP TABLE producer;
DROP TABLE market;
