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
func Migrations() fs.FS {
	sub, err := fs.Sub(embedded, "migrations")
	if err != nil {
		panic(err)
	}
	return sub
}

const (
	// lease is how long messages that are being sent are left alone by other processes.
	lease = 2 * time.Minute
	// sendBatch is how many messages go over one connection.
	sendBatch = 16
	// keepFor is how long messages are kept once they are sent or given up.
	keepFor = 30 * 24 * time.Hour
)

// queue writes a new message; one with the same key stays as it is.
func queue(ctx context.Context, db *notifydb.Queries, key string, m Message) error {
	err := db.Queue(ctx, notifydb.QueueParams{
		ID: m.ID, Key: key, Kind: string(m.Kind), OrderID: m.OrderID, Snapshot: m.Snapshot,
		Recipient: m.To, Subject: m.Subject, Text: m.Text, NextAt: m.NextAt,
	})
	if err != nil {
		return fmt.Errorf("queue a message: %w", err)
	}
	return nil
}

// claim takes messages that are due and puts their time off by the lease, so that of
// several processes one sends them.
func claim(ctx context.Context, db *sqldb.DB, now time.Time) ([]Message, error) {
	var batch []Message
	err := db.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		rows, err := notifydb.New(tx).Claim(ctx, notifydb.ClaimParams{Now: now.UnixMilli(), Until: now.Add(lease).UnixMilli(), Most: sendBatch})
		batch = fromRows(rows)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("claim messages: %w", err)
	}
	return batch, nil
}

// settle writes what became of messages.
func settle(ctx context.Context, db *sqldb.DB, batch []Message) error {
	err := db.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		for _, m := range batch {
			err := notifydb.New(tx).Settle(ctx, notifydb.SettleParams{
				ID: m.ID, Snapshot: m.Snapshot, Recipient: m.To, Subject: m.Subject, Text: m.Text,
				Status: string(m.Status), NextAt: m.NextAt, Attempts: m.Attempts, Error: m.Error, SentAt: m.SentAt,
			})
			if err != nil {
				return err
			}
		}
		return nil
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
		ID: row.ID, Kind: Kind(row.Kind), OrderID: row.OrderID, Snapshot: row.Snapshot, Letter: Letter{row.Recipient, row.Subject, row.Text},
		Status: Status(row.Status), NextAt: row.NextAt, Attempts: row.Attempts, Error: row.Error, CreatedAt: row.CreatedAt, SentAt: row.SentAt,
	}
}
