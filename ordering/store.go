package ordering

import (
	"embed"
	"io/fs"

	"github.com/artisan-eats/artisan/sqldb"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Migrations are of ordering's database.
func Migrations() fs.FS { return sqldb.Migrations(migrations, "migrations") }
