// Package host is what one process lends the services in it: a database, peers,
// events, a clock, randomness, jobs, health and an orderly end. Where a peer
// is (in this process or behind an address) is decided here and nowhere else.
package host

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"sync/atomic"
	"time"

	"connectrpc.com/connect/v2"

	"github.com/artisan-eats/artisan/events"
	"github.com/artisan-eats/artisan/gen/artisan/events/v1/eventsv1connect"
	"github.com/artisan-eats/artisan/id"
	"github.com/artisan-eats/artisan/sqldb"
)

// Service is a line of the services table.
type Service struct {
	Name string
	// New makes the service on its host: it registers its RPCs on h.RPC(), its jobs,
	// and what it consumes. It must not call peers: they may not be there yet.
	New func(h *Host) error
	// Migrations are of its database; nil when it has none.
	Migrations fs.FS
	// Sets are further tables of its database on an engine, which the service opens itself.
	Sets func(sqldb.Engine) []sqldb.Set
	// Searches says that its queries are not all by key; see sqldb.Config.
	Searches bool
	// Consumes names the services whose events it subscribes to.
	Consumes []string
	// Calls names the services that it calls; there is a Peer of no others.
	Calls []string
	// Front says that it is the front door: of who acts, what it says is passed on. It also asks services for
	// their security logs and troubles, for the operator.
	Front bool
}

// With is the same service, made in another way.
func (s Service) With(new func(h *Host) error) Service {
	s.New = new
	return s
}

// Config is what a process is told from outside. The zero value of a field is its default.
type Config struct {
	// Data is the directory of SQLite files and pictures.
	Data string
	// Listen is the public address when the edge is served, or else the address of the RPCs.
	Listen string
	// Blobs is where pictures are kept, and the keys open it; see blob.Config. It is a directory in Data when
	// it is empty.
	Blobs, BlobsAccessKey, BlobsSecretKey string
	// ValkeyURL is where replicas keep what they may know together for a moment; see valkey.ReadURL. Empty is
	// without.
	ValkeyURL string
	// Admin is the address of health, metrics and the commands that talk to a running process.
	Admin string
	// DatabaseURL puts every service on PostgreSQL, a schema each; empty is SQLite.
	DatabaseURL string
	// DatabaseURLs does so for one service, by name.
	DatabaseURLs map[string]string
	// DatabaseConns bounds the connections to PostgreSQL of each service in the process; zero is 12.
	DatabaseConns int
	// AnyClock lets the process's clock be another than the database's, for tests that hold it.
	AnyClock bool
	// SchemaPrefix goes before the name of every PostgreSQL schema, so that several shops share a server.
	SchemaPrefix string
	// KeepSchema leaves databases on PostgreSQL as they are: what lacks a step is refused, and Migrate is for
	// that. What is in a file is this process's alone, and it brings it to this version.
	KeepSchema bool
	// Peers say where the replicas of services in other processes are, by name: base URLs with commas between
	// them, or dns:///NAME:PORT.
	Peers map[string]string
	// TLSCert, TLSKey and TLSCA are PEM files by which processes know each other: see package trust.
	TLSCert, TLSKey, TLSCA string
	// PeersPlain lets processes of one machine speak plain HTTP instead, and know each other by PeerToken.
	PeersPlain bool
	// PeerToken is a secret that they share.
	PeerToken string
	// OlderPeerTokens are taken from peers too, while PeerToken turns.
	OlderPeerTokens []string
	// Secret is the master key of personal data, at least 32 bytes; the demo makes and keeps one in Data.
	Secret []byte
	// OlderSecrets were the master key before Secret: what they made is still read, nothing new is made with
	// them.
	OlderSecrets [][]byte
	// MetricsToken opens metrics and profiles on the admin address, beside the token of the lock files.
	MetricsToken string
	// Demo switches on what only a demo may have: the mailbox page, demo sign-ins.
	Demo bool
	// Decide, where it is set, decides Demo and TestPayments by what is found in the databases, before
	// anything is done with it.
	Decide func(Found) (demo bool, err error)
	// TestPayments switches the test provider on.
	TestPayments bool
	// BaseURL is the shop's public address, for links in mail; made from Listen when empty.
	BaseURL string
	// SMTPURL is smtp://user:password@host:port, over TLS (?tls=off without); empty keeps mail in the mailbox
	// only.
	SMTPURL string
	// MailFrom is the sender of mail.
	MailFrom string
	// AuditLog takes the lines of the security log, whole lines each time, from all services at once; nil
	// keeps them in the databases only.
	AuditLog io.Writer
	// DrainDelay is how long a process that is told to stop still takes new requests, so that
	// balancers notice.
	DrainDelay time.Duration
	// DrainTimeout bounds how long a stop waits for requests under way: 20 s.
	DrainTimeout time.Duration

	// TrustedProxies are addresses or networks of the proxies before the shop, whose word about where a
	// request comes from is believed; or "none". When it is empty this machine itself is held to no share;
	// see package share.
	TrustedProxies []string
	// CheckoutsASecond bounds how many checkouts a front door lets in; zero does not.
	CheckoutsASecond float64
	// ForwardedHeader is the one that they set: X-Forwarded-For, or Forwarded.
	ForwardedHeader string
	// PublicH2C lets the public address speak HTTP/2 without TLS, for a proxy that does.
	PublicH2C bool
	// PublicCert and PublicKey are PEM files for HTTPS at the public address, taken anew when they change.
	PublicCert, PublicKey string
	// ACME fetches a certificate for the name in BaseURL instead, and agrees to the authority's terms.
	ACME bool
	// ACMEEmail is told to the authority, which may write to it. ACMEDirectory is another than Let's
	// Encrypt's, and ACMECA a file of the certificates that it is known by.
	ACMEEmail, ACMEDirectory, ACMECA string
	// PublicHTTP is an address that sends browsers on to HTTPS, and answers the authority.
	PublicHTTP string

	// Command names the process to whoever finds the data directory locked.
	Command string
	// Version is which version of the program it is, for whoever asks after its health.
	Version string

	Log    *slog.Logger
	Now    func() time.Time
	Random io.Reader
}

// Host is one service's side of the process.
type Host struct {
	name      string
	process   *Process
	db        *sqldb.DB
	rpc       *connect.Server
	publisher *events.Publisher
	troubles  *troubles
	journal   journal
	kind      Kind
	jobs      []*Job
	public    http.Handler
	// calls are those that the service may call, peers their clients. It asked for strayed, which is none.
	calls   []string
	peers   map[string]*connect.Client
	strayed atomic.Pointer[string]
}

// Name is the service's own.
func (h *Host) Name() string { return h.name }

// Config is the process's.
func (h *Host) Config() Config { return h.process.config }

// Log is the process's log, with the service's name on each line.
func (h *Host) Log() *slog.Logger { return h.process.config.Log.With("service", h.name) }

// DB is the service's own database; nil for a service without migrations.
func (h *Host) DB() *sqldb.DB { return h.db }

// Now is the time, in UTC.
func (h *Host) Now() time.Time { return h.process.config.Now().UTC() }

// Random is the source of all randomness.
func (h *Host) Random() io.Reader { return h.process.config.Random }

// NewID makes an ID; see package id.
func (h *Host) NewID(kind, market string) string {
	return id.New(kind, market, h.Now(), h.Random())
}

// RPC is where the service registers what it serves.
func (h *Host) RPC() *connect.Server { return h.rpc }

// Publish writes events in the transaction that makes the change.
func (h *Host) Publish(ctx context.Context, tx *sqldb.Tx, batch ...events.Event) error {
	for i := range batch {
		if batch[i].ID == "" {
			batch[i].ID = h.NewID(id.Event, id.Global)
		}
	}
	return h.publisher.Publish(ctx, tx, batch...)
}

// Consume names what handles the events that the service subscribes to.
func (h *Host) Consume(handle events.Handler) {
	inbox := events.NewSubscriber(h.db, h.Now, h.Log(), handle)
	eventsv1connect.RegisterEventServiceHandler(h.rpc, inbox)
	h.Every("forget what was received", events.ForgetEvery, inbox.Forget)
}

// ServePublic gives the handler of the public address: the edge's.
func (h *Host) ServePublic(handler http.Handler) { h.public = handler }

// Ready reports whether the process takes requests: started and not yet draining.
func (h *Host) Ready() bool { return h.process.ready.Load() }

// Draining is closed when the process stops taking requests: what waits for something to happen ends then,
// so that nobody waits for it.
func (h *Host) Draining() <-chan struct{} { return h.process.draining }

// Every runs a job at an interval while the process lives, and whenever it is woken, in each replica of the
// service: what they share they claim row by row, or one of them runs it at a time; see Job.Alone.
// A job that fails is logged and runs again at its next turn.
func (h *Host) Every(name string, interval time.Duration, run func(context.Context) error) *Job {
	job := &Job{
		name: name, interval: interval, run: run, log: h.Log(), wake: make(chan struct{}, 1), db: h.db,
	}
	h.jobs = append(h.jobs, job)
	return job
}

// openDatabase opens a service's database and reads what kind of shop it belongs to.
func (h *Host) openDatabase(ctx context.Context, service Service) (err error) {
	if service.Migrations == nil {
		return nil
	}
	if h.db, err = sqldb.Open(ctx, h.process.config.database(service)); err != nil {
		return fmt.Errorf("%s: %w", service.Name, err)
	}
	if err = h.checkClock(ctx); err != nil {
		return fmt.Errorf("%s: %w", service.Name, err)
	}
	if h.kind, err = readKind(ctx, h.db, service.Name); err != nil {
		return fmt.Errorf("%s: %w", service.Name, err)
	}
	h.watchClock()
	return nil
}

// migrate brings a service's database to this version.
func (h *Host) migrate(ctx context.Context, service Service) error {
	if service.Migrations == nil {
		return nil
	}
	for _, set := range setsOf(service, h.db.Engine) {
		if err := h.db.Migrate(ctx, set.Name, set.Files); err != nil {
			return fmt.Errorf("%s: %w", service.Name, err)
		}
	}
	if err := h.openJournal(ctx); err != nil {
		return fmt.Errorf("%s: %w", service.Name, err)
	}
	return nil
}
