package intake

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	"github.com/artisan-eats/artisan/audit"
	"github.com/artisan-eats/artisan/fault"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	"github.com/artisan-eats/artisan/gen/sql/catalogdb"
	"github.com/artisan-eats/artisan/sqldb"
)

const (
	// sentReaders is how many files one process reads at once.
	sentReaders = 4
	// readSentEvery is how late a file is read, at the most, that was sent to a process which died before it was read.
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
var errReadElsewhere = fault.New(fault.Conflict, "read_elsewhere", "This file is read by somebody else by now.")

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
	r := &report{kept: &catalogv1.KeptImport{}}
	var beating sync.WaitGroup
	beating.Go(func() {
		for r.beats(reading) {
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
	return s.files.saveReading(context.WithoutCancel(ctx), file, r.text(), true)
}

// importSent is Import of a kept file. What it writes, it writes under its lease.
func (s *Service) importSent(ctx context.Context, file *sentFile, r *report) error {
	header := &catalogv1.ImportHeader{
		Market: file.Market, ProducerId: file.ProducerID, Format: file.Format, DryRun: file.DryRun == 1, Size: file.Size, HideNew: file.HideNew == 1,
	}
	ctx = audit.With(ctx, audit.Actor{Kind: audit.Producer, ID: file.Sender})
	im, err := s.newImporter(ctx, header, r.take)
	if err != nil {
		return err
	}
	im.mine = func(ctx context.Context, tx *sqldb.Tx) error { return renewReading(ctx, tx, file) }
	return im.run(ctx, &chunks{receive: s.files.sentParts(ctx, file.Key)})
}

// sentParts gives a file part by part.
func (s *files) sentParts(ctx context.Context, key string) func() (*catalogv1.ImportRequest, error) {
	n := int64(0)
	return func() (*catalogv1.ImportRequest, error) {
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
		return &catalogv1.ImportRequest{Part: &catalogv1.ImportRequest_Chunk{Chunk: content}}, nil
	}
}

// report is what a reading found so far.
type report struct {
	mu   sync.Mutex
	kept *catalogv1.KeptImport
}

// beats waits for the next beat. It reports false when there are no more.
func (r *report) beats(ctx context.Context) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(readingBeat):
		return true
	}
}

func (r *report) take(answer *catalogv1.ImportResponse) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch part := answer.GetPart().(type) {
	case *catalogv1.ImportResponse_Format:
		r.kept.Format = part.Format
	case *catalogv1.ImportResponse_Progress:
		r.kept.Progress = part.Progress
	case *catalogv1.ImportResponse_Issue:
		if r.kept.AllIssues++; r.kept.GetAllIssues() <= shownRows {
			r.kept.Issues = append(r.kept.Issues, part.Issue)
		}
	case *catalogv1.ImportResponse_Change:
		if r.kept.AllChanges++; r.kept.GetAllChanges() <= shownRows {
			r.kept.Changes = append(r.kept.Changes, part.Change)
		}
	case *catalogv1.ImportResponse_Done:
		r.kept.Counts, _ = proto.Clone(part.Done).(*catalogv1.ImportCounts)
	}
	return nil
}

// end says why a reading did not come to its end.
func (r *report) end(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	f := fault.Of(err)
	switch {
	case err == nil:
	case errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded):
		r.kept.Trouble, r.kept.Again = cutOffMessage, true
	case f.Kind == fault.Internal:
		r.kept.Trouble = "Something went wrong on our side. What was imported so far stays; the same file again takes it from there."
		r.kept.Again = true
	default:
		r.kept.Trouble, r.kept.Again = f.Message, f.Kind != fault.Invalid
	}
}

// text is a report as it is stored.
func (r *report) text() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return protojson.Format(r.kept)
}

func reportFromText(text string) (*catalogv1.KeptImport, error) {
	kept := &catalogv1.KeptImport{}
	if err := (protojson.UnmarshalOptions{DiscardUnknown: true}).Unmarshal([]byte(text), kept); err != nil {
		return nil, fmt.Errorf("read what was found in a file: %w", err)
	}
	return kept, nil
}
