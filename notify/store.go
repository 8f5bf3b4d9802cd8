package notify

import (
	"context"
	"embed"
	"fmt"
	"io/fs"
	"time"

	"github.com/artisan-eats/artisan/gen/sql/notifydb"
	"github.com/artisan-eats/artisan/sqldb"
)

//go:embed migrations/*.sql
var embedded embed.FS

// Migrations make the service's tables.
func Migrations() fs.FS { return sqldb.Migrations(embedded, "migrations") }

const (
	// lease is how long messages that are being sent are left alone by other processes.
	lease = 2 * time.Minute
	// sendBatch is how many messages go over one connection.
	sendBatch = 64
	// keepFor is how long messages are kept once they are sent or given up.
	keepFor = 30 * 24 * time.Hour
)

// keyed is a message with the key that makes it once.
type keyed struct {
	key string
	Message
}

// queue writes new messages, and answers how many; one with a known key stays as it is.
func queue(ctx context.Context, tx *sqldb.Tx, messages []keyed) (added int, err error) {
	var rows [][]any
	for _, m := range messages {
		rows = append(rows, []any{
			m.ID, m.key, string(m.Kind), m.OrderID, m.Snapshot, m.To, m.Subject, m.Text,
			string(m.Status), m.NextAt, m.CreatedAt, m.ProducerID, sqldb.Flag(m.Secret), m.Cause,
			sqldb.Flag(m.Verified), m.Sender, m.Locale,
		})
	}
	types := []string{
		"TEXT", "TEXT", "TEXT", "TEXT", tx.Engine.Blob(), "TEXT", "TEXT", "TEXT", "TEXT",
		"BIGINT", "BIGINT", "TEXT", "BIGINT", "TEXT", "BIGINT", "TEXT", "TEXT",
	}
	n, err := sqldb.ExecRows(ctx, tx, rows, types, func(rows string) string {
		return "INSERT INTO messages (id, key, kind, order_id, snapshot, recipient, subject, text, status, next_at, created_at, producer_id, secret, cause, verified, sender, locale) " +
			rows + " ON CONFLICT (key) DO NOTHING"
	})
	if err != nil {
		return 0, fmt.Errorf("queue messages: %w", err)
	}
	return int(n), nil
}

// claim takes messages that are due and puts their time off by the lease, so that of
// several processes one sends them.
func claim(ctx context.Context, db *sqldb.DB, now time.Time) ([]Message, error) {
	var batch []Message
	err := db.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		rows, err := notifydb.New(tx).Claim(ctx,
			notifydb.ClaimParams{Now: now.UnixMilli(), Until: now.Add(lease).UnixMilli(), Most: sendBatch})
		batch = fromRows(rows)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("claim messages: %w", err)
	}
	return batch, nil
}

// stillQueued is put so that no index answers it: while a table is young PostgreSQL takes what waits for what
// is few, and goes through all of it for each row.
const stillQueued = "COALESCE(messages.status, '') = 'queued'"

// settle writes what became of messages.
func settle(ctx context.Context, db *sqldb.DB, batch []Message) error {
	var rows [][]any
	for _, m := range batch {
		rows = append(rows, []any{
			m.ID, m.Snapshot, m.To, m.Subject, m.Text, string(m.Status), m.NextAt,
			m.Attempts, m.Error, m.SentAt, sqldb.Flag(m.Counted), m.OrderID,
		})
	}
	types := []string{
		"TEXT", db.Engine.Blob(), "TEXT", "TEXT", "TEXT", "TEXT", "BIGINT", "BIGINT", "TEXT",
		"BIGINT", "BIGINT", "TEXT",
	}
	err := db.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		_, err := sqldb.ExecRows(ctx, tx, rows, types, func(rows string) string {
			return `UPDATE messages SET snapshot = v.column2, recipient = v.column3, subject = v.column4,
				text = v.column5, status = v.column6,
				next_at = v.column7, attempts = v.column8, error = v.column9, sent_at = v.column10,
				counted = v.column11, order_id = v.column12
				FROM (` + rows + `) AS v WHERE messages.id = v.column1 AND ` + stillQueued
		})
		return err
	})
	if err != nil {
		return fmt.Errorf("settle messages: %w", err)
	}
	return nil
}

func fromRows(rows []notifydb.Message) []Message {
	out := make([]Message, len(rows))
	for i, row := range rows {
		out[i] = fromRow(row)
	}
	return out
}

func fromRow(row notifydb.Message) Message {
	return Message{
		ID: row.ID, Kind: Kind(row.Kind), OrderID: row.OrderID, ProducerID: row.ProducerID,
		Snapshot: row.Snapshot, Letter: Letter{row.Recipient, row.Subject, row.Text}, Secret: row.Secret == 1,
		Cause: row.Cause, Verified: row.Verified == 1, Sender: row.Sender, Locale: row.Locale,
		Counted: row.Counted == 1,
		Status:  Status(row.Status), NextAt: row.NextAt, Attempts: row.Attempts, Error: row.Error,
		CreatedAt: row.CreatedAt, SentAt: row.SentAt,
	}
}
