package host

import (
	"crypto/tls"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/http"
	"slices"
	"strings"

	"github.com/artisan-eats/artisan/peer"
	"github.com/artisan-eats/artisan/trust"
)

var errNoTrust = errors.New(
	"the shop's processes know each other by certificates, which this one has not: make some with `artisan certs DIR`, and set --tls-cert, --tls-key and --tls-ca; " +
		"on one machine they may do without, with --peers-plain and the same ARTISAN_PEER_TOKEN for all")

var errNoPeerToken = errors.New(
	"processes of one machine that speak plain HTTP know each other by a secret: set ARTISAN_PEER_TOKEN or ARTISAN_PEER_TOKEN_FILE to the same value for every one of them, e.g. from `openssl rand -hex 32`")

// circle is how a process is known to the shop's others, and knows them: by certificates, or, on one machine
// and where that is asked for, by a secret. Neither, where it has nothing to do with others.
type circle struct {
	table    trust.Table
	identity *trust.Identity // nil without certificates
	tokens   *trust.Tokens   // nil with neither
	refusals *trust.Refusals
}

// plain reports whether it is the secret.
func (c *circle) plain() bool { return c.tokens != nil && c.identity == nil }

// tableOf says who may call what.
func tableOf(services []Service) (table trust.Table) {
	for _, s := range services {
		table = append(table, trust.Line{Service: s.Name, Calls: s.Calls, Hears: s.Consumes, Front: s.Front})
	}
	return table
}

// join reads what a process with some services is known by.
func (p *Process) join(names []string) (err error) {
	c := p.config
	p.circle.table = tableOf(p.table)
	p.circle.refusals = trust.NewRefusals(c.Log, c.Now)
	switch {
	case c.TLSCert == "" && c.TLSKey == "" && c.TLSCA == "":
		if c.PeersPlain && c.PeerToken != "" {
			p.circle.tokens = trust.Shared(names, c.Now, c.peerTokens()...)
		}
		return nil
	case c.PeersPlain:
		return errors.New("processes know each other by certificates (--tls-cert) or speak plain HTTP (--peers-plain), not both")
	case c.TLSCert == "" || c.TLSKey == "" || c.TLSCA == "":
		return errors.New("a certificate, its key and its authority belong together: set --tls-cert, --tls-key and --tls-ca")
	}
	files := trust.Files{Cert: c.TLSCert, Key: c.TLSKey, CA: c.TLSCA}
	p.circle.identity, err = trust.Open(files, names, c.Now, c.Log, p.circle.refusals)
	if err != nil {
		return fmt.Errorf("--tls-cert, --tls-key and --tls-ca (`artisan certs DIR` makes them): %w", err)
	}
	p.circle.tokens = p.circle.identity.Tokens()
	return nil
}

// peerTokens are those that peers may show: the first is the process's own.
func (c *Config) peerTokens() []string { return append([]string{c.PeerToken}, c.OlderPeerTokens...) }

// checkCircle refuses to speak with other processes in a way that others of the network could listen to, or
// join in.
func (p *Process) checkCircle() error {
	called := p.config.Listen != "" && p.publicHandler() == nil
	calls := false
	for name := range p.config.Peers {
		calls = calls || p.hosts[name] == nil
	}
	switch {
	case !called && !calls, p.circle.identity != nil:
	case !p.config.PeersPlain:
		return errNoTrust
	case p.circle.tokens == nil:
		return errNoPeerToken
	case called && !loopback(p.config.Listen):
		return fmt.Errorf("plain HTTP between processes (--peers-plain) stays on this machine, and %s does not: listen on 127.0.0.1, or use certificates (`artisan certs`)",
			p.config.Listen)
	}
	places, err := p.places()
	if err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(places)) {
		if err := p.circle.mayCall(places[name]); err != nil && p.hosts[name] == nil {
			return peersError(name, err)
		}
	}
	return nil
}

// mayCall refuses a place that is spoken with in another way than this process's.
func (c *circle) mayCall(at peer.Place) error {
	if named := at.Named(); c.identity == nil && named != "" && !loopback(named) {
		return fmt.Errorf("%s may be beyond this machine, and this process has no certificates: make some with `artisan certs`", named)
	}
	for scheme, host := range at.Listed() {
		switch {
		case scheme == "https" && c.identity == nil:
			return errors.New("https:// needs certificates, and this process has none: make some with `artisan certs`, and set --tls-cert, --tls-key and --tls-ca")
		case scheme == "http" && !loopback(host):
			return fmt.Errorf("%s is beyond this machine, and http:// is for all to read: make it https://, with certificates from `artisan certs`", host)
		case scheme == "http" && c.identity != nil:
			return errors.New("this process has certificates: make it https://")
		}
	}
	return nil
}

// loopback reports whether an address, with or without a port, is of this machine only.
func loopback(address string) bool {
	name, _, err := net.SplitHostPort(address)
	if err != nil {
		name = strings.Trim(address, "[]")
	}
	ip := net.ParseIP(name)
	return name == "localhost" || (ip != nil && ip.IsLoopback())
}

// newPeerServer answers the shop's other processes.
func (p *Process) newPeerServer(handler http.Handler) *http.Server {
	server := newServer(inTime(handler, bodyTime), p.config.Log)
	if p.circle.identity != nil {
		server.TLSConfig = p.circle.identity.Server()
		server.Protocols = new(http.Protocols)
		server.Protocols.SetHTTP1(true)
		server.Protocols.SetHTTP2(true)
	}
	return server
}

// tlsTo is how a service is called; nil on one machine, in the clear.
func (c *circle) tlsTo(service string) *tls.Config {
	if c.identity == nil {
		return nil
	}
	return c.identity.Client(service)
}
