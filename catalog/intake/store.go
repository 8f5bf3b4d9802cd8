package intake

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/artisan-eats/artisan/gen/sql/catalogdb"
	"github.com/artisan-eats/artisan/sqldb"
)

// sentPart is how much of a file one row has, in bytes.
const sentPart = 1 << 20

// files keeps what was sent.
type files struct{ db *sqldb.DB }

func (s *files) reads() *catalogdb.Queries { return catalogdb.New(s.db.Read()) }

// find reads what is kept of a sender for a producer; nil when there is nothing any more.
func (s *files) find(ctx context.Context, sender, producerID string) (file *sentFile, err error) {
	err = s.db.View(ctx, func(ctx context.Context, tx *sqldb.Tx) (err error) {
		file, err = sentAs(ctx, tx, func(q *catalogdb.Queries) (catalogdb.SentFile, error) {
			return q.SentFile(ctx, catalogdb.SentFileParams{Sender: sender, ProducerID: producerID})
		})
		return err
	})
	return file, err
}

// lockSent is sent in a transaction, which then is the only one to change it.
func lockSent(ctx context.Context, tx *sqldb.Tx, sender, producerID string) (*sentFile, error) {
	return sentAs(ctx, tx, func(q *catalogdb.Queries) (catalogdb.SentFile, error) {
		return q.LockSentFile(ctx, catalogdb.LockSentFileParams{Sender: sender, ProducerID: producerID})
	})
}

func sentAs(
	ctx context.Context, tx *sqldb.Tx, read func(*catalogdb.Queries) (catalogdb.SentFile, error),
) (*sentFile, error) {
	row, err := read(catalogdb.New(tx))
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil //nolint:nilnil // there is nothing
	}
	if err != nil {
		return nil, fmt.Errorf("read a sent file: %w", err)
	}
	now, err := tx.Now(ctx)
	if err != nil {
		return nil, err
	}
	file := &sentFile{row, now.UnixMilli()}
	if file.gone() {
		return nil, nil //nolint:nilnil // there is nothing any more
	}
	return file, nil
}

// wantReading has a file read next. What becomes of products that are new by it is said once, when a file
// that was tried is to be imported.
func (s *files) wantReading(ctx context.Context, sender, producerID, key string, hideNew bool) error {
	return s.db.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		file, err := lockSent(ctx, tx, sender, producerID)
		if err != nil {
			return err
		}
		if file == nil || file.Key != key {
			return errFileGone
		}
		dryRun, ok, err := file.next()
		if err != nil || !ok {
			return err
		}
		if file.DryRun == 0 {
			hideNew = file.HideNew == 1
		}
		now := time.UnixMilli(file.now)
		return catalogdb.New(tx).WantReading(ctx, catalogdb.WantReadingParams{
			Key: key, DryRun: sqldb.Flag(dryRun), LeaseUntil: now.Add(readingPatience).UnixMilli(),
			KeptUntil: now.Add(sentFor).UnixMilli(), HideNew: sqldb.Flag(hideNew),
		})
	})
}

// dropSent lets go of a file, unless it is being imported.
func (s *files) dropSent(ctx context.Context, sender, producerID string) error {
	return s.db.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		file, err := lockSent(ctx, tx, sender, producerID)
		if err != nil || file == nil || file.importing() {
			return err
		}
		return catalogdb.New(tx).DropSentFile(ctx, file.Key)
	})
}

// claimReading makes a reading that is wanted the caller's, for the time of a lease; nil when none is.
func (s *files) claimReading(ctx context.Context) (file *sentFile, err error) {
	err = s.db.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		file = nil
		now, err := tx.Now(ctx)
		if err != nil {
			return err
		}
		row, err := catalogdb.New(tx).ClaimReading(ctx, now.Add(readingLease).UnixMilli())
		if err == nil {
			file = &sentFile{row, now.UnixMilli()}
		}
		if errors.Is(err, sql.ErrNoRows) {
			err = nil
		}
		return err
	})
	return file, err
}

// renewReading is a part of a transaction that only whoever holds a reading's lease may make.
func renewReading(ctx context.Context, tx *sqldb.Tx, file *sentFile) error {
	now, err := tx.Now(ctx)
	if err != nil {
		return err
	}
	n, err := catalogdb.New(tx).RenewReading(ctx,
		catalogdb.RenewReadingParams{
			Key: file.Key, Epoch: file.Epoch,
			LeaseUntil: now.Add(readingLease).UnixMilli(),
		})
	if err == nil && n == 0 {
		err = errReadElsewhere
	}
	return err
}

// saveReading writes what a reading found so far. One that is not over is still the caller's.
func (s *files) saveReading(ctx context.Context, file *sentFile, report string, over bool) error {
	return s.db.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		now, err := tx.Now(ctx)
		if err != nil {
			return err
		}
		save := catalogdb.SaveReadingParams{
			Key: file.Key, Epoch: file.Epoch, Phase: readingNow,
			LeaseUntil: now.Add(readingLease).UnixMilli(), KeptUntil: now.Add(sentFor).UnixMilli(),
			Report: report,
		}
		if over {
			save.Phase, save.LeaseUntil = readingOver, 0
		}
		n, err := catalogdb.New(tx).SaveReading(ctx, save)
		if err == nil && n == 0 {
			err = errReadElsewhere
		}
		return err
	})
}

// endDeadReadings ends the leases of a process that is gone. Only SQLite tells so much: its file is this
// process's alone. On PostgreSQL other replicas may hold them, and they end by time.
func (s *files) endDeadReadings(ctx context.Context) error {
	if s.db.Engine != sqldb.SQLite {
		return nil
	}
	return s.db.Tx(ctx,
		func(ctx context.Context, tx *sqldb.Tx) error { return catalogdb.New(tx).EndReadings(ctx) })
}

// forgetSent deletes the files that were kept for long enough.
func (s *files) forgetSent(ctx context.Context) error {
	return s.db.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		now, err := tx.Now(ctx)
		if err != nil {
			return err
		}
		return catalogdb.New(tx).ForgetSentFiles(ctx, now.UnixMilli())
	})
}
