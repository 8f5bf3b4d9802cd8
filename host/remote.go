package host

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"connectrpc.com/connect/v2"
	"connectrpc.com/connect/v2/connecthttp"

	"github.com/artisan-eats/artisan/peer"
)

func (p *Process) places() (map[string]peer.Place, error) { return p.config.Places(p.table) }

// Places are where the replicas of peers are, as the setting says.
func (c Config) Places(table []Service) (map[string]peer.Place, error) {
	var known []string
	for _, s := range table {
		known = append(known, s.Name)
	}
	places := map[string]peer.Place{}
	for _, name := range slices.Sorted(maps.Keys(c.Peers)) {
		if !slices.Contains(known, name) {
			return nil, fmt.Errorf("ARTISAN_PEERS names %q, which is no service: take it out, or write one of %s",
				name, strings.Join(known, ", "))
		}
		at, err := peer.Parse(c.Peers[name])
		if err != nil {
			return nil, peersError(name, err)
		}
		places[name] = at
	}
	return places, nil
}

// CheckPeers refuses peers that leave out a service which those of a process call, or which takes their
// events; and those that put another service where the process itself listens.
func (c Config) CheckPeers(table []Service, names ...string) error {
	places, err := c.Places(table)
	if err != nil {
		return err
	}
	for _, s := range table {
		for _, other := range table {
			_, placed := places[other.Name]
			why := needs(s, other)
			if why != "" && !placed && slices.Contains(names, s.Name) && !slices.Contains(names, other.Name) {
				return fmt.Errorf("ARTISAN_PEERS does not say where %s is, %s: add %s=https://HOST:PORT, or %s=dns:///NAME:PORT",
					other.Name, why, other.Name, other.Name)
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(places)) {
		for _, host := range places[name].Listed() {
			if host == c.Listen && !slices.Contains(names, name) {
				return fmt.Errorf("ARTISAN_PEERS has %s at %s, where %s listens (--listen): give each a port of its own",
					name, host, strings.Join(names, " and "))
			}
		}
	}
	return nil
}

// needs is why a service needs to know where another is; empty where it need not.
func needs(s, other Service) string {
	switch {
	case slices.Contains(s.Calls, other.Name):
		return "which " + s.Name + " calls"
	case slices.Contains(other.Consumes, s.Name):
		return "which takes the events of " + s.Name
	}
	return ""
}

func peersError(name string, err error) error {
	return fmt.Errorf("ARTISAN_PEERS, for %s: %w", name, err)
}

// remote is the way to a service whose replicas are other processes.
func (p *Process) remote(name string, at peer.Place) (way, error) {
	replicas, err := peer.New(peer.Config{
		Service: name, At: at, TLS: p.circle.tlsTo(name), Metrics: p.metrics.registry, Log: p.config.Log,
	})
	if err != nil {
		return way{}, peersError(name, err)
	}
	token := ""
	if p.circle.plain() {
		token = p.config.PeerToken
	}
	caller := &http.Client{Transport: bearer{token, p.mark, replicas}}
	return way{
		connecthttp.NewTransport(caller, "http://"+name+rpcPrefix+name),
		[]connect.ClientInterceptor{peer.Interceptor, clientInterceptor, p.teller().to(name)},
	}, nil
}
