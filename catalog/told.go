package catalog

import (
	"cmp"
	"context"
	"fmt"
	"strconv"

	"github.com/artisan-eats/artisan/audit"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	"github.com/artisan-eats/artisan/gen/sql/catalogdb"
	"github.com/artisan-eats/artisan/sqldb"
)

// told writes to the security log that something was done.
func (s *store) told(ctx context.Context, tx *sqldb.Tx, action, subject string, detail map[string]string) error {
	return s.tell(ctx, tx, audit.Entry{Action: action, Subject: subject, Outcome: audit.Done, Detail: detail})
}

// decided notes who lets a producer sell, or does not any more, in its row and in the log.
func (s *store) decided(ctx context.Context, tx *sqldb.Tx, p Producer) error {
	by := audit.ActorOf(ctx)
	err := catalogdb.New(tx).NoteDecision(ctx, catalogdb.NoteDecisionParams{
		ID: p.ID, DecidedByKind: by.Kind, DecidedByID: by.ID, DecidedAt: s.now().UnixMilli(),
	})
	if err != nil {
		return fmt.Errorf("note who decided: %w", err)
	}
	action := "producer.suspend"
	if p.Approved {
		action = "producer.approve"
	}
	return s.told(ctx, tx, action, p.ID, nil)
}

// toldOfProducer tells of a producer that is new, whose name is another, or that sells from now on or no more.
func (s *store) toldOfProducer(ctx context.Context, tx *sqldb.Tx, p Producer, before catalogdb.Producer, fresh bool) error {
	switch {
	case fresh && p.Approved:
		return s.told(ctx, tx, "producer.make", p.ID, nil)
	case fresh:
		return s.told(ctx, tx, "producer.apply", p.ID, nil)
	case before.Approved != sqldb.Flag(p.Approved):
		return s.decided(ctx, tx, p)
	case before.Name != p.Name:
		return s.told(ctx, tx, "producer.rename", p.ID, nil)
	}
	return nil
}

// toldOfPrices tells of prices that were set, of the one if there is one.
func (s *store) toldOfPrices(ctx context.Context, tx *sqldb.Tx, producerID string, prices []price) error {
	detail := map[string]string{"variants": strconv.Itoa(len(prices))}
	if len(prices) == 1 {
		detail["variant"], detail["amount"] = prices[0].variantID, strconv.FormatInt(prices[0].amount, 10)
	}
	return s.told(ctx, tx, "prices.change", producerID, detail)
}

// toldOfProduct tells of a product that was saved by hand, with the prices that it has now.
func (s *store) toldOfProduct(ctx context.Context, tx *sqldb.Tx, p Product) error {
	detail := map[string]string{"producer": p.ProducerID, "variants": strconv.Itoa(len(p.Variants))}
	if len(p.Variants) == 1 {
		detail["amount"] = strconv.FormatInt(p.Variants[0].Price, 10)
	}
	return s.told(ctx, tx, "product.save", p.ID, detail)
}

// toldOfImport tells of a batch of an import, once for all its rows.
func (im *importer) toldOfImport(products []Product) func(context.Context, *sqldb.Tx) error {
	variants := 0
	for _, p := range products {
		variants += len(p.Variants)
	}
	detail := map[string]string{"products": strconv.Itoa(len(products)), "variants": strconv.Itoa(variants)}
	subject := im.market.Code
	if im.only != nil {
		subject = im.only.ID
	}
	return func(ctx context.Context, tx *sqldb.Tx) error {
		return im.intake.store.told(ctx, tx, "catalogue.import", subject, detail)
	}
}

// toldOfExport tells of a catalogue that is handed out, before it is.
func (s *intake) toldOfExport(ctx context.Context, r *catalogv1.ExportRequest) error {
	return s.host.DB().Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		return s.store.told(ctx, tx, "catalogue.export", cmp.Or(r.GetProducerId(), r.GetMarket()), map[string]string{"format": r.GetFormat()})
	})
}
