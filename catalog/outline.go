package catalog

import (
	"context"
	"fmt"

	"github.com/artisan-eats/artisan/catalog/goods"
	"github.com/artisan-eats/artisan/fault"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	"github.com/artisan-eats/artisan/id"
	"github.com/artisan-eats/artisan/sqldb"
)

// maxOutline bounds a page of an outline.
const maxOutline = 5000

// outlines are what can be outlined: its table, what of it a market shows, and the kind of its IDs.
var outlines = map[string]struct{ table, shown, kind string }{
	"product":  {"product", "listed", id.Product},
	"producer": {"producer", "approved", id.Producer},
}

// Outline lists what a market shows by ID, with the time of the last change.
func (s *service) Outline(
	ctx context.Context, r *catalogv1.OutlineRequest,
) (*catalogv1.OutlineResponse, error) {
	of, ok := outlines[r.GetKind()]
	if !ok {
		return nil, fault.New(fault.Invalid, "invalid", "There is no outline of that.",
			fault.Field{Name: "kind", Message: "This must be product or producer."})
	}
	if _, err := s.store.Market(ctx, r.GetMarket()); err != nil {
		return nil, err
	}
	limit := int(r.GetLimit())
	if limit < 1 || limit > maxOutline {
		limit = maxOutline
	}
	// IDs of a market begin alike, so this is a walk along the primary key. By an index on the market all
	// would have to be sorted; as a truth value the condition has no index.
	shown := of.table + ` WHERE (market = $1) IS TRUE AND ` + of.shown + ` = 1`
	if r.GetPages() {
		return s.outline(ctx, `SELECT MIN(id), MAX(updated_at) FROM (
			SELECT id, updated_at, (ROW_NUMBER() OVER (ORDER BY id) - 1) / $2 AS page FROM `+shown+`
		) AS shown GROUP BY page ORDER BY 1`, r.GetMarket(), limit)
	}
	from := of.kind + "_" + r.GetMarket() + "_"
	if r.GetFrom() != "" {
		if err := goods.OwnMarket(of.kind, r.GetFrom(), &r.Market); err != nil {
			return nil, err
		}
		from = r.GetFrom()
	}
	return s.outline(ctx, `SELECT id, updated_at FROM `+shown+` AND id >= $3 ORDER BY id LIMIT $2`,
		r.GetMarket(), limit, from)
}

func (s *service) outline(
	ctx context.Context, query string, args ...any,
) (*catalogv1.OutlineResponse, error) {
	out := &catalogv1.OutlineResponse{}
	err := sqldb.EachRow(ctx, s.store.DB.Read(), query, args, func(scan sqldb.Scanner) error {
		entry := &catalogv1.OutlineEntry{}
		out.Entries = append(out.Entries, entry)
		return scan(&entry.Id, &entry.UpdatedAt)
	})
	if err != nil {
		return nil, fmt.Errorf("outline: %w", err)
	}
	return out, nil
}
