package doctor

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/artisan-eats/artisan/host"
	"github.com/artisan-eats/artisan/peer"
	"github.com/artisan-eats/artisan/sqldb"
)

// patience bounds how long one database, or one process, is waited for.
const patience = 15 * time.Second

// visit is one look at a shop: what is asked once, and looked at by several checks.
type visit struct {
	Shop
	places    map[string]peer.Place
	databases []database
	processes []process
	// lost are services whose replicas cannot be asked, and why.
	lost map[string]error
}

// database is a service's.
type database struct {
	service host.Service
	// server is where it is, without who comes and with which password; empty where it is a file.
	server string
	db     *sqldb.DB // nil where there is none yet, or it cannot be opened
	err    error
}

// enter opens the databases and asks the processes.
func enter(ctx context.Context, s Shop) *visit {
	if s.Now == nil {
		s.Now = time.Now
	}
	v := &visit{Shop: s, lost: map[string]error{}}
	var err error
	if v.places, err = s.Places(s.Services); err != nil && v.Refused == nil {
		v.Refused = err
	}
	v.openDatabases(ctx)
	v.askProcesses(ctx)
	return v
}

func (v *visit) leave() {
	for _, d := range v.databases {
		if d.db != nil {
			_ = d.db.Close()
		}
	}
}

func (v *visit) openDatabases(ctx context.Context) {
	for _, s := range v.Services {
		if s.Migrations != nil {
			url := cmp.Or(v.DatabaseURLs[s.Name], v.DatabaseURL)
			v.databases = append(v.databases, database{service: s, server: serverOf(url)})
		}
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	var all sync.WaitGroup
	for i := range v.databases {
		all.Go(func() { v.databases[i].open(ctx, v.Config) })
	}
	all.Wait()
}

func (d *database) open(ctx context.Context, c host.Config) {
	if d.db, d.err = c.Look(ctx, d.service); d.db == nil || d.err != nil {
		d.db = nil
		return
	}
	if _, d.err = d.db.Now(ctx); d.err == nil {
		_, d.err = host.KindOf(ctx, d.db, d.service)
	}
	if d.err != nil {
		_ = d.db.Close()
		d.db = nil
	}
}

// serverOf names the server of a database's URL.
func serverOf(url string) string {
	if url == "" {
		return ""
	}
	config, err := pgx.ParseConfig(url)
	if err != nil {
		return "a URL that cannot be read" // the parser's text would repeat the password
	}
	return fmt.Sprintf("%s:%d", config.Host, config.Port)
}

// server is a PostgreSQL server, and the databases on it.
type server struct {
	name string
	own  []database
}

// db is a way to the server: any of its databases.
func (s server) db() *sqldb.DB { return s.own[0].db }

// servers are those that answer, by name.
func (v *visit) servers() (all []server) {
	for _, d := range v.databases {
		if d.server == "" || d.db == nil {
			continue
		}
		at := slices.IndexFunc(all, func(s server) bool { return s.name == d.server })
		if at < 0 {
			at, all = len(all), append(all, server{name: d.server})
		}
		all[at].own = append(all[at].own, d)
	}
	return all
}

// inFiles reports whether some of the databases are files.
func (v *visit) inFiles() bool {
	return slices.ContainsFunc(v.databases, func(d database) bool { return d.server == "" })
}

// alone reports whether one process serves the whole shop.
func (v *visit) alone() bool { return len(v.Peers) == 0 }

// list is some words, with commas between them.
func list(words []string) string { return strings.Join(words, ", ") }
