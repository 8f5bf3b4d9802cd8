-- +goose Up
-- What categories that imports made are called, as it was written; a slug without a row here says it by itself.
CREATE TABLE category (
    market   TEXT   NOT NULL REFERENCES market (code),
    slug     TEXT   NOT NULL CHECK (slug <> ''),
    name     TEXT   NOT NULL,
    -- The name as it is compared. See identity.
    name_key TEXT   NOT NULL,
    -- The market's version that last changed it.
    version  BIGINT NOT NULL,
    PRIMARY KEY (market, slug),
    UNIQUE (market, name_key)
);

-- +goose Down
DROP TABLE category;
