package intake

import (
	"cmp"
	"context"
	"strconv"

	"github.com/artisan-eats/artisan/catalog/goods"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	"github.com/artisan-eats/artisan/sqldb"
)

// auditImport tells of a batch of an import, once for all its rows.
func (im *importer) auditImport(products []goods.Product) func(context.Context, *sqldb.Tx) error {
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
		return im.intake.store.Audit(ctx, tx, "catalogue.import", subject, detail)
	}
}

// auditExport tells of a catalogue that is handed out, before it is.
func (s *Service) auditExport(ctx context.Context, r *catalogv1.ExportRequest) error {
	return s.host.DB().Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		return s.store.Audit(ctx, tx, "catalogue.export", cmp.Or(r.GetProducerId(), r.GetMarket()),
			map[string]string{"format": r.GetFormat()})
	})
}
