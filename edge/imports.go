package edge

import (
	"context"
	"errors"
	"io"
	"sync"
	"time"

	"github.com/artisan-eats/artisan/fault"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	"github.com/artisan-eats/artisan/gen/artisan/catalog/v1/catalogv1connect"
	"github.com/artisan-eats/artisan/host"
)

const (
	// maxImport bounds a file to import, in bytes, with the form around it.
	maxImport = 32 << 20
	// maxKept bounds all files that are kept, in bytes.
	maxKept = 4 * maxImport
	// importKept is how long a file is kept after it was last read.
	importKept = 15 * time.Minute
	// importPatience bounds the reading of one file.
	importPatience = 10 * time.Minute
	// shownRows is how many changes, and how many refused rows, are kept to be shown.
	shownRows = 200
	chunkSize = 256 << 10
)

// imports keeps the files that producers sent, one a desk, in memory and for a while: a file is
// tried first and imported after, and the producer sends it once.
type imports struct {
	host    *host.Host
	catalog catalogv1connect.CatalogServiceClient
	mu      sync.Mutex
	kept    map[string]*sentFile // by the desk
}

// sentFile is a file that is being read, or was. It never changes; its reading does.
type sentFile struct {
	key      string
	file     file
	market   string
	producer string // an ID
	format   string
	until    time.Time
	reading  *reading
}

func newImports(h *host.Host, catalog catalogv1connect.CatalogServiceClient) *imports {
	return &imports{host: h, catalog: catalog, kept: map[string]*sentFile{}}
}

// find gives what is kept for a desk; nil when there is nothing any more.
func (im *imports) find(desk string) *sentFile {
	im.mu.Lock()
	defer im.mu.Unlock()
	im.tidy()
	return im.kept[desk]
}

// try keeps a file for a desk, instead of the one that was there, and begins to read it without changing
// anything. It fails while there is no room, or while the desk's last file is still imported.
func (im *imports) try(desk string, f sentFile) (*reading, error) {
	im.mu.Lock()
	defer im.mu.Unlock()
	im.tidy()
	last := im.kept[desk]
	if last != nil && last.importing() {
		return nil, fault.New(fault.Conflict, "import_running", "Your last file is still being imported.")
	}
	room := maxKept - len(f.file.content)
	for other, kept := range im.kept {
		if other != desk {
			room -= len(kept.file.content)
		}
	}
	if room < 0 {
		return nil, errOverloaded
	}
	if last != nil {
		last.reading.stop()
	}
	return im.begin(desk, f, true), nil
}

// begin reads a file that is kept from now on. The caller holds the lock.
func (im *imports) begin(desk string, f sentFile, dryRun bool) *reading {
	f.until = im.host.Now().Add(importKept)
	f.reading = im.read(f, dryRun)
	im.kept[desk] = &f
	return f.reading
}

// drop lets go of a desk's file, unless it is being imported.
func (im *imports) drop(desk string) {
	im.mu.Lock()
	defer im.mu.Unlock()
	if f := im.kept[desk]; f != nil && !f.importing() {
		f.reading.stop()
		delete(im.kept, desk)
	}
}

// tidy lets go of what was kept long enough.
func (im *imports) tidy() {
	for desk, f := range im.kept {
		if im.host.Now().After(f.until) && !f.importing() {
			delete(im.kept, desk)
		}
	}
}

func (f *sentFile) importing() bool {
	state := f.reading.state()
	return !state.over && !state.dryRun
}

// run has a desk's file imported, once, where it is still the one of that key and was tried.
func (im *imports) run(desk, key string) error {
	im.mu.Lock()
	defer im.mu.Unlock()
	im.tidy()
	f := im.kept[desk]
	if f == nil || f.key != key {
		return errFileGone
	}
	if state := f.reading.state(); state.over && state.dryRun {
		im.begin(desk, *f, false)
	}
	return nil
}

var errFileGone = fault.New(fault.Conflict, "file_gone", "That file is not here any more: it is kept for 15 minutes. Please choose it again.")

// read begins to read a file. It goes on when the visitor has left.
func (im *imports) read(f sentFile, dryRun bool) *reading {
	ctx, cancel := context.WithTimeout(context.Background(), importPatience)
	r := &reading{readingState: readingState{dryRun: dryRun}, done: make(chan struct{}), stop: cancel}
	header := &catalogv1.ImportHeader{
		Market: f.market, ProducerId: f.producer, Format: f.format, DryRun: dryRun, Size: int64(len(f.file.content)),
	}
	go func() {
		select {
		case <-im.host.Draining():
		case <-r.done:
		}
		cancel()
	}()
	go r.run(ctx, im.catalog, header, f.file.content)
	return r
}

// readingState is how far a file is read, and what that found.
type readingState struct {
	dryRun, over bool
	bytes, rows  int64
	format       string
	counts       *catalogv1.ImportCounts
	changes      []*catalogv1.ImportChange
	issues       []*catalogv1.ImportIssue
	// allChanges and allIssues count also those that are not kept.
	allChanges, allIssues int
	err                   error
}

// reading is a file that catalog reads.
type reading struct {
	mu   sync.Mutex
	done chan struct{}
	stop context.CancelFunc
	readingState
}

func (r *reading) state() readingState {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.readingState
}

func (r *reading) run(ctx context.Context, client catalogv1connect.CatalogServiceClient, header *catalogv1.ImportHeader, content []byte) {
	defer close(r.done)
	err := r.exchange(ctx, client, header, content)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.over, r.err = true, err
	if err == nil && r.counts == nil {
		r.err = fault.New(fault.Unavailable, "unavailable", "The import ended early. The same file again takes it from there.")
	}
}

// exchange sends the file, and takes what catalog says of it meanwhile.
func (r *reading) exchange(ctx context.Context, client catalogv1connect.CatalogServiceClient, header *catalogv1.ImportHeader, content []byte) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	stream, err := client.Import(ctx)
	if err != nil {
		return err
	}
	sent := make(chan struct{})
	go func() {
		defer close(sent)
		// Why a file is not taken is what Receive says.
		_ = sendFile(stream, header, content)
	}()
	defer func() { cancel(); <-sent; _ = stream.Close() }()
	for {
		answer, err := stream.Receive()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		r.take(answer)
	}
}

func sendFile(stream catalogv1connect.CatalogServiceImportClientStream, header *catalogv1.ImportHeader, content []byte) error {
	if err := stream.Send(&catalogv1.ImportRequest{Part: &catalogv1.ImportRequest_Header{Header: header}}); err != nil {
		return err
	}
	for len(content) > 0 {
		n := min(chunkSize, len(content))
		if err := stream.Send(&catalogv1.ImportRequest{Part: &catalogv1.ImportRequest_Chunk{Chunk: content[:n]}}); err != nil {
			return err
		}
		content = content[n:]
	}
	return stream.CloseSend()
}

func (r *reading) take(answer *catalogv1.ImportResponse) {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch part := answer.GetPart().(type) {
	case *catalogv1.ImportResponse_Format:
		r.format = part.Format
	case *catalogv1.ImportResponse_Progress:
		r.bytes, r.rows = part.Progress.GetBytes(), part.Progress.GetRows()
	case *catalogv1.ImportResponse_Issue:
		if r.allIssues++; len(r.issues) < shownRows {
			r.issues = append(r.issues, part.Issue)
		}
	case *catalogv1.ImportResponse_Change:
		if r.allChanges++; len(r.changes) < shownRows {
			r.changes = append(r.changes, part.Change)
		}
	case *catalogv1.ImportResponse_Done:
		r.counts = part.Done
	}
}
