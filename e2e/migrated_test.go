package e2e

import (
	"crypto/rand"
	"strings"

	"github.com/artisan-eats/artisan/catalog"
	"github.com/artisan-eats/artisan/delivery"
	"github.com/artisan-eats/artisan/host"
	"github.com/artisan-eats/artisan/host/hosttest"
	"github.com/artisan-eats/artisan/identity"
	"github.com/artisan-eats/artisan/inventory"
	"github.com/artisan-eats/artisan/notify"
	"github.com/artisan-eats/artisan/ordering"
	"github.com/artisan-eats/artisan/payments"
	"github.com/artisan-eats/artisan/sqldb"
	"github.com/artisan-eats/artisan/sqldb/sqldbtest"
)

// migrates gives a shop databases that are migrated and empty, which are copies: to migrate those of all
// services anew is most of what an empty shop's start costs. What is closed first, a demo and a shop as
// doc/operations.md sets it up, starts with nothing.
func (s *shop) migrates(engine sqldb.Engine) {
	s.t.Helper()
	config := host.Config{Data: s.data}
	if engine == sqldb.Postgres {
		config.DatabaseURL, config.SchemaPrefix = sqldbtest.URL(s.t), "e2e_"+strings.ToLower(rand.Text())
	}
	hosttest.Migrated(s.t, &config, []host.Service{
		identity.Room(), catalog.Room(), inventory.Room(), delivery.Room(), ordering.Room(), payments.Room(),
		notify.Room(),
	})
	if engine == sqldb.Postgres {
		s.env = append(s.env, "ARTISAN_DATABASE_URL="+config.DatabaseURL)
	}
}
