package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"sync"

	"github.com/artisan-eats/artisan/cmd/artisan/demo"
	"github.com/artisan-eats/artisan/host"
)

// upCmd runs every service in this process.
type upCmd struct {
	Listen string `help:"Public address." default:"127.0.0.1:8080"`
	Admin  string `help:"Address of health and metrics." default:"127.0.0.1:9090"`
	Empty  bool   `help:"Start without the demo market."`
	settings
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
	config, err := c.config(c.Listen, c.Admin, "artisan up", std.err)
	if err != nil {
		return err
	}
	unfinished, made := filepath.Join(c.Data, "demo-unfinished"), filepath.Join(c.Data, "demo-made")
	unhung := filepath.Join(c.Data, "demo-pictures-unfinished")
	wanted, err := wantsDemo(c.Data, unfinished, c.Empty)
	if err != nil {
		return err
	}
	p, err := host.New(ctx, config, services, serviceNames()...)
	if err != nil {
		return err
	}
	if wanted {
		if err := seed(ctx, p, std.err); err != nil {
			return errors.Join(fmt.Errorf("make the demo market: %w", err), p.Stop())
		}
		if err := errors.Join(os.WriteFile(unhung, nil, 0o600), os.Rename(unfinished, made)); err != nil {
			return errors.Join(err, p.Stop())
		}
	}
	if err := p.Start(ctx); err != nil {
		return err
	}
	greet(std.out, p.ListenAddr, p.AdminAddr)
	if _, err := os.Stat(made); err == nil && config.Demo {
		showSignIns(std.out)
	}
	var hanging sync.WaitGroup
	hanging.Go(func() { hang(ctx, p, unhung, std.err) })
	defer hanging.Wait()
	return p.Run(ctx)
}

// hang puts the demo's pictures in while the shop is open, if a marker tells that they are not all there.
func hang(ctx context.Context, p *host.Process, marker string, stderr io.Writer) {
	if _, err := os.Stat(marker); err != nil {
		return
	}
	err := demo.Hang(ctx, p.Client)
	if err == nil {
		err = os.Remove(marker)
	}
	if err != nil && ctx.Err() == nil {
		_, _ = fmt.Fprintln(stderr, "Some of the demo's pictures are missing; the next start puts them in:", err)
	}
	debug.FreeOSMemory() // of pictures that were checked
}

// wantsDemo reports whether the demo market is to be made: on a fresh data directory, and
// on one where making it was interrupted, which the marker tells.
func wantsDemo(data, marker string, empty bool) (bool, error) {
	_, err := os.Stat(marker)
	if err == nil || !errors.Is(err, fs.ErrNotExist) {
		return err == nil, err
	}
	_, err = os.Stat(filepath.Join(data, "catalog.lock"))
	if err == nil || empty {
		return false, nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return false, fmt.Errorf("the data directory %s cannot be read: %w", data, err)
	}
	if err := os.MkdirAll(data, 0o700); err != nil {
		return false, fmt.Errorf("the data directory cannot be made: %w", err)
	}
	return true, os.WriteFile(marker, nil, 0o600)
}

func seed(ctx context.Context, p *host.Process, stderr io.Writer) error {
	_, _ = fmt.Fprintln(stderr, "Making the demo market, once ...")
	_, err := demo.Seed(ctx, p.Client, p.Host("catalog").Now())
	debug.FreeOSMemory() // of password hashes, mostly
	return err
}

func greet(out io.Writer, listen, admin string) {
	_, _ = fmt.Fprintf(out, "Artisan Eats is open at http://%s\n", listen)
	_, _ = fmt.Fprintf(out, "health and metrics      http://%s\n", admin)
}

// showSignIns tells how to sign in to the demo market.
func showSignIns(out io.Writer) {
	for _, a := range demo.SignIns {
		_, _ = fmt.Fprintf(out, "sign in as %-12s %s  %s\n", a.Role, a.Email, a.Password)
	}
}

// serveCmd runs some services in this process.
type serveCmd struct {
	Service []string `arg:"" help:"identity, catalog, inventory, delivery, ordering, payments, notify or edge."`
	Listen  string   `help:"Public address of the edge, or address of the services for their peers." default:"127.0.0.1:8080"`
	Admin   string   `help:"Address of health and metrics." default:"127.0.0.1:9090"`
	settings
}

// Run serves until ctx ends.
func (c *serveCmd) Run(ctx context.Context, std streams) error {
	for _, name := range c.Service {
		if !slices.Contains(serviceNames(), name) {
			return usageError{fmt.Errorf("there is no service %q; there are %v", name, serviceNames())}
		}
	}
	if len(c.Service) > 1 && slices.Contains(c.Service, "edge") {
		return usageError{errors.New("the edge is served alone: its address is public, the other services' is not")}
	}
	config, err := c.config(c.Listen, c.Admin, fmt.Sprint("artisan serve ", c.Service), std.err)
	if err != nil {
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
	return p.Run(ctx)
}

// versionCmd says which version this is.
type versionCmd struct{}
