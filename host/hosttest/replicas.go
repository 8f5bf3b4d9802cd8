package hosttest

import (
	"testing"

	"github.com/artisan-eats/artisan/host"
	"github.com/artisan-eats/artisan/sqldb"
)

// Replicas opens so many processes of the same services on one PostgreSQL, without their jobs.
func Replicas(t testing.TB, n int, services []host.Service, options ...func(*host.Config)) []*host.Process {
	t.Helper()
	prefix := ""
	same := func(c *host.Config) {
		if prefix == "" {
			prefix = c.SchemaPrefix
		}
		c.SchemaPrefix, c.Secret = prefix, make([]byte, 32)
	}
	processes := make([]*host.Process, n)
	for i := range processes {
		processes[i] = Open(t, sqldb.Postgres, services, append(options, same)...)
	}
	return processes
}
