package audit

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/artisan-eats/artisan/sqldb"
)

const (
	// KeptFor is how long entries are kept.
	KeptFor = 400 * 24 * time.Hour
	// AddressesFor is how long at least the addresses of who has no account can be read; at most a month
	// longer.
	AddressesFor = 90 * 24 * time.Hour
	// trimEvery is how much more there is to be before it is worth an entry.
	trimEvery = 24 * time.Hour
	// retainPage bounds the entries that one transaction lets go of.
	retainPage = 5000
	// trimmed is what the log tells of itself then.
	trimmed = "log.trim"
)

// Retain lets go of entries that are too old, a prefix of the chain, and deletes the keys of months that are.
// The hash that the prefix ended with is kept as the anchor of what is left, and the log says so itself.
// Repeated it does nothing.
func (l *Log) Retain(ctx context.Context) error {
	for {
		n, err := l.trim(ctx)
		if err != nil {
			return fmt.Errorf("let go of old entries of the security log: %w", err)
		}
		if n < retainPage {
			return nil
		}
	}
}

func (l *Log) trim(ctx context.Context) (dropped int64, err error) {
	now := l.c.Now()
	err = l.c.DB.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		if _, err := tx.ExecContext(ctx, `DELETE FROM audit_keys WHERE period < $1`,
			now.Add(-AddressesFor).Format("2006-01")); err != nil {
			return err
		}
		var from int64
		if err := tx.QueryRowContext(ctx,
			`SELECT anchor_seq FROM audit_head WHERE id = 1 FOR UPDATE`).Scan(&from); err != nil {
			return err
		}
		last, err := tooOld(ctx, tx, from, now)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		dropped = last.Seq - from
		return l.anchor(ctx, tx, last)
	})
	return dropped, err
}

// tooOld is the last entry of those to let go of at once; none while there are few.
func tooOld(ctx context.Context, tx *sqldb.Tx, from int64, now time.Time) (last Record, err error) {
	var oldest int64
	err = tx.QueryRowContext(ctx, `SELECT at FROM audit WHERE seq > $1 ORDER BY seq LIMIT 1`,
		from).Scan(&oldest)
	if err == nil && oldest >= now.Add(-KeptFor-trimEvery).UnixMilli() {
		err = sql.ErrNoRows
	}
	if err != nil {
		return last, err
	}
	err = tx.QueryRowContext(ctx, `SELECT seq, hash FROM audit WHERE seq > $1 AND seq <= $2 AND at < $3
		ORDER BY seq DESC LIMIT 1`,
		from, from+retainPage, now.Add(-KeptFor).UnixMilli()).Scan(&last.Seq, &last.Hash)
	return last, err
}

// anchor puts the beginning of the chain behind an entry, and lets go of all up to it.
func (l *Log) anchor(ctx context.Context, tx *sqldb.Tx, last Record) error {
	if _, err := tx.ExecContext(ctx, `UPDATE audit_head SET anchor_seq = $1, anchor_hash = $2
		WHERE id = 1`, last.Seq, last.Hash); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `DELETE FROM audit WHERE seq <= $1`, last.Seq); err != nil {
		return err
	}
	return l.Write(ctx, tx, Entry{
		Action: trimmed, Outcome: Done, By: &Actor{},
		Detail: map[string]string{"up_to": strconv.FormatInt(last.Seq, 10), "hash": last.Hash},
	})
}
