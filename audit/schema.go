package audit

import (
	"context"
	"embed"

	"github.com/artisan-eats/artisan/sqldb"
)

//go:embed migrations
var embedded embed.FS

// Sets are the tables of the log, which Open makes where they are missing.
func Sets(engine sqldb.Engine) []sqldb.Set {
	return []sqldb.Set{
		{Name: "audit", Files: sqldb.Migrations(embedded, "migrations/audit")},
		{Name: "audit_guard", Files: sqldb.Migrations(embedded, "migrations/"+string(engine))},
	}
}

// migrate makes the tables of the log in a service's database, and what keeps its lines from being changed:
// that is written differently for each engine.
func migrate(ctx context.Context, db *sqldb.DB) error {
	for _, set := range Sets(db.Engine) {
		if err := db.Migrate(ctx, set.Name, set.Files); err != nil {
			return err
		}
	}
	return nil
}
