package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"strings"
	"time"

	"github.com/artisan-eats/artisan/host"
	"github.com/artisan-eats/artisan/valkey"
)

// settings are what every command that opens services can be told.
type settings struct {
	Data        string            `help:"Directory of databases and pictures." default:"./data" type:"path"`
	Blobs       string            `help:"Where pictures are kept: a directory, or s3://bucket/prefix?endpoint=URL&region=NAME for many replicas. The default is a directory in the data's." placeholder:"PLACE"`
	DatabaseURL string            `name:"database-url" help:"postgres://... puts every service on PostgreSQL, a schema each." placeholder:"URL"`
	Databases   databaseURLs      `embed:""`
	ValkeyURL   string            `name:"valkey-url" help:"redis://host:port of a Valkey or Redis that replicas of the front door share, rediss:// over TLS; without it each keeps its own pages and counts for itself." placeholder:"URL"`
	Connections int               `name:"database-connections" help:"Most connections to PostgreSQL of each service in the process." default:"12" placeholder:"N"`
	Peers       map[string]string `help:"Where the replicas of other processes' services are: catalog=dns:///catalog:9102;ordering=https://10.0.0.2:9103,https://10.0.0.3:9103;..." mapsep:";" placeholder:"NAME=URL,..."`
	Demo        *bool             `help:"Make a demo, with test payments and a mailbox page, in empty databases. It stays one. The default is yes for 'artisan up' with nothing set, and no for everything else." negatable:""`
	BaseURL     string            `name:"base-url" help:"The shop's public address, for links in mail." placeholder:"URL"`
	SMTPURL     string            `name:"smtp-url" help:"smtp://user:password@host:port to send mail by, over TLS (?tls=off without); without it mail stays in the mailbox." placeholder:"URL"`
	MailFrom    string            `help:"The sender of mail." default:"Artisan Eats <shop@localhost>"`
	LogLevel    slog.Level        `help:"debug, info, warn or error." default:"info"`
	LogFormat   string            `help:"text or json." enum:"text,json" default:"text"`
	AuditLog    string            `help:"Where the lines of the security log leave to: a file, stderr, - or none. The default is stderr with --log-format json, and none else." placeholder:"FILE"`
	DrainDelay  time.Duration     `help:"How long to serve on after SIGTERM, so that balancers notice." default:"0s"`
	secrets
}

// databaseURLs put one service each on a PostgreSQL of its own.
type databaseURLs struct {
	Identity  string `name:"identity-database-url" hidden:""`
	Catalog   string `name:"catalog-database-url" hidden:""`
	Inventory string `name:"inventory-database-url" hidden:""`
	Delivery  string `name:"delivery-database-url" hidden:""`
	Ordering  string `name:"ordering-database-url" hidden:""`
	Payments  string `name:"payments-database-url" hidden:""`
	Notify    string `name:"notify-database-url" hidden:""`
}

func (d databaseURLs) byService() map[string]string {
	return map[string]string{
		"identity": d.Identity, "catalog": d.Catalog, "inventory": d.Inventory, "delivery": d.Delivery,
		"ordering": d.Ordering, "payments": d.Payments, "notify": d.Notify,
	}
}

// config is the process that the settings describe, started like this. It reads the secrets that are in
// files.
func (s *settings) config(at start, admin, command string, stderr io.Writer) (host.Config, error) {
	if err := s.readSecrets(); err != nil {
		return host.Config{}, err
	}
	err := cmp.Or(checkPorts(at, admin), s.checkOpen(at), s.checkConnections(), s.checkValkey())
	if err != nil {
		return host.Config{}, err
	}
	secret, older, err := s.masterKeys()
	if err != nil {
		return host.Config{}, err
	}
	c := host.Config{
		Data: s.Data, Listen: at.listen, Admin: admin, DatabaseURL: s.DatabaseURL,
		DatabaseURLs: s.Databases.byService(), DatabaseConns: s.Connections,
		Peers: s.Peers, PeerToken: s.PeerToken, OlderPeerTokens: words(s.OlderPeerTokens),
		MetricsToken: s.MetricsToken, Secret: secret, OlderSecrets: older,
		ValkeyURL: s.ValkeyURL,
		Blobs:     s.Blobs, BlobsAccessKey: s.BlobsAccessKey, BlobsSecretKey: s.BlobsSecretKey,
		BaseURL: s.BaseURL, SMTPURL: s.SMTPURL, MailFrom: s.MailFrom, DrainDelay: s.DrainDelay,
		Command: command, Version: version(), Log: s.log(stderr), AuditLog: s.auditOut(stderr),
		Decide: func(found host.Found) (bool, error) { return s.isDemo(found, at) },
	}
	if c.BaseURL == "" && at.listen != "" {
		c.BaseURL = "http://" + at.listen
	}
	return c, nil
}

// checkPorts refuses two listeners at one address, unless the system chooses the port.
func checkPorts(at start, admin string) error {
	if at.listen == "" || at.listen != admin || strings.HasSuffix(admin, ":0") {
		return nil
	}
	return usageError{
		fmt.Errorf("--listen and --admin are both %s: give each a port of its own", admin),
	}
}

// checkOpen refuses to open a shop to others without TLS: what they send, and the cookies that they get,
// would be anybody's.
func (s *settings) checkOpen(at start) error {
	if !at.public || onLoopback(at.listen) || strings.HasPrefix(strings.ToLower(s.BaseURL), "https://") {
		return nil
	}
	return usageError{
		errors.New(
			"the shop would be open beyond this machine without HTTPS: set ARTISAN_BASE_URL to its https:// address, " +
				"with a proxy in front that has the certificate, or listen on 127.0.0.1"),
	}
}

// leastConnections is how many a service has at least: some of its commits wait for others.
const leastConnections = 4

func (s *settings) checkConnections() error {
	if s.Connections < leastConnections {
		return usageError{fmt.Errorf("--database-connections is %d: a service has at least %d", s.Connections,
			leastConnections)}
	}
	return nil
}

func (s *settings) checkValkey() error {
	if s.ValkeyURL == "" {
		return nil
	}
	if _, err := valkey.ReadURL(s.ValkeyURL); err != nil {
		return usageError{err}
	}
	return nil
}

// onLoopback reports whether an address is of this machine only; no address is.
func onLoopback(addr string) bool {
	name, _, err := net.SplitHostPort(addr)
	if err != nil {
		return addr == ""
	}
	ip := net.ParseIP(name)
	return name == "localhost" || (ip != nil && ip.IsLoopback())
}

func (s settings) log(stderr io.Writer) *slog.Logger {
	options := &slog.HandlerOptions{Level: s.LogLevel}
	if s.LogFormat == "json" {
		return slog.New(slog.NewJSONHandler(stderr, options))
	}
	return slog.New(slog.NewTextHandler(stderr, options))
}
