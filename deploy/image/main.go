// Command image makes the container image of Artisan Eats from a commit, without a container engine: an OCI
// layout of all platforms, a file a platform that `docker load` takes, what is in each (SPDX) and where it
// came from (SLSA). The same commit makes the same bytes, wherever and whenever it is built.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
)

// options are what the command can be told.
type options struct {
	source    string   // the repository
	commit    string   // what of it is built
	platforms []string // "linux/amd64"
	out       string   // the directory of everything that is made; has to be new or empty
	rootfs    string   // where the files of the only platform are laid out instead, for a Dockerfile
	push      string   // the reference under which a registry gets the image; empty: none does
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout)
	stop()
	if errors.Is(err, flag.ErrHelp) {
		os.Exit(2)
	}
	if err != nil {
		_, _ = fmt.Fprintln(os.Stderr, "image:", err)
		os.Exit(1)
	}
}

// run is the program, so that tests can run it too.
func run(ctx context.Context, args []string, stdout io.Writer) error {
	o, err := parse(args)
	if err != nil {
		return err
	}
	work, err := os.MkdirTemp("", "artisan-image-*")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(work) }()
	src, err := checkout(ctx, o.source, o.commit, work)
	if err != nil {
		return err
	}
	if src.dirty {
		_, _ = fmt.Fprintln(os.Stderr, "image: what is not committed is not in it")
	}
	if o.rootfs != "" {
		return layOut(ctx, src, o, work)
	}
	return makeImage(ctx, src, o, work, stdout)
}

func parse(args []string) (options, error) {
	var o options
	flags := flag.NewFlagSet("image", flag.ContinueOnError)
	flags.StringVar(&o.source, "source", "../..", "the `directory` of the repository")
	flags.StringVar(&o.commit, "commit", "HEAD", "the `commit` that is built")
	flags.StringVar(&o.out, "out", "", "a new `directory` for what is made")
	flags.StringVar(&o.push, "push", "", "a `reference` to push the image to; who may is read from docker's settings")
	flags.StringVar(&o.rootfs, "rootfs", "", "lay the image's files out in this `directory`, for a Dockerfile")
	platforms := flags.String("platforms", "linux/amd64,linux/arm64", "what it is built `for`")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	o.platforms = strings.Split(*platforms, ",")
	switch {
	case flags.NArg() > 0:
		return o, fmt.Errorf("%q is no flag: see -help", flags.Arg(0))
	case (o.out == "") == (o.rootfs == ""):
		return o, errors.New("name a directory for what is made, by -out or by -rootfs")
	case o.rootfs != "" && (len(o.platforms) != 1 || o.push != ""):
		return o, errors.New("-rootfs is for one platform, and nothing is pushed of it")
	}
	return o, nil
}
