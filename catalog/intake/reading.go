package intake

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/artisan-eats/artisan/audit"
	"github.com/artisan-eats/artisan/fault"
	"github.com/artisan-eats/artisan/gen/sql/catalogdb"
	"github.com/artisan-eats/artisan/sqldb"
)

const (
	// sentReaders is how many files one process reads at once.
	sentReaders = 4
	// readSentEvery is how late a file is read, at the most, that was sent to a process which died before it
	// was read.
	readSentEvery = 5 * time.Second
	// readingPatience bounds the reading of one file, and the wait for it.
	readingPatience = 10 * time.Minute
	// readingLease is how long a reader may say nothing before it is taken for dead.
	readingLease = 15 * time.Second
	// readingBeat is how often it says how far it is.
	readingBeat = time.Second
	// shownRows is how many changes, and how many rows that are worth a word, are kept to be shown.
	shownRows = 200
)

// errReadElsewhere ends a reading that is not this process's any more.
var errReadElsewhere = fault.New(fault.Conflict, "read_elsewhere",
	"This file is read by somebody else by now.")

// readSent reads the files that wait for it, one after the other.
func (s *Service) readSent(ctx context.Context) error {
	for {
		file, err := s.files.claimReading(ctx)
		if err != nil || file == nil {
			return err
		}
		if err := s.read(ctx, file); err != nil && !errors.Is(err, errReadElsewhere) {
			return fmt.Errorf("read a sent file: %w", err)
		}
	}
}

// read reads a file to its end, saying meanwhile how far it is.
func (s *Service) read(ctx context.Context, file *sentFile) error {
	reading, stop := context.WithTimeout(ctx, readingPatience)
	defer stop()
	r := &report{found: findings{hidesNew: true}}
	var beating sync.WaitGroup
	beating.Go(func() {
		for beat(reading) {
			if err := s.files.saveReading(reading, file, r.text(), false); errors.Is(err, errReadElsewhere) {
				stop()
			}
		}
	})
	err := s.importSent(reading, file, r)
	if cut := reading.Err(); err != nil && cut != nil {
		err = cut
	}
	stop()
	beating.Wait()
	r.end(err)
	defer s.over.Notify(file.ProducerID)
	return s.files.saveReading(context.WithoutCancel(ctx), file, r.text(), true)
}

// importSent is Import of a kept file. What it writes, it writes under its lease.
func (s *Service) importSent(ctx context.Context, file *sentFile, r *report) error {
	w := wish{
		market: file.Market, producerID: file.ProducerID, format: file.Format, dryRun: file.DryRun == 1,
		hideNew: file.HideNew == 1,
	}
	ctx = audit.With(ctx, audit.Actor{Kind: audit.Producer, ID: file.Sender})
	im, err := s.newImporter(ctx, w, r)
	if err != nil {
		return err
	}
	im.mine = func(ctx context.Context, tx *sqldb.Tx) error { return renewReading(ctx, tx, file) }
	return im.run(ctx, &chunks{receive: s.files.sentParts(ctx, file.Key)})
}

// sentParts gives a file part by part.
func (s *files) sentParts(ctx context.Context, key string) func() ([]byte, error) {
	n := int64(0)
	return func() ([]byte, error) {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		content, err := s.reads().SentPart(ctx, catalogdb.SentPartParams{Key: key, N: n})
		if errors.Is(err, sql.ErrNoRows) {
			return nil, io.EOF
		}
		if err != nil {
			return nil, fmt.Errorf("read a sent file: %w", sqldb.Classify(err))
		}
		n++
		return content, nil
	}
}
