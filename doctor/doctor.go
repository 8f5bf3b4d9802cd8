// Package doctor looks at a shop's configuration, its databases and its processes that run, and names what
// would hurt: each with what to do about it. It changes nothing, and says no secret.
package doctor

import (
	"context"
	"fmt"
	"slices"

	"github.com/artisan-eats/artisan/fault"
	"github.com/artisan-eats/artisan/host"
)

// Level is how bad a finding is.
type Level string

// The levels. What fails does not start, does not work, or loses something; what warns will, one day.
const (
	OK   Level = "ok"
	Warn Level = "warn"
	Fail Level = "fail"
)

// Finding is one thing that was looked at.
type Finding struct {
	Level Level `json:"level"`
	// Code names what was looked at; see Checks.
	Code string `json:"code"`
	// Says is what was found, and what to do, in a line.
	Says string `json:"says"`
}

// Shop is what is looked at.
type Shop struct {
	host.Config
	Services []host.Service
	// Refused is why no process starts with these settings; nil where one does.
	Refused error
	// Unread are settings that are made and that nothing reads, and why that is.
	Unread []string
	// SecretFiles are the files that secrets are read from.
	SecretFiles []string
	// Edges are the public addresses of the front doors, of which no other process knows: base URLs with
	// commas between them, or dns:///NAME:PORT. Empty where one process serves all.
	Edges string
	// LeastFree is how many bytes a disk has free at the least; zero is 1 GiB.
	LeastFree uint64
}

// check is one thing that is looked at.
type check struct {
	code string
	// at is what is looked at, for people.
	at string
	// look answers with what it found; with nothing, where the shop has no such thing. Its error is why it
	// could not be looked at.
	look func(ctx context.Context, v *visit) ([]Finding, error)
}

// checks are all that is looked at, in the order in which it is said.
var checks = []check{
	{"refused", "settings that no process starts with", refused},
	{"unread", "settings that nobody reads", unread},
	{"secrets", "secrets that are easily guessed, used twice, or open to others", secrets},
	{"certificates", "certificates about to end", certificates},
	{"database", "databases that cannot be reached", reachable},
	{"migration", "migrations that have not run", migrations},
	{"clock", "clocks that are apart", clocks},
	{"standby", "databases without a standby", standbys},
	{"backup", "databases without a recent backup", backups},
	{"connections", "more connections than the database takes", connections},
	{"once", "services that run once", once},
	{"away", "replicas that do not answer", away},
	{"versions", "replicas of several versions", versions},
	{"queue", "queues that grow", queues},
	{"disk", "disks that fill", disks},
	{"pictures", "pictures that only one replica has", pictures},
	{"mail", "letters that do not leave", mail},
}

// Look looks at everything.
func Look(ctx context.Context, s Shop) (found []Finding) {
	v := enter(ctx, s)
	defer v.leave()
	for _, c := range checks {
		said, err := c.try(ctx, v)
		if err != nil {
			said = append(said, warn("could not be looked at: %v", err))
		}
		for _, f := range said {
			f.Code = c.code
			found = append(found, f)
		}
	}
	return found
}

func (c check) try(ctx context.Context, v *visit) (said []Finding, err error) {
	defer fault.Recover(&err)
	return c.look(ctx, v)
}

// Worst is the worst level of some findings.
func Worst(found []Finding) Level {
	is := func(level Level) bool {
		return slices.ContainsFunc(found, func(f Finding) bool { return f.Level == level })
	}
	switch {
	case is(Fail):
		return Fail
	case is(Warn):
		return Warn
	}
	return OK
}

func ok(format string, args ...any) Finding {
	return Finding{Level: OK, Says: fmt.Sprintf(format, args...)}
}

func warn(format string, args ...any) Finding {
	return Finding{Level: Warn, Says: fmt.Sprintf(format, args...)}
}

func fail(format string, args ...any) Finding {
	return Finding{Level: Fail, Says: fmt.Sprintf(format, args...)}
}

// orOK are findings, or that there is nothing to say against it.
func orOK(found []Finding, format string, args ...any) []Finding {
	if len(found) > 0 {
		return found
	}
	return []Finding{ok(format, args...)}
}
