package main

import (
	"errors"
	"net/url"
	"slices"

	"github.com/artisan-eats/artisan/host"
)

// A demo is open to whoever reaches it: everybody reads its mail and pays with test cards. So what is a demo
// is never guessed of a shop. It is asked for with --demo, or it is `artisan up` with nothing set; either
// only where the databases are empty. From then on it is a property of the data.

// start is how a process is started, as far as it matters here.
type start struct {
	up     bool // `artisan up`, not `artisan serve` or a command
	public bool // with the edge
	listen string
}

// isDemo decides whether what a process finds is a demo's, or becomes one.
func (s settings) isDemo(found host.Found, at start) (bool, error) {
	has := func(kind host.Kind) bool { return slices.Contains(found.Kinds, kind) }
	asked, refused := s.Demo != nil && *s.Demo, s.Demo != nil && !*s.Demo
	switch {
	case has(host.Demo) && has(host.Real):
		return false,
			errors.New("some of these databases are a demo's and some are a shop's: name those of one")
	case has(host.Demo) && refused:
		return false,
			errors.New(
				"this data is a demo's, and stays so: leave --no-demo out, or name another data directory and other databases")
	case has(host.Demo):
		return true, s.fitForDemo(at)
	case has(host.Real) && asked, has(host.Former) && asked && !s.wasDemo(found, at):
		return false,
			errors.New(
				"this data is a shop's, and a demo is made in empty databases only: leave --demo out, or name another data directory and other databases")
	case has(host.Real), refused:
		return false, nil
	case asked:
		return true, s.fitForDemo(at)
	// the edge has no database, but perhaps the data directory of a demo
	case has(host.Former), len(found.Kinds) == 0:
		return s.wasDemo(found, at), nil
	}
	return at.up && s.nothingSet(at), nil
}

// fitForDemo refuses settings of a shop that others can reach.
func (s settings) fitForDemo(at start) error {
	var what string
	switch {
	case s.Secret != "":
		what = "ARTISAN_SECRET is set"
	case s.SMTPURL != "":
		what = "ARTISAN_SMTP_URL is set"
	case s.BaseURL != "" && !atHome(s.BaseURL):
		what = "the base URL is not of this machine"
	case at.public && !onLoopback(at.listen):
		what = "it listens beyond this machine"
	default:
		return nil
	}
	return usageError{errors.New("this is a demo, with test payments and mail that everybody reads, and " +
		what +
		": leave that out, or make a shop that is no demo in another data directory and other databases")}
}

// atHome reports whether a URL is of this machine.
func atHome(address string) bool {
	u, err := url.Parse(address)
	return err == nil && (u.Hostname() == "localhost" || onLoopback(u.Hostname()+":0"))
}

// nothingSet reports whether the settings are those of who tries the program out.
func (s settings) nothingSet(at start) bool {
	return s.fitForDemo(at) == nil && s.BaseURL == "" && s.onSQLite() && onLoopback(at.listen)
}

// wasDemo tells whether a version that did not write it down ran the data as a demo: on this machine alone,
// with a key of its own.
func (s settings) wasDemo(found host.Found, at start) bool {
	return found.OwnSecret && s.fitForDemo(at) == nil && s.onSQLite() && onLoopback(at.listen)
}

func (s settings) onSQLite() bool {
	return s.DatabaseURL == "" && s.Databases == databaseURLs{}
}
