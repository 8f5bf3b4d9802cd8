package intake

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/artisan-eats/artisan/broadcast"
	"github.com/artisan-eats/artisan/catalog/goods"
	"github.com/artisan-eats/artisan/fault"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	"github.com/artisan-eats/artisan/gen/artisan/catalog/v1/catalogv1connect"
	"github.com/artisan-eats/artisan/gen/sql/catalogdb"
	"github.com/artisan-eats/artisan/host"
	"github.com/artisan-eats/artisan/id"
	"github.com/artisan-eats/artisan/naming"
	"github.com/artisan-eats/artisan/rights"
)

const (
	// maxSent bounds a file that is kept, in bytes, and maxAllSent all of them.
	maxSent    = 32 << 20
	maxAllSent = 32 * maxSent
	// sentFor is how long a file is kept after it was last read.
	sentFor         = 15 * time.Minute
	forgetSentEvery = time.Minute
	// takenIn is how many files one process takes in at once.
	takenIn = 4
)

// Phases of a file's reading.
const (
	readingWanted = "wanted"
	readingNow    = "reading"
	readingOver   = "over"
)

var (
	errNotApproved = fault.New(fault.Conflict, "not_approved_yet",
		"You can import files once the operator has approved you. Until then you can put your products up one by one.")
	errImportRunning = fault.New(fault.Conflict, "import_running", "Your last file is still being imported.")
	errFileGone      = fault.New(fault.Conflict, "file_gone",
		"That file is not here any more: it is kept for 15 minutes. Please choose it again.")
	errNoRoom = fault.New(fault.Unavailable, "overloaded",
		"The shop is very busy. Please try again in a moment.")
	errSentTooLarge = fault.New(fault.Invalid, "too_large", "A file is 32 MiB at most.")
)

// cutOffMessage is told of a reading whose process is gone.
const cutOffMessage = "This was interrupted. Run it again: what is done already stays, and it goes on from there."

// sentFile is a file that is kept, as it stands at a time by the database's clock.
type sentFile struct {
	catalogdb.SentFile
	now int64
}

// running reports whether the file waits to be read, or is read by somebody who lives.
func (f sentFile) running() bool { return f.LeaseUntil > f.now }

func (f sentFile) importing() bool { return f.running() && f.DryRun == 0 }

// gone reports whether the file has been kept for long enough.
func (f sentFile) gone() bool { return f.KeptUntil <= f.now && !f.running() }

// cutOff reports whether whoever read the file is gone.
func (f sentFile) cutOff() bool { return f.Phase != readingOver && !f.running() }

// standing is how a file stands, for whoever sent it.
type standing struct {
	findings
	key, name             string
	size                  int64
	dryRun, over, showNew bool
}

func (f sentFile) standing() (standing, error) {
	found, err := findingsOf(f.Report)
	if f.cutOff() {
		found.trouble, found.again = cutOffMessage, true
	}
	return standing{found, f.Key, f.Name, f.Size, f.DryRun == 1, !f.running(), f.HideNew == 0}, err
}

// next is what running a file does: read it again as it was read, or import what was tried. Nothing, where it
// runs already, was imported, or cannot be.
func (f sentFile) next() (dryRun, ok bool, err error) {
	kept, err := f.standing()
	switch {
	case err != nil || f.running():
		return false, false, err
	case kept.trouble != "":
		return kept.dryRun, kept.again, nil
	}
	return false, kept.dryRun, nil
}

// Service takes in files and hands them out. It has the RPCs of the contract that are about files.
type Service struct {
	host    *host.Host
	store   *goods.Store
	files   *files
	changed func()        // is told when products were written
	taking  chan struct{} // a place for each file that is taken in
	readers []*host.Job
	// notifies who waits until a file of a producer is read, by the ID
	over  broadcast.Topics
	after func(time.Duration) <-chan time.Time // time.After, but in tests
}

// New makes the intake of a service's host. What it changes in the store it tells.
func New(ctx context.Context, h *host.Host, st *goods.Store, changed func()) (*Service, error) {
	s := &Service{
		host: h, store: st, files: &files{h.DB()}, changed: changed,
		taking: make(chan struct{}, takenIn), after: time.After,
	}
	if err := s.files.endDeadReadings(ctx); err != nil {
		return nil, err
	}
	for range sentReaders {
		s.readers = append(s.readers, h.Every("read sent files", readSentEvery, s.readSent))
	}
	h.Every("forget sent files", forgetSentEvery, s.files.forgetSent)
	return s, nil
}

// TryImport keeps a file and has it read without changing anything; see the contract.
func (s *Service) TryImport(
	ctx context.Context, in catalogv1connect.CatalogServiceTryImportServerStream,
) (*catalogv1.TryImportResponse, error) {
	first, err := in.Receive()
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	if err := rights.Check(ctx, first.GetFile().GetProducerId(), rights.Goods); err != nil {
		return nil, err
	}
	file, err := s.sentFromProto(ctx, first.GetFile())
	if err != nil {
		return nil, err
	}
	select {
	case s.taking <- struct{}{}:
		defer func() { <-s.taking }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if err := s.takeIn(ctx, file, in.Receive); err != nil {
		return nil, err
	}
	s.wakeReaders()
	return &catalogv1.TryImportResponse{}, nil
}

// sentFromProto checks what is said of a file before it comes.
func (s *Service) sentFromProto(ctx context.Context, m *catalogv1.SentImport) (catalogdb.SentFile, error) {
	file := catalogdb.SentFile{
		Key: m.GetKey(), Sender: m.GetSender(), ProducerID: m.GetProducerId(), Market: m.GetMarket(),
		Name: m.GetName(), Format: m.GetFormat(),
	}
	if m == nil {
		return file, errHeaderFirst
	}
	var c goods.Checker
	c.Line("key", file.Key, 16, naming.MaxName)
	c.Line("sender", file.Sender, 1, naming.MaxName)
	c.Line("name", file.Name, 0, naming.MaxName)
	c.Line("format", file.Format, 1, naming.MaxName)
	if err := c.Refusal("import"); err != nil {
		return file, err
	}
	if err := goods.OwnMarket(id.Producer, file.ProducerID, &file.Market); err != nil {
		return file, err
	}
	return file, s.mayImport(ctx, file.ProducerID)
}

// GetImport tells how a kept file stands; see the contract.
func (s *Service) GetImport(
	ctx context.Context, m *catalogv1.GetImportRequest,
) (*catalogv1.GetImportResponse, error) {
	if err := rights.Check(ctx, m.GetProducerId(), rights.Goods); err != nil {
		return nil, err
	}
	file, err := s.await(ctx, m.GetSender(), m.GetProducerId(), time.Duration(m.GetWaitMs())*time.Millisecond)
	if err != nil || file == nil {
		return &catalogv1.GetImportResponse{}, err
	}
	kept, err := file.standing()
	if err != nil {
		return nil, err
	}
	return &catalogv1.GetImportResponse{Kept: kept.proto()}, nil
}

// RunImport has a kept file imported; see the contract.
func (s *Service) RunImport(
	ctx context.Context, m *catalogv1.RunImportRequest,
) (*catalogv1.RunImportResponse, error) {
	if err := rights.Check(ctx, m.GetProducerId(), rights.Goods); err != nil {
		return nil, err
	}
	if err := s.mayImport(ctx, m.GetProducerId()); err != nil {
		return nil, err
	}
	if err := s.files.wantReading(ctx, m.GetSender(), m.GetProducerId(), m.GetKey(),
		!m.GetShowNew()); err != nil {
		return nil, fmt.Errorf("run an import: %w", err)
	}
	s.wakeReaders()
	return &catalogv1.RunImportResponse{}, nil
}

// DropImport lets go of a kept file; see the contract.
func (s *Service) DropImport(
	ctx context.Context, m *catalogv1.DropImportRequest,
) (*catalogv1.DropImportResponse, error) {
	if err := rights.Check(ctx, m.GetProducerId(), rights.Goods); err != nil {
		return nil, err
	}
	if err := s.files.dropSent(ctx, m.GetSender(), m.GetProducerId()); err != nil {
		return nil, fmt.Errorf("drop a file: %w", err)
	}
	return &catalogv1.DropImportResponse{}, nil
}

func (s *Service) wakeReaders() {
	for _, reader := range s.readers {
		reader.Wake()
	}
}

// mayImport refuses the files of a producer that is not approved.
func (s *Service) mayImport(ctx context.Context, producerID string) error {
	p, err := s.store.Producer(ctx, producerID)
	if err == nil && !p.Approved {
		err = errNotApproved
	}
	return err
}
