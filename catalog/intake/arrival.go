package intake

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/artisan-eats/artisan/fault"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	"github.com/artisan-eats/artisan/gen/sql/catalogdb"
	"github.com/artisan-eats/artisan/sqldb"
)

// arrival is a file that comes part by part, and is kept as it comes. It is a row of its own, under a key
// that nobody else knows: whoever looks at the sender's file, of any version, sees the last one until this
// one is whole. What is given up is forgotten like any other.
type arrival struct {
	db      *sqldb.DB
	key     string
	n, size int64 // of its parts
}

// begin keeps nothing yet of a file.
func (s *files) begin(ctx context.Context, producerID, market string) (*arrival, error) {
	a := &arrival{db: s.db, key: "arriving " + rand.Text()}
	return a, s.db.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		now, err := tx.Now(ctx)
		if err != nil {
			return err
		}
		return catalogdb.New(tx).BeginSentFile(ctx, catalogdb.BeginSentFileParams{
			Key: a.key, ProducerID: producerID, Market: market, KeptUntil: now.Add(sentFor).UnixMilli(),
		})
	})
}

// put keeps the next part, which is the caller's again afterwards. All files together have a limit.
func (a *arrival) put(ctx context.Context, part []byte) error {
	err := a.db.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		q := catalogdb.New(tx)
		now, err := tx.Now(ctx)
		if err != nil {
			return err
		}
		all, err := q.SentBytes(ctx, now.UnixMilli())
		if err != nil {
			return err
		}
		if all+int64(len(part)) > maxAllSent {
			return errNoRoom
		}
		n, err := q.GrowSentFile(ctx, catalogdb.GrowSentFileParams{
			Key: a.key, Size: int64(len(part)),
			KeptUntil: now.Add(sentFor).UnixMilli(),
		})
		if err == nil && n == 0 {
			err = errFileGone // it came so slowly that it was forgotten
		}
		if err != nil {
			return err
		}
		return q.InsertSentPart(ctx, catalogdb.InsertSentPartParams{Key: a.key, N: a.n, Content: part})
	})
	if err == nil {
		a.n, a.size = a.n+1, a.size+int64(len(part))
	}
	return err
}

// finish makes what has arrived its sender's file, to be tried, instead of the last one, which must not be
// under way.
func (a *arrival) finish(ctx context.Context, file catalogdb.SentFile) error {
	try := func() error {
		return a.db.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error { return a.take(ctx, tx, file) })
	}
	err := try()
	if sqldb.IsUnique(err) { // another one came first, and is the last one now
		err = try()
	}
	if sqldb.IsUnique(err) {
		return fault.New(fault.Conflict, "sent_twice",
			"This file was sent twice at once. Please look again.").Because(err)
	}
	return err
}

func (a *arrival) take(ctx context.Context, tx *sqldb.Tx, file catalogdb.SentFile) error {
	q := catalogdb.New(tx)
	last, err := q.LockSentFile(ctx,
		catalogdb.LockSentFileParams{Sender: file.Sender, ProducerID: file.ProducerID})
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	now, err := tx.Now(ctx)
	if err != nil {
		return err
	}
	if (sentFile{last, now.UnixMilli()}).importing() {
		return errImportRunning
	}
	if err := q.DropSentFile(ctx, last.Key); err != nil {
		return err
	}
	if err := insertSent(ctx, q, file, a.size, now); err != nil {
		return err
	}
	if err := q.AdoptSentParts(ctx,
		catalogdb.AdoptSentPartsParams{Whole: file.Key, Arrival: a.key}); err != nil {
		return err
	}
	return q.DropSentFile(ctx, a.key)
}

func insertSent(
	ctx context.Context, q *catalogdb.Queries, file catalogdb.SentFile, size int64, now time.Time,
) error {
	return q.InsertSentFile(ctx, catalogdb.InsertSentFileParams{
		Key: file.Key, Sender: file.Sender, ProducerID: file.ProducerID, Market: file.Market, Name: file.Name,
		Format: file.Format, Size: size,
		LeaseUntil: now.Add(readingPatience).UnixMilli(), KeptUntil: now.Add(sentFor).UnixMilli(),
	})
}

// giveUp lets go of what has arrived.
func (a *arrival) giveUp(ctx context.Context) error {
	return a.db.Tx(context.WithoutCancel(ctx),
		func(ctx context.Context, tx *sqldb.Tx) error { return catalogdb.New(tx).DropSentFile(ctx, a.key) })
}

// takeIn keeps a file as it comes.
func (s *Service) takeIn(
	ctx context.Context, file catalogdb.SentFile, receive func() (*catalogv1.TryImportRequest, error),
) error {
	a, err := s.files.begin(ctx, file.ProducerID, file.Market)
	if err != nil {
		return fmt.Errorf("begin to keep a file: %w", err)
	}
	if err = a.receive(ctx, receive); err == nil {
		err = a.finish(ctx, file)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("keep a file: %w", err), a.giveUp(ctx))
	}
	return nil
}

// receive puts what comes, to the end. No transaction is open while it waits.
func (a *arrival) receive(ctx context.Context, next func() (*catalogv1.TryImportRequest, error)) error {
	part := make([]byte, 0, sentPart)
	for {
		m, err := next()
		switch {
		case errors.Is(err, io.EOF) && len(part) == 0:
			return nil
		case errors.Is(err, io.EOF):
			return a.put(ctx, part)
		case err != nil:
			return err
		case m.GetFile() != nil:
			return errHeaderFirst
		case a.size+int64(len(part)+len(m.GetChunk())) > maxSent:
			return errSentTooLarge
		}
		for chunk := m.GetChunk(); len(chunk) > 0; {
			n := min(len(chunk), sentPart-len(part))
			part, chunk = append(part, chunk[:n]...), chunk[n:]
			if len(part) < sentPart {
				continue
			}
			if err := a.put(ctx, part); err != nil {
				return err
			}
			part = part[:0]
		}
	}
}
