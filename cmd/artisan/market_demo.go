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

	"github.com/artisan-eats/artisan/cmd/artisan/demo"
	"github.com/artisan-eats/artisan/host"
)

// demoMarket is the market of a demo, by its data directory. Markers there tell how far it is made.
type demoMarket string

func (d demoMarket) file(name string) string { return filepath.Join(string(d), name) }

func (d demoMarket) has(name string) bool {
	_, err := os.Stat(d.file(name))
	return err == nil
}

// The markers.
const (
	marketUnfinished   = "demo-unfinished"
	marketMade         = "demo-made"
	picturesUnfinished = "demo-pictures-unfinished"
)

// after begins the market of a fresh demo when it is decided that there is one.
func (d demoMarket) after(decide func(host.Found) (bool, error)) func(host.Found) (bool, error) {
	return func(found host.Found) (bool, error) {
		isDemo, err := decide(found)
		if err == nil && isDemo && slices.Equal(found.Kinds, []host.Kind{host.Fresh}) {
			err = os.WriteFile(d.file(marketUnfinished), nil, 0o600)
		}
		return isDemo, err
	}
}

// make makes the market if it was begun. A market from when passwords were published gets others.
func (d demoMarket) make(ctx context.Context, p *host.Process, stderr io.Writer) error {
	accounts, err := demo.Read(string(d))
	if errors.Is(err, fs.ErrNotExist) {
		accounts, err = demo.Invent(), nil
	}
	if err != nil || !p.Demo() {
		return err
	}
	switch {
	case d.has(marketUnfinished):
		_, _ = fmt.Fprintln(stderr, "Making the demo market, once ...")
		now := p.Host("catalog").Now()
		err := demo.Seed(ctx, p.Client, now, accounts)
		if err == nil {
			err = demo.Trade(ctx, p.Client, now)
		}
		debug.FreeOSMemory() // of password hashes, mostly
		if err != nil {
			return err
		}
		return errors.Join(accounts.Write(string(d)), os.WriteFile(d.file(picturesUnfinished), nil, 0o600),
			os.Rename(d.file(marketUnfinished), d.file(marketMade)))
	case d.has(marketMade) && !d.has(demo.AccountsFile):
		if err := demo.Readmit(ctx, p.Client, accounts); err != nil {
			return err
		}
		return accounts.Write(string(d))
	}
	return nil
}

// hang puts the market's pictures in while the shop is open, if a marker tells that they are not all there.
func (d demoMarket) hang(ctx context.Context, p *host.Process, stderr io.Writer) {
	if !p.Demo() || !d.has(picturesUnfinished) {
		return
	}
	err := demo.AddPictures(ctx, p.Client, p.Host("catalog").Now())
	if err == nil {
		err = os.Remove(d.file(picturesUnfinished))
	}
	if err != nil && ctx.Err() == nil {
		_, _ = fmt.Fprintln(stderr, "Some of the demo's pictures are missing; the next start puts them in:",
			err)
	}
	debug.FreeOSMemory() // of pictures that were checked
}

// tell says that it is a demo, and how to sign in.
func (d demoMarket) tell(p *host.Process, out io.Writer) {
	if !p.Demo() {
		return
	}
	_, _ = fmt.Fprintln(out,
		"This is a demo, for this machine only: payments are not real, and everybody reads its mail at /dev/mail.")
	accounts, _ := demo.Read(string(d)) // none of an empty demo
	for _, a := range accounts {
		_, _ = fmt.Fprintf(out, "sign in as %-12s %s  %s\n", a.Role, a.Email, a.Password)
	}
}
