package intake

import (
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"io"

	"github.com/artisan-eats/artisan/allergen"
	"github.com/artisan-eats/artisan/catalog/feed"
	"github.com/artisan-eats/artisan/catalog/goods"
	"github.com/artisan-eats/artisan/gen/artisan/catalog/v1/catalogv1connect"
	"github.com/artisan-eats/artisan/gen/artisan/inventory/v1/inventoryv1connect"
	"github.com/artisan-eats/artisan/id"
	"github.com/artisan-eats/artisan/naming"
	"github.com/artisan-eats/artisan/sqldb"
)

// A batch of an import is one transaction.
const (
	importProducts = 500
	importVariants = 1000
	// maxKnownProducers bounds what is remembered of producers.
	maxKnownProducers = 5000
)

// Import reads a producer's catalogue file, batch by batch: what was read before an import
// ends early stays, and the same file again takes it from there. Without a producer's ID it is an
// operator's act: producers that the file names and the market does not have are made, approved.
//
// Products that are new by it are published, but where its header says that they are not: see ADR 36.
//
// It counts as products and variants what was not there. A variant that was there counts as
// updated when its own fields, its product's, or its stock are changed by the file.
func (s *Service) Import(ctx context.Context, in catalogv1connect.CatalogServiceImportServerStream) error {
	first, err := in.Receive()
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	if first.GetHeader() == nil {
		return errHeaderFirst
	}
	im, err := s.newImporter(ctx, wishFromProto(first.GetHeader()), stream(in.Send))
	if err != nil {
		return err
	}
	return im.run(ctx, &chunks{receive: partsOf(in.Receive)})
}

// wish is what is to be done with a file.
type wish struct {
	market, producerID string
	producer           string // of the rows that name none
	format             string // auto, or a dialect
	dryRun, hideNew    bool
}

// chunks are the bytes of a file that comes in parts.
type chunks struct {
	receive func() ([]byte, error)
	rest    []byte
	bytes   int64
}

func (c *chunks) Read(p []byte) (int, error) {
	for len(c.rest) == 0 {
		part, err := c.receive()
		if err != nil {
			return 0, err
		}
		c.rest = part
	}
	n := copy(p, c.rest)
	c.rest = c.rest[n:]
	c.bytes += int64(n)
	return n, nil
}

// importer is one import under way.
type importer struct {
	intake *Service
	stock  inventoryv1connect.InventoryServiceClient
	market goods.Market
	// producer is of the rows that name none.
	producer string
	// only is the one producer whose goods the file may touch; nil for all of the market.
	only   *seller
	format feed.Dialect
	dryRun bool
	// hideNew keeps what is new off the category.
	hideNew bool
	to      listener
	// mine fails, and with it the transaction, when the import has become somebody else's.
	mine func(context.Context, *sqldb.Tx) error

	counts    counts
	batch     []*feed.Product
	variants  int // in the batch
	inBatch   map[string]bool
	producers map[string]*seller // by the identity of their names
	// the first of the file's names that are alike but for their marks, by how they fold
	folded     map[string]string
	titles     map[string]titles            // by producer
	near       map[string]map[string]string // the titles of each producer, by how they fold
	nearTitles int                          // in near
	// the market's own categories that the file names, by the identity of their names
	categories map[string]goods.OwnCategory
	stocking   chan error // of the levels that are being set
	// refused are digests of the keys of products that were refused, for those of their rows that come later.
	refused map[uint64]bool
	seed    maphash.Seed
	words   allergen.Reader
}

func (s *Service) newImporter(ctx context.Context, w wish, to listener) (*importer, error) {
	var c goods.Checker
	c.Line("producer", w.producer, 0, naming.MaxName)
	if err := c.Refusal("import"); err != nil {
		return nil, err
	}
	market, err := s.store.Market(ctx, w.market)
	if err != nil {
		return nil, err
	}
	format := feed.Dialect(w.format)
	if format == "auto" {
		format = ""
	}
	im := &importer{
		intake: s, stock: inventoryv1connect.NewInventoryServiceClient(s.host.Peer("inventory")),
		market:   market,
		producer: w.producer, format: format, dryRun: w.dryRun, hideNew: w.hideNew, to: to,
		inBatch: map[string]bool{}, producers: map[string]*seller{}, folded: map[string]string{},
		titles: map[string]titles{}, categories: map[string]goods.OwnCategory{},
		near: map[string]map[string]string{}, refused: map[uint64]bool{}, seed: maphash.MakeSeed(),
		words: allergen.Reader{},
		mine:  func(context.Context, *sqldb.Tx) error { return nil },
	}
	return im, im.keepTo(ctx, w.producerID)
}

// keepTo binds an import to one producer of the market.
func (im *importer) keepTo(ctx context.Context, producerID string) error {
	if producerID == "" {
		return nil
	}
	if err := goods.OwnMarket(id.Producer, producerID, &im.market.Code); err != nil {
		return err
	}
	only, err := im.intake.store.Producer(ctx, producerID)
	im.producer, im.only = only.Name, &seller{Producer: only, stored: true}
	return err
}

// run reads the file to its end.
func (im *importer) run(ctx context.Context, in *chunks) error {
	file, err := feed.NewReader(in, feed.Options{Dialect: im.format, Currency: im.market.Currency})
	if err != nil {
		return err
	}
	im.format = file.Dialect()
	if err := im.to.tellFormat(string(im.format)); err != nil {
		return err
	}
	progress := func() error { return im.to.tellProgress(progress{in.bytes, file.Rows()}) }
	err = im.takeAll(ctx, file, progress)
	if err := errors.Join(err, im.awaitStock()); err != nil {
		return err
	}
	return errors.Join(progress(), im.to.tellCounts(im.counts))
}

func (im *importer) takeAll(ctx context.Context, file *feed.Reader, progress func() error) error {
	for event, err := range file.Events() {
		if err != nil {
			return err
		}
		if err := im.take(ctx, event, progress); err != nil {
			return err
		}
	}
	return im.flush(ctx)
}

// take puts a product into the batch, or counts an issue.
func (im *importer) take(ctx context.Context, event feed.Event, progress func() error) error {
	if event.Issue != nil {
		return im.issue(*event.Issue)
	}
	p := event.Product
	if p.Producer == "" {
		p.Producer = im.producer
	}
	full := len(im.batch) >= importProducts || im.variants+len(p.Variants) > importVariants
	if full || im.inBatch[productKey(p)] {
		if err := im.flush(ctx); err != nil {
			return err
		}
		if err := progress(); err != nil {
			return err
		}
	}
	im.batch = append(im.batch, p)
	im.inBatch[productKey(p)] = true
	im.variants += len(p.Variants)
	return nil
}

// productKey tells a product from all others of a file.
func productKey(p *feed.Product) string { return naming.Identity(p.Producer) + "\n" + p.Key }

func (im *importer) digest(p *feed.Product) uint64 { return maphash.String(im.seed, productKey(p)) }

// issue counts a row that was not simply taken, and tells of it when there is something to tell.
func (im *importer) issue(i feed.Issue) error {
	switch i.Verdict {
	case feed.Refused:
		im.counts.failed++
	case feed.Skipped:
		im.counts.skipped++
	case feed.Noted:
	}
	if i.Message == "" {
		return nil
	}
	return im.to.tellIssue(issue{i.Row, i.Column, i.Message, i.Verdict == feed.Refused})
}

func (im *importer) refuse(row int64, column, message string) error {
	return im.issue(feed.Issue{Row: row, Column: column, Message: message, Verdict: feed.Refused})
}

// refuseProduct refuses all rows of a product: the first for the reason, the others for the first.
func (im *importer) refuseProduct(p *feed.Product, column, message string) error {
	im.refused[im.digest(p)] = true
	for i, v := range p.Variants {
		if i > 0 {
			column, message = "", fmt.Sprintf("Its product was refused on row %d.", p.Variants[0].Row)
		}
		if err := im.refuse(v.Row, column, message); err != nil {
			return err
		}
	}
	return nil
}
