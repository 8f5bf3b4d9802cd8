-- +goose Up
-- Which replica runs a job that one at a time runs, until when by the database's clock, in Unix milliseconds; see Job.Alone.
CREATE TABLE job_leases (
    job    TEXT   NOT NULL PRIMARY KEY,
    holder TEXT   NOT NULL,
    until  BIGINT NOT NULL
);

-- +goose Down
DROP TABLE job_leases;
