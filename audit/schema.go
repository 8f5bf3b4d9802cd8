package audit

import (
	"context"
	"embed"
	"io/fs"

	"github.com/artisan-eats/artisan/sqldb"
)

//go:embed migrations
var embedded embed.FS

// migrate makes the tables of the log in a service's database, and what keeps its lines from being changed: that is
// written differently for each engine.
func migrate(ctx context.Context, db *sqldb.DB) error {
	for _, set := range [][2]string{{"audit", "audit"}, {"audit_guard", string(db.Engine)}} {
		files, err := fs.Sub(embedded, "migrations/"+set[1])
		if err != nil {
			return err
		}
		if err := db.Migrate(ctx, set[0], files); err != nil {
			return err
		}
	}
	return nil
}
