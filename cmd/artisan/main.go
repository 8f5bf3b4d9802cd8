// Command artisan is Artisan Eats: the whole marketplace in one process, or any of
// its services in a process each.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"

	"github.com/artisan-eats/artisan/audit"
	"github.com/artisan-eats/artisan/catalog"
	"github.com/artisan-eats/artisan/delivery"
	"github.com/artisan-eats/artisan/edge"
	"github.com/artisan-eats/artisan/host"
	"github.com/artisan-eats/artisan/identity"
	"github.com/artisan-eats/artisan/inventory"
	"github.com/artisan-eats/artisan/notify"
	"github.com/artisan-eats/artisan/ordering"
	"github.com/artisan-eats/artisan/payments"
)

// services is the whole system, each line as its service states it. Each has its own database, which nobody
// else reads, and hears the events of some others.
var services = []host.Service{
	identity.Room(),  // accounts, sessions, roles, addresses
	catalog.Room(),   // markets, producers, products, search, pictures; hears inventory
	inventory.Room(), // lots, stock, holds of goods; hears ordering
	delivery.Room(),  // windows and the places in them; hears ordering
	ordering.Room(),  // carts, checkout, orders; hears delivery, identity
	payments.Room(),  // authorisations, captures, refunds, the ledger; hears ordering
	notify.Room(),    // mail; hears ordering, payments
	edge.Room(),      // the public address: pages and the JSON API
}

// commands are what artisan can be told to do.
type commands struct {
	Up       upCmd       `cmd:"" help:"Run the whole marketplace in this process."`
	Serve    serveCmd    `cmd:"" help:"Run some of its services in this process."`
	Migrate  migrateCmd  `cmd:"" help:"Bring the databases to this version, which 'artisan serve' on PostgreSQL leaves to it."`
	Market   marketCmd   `cmd:"" help:"Make or change a market."`
	Operator operatorCmd `cmd:"" help:"Add, list and remove operators."`
	Import   importCmd   `cmd:"" help:"Read a producer's catalogue file into a market."`
	Export   exportCmd   `cmd:"" help:"Write a market's catalogue as a file."`
	Audit    auditCmd    `cmd:"" help:"Look after the security log."`
	Keys     keysCmd     `cmd:"" help:"Turn the master key."`
	Certs    certsCmd    `cmd:"" help:"Make a private authority, and the certificates by which services know each other."`
	Doctor   doctorCmd   `cmd:"" help:"Look at a configuration, its databases and what runs, and name what would hurt."`
	Version  versionCmd  `cmd:"" help:"Say which version this is."`

	Config configFile `help:"A JSON file of settings; flags and ARTISAN_* variables come before it." type:"path"`
}

// The exit codes.
const (
	exitDone   = 0
	exitFailed = 1
	exitUsage  = 2
)

// gcPercent lets the heap grow to three times what lives before it is collected. It is small: a few
// megabytes more save a tenth of the work.
const gcPercent = 200

func main() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
	// A file that may not grow is an error of the write, like a full disk; not the end of the process.
	signal.Ignore(syscall.SIGXFSZ)
	syscall.Umask(0o077) // whatever is written is its owner's alone
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	boundHeap(ctx)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// streams are where a command writes: results to out, everything else to err.
type streams struct{ out, err io.Writer }

// run is the program, so that tests can run it too. It answers with the exit code.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	ctx = audit.With(ctx, commandActor())
	var c commands
	exited := -1
	parser, err := kong.New(
		&c, kong.Name("artisan"),
		kong.Description("Artisan Eats, the marketplace of independent food producers."),
		kong.DefaultEnvars("ARTISAN"), kong.Writers(stdout, stderr),
		kong.Exit(func(code int) { exited = code }),
		kong.UsageOnError(), kong.BindTo(ctx, (*context.Context)(nil)), kong.Bind(streams{stdout, stderr}),
	)
	if err != nil {
		_, _ = fmt.Fprintln(stderr, "artisan:", err)
		return exitFailed
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	if err := refuseSecrets(args); err != nil {
		return exitCode(err, stderr)
	}
	parsed, err := parser.Parse(args)
	if exited >= 0 { // --help was answered
		return exited
	}
	if err == nil {
		err = parsed.Run()
	}
	return exitCode(err, stderr)
}

// usageError is a wrong use of a command.
type usageError struct{ error }

// oneLine is what an error says, or several that were joined.
func oneLine(err error) string {
	lines := strings.FieldsFunc(err.Error(), func(r rune) bool { return r == '\n' })
	for i, line := range lines {
		lines[i] = strings.TrimSpace(line)
	}
	return strings.Join(lines, "; ")
}

func exitCode(err error, stderr io.Writer) int {
	if err == nil {
		return exitDone
	}
	_, _ = fmt.Fprintln(stderr, "artisan:", oneLine(err))
	var parse *kong.ParseError
	var usage usageError
	if errors.As(err, &usage) { // it says what to do
		return exitUsage
	}
	if errors.As(err, &parse) {
		_, _ = fmt.Fprintln(stderr, "artisan: run `artisan --help` for what there is")
		return exitUsage
	}
	return exitFailed
}
