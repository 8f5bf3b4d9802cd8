package doctor

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/artisan-eats/artisan/events"
	"github.com/artisan-eats/artisan/host"
	"github.com/artisan-eats/artisan/sqldb"
)

// errNoDatabase is why what is in databases cannot be looked at.
var errNoDatabase = errors.New("no database of the shop is there, or none can be opened")

// reachable says which databases cannot be opened.
func reachable(_ context.Context, v *visit) (found []Finding, err error) {
	said := map[string]bool{}
	for _, d := range v.databases {
		if d.err == nil {
			continue
		}
		where, setting := "at "+d.server, "ARTISAN_DATABASE_URL"
		if d.server == "" {
			where, setting = "in the data directory "+v.Data, "--data"
		}
		if text := fmt.Sprintf("the database %s cannot be opened (%s): look at %s, and whether it is there", where, oneLine(d.err), setting); !said[text] {
			said[text] = true
			found = append(found, fail("%s", text))
		}
	}
	if made := slices.ContainsFunc(v.databases, func(d database) bool { return d.db != nil }); !made {
		return orOK(found, "there are no databases yet; a start makes them"), nil
	}
	return orOK(found, "the databases can be opened"), nil
}

// migrations says which databases this version may not serve as they are.
func migrations(ctx context.Context, v *visit) (found []Finding, err error) {
	looked := 0
	for _, d := range v.databases {
		if d.db == nil {
			continue
		}
		looked++
		if err := host.Fits(ctx, d.db, d.service); err != nil {
			found = append(found, fail("%s: %s", d.service.Name, oneLine(err)))
		}
	}
	if looked == 0 {
		return nil, errNoDatabase
	}
	return orOK(found, "this version may serve all of %d databases", looked), nil
}

// clocks compares this machine's clock with those of databases and processes.
func clocks(ctx context.Context, v *visit) (found []Finding, err error) {
	looked := 0
	for _, s := range v.servers() {
		looked++
		before := v.Now()
		there, err := s.db().Now(ctx)
		if err != nil {
			return found, err
		}
		if err := host.CompareClocks(before, there, v.Now()); err != nil {
			found = append(found, fail("%v (%s)", err, s.name))
		}
	}
	for _, p := range v.processes {
		if p.err != nil || p.here {
			continue
		}
		looked++
		if p.off.Abs() > host.MostOff {
			side := "ahead of"
			if p.off < 0 {
				side = "behind"
			}
			found = append(found, fail("the clock of %s at %s is %s %s this machine's: set both by NTP, for who acts is believed for a minute only",
				p.service, p.url, p.off.Abs().Round(time.Second), side))
		}
	}
	if looked == 0 && v.alone() && v.inFiles() {
		return []Finding{ok("there is one machine, and so one clock")}, nil
	}
	if looked == 0 {
		return nil, errors.New("no database and no process answers")
	}
	return orOK(found, "the clocks of %d databases and processes are this machine's, within %s", looked, host.MostOff), nil
}

const (
	// longWait is how long an event may wait for its subscriber before the queue is said to grow.
	longWait = 5 * time.Minute
	// manyWait is how many may.
	manyWait = 10_000
)

// queues looks for events that wait for too long.
func queues(ctx context.Context, v *visit) (found []Finding, err error) {
	looked := 0
	for _, d := range v.databases {
		if d.db == nil || host.Fits(ctx, d.db, d.service) != nil {
			continue // another check has said so
		}
		w, err := events.Look(ctx, d.db)
		if err != nil {
			return found, err
		}
		looked++
		switch age := v.Now().Sub(w.Since).Round(time.Second); {
		case w.Refused > 0:
			found = append(found, warn("%d events of %s were refused by who is to hear them, and wait: the log of those says why, and Stuck at the operator's desk",
				w.Refused, d.service.Name))
		case w.Events > 0 && age > longWait, w.Events > manyWait:
			found = append(found, warn("%d events of %s wait, the oldest for %s: see whether those run that hear it, and whether it finds them (ARTISAN_PEERS)",
				w.Events, d.service.Name, age))
		}
	}
	if looked == 0 {
		return nil, errNoDatabase
	}
	return orOK(found, "no event of %d services waits for longer than %s", looked, longWait), nil
}

// connections compares what the services may open with what a server takes.
func connections(ctx context.Context, v *visit) (found []Finding, err error) {
	for _, s := range v.servers() {
		var most, reserved int
		if err := s.db().Read().QueryRowContext(ctx, `SELECT CAST(current_setting('max_connections') AS INTEGER),
			CAST(current_setting('superuser_reserved_connections') AS INTEGER)`).Scan(&most, &reserved); err != nil {
			return found, sqldb.Classify(err)
		}
		each, wants := v.DatabaseConns, 0
		if each == 0 {
			each = 12
		}
		for _, d := range s.own {
			wants += each * max(1, v.count(ctx, d.service.Name))
		}
		if wants > most-reserved {
			found = append(found, warn("the services may open %d connections to %s, which takes %d: raise max_connections, or lower ARTISAN_DATABASE_CONNECTIONS",
				wants, s.name, most-reserved))
		} else {
			found = append(found, ok("the services may open %d connections to %s, which takes %d", wants, s.name, most-reserved))
		}
	}
	return found, nil
}

// services are those of a server's databases.
func (s server) services() string {
	var names []string
	for _, d := range s.own {
		names = append(names, d.service.Name)
	}
	slices.Sort(names)
	return list(names)
}
