// Package audit is the security log of a service: who did what to what, from where, and how it
// ended. An entry is written in the transaction of what it tells of, so that there is neither a deed without its
// entry nor an entry without its deed. Each entry carries the hash of the one before: a removed line shows.
//
// Who acts travels with a call: the front door says it once, and every service that the call reaches knows.
package audit

import (
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"strconv"
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

// Entry is what a service tells of a deed. Who did it is the context's Actor.
type Entry struct {
	// Action is a verb and its object, like "order.refund" or "sign_in".
	Action string
	// Subject is the ID of what it was done to; empty where there is none.
	Subject string
	Outcome Outcome
	// Detail is what else has to be known. No names, addresses, e-mails or tokens.
	Detail map[string]string
}

//go:embed migrations/*.sql
var embedded embed.FS

// Migrations make the tables of the log in a service's database.
func Migrations() fs.FS {
	sub, err := fs.Sub(embedded, "migrations")
	if err != nil {
		panic(err)
	}
	return sub
}

// Write appends entries to the log within a transaction. The head of the chain is locked until it ends, so
// it is written last.
func Write(ctx context.Context, tx *sqldb.Tx, entries ...Entry) error {
	for _, e := range entries {
		if err := appendEntry(ctx, tx, e); err != nil {
			return fmt.Errorf("write the security log: %w", err)
		}
	}
	return nil
}

func appendEntry(ctx context.Context, tx *sqldb.Tx, e Entry) error {
	now, err := tx.Now(ctx)
	if err != nil {
		return err
	}
	var seq int64
	var head string
	if err := tx.QueryRowContext(ctx, `SELECT seq, hash FROM audit_head WHERE id = 1 FOR UPDATE`).Scan(&seq, &head); err != nil {
		return err
	}
	detail, err := json.Marshal(e.Detail)
	if err != nil {
		return err
	}
	seq++
	actor := ActorOf(ctx)
	hash := chain(head, seq, now, actor, e, detail)
	_, err = tx.ExecContext(ctx, `INSERT INTO audit (seq, at, actor_kind, actor_id, address, action, subject, outcome, detail, hash)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		seq, now.UnixMilli(), actor.Kind, actor.ID, actor.Address, e.Action, e.Subject, string(e.Outcome), string(detail), hash)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `UPDATE audit_head SET seq = $1, hash = $2 WHERE id = 1`, seq, hash)
	return err
}

// chain is the hash of an entry and, through the one before, of all that came earlier.
func chain(before string, seq int64, at time.Time, a Actor, e Entry, detail []byte) string {
	sum := sha256.New()
	for _, part := range []string{before, strconv.FormatInt(seq, 10), strconv.FormatInt(at.UnixMilli(), 10), a.Kind, a.ID, a.Address, e.Action, e.Subject, string(e.Outcome), string(detail)} {
		_, _ = fmt.Fprintf(sum, "%d:%s", len(part), part)
	}
	return hex.EncodeToString(sum.Sum(nil))
}
