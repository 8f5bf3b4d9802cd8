// Package audit is the security log of a service: who did what to what, from where, and how it ended. An
// entry is written in the transaction of what it tells of, so that there is neither a deed without its entry
// nor an entry without its deed. Each entry carries the hash of the one before: a removed line shows.
//
// What was refused has no transaction: Now writes it in one of its own, and a flood of the same as one entry
// with a count.
//
// Who acts travels with a call: the front door says it once, and every service that the call reaches knows.
// Network addresses are stored sealed, under the account's key, which identity keeps and erases, or under one
// of the month, which is deleted when it is old; the chain is of the sealed bytes and stays whole without the
// keys.
package audit

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"time"

	"github.com/artisan-eats/artisan/sqldb"
)

// Outcome is how a deed ended.
type Outcome string

// The outcomes.
const (
	Done    Outcome = "done"
	Refused Outcome = "refused" // by a rule
	Failed  Outcome = "failed"  // by a fault
)

// Entry is what a service tells of a deed.
type Entry struct {
	// Action is a verb and its object, like "order.refund" or "sign_in".
	Action string
	// Subject is the ID of what it was done to; empty where there is none.
	Subject string
	Outcome Outcome
	// Detail is what else has to be known. No names of people, addresses, e-mails or tokens.
	Detail map[string]string
	// By is who did it, where that is not the context's Actor.
	By *Actor
}

// Config is what a log is told.
type Config struct {
	Service string
	DB      *sqldb.DB
	// Keys are of Purpose, 32 bytes each: under the first the keys of months are wrapped, the others are
	// older and only read.
	Keys   [][]byte
	Now    func() time.Time
	Random io.Reader
	Log    *slog.Logger
	// Wrote is told of each entry that was committed.
	Wrote func(action string, outcome Outcome)
}

// Log is a service's security log. It is safe for concurrent use.
type Log struct {
	c     Config
	keys  *keyring
	seal  Sealer
	folds folds
}

// Open makes the log's tables where they are missing.
func Open(ctx context.Context, c Config) (*Log, error) {
	keys, err := newKeyring(c.Keys, c.Random)
	if err != nil {
		return nil, err
	}
	return &Log{c: c, keys: keys}, migrate(ctx, c.DB)
}

// Write appends entries to the log when the transaction is about to commit, all that it writes at once.
func (l *Log) Write(ctx context.Context, tx *sqldb.Tx, entries ...Entry) error {
	for _, e := range entries {
		r, err := record(e, actorFor(ctx, e))
		if err != nil {
			return fmt.Errorf("write the security log: %w", err)
		}
		tx.Last(l, r, func(ctx context.Context, items []any) error {
			if err := l.append(ctx, tx, items); err != nil {
				return fmt.Errorf("write the security log: %w", err)
			}
			return nil
		})
	}
	return nil
}

func actorFor(ctx context.Context, e Entry) Actor {
	if e.By != nil {
		return *e.By
	}
	return ActorOf(ctx)
}

// append writes records behind the head, which is locked from here to the commit.
func (l *Log) append(ctx context.Context, tx *sqldb.Tx, items []any) error {
	records := make([]Record, len(items))
	for i, item := range items {
		records[i] = item.(Record)
	}
	now, err := tx.Now(ctx)
	if err != nil {
		return err
	}
	if err := l.sealAll(ctx, tx, records, now); err != nil {
		return err
	}
	var head Record
	var at int64
	if err := tx.QueryRowContext(ctx, `SELECT seq, hash, at FROM audit_head
		WHERE id = 1 FOR UPDATE`).Scan(&head.Seq, &head.Hash, &at); err != nil {
		return err
	}
	// The time never goes back, whatever clocks do: so entries of a time are found by their numbers.
	at = max(at, now.UnixMilli())
	for i := range records {
		records[i].Seq, records[i].At = head.Seq+1, at
		records[i].Hash = records[i].chained(head.Hash)
		head = records[i]
	}
	if err := insert(ctx, tx, records); err != nil {
		return err
	}
	if _, err = tx.ExecContext(ctx, `UPDATE audit_head SET seq = $1, hash = $2, at = $3
		WHERE id = 1`, head.Seq, head.Hash, at); err != nil {
		return err
	}
	tx.AfterCommit(func() {
		for _, r := range records {
			l.wrote(r)
		}
	})
	return nil
}

func (l *Log) wrote(r Record) {
	if l.c.Wrote != nil {
		l.c.Wrote(r.Action, r.Outcome)
	}
}

func insert(ctx context.Context, tx *sqldb.Tx, records []Record) error {
	rows := make([][]any, len(records))
	for i, r := range records {
		rows[i] = []any{
			r.Seq, r.At, r.ActorKind, r.ActorID, r.Address, r.Action, r.Subject,
			string(r.Outcome), r.Detail, r.Hash,
		}
	}
	types := []string{"BIGINT", "BIGINT", "TEXT", "TEXT", "TEXT", "TEXT", "TEXT", "TEXT", "TEXT", "TEXT"}
	_, err := sqldb.ExecRows(ctx, tx, rows, types, func(values string) string {
		return "INSERT INTO audit (" + columns + ") " + values
	})
	return err
}
