package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/artisan-eats/artisan/host"
)

// upCmd runs every service in this process.
type upCmd struct {
	Listen string `help:"Public address." default:"127.0.0.1:8080"`
	Admin  string `help:"Address of health and metrics." default:"127.0.0.1:9090"`
	Empty  bool   `help:"Start without the demo market."`
	settings
	publicSettings
}

func serviceNames() []string {
	var names []string
	for _, s := range services {
		names = append(names, s.Name)
	}
	return names
}

// Run serves until ctx ends.
func (c *upCmd) Run(ctx context.Context, std streams) error {
	at := start{up: true, public: true, listen: c.Listen}
	config, err := c.config(at, c.Admin, "artisan up", std.err)
	if err == nil {
		err = c.apply(at, &config)
	}
	if err != nil {
		return err
	}
	market := demoMarket(c.Data)
	if !c.Empty {
		config.Decide = market.after(config.Decide)
	}
	p, err := host.New(ctx, config, services, serviceNames()...)
	if err != nil {
		return err
	}
	if err := market.make(ctx, p, std.err); err != nil {
		return errors.Join(fmt.Errorf("make the demo market: %w", err), p.Stop())
	}
	if err := p.Start(ctx); err != nil {
		return err
	}
	_, _ = fmt.Fprintf(std.out, "Artisan Eats is open at %s://%s\n", config.PublicScheme(), p.ListenAddr)
	_, _ = fmt.Fprintf(std.out, "health and metrics      http://%s\n", p.AdminAddr)
	market.tell(p, std.out)
	var hanging sync.WaitGroup
	hanging.Go(func() { market.hang(ctx, p, std.err) })
	defer hanging.Wait()
	return p.Run(ctx)
}

// serveCmd runs some services in this process.
type serveCmd struct {
	Service []string `arg:"" help:"identity, catalog, inventory, delivery, ordering, payments, notify or edge."`
	Listen  string   `help:"Public address of the edge, or address of the services for their peers." default:"127.0.0.1:8080"`
	Admin   string   `help:"Address of health and metrics." default:"127.0.0.1:9090"`
	settings
	publicSettings
	peerSettings
}

// Run serves until ctx ends.
func (c *serveCmd) Run(ctx context.Context, std streams) error {
	for _, name := range c.Service {
		if !slices.Contains(serviceNames(), name) {
			return usageError{fmt.Errorf("there is no service %q; there are %v", name, serviceNames())}
		}
	}
	if len(c.Service) > 1 && slices.Contains(c.Service, "edge") {
		return usageError{
			errors.New("the edge is served alone: its address is public, the other services' is not"),
		}
	}
	at := start{public: slices.Contains(c.Service, "edge"), listen: c.Listen}
	config, err := c.config(at, c.Admin, fmt.Sprint("artisan serve ", c.Service), std.err)
	if err == nil {
		err = c.apply(at, &config)
	}
	if err != nil {
		return err
	}
	config.KeepSchema = true
	c.trusts(&config)
	if err := config.CheckPeers(services, c.Service...); err != nil {
		return err
	}
	p, err := host.New(ctx, config, services, c.Service...)
	if err != nil {
		return err
	}
	if err := p.Start(ctx); err != nil {
		return err
	}
	_, _ = fmt.Fprintf(std.out, "%v at %s, health and metrics at %s\n", c.Service, p.ListenAddr, p.AdminAddr)
	demoMarket(c.Data).tell(p, std.out)
	return p.Run(ctx)
}

// versionCmd says which version this is.
type versionCmd struct{}
