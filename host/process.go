package host

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"connectrpc.com/connect/v2"

	"github.com/artisan-eats/artisan/audit"
	"github.com/artisan-eats/artisan/events"
	"github.com/artisan-eats/artisan/gen/artisan/events/v1/eventsv1connect"
	"github.com/artisan-eats/artisan/share"
	"github.com/artisan-eats/artisan/sqldb"
	"github.com/artisan-eats/artisan/valkey"
)

// Process is a set of services that run together.
type Process struct {
	config  Config
	table   []Service
	hosts   map[string]*Host
	clients map[string]*connect.Client
	metrics *metrics
	// clientele are the visitors of the public address.
	clientele *share.Clients
	// valkey is there once a service has asked for it.
	valkey *valkey.Client
	locks  []*dataLock
	ready  atomic.Bool
	mark   mark
	circle circle
	// strangers are the services that a process of another shop has called.
	strangers sync.Map

	stop      context.CancelFunc // ends jobs and deliveries
	serving   context.Context    //nolint:containedctx // of all requests, until interrupt
	interrupt context.CancelFunc // ends the contexts of requests under way
	draining  chan struct{}      // closed when the drain delay is over
	ended     func() error       // Stop, once
	working   sync.WaitGroup
	servers   []*http.Server
	// Addresses that the listeners got.
	ListenAddr, AdminAddr, RedirectAddr string
	failed                              chan error
}

// New opens the named services of the table: databases, schemas, wiring. Nothing
// runs yet, and no address is taken; Client works for services of this process.
func New(ctx context.Context, config Config, table []Service, names ...string) (*Process, error) {
	config.setDefaults()
	p := &Process{
		config: config, table: table, hosts: map[string]*Host{}, clients: map[string]*connect.Client{},
		metrics: newMetrics(), failed: make(chan error, 4), draining: make(chan struct{}),
	}
	p.ended = sync.OnceValue(p.end)
	// what they do is the shop's
	p.serving, p.interrupt = context.WithCancel(audit.With(context.WithoutCancel(ctx), audit.Actor{}))
	if err := p.open(ctx, names); err != nil {
		return nil, errors.Join(err, p.close())
	}
	return p, nil
}

func (c *Config) setDefaults() {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Random == nil {
		c.Random = rand.Reader
	}
	if c.DrainTimeout == 0 {
		c.DrainTimeout = drainTimeout
	}
	if c.Command == "" {
		c.Command = "artisan"
	}
}

// database says where a service's database is.
func (c *Config) database(s Service) sqldb.Config {
	url := c.DatabaseURL
	if own := c.DatabaseURLs[s.Name]; own != "" {
		url = own
	}
	return sqldb.Config{
		URL: url, Schema: c.SchemaPrefix + s.Name, Path: filepath.Join(c.Data, s.Name+".db"),
		Now: c.Now, Searches: s.Searches, KeepSchema: c.KeepSchema, MaxConns: c.DatabaseConns,
	}
}

func (p *Process) open(ctx context.Context, names []string) error {
	services, err := p.choose(names)
	if err != nil {
		return err
	}
	if err := p.join(names); err != nil {
		return err
	}
	if err := keepPrivate(p.config.Data); err != nil {
		return err
	}
	for _, s := range services {
		lock, err := lockData(p.config.Data, s.Name, p.config.Command)
		if err != nil {
			return err
		}
		p.locks = append(p.locks, lock)
	}
	for _, s := range services {
		p.hosts[s.Name] = &Host{
			name: s.Name, process: p, rpc: connect.NewServer(p.serverInterceptor(s.Name)),
			calls: s.Calls, peers: map[string]*connect.Client{},
		}
	}
	if err := eachAtOnce(services,
		func(s Service) error { return p.hosts[s.Name].openDatabase(ctx, s) }); err != nil {
		return err
	}
	if err := p.decide(); err != nil {
		return err
	}
	if err := p.loadSecret(); err != nil {
		return err
	}
	if p.mark, err = markOf(p.config); err != nil {
		return err
	}
	if err := eachAtOnce(services,
		func(s Service) error { return p.hosts[s.Name].migrate(ctx, s) }); err != nil {
		return err
	}
	if err := p.meetClients(); err != nil {
		return err
	}
	if err := p.wire(); err != nil {
		return err
	}
	for _, s := range services {
		p.hosts[s.Name].serveTroubles()
		p.hosts[s.Name].serveJournal()
		if err := s.New(p.hosts[s.Name]); err != nil {
			return fmt.Errorf("start %s: %w", s.Name, err)
		}
		if to := p.hosts[s.Name].strayed.Load(); to != nil {
			return fmt.Errorf("start %s: %w", s.Name, stray{s.Name, *to}.err())
		}
	}
	return p.settle(ctx, Fresh)
}

func (p *Process) choose(names []string) ([]Service, error) {
	var services []Service
	for _, name := range names {
		at := slices.IndexFunc(p.table, func(s Service) bool { return s.Name == name })
		if at < 0 {
			return nil, fmt.Errorf("there is no service %q", name)
		}
		services = append(services, p.table[at])
	}
	return services, nil
}

// eachAtOnce does something for all services and answers with everything that went wrong.
func eachAtOnce(services []Service, do func(Service) error) error {
	var all sync.WaitGroup
	failures := make([]error, len(services))
	for i, s := range services {
		all.Go(func() { failures[i] = do(s) })
	}
	all.Wait()
	return errors.Join(failures...)
}

// wire decides where every peer is: in this process, or wherever its replicas are. A service has the clients
// of those that its line names.
func (p *Process) wire() error {
	places, err := p.places()
	if err != nil {
		return err
	}
	ways := map[string]way{}
	for _, s := range p.table {
		if ways[s.Name], err = p.wayTo(s.Name, places); err != nil {
			return err
		}
		p.clients[s.Name] = ways[s.Name].client()
	}
	for _, h := range p.hosts {
		for _, name := range h.calls {
			to, known := ways[name]
			if !known {
				to = lost(name)
			}
			h.peers[name] = to.client(h.keepsTo(name))
		}
	}
	for _, s := range p.table {
		if h := p.hosts[s.Name]; h != nil && h.db != nil {
			h.publisher = events.NewPublisher(s.Name, h.db, h.Now, h.Log(), p.subscribers(s.Name))
		}
	}
	return nil
}

func (p *Process) subscribers(publisher string) map[string]eventsv1connect.EventServiceClient {
	clients := map[string]eventsv1connect.EventServiceClient{}
	for _, s := range p.table {
		if slices.Contains(s.Consumes, publisher) {
			clients[s.Name] = eventsv1connect.NewEventServiceClient(p.Client(s.Name))
		}
	}
	return clients
}

// Client calls a service, wherever it is. To one that is nowhere every call is Unavailable.
func (p *Process) Client(name string) *connect.Client {
	if c := p.clients[name]; c != nil {
		return c
	}
	return connect.NewClient(unaddressed(name), clientInterceptor)
}

// Host is a service's host; nil when the process does not run it.
func (p *Process) Host(name string) *Host { return p.hosts[name] }

// Start takes the addresses, starts jobs and deliveries, and is ready.
func (p *Process) Start(ctx context.Context) error {
	if err := p.settle(ctx, Former); err != nil {
		return errors.Join(err, p.close())
	}
	if err := p.listen(ctx); err != nil {
		return errors.Join(err, p.Stop())
	}
	for _, lock := range p.locks {
		if err := lock.publish(p.AdminAddr); err != nil {
			return errors.Join(err, p.Stop())
		}
	}
	p.Work(ctx)
	p.ready.Store(true)
	return nil
}

// Work starts jobs and deliveries without taking addresses, for commands and tests.
func (p *Process) Work(ctx context.Context) {
	// What jobs and events do is the shop's own doing, and not that of whoever started it.
	working, stop := context.WithCancel(audit.With(context.WithoutCancel(ctx), audit.Actor{}))
	p.stop = stop
	if p.valkey != nil {
		p.working.Go(func() { p.valkey.Keep(working) })
	}
	for _, h := range p.hosts {
		if h.publisher != nil {
			p.working.Go(func() { h.publisher.Run(working) })
		}
		for _, job := range h.jobs {
			p.working.Go(func() { job.loop(working) })
		}
	}
}

// Run waits until ctx ends or an address is lost, and stops in order.
func (p *Process) Run(ctx context.Context) error {
	var err error
	select {
	case <-ctx.Done():
	case err = <-p.failed:
	}
	return errors.Join(err, p.Stop())
}

// Stop drains and ends the process: not ready, still serving for the drain delay, no
// new connections, requests under way answered, then jobs, then databases. Only the first call does.
func (p *Process) Stop() error { return p.ended() }

func (p *Process) end() error {
	p.ready.Store(false)
	if len(p.servers) > 0 {
		time.Sleep(p.config.DrainDelay)
	}
	close(p.draining)
	failure := p.drain()
	if p.stop != nil {
		p.stop()
	}
	p.working.Wait()
	p.endJournals()
	return errors.Join(failure, p.close())
}

func (p *Process) close() error {
	var failures []error
	for _, h := range p.hosts {
		if h.db != nil {
			failures = append(failures, h.db.Close())
		}
	}
	for _, lock := range p.locks {
		failures = append(failures, lock.release())
	}
	return errors.Join(failures...)
}
