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
		[]connect.ClientInterceptor{clientInterceptor, p.teller().to(name), peer.Interceptor},
	}, nil
}
