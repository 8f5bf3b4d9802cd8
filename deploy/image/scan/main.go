// Command scan holds what the program is made of against the Go vulnerability database: fetched where
// vuln.go.dev answers, else the copy beside this file. It says which one it was and how old that is. With
// govulncheck it tells too what of that is in the program, and not only in a module of it.
package main

import (
	"context"
	"debug/buildinfo"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"time"

	"github.com/artisan-eats/artisan/deploy/image/ship"
	"github.com/artisan-eats/artisan/deploy/image/spdx"
)

// database is where the Go project publishes it.
const database = "https://vuln.go.dev"

// patience is how long an answer of the network is waited for.
const patience = 20 * time.Second

func main() {
	ctx, stop := context.WithTimeout(context.Background(), 5*time.Minute)
	err := run(ctx, os.Args[1:], os.Stdout)
	stop()
	if err != nil {
		_, _ = fmt.Fprintln(os.Stderr, "scan:", err)
		os.Exit(1)
	}
}

// options are what the command can be told.
type options struct {
	bill, binary string // what is scanned
	from         string // where the database is
	checker      string // govulncheck, which knows what of a program is called
	pin          string // the file that gets a copy of the database instead
}

// run is the program, so that tests can run it too.
func run(ctx context.Context, args []string, stdout io.Writer) error {
	var o options
	flags := flag.NewFlagSet("scan", flag.ContinueOnError)
	flags.StringVar(&o.bill, "bill", "", "the bill of materials, a `file` of SPDX 2.3, that is scanned")
	flags.StringVar(&o.binary, "binary", "", "the `program` whose bill is made and scanned")
	flags.StringVar(&o.checker, "govulncheck", "", "the `program` that says what of -binary is called")
	flags.StringVar(&o.from, "from", database, "the `address` of the database")
	flags.StringVar(&o.pin, "pin", "", "make the copy anew instead, in this `file`")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if (o.bill == "") == (o.binary == "") || o.bill != "" && o.checker != "" {
		return errors.New("name what is scanned, by -bill or by -binary; -govulncheck goes with -binary")
	}
	doc, err := billOf(o, stdout)
	if err != nil {
		return err
	}
	if o.pin != "" {
		return pinCopy(ctx, doc, o.pin)
	}
	known, err := current(ctx, o.from, stdout)
	if err != nil {
		return err
	}
	err = tell(known, doc, stdout)
	if o.checker != "" {
		err = errors.Join(err, check(ctx, o, known, doc, stdout))
	}
	return err
}

// current is the database as it is published, or the copy; it says which.
func current(ctx context.Context, from string, stdout io.Writer) (*vulns, error) {
	known, err := fetch(ctx, &http.Client{Timeout: patience}, from)
	if err != nil {
		_, _ = fmt.Fprintf(stdout, "the database at %s cannot be had (%v), so the pinned copy has to do\n", from, err)
		if known, err = pinned(); err != nil {
			return nil, err
		}
	}
	_, _ = fmt.Fprintf(stdout, "held against %s, of %s, %d days old\n",
		known.name, known.asOf.Format(time.DateOnly), int(time.Since(known.asOf).Hours())/24)
	return known, nil
}

// billOf reads a bill, or makes that of a program as it is shipped: by another Go, perhaps,
// than built it here.
func billOf(o options, stdout io.Writer) (*spdx.Document, error) {
	if o.bill != "" {
		return spdx.Read(o.bill)
	}
	info, err := buildinfo.ReadFile(o.binary)
	if err != nil {
		return nil, err
	}
	if info.GoVersion != ship.Go {
		_, _ = fmt.Fprintf(
			stdout, "it was built here by %s; it is shipped as built by %s, which is what counts\n", info.GoVersion, ship.Go)
		info.GoVersion = ship.Go
	}
	return spdx.Of(info, nil), nil
}

// tell prints what is known of each package, and fails where that is anything.
func tell(known *vulns, doc *spdx.Document, stdout io.Writer) error {
	modules, found := doc.Modules(), 0
	for _, m := range modules {
		for _, e := range known.entries {
			if !e.affects(m.Path, m.Version) {
				continue
			}
			if why := accepted[e.ID]; why != "" {
				_, _ = fmt.Fprintf(stdout, "%s of %s is no matter here: %s\n", e.ID, m.Path, why)
				continue
			}
			found++
			_, _ = fmt.Fprintf(
				stdout, "%s %s: %s: %s; %s\n", m.Path, m.Version, e.ID, e.Summary, e.fix(m.Path))
		}
	}
	_, _ = fmt.Fprintf(stdout, "scan: %d modules, %d known to be wrong\n", len(modules), found)
	if found > 0 {
		return fmt.Errorf("%d mistakes are known to everybody: take the versions that mend them", found)
	}
	return nil
}

// accepted are entries that cannot hurt here, each with the reason. What govulncheck finds is not asked.
var accepted = map[string]string{
	"GO-2026-5932": "it is about openpgp, which nothing here imports",
}
