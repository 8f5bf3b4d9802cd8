package audit

import (
	"context"
	"embed"

	"github.com/artisan-eats/artisan/sqldb"
)

//go:embed migrations
var embedded embed.FS

// migrate makes the tables of the log in a service's database, and what keeps its lines from being changed:
// that is written differently for each engine.
func migrate(ctx context.Context, db *sqldb.DB) error {
	for _, set := range [][2]string{{"audit", "audit"}, {"audit_guard", string(db.Engine)}} {
		if err := db.Migrate(ctx, set[0], sqldb.Migrations(embedded, "migrations/"+set[1])); err != nil {
			return err
		}
	}
	return nil
}
