package main

import (
	"context"
	"fmt"

	"github.com/artisan-eats/artisan/host"
)

// migrateCmd brings the databases to this version.
type migrateCmd struct {
	settings
}

// Run migrates, and tells how far it is.
func (c *migrateCmd) Run(ctx context.Context, std streams) error {
	if err := c.readSecrets(); err != nil {
		return err
	}
	config := host.Config{
		Data: c.Data, DatabaseURL: c.DatabaseURL, DatabaseURLs: c.Databases.byService(),
		Command: "artisan migrate", Log: c.log(std.err),
	}
	done, err := host.Migrate(ctx, config, services, func(service string, steps int) {
		_, _ = fmt.Fprintf(std.err, "%s: %d steps\n", service, steps)
	})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(std.out, "migrated: %d databases, %d steps\n", done.Databases, done.Steps)
	return err
}
