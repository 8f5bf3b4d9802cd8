package host

import (
	"context"
	"fmt"
	"slices"

	"connectrpc.com/connect/v2"
	"connectrpc.com/connect/v2/connectinprocess"

	"github.com/artisan-eats/artisan/fault"
	"github.com/artisan-eats/artisan/peer"
)

// Peer is the client of another service, one that the service's line of the table names. Errors of its calls
// are faults.
func (h *Host) Peer(name string) *connect.Client {
	if client := h.peers[name]; client != nil {
		return client
	}
	h.strayed.CompareAndSwap(nil, &name)
	return connect.NewClient(stray{h.name, name}, clientInterceptor)
}

// way is how a service is called.
type way struct {
	transport connect.Transport
	with      []connect.ClientInterceptor
}

func (w way) client(also ...connect.ClientInterceptor) *connect.Client {
	return connect.NewClient(w.transport, slices.Concat(w.with, also)...)
}

// wayTo is how a process calls a service.
func (p *Process) wayTo(service string, places map[string]peer.Place) (way, error) {
	if h := p.hosts[service]; h != nil {
		return way{connectinprocess.New(h.rpc), []connect.ClientInterceptor{clientInterceptor}}, nil
	}
	if at, known := places[service]; known && p.circle.tokens != nil {
		return p.remote(service, at)
	}
	return lost(service), nil
}

// lost is the way to a service that is nowhere.
func lost(service string) way {
	return way{unaddressed(service), []connect.ClientInterceptor{clientInterceptor}}
}

// teller says to other processes who acts.
func (p *Process) teller() teller {
	return teller{
		tokens: p.circle.tokens, now: p.config.Now, plain: p.circle.plain(),
		reach: p.circle.table.Reach, front: p.circle.table.Front(),
	}
}

// keepsTo refuses what another process would refuse: so it shows in one process too.
func (h *Host) keepsTo(service string) connect.ClientInterceptor {
	table := h.process.circle.table
	return func(next connect.ClientFunc) connect.ClientFunc {
		return func(ctx context.Context, spec connect.Spec) (connect.ClientStream, error) {
			if !table.May([]string{h.name}, service, contractOf(spec.Procedure)) {
				return stray{h.name, service}.NewClientStream(ctx, spec)
			}
			return next(ctx, spec)
		}
	}
}

// stray is the transport from a service to one that it may not call.
type stray struct{ from, to string }

func (s stray) err() error {
	return fmt.Errorf("%s may not call this of %s: its line of the table of services (Room) says whom it calls",
		s.from, s.to)
}

func (s stray) NewClientStream(context.Context, connect.Spec) (connect.ClientStream, error) {
	return nil, fault.ToRPC(s.err())
}
