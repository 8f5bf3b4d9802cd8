package doctor

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/artisan-eats/artisan/host"
	"github.com/artisan-eats/artisan/peer"
)

// process is one replica of a service, or one process of this machine, as it answered.
type process struct {
	service, url string
	here         bool // found by the data directory
	err          error
	ready        bool
	told         bool // it says its version
	version      string
	ends         time.Time     // of the certificate that it shows
	off          time.Duration // how far its clock is ahead
}

// askProcesses asks each replica that is known whether it is there.
func (v *visit) askProcesses(ctx context.Context) {
	clients := map[string]*http.Client{}
	add := func(service string, at peer.Place, scheme string, client *http.Client) {
		urls, err := at.Replicas(ctx, scheme)
		if err != nil {
			v.lost[service] = fmt.Errorf("DNS does not tell where %s is (%w)", service, err)
		}
		for _, url := range urls {
			v.processes = append(v.processes, process{service: service, url: url})
		}
		clients[service] = client
	}
	v.addReplicas(add)
	plain := client(nil)
	for _, running := range host.Around(v.Data, v.Services) {
		v.processes = append(v.processes,
			process{service: running.Command, url: "http://" + running.Admin, here: true})
	}
	var all sync.WaitGroup
	for i := range v.processes {
		p := &v.processes[i]
		by := clients[p.service]
		if by == nil || p.here {
			by = plain
		}
		all.Go(func() { p.ask(ctx, by, v.Now) })
	}
	all.Wait()
}

// addReplicas adds those of each service that the settings name, and of the front doors.
func (v *visit) addReplicas(add func(service string, at peer.Place, scheme string, client *http.Client)) {
	identity, err := v.identity()
	for _, name := range slices.Sorted(maps.Keys(v.places)) {
		if v.isFront(name) {
			continue // nobody calls it: --edges says where it is
		}
		switch {
		case err != nil:
			v.lost[name] = err
		case identity != nil:
			add(name, v.places[name], "https", client(identity.Client(name)))
		case v.PeersPlain:
			add(name, v.places[name], "http", client(nil))
		default:
			v.lost[name] = errors.New("processes want a certificate to be shown: set --tls-cert, --tls-key and --tls-ca to those of one of them")
		}
	}
	if v.Edges == "" {
		return
	}
	for _, s := range v.Services {
		at, err := peer.Parse(v.Edges)
		switch {
		case !s.Front:
		case err != nil:
			v.lost[s.Name] = fmt.Errorf("--edges: %w", err)
		default: // the certificate of a public address is for browsers to judge
			add(s.Name, at, "http", client(&tls.Config{InsecureSkipVerify: true})) //nolint:gosec // see above
		}
	}
}

func (v *visit) isFront(name string) bool {
	return slices.ContainsFunc(v.Services, func(s host.Service) bool { return s.Name == name && s.Front })
}

func client(trust *tls.Config) *http.Client {
	return &http.Client{
		Timeout:   patience,
		Transport: &http.Transport{TLSClientConfig: trust, DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error {
			return http.ErrUseLastResponse
		},
	}
}

// ask asks a process whether it is ready, and takes what its answer tells beside that.
func (p *process) ask(ctx context.Context, by *http.Client, now func() time.Time) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, p.url+"/readyz", nil)
	if err != nil {
		p.err = err
		return
	}
	before := now()
	answer, err := by.Do(r)
	if err != nil {
		p.err = reason(err)
		return
	}
	defer func() { _ = answer.Body.Close() }()
	_, _ = io.Copy(io.Discard, io.LimitReader(answer.Body, 1<<10))
	p.ready = answer.StatusCode == http.StatusOK
	p.version, p.told = answer.Header.Get(host.VersionHeader), len(answer.Header[host.VersionHeader]) > 0
	if answer.TLS != nil {
		p.ends = answer.TLS.PeerCertificates[0].NotAfter
	}
	if there, err := http.ParseTime(answer.Header.Get("Date")); err == nil {
		p.off = apart(there, before, now())
	}
}

// apart is how far a clock that says whole seconds is ahead of one that was looked at before and after.
func apart(there, before, after time.Time) time.Duration {
	switch {
	case there.After(after):
		return there.Sub(after)
	case there.Add(time.Second).Before(before):
		return there.Add(time.Second).Sub(before)
	}
	return 0
}

// reason is why a process could not be asked, without the address, which is said already.
func reason(err error) error {
	if cause := errors.Unwrap(err); cause != nil {
		return cause
	}
	return err
}

// replicas are those of a service.
func (v *visit) replicas(service string) (all []process) {
	for _, p := range v.processes {
		if p.service == service && !p.here {
			all = append(all, p)
		}
	}
	return all
}

// count is how many replicas a service has by the settings, and by DNS.
func (v *visit) count(_ context.Context, service string) int { return len(v.replicas(service)) }

// running reports whether any process answered.
func (v *visit) running() bool {
	return slices.ContainsFunc(v.processes, func(p process) bool { return p.err == nil })
}

// once looks for services of which there is one replica.
func once(_ context.Context, v *visit) (found []Finding, err error) {
	if v.alone() {
		return []Finding{warn("every service runs once, in one process: while it is gone, or starts again, the shop is closed; " +
			"on PostgreSQL each runs in any number of replicas (doc/operations.md, Replicas)")}, nil
	}
	for _, s := range v.Services {
		n, lost := len(v.replicas(s.Name)), v.lost[s.Name]
		_, named := v.places[s.Name]
		switch {
		case lost != nil:
			found = append(found, warn("%s could not be looked at: %v", s.Name, lost))
		case s.Front && v.Edges == "":
			found = append(found, warn("%s could not be looked at: nothing says where it is; name its public addresses with --edges", s.Name))
		case !named && !s.Front:
			found = append(found, warn("%s could not be looked at: ARTISAN_PEERS does not say where it is", s.Name))
		case n < 2:
			found = append(found, warn("%s runs once: when it is gone nothing takes over; start a second replica, and name it in %s", s.Name, where(s)))
		}
	}
	return orOK(found, "each of %d services has two replicas or more", len(v.Services)), nil
}

func where(s host.Service) string {
	if s.Front {
		return "--edges"
	}
	return "ARTISAN_PEERS"
}

// away looks for replicas that do not answer.
func away(_ context.Context, v *visit) (found []Finding, err error) {
	if !v.running() {
		return nil, errors.New("no process of the shop answers here, or at the addresses that the settings name; start it first")
	}
	answered := 0
	for _, p := range v.processes {
		switch {
		case p.here && p.err != nil: // the lock of one that is gone
		case p.err != nil:
			found = append(found, fail("%s does not answer at %s (%v): start it, or take it out of ARTISAN_PEERS", p.service, p.url, p.err))
		case !p.ready:
			found = append(found, warn("%s at %s is not ready: it starts or drains; if that lasts, its log says why", p.service, p.url))
		default:
			answered++
		}
	}
	return orOK(found, "all of %d processes answer", answered), nil
}

// versions looks for processes of several versions. The front doors do not tell theirs to strangers.
func versions(_ context.Context, v *visit) ([]Finding, error) {
	at := map[string][]string{}
	for _, p := range v.processes {
		if p.err == nil && (p.told || !v.isFront(p.service)) {
			version := p.version
			if !p.told {
				version = "one that does not say it"
			}
			at[version] = append(at[version], p.service+" at "+p.url)
		}
	}
	switch len(at) {
	case 0:
		return nil, errors.New("no process answers")
	case 1:
		return []Finding{ok("all processes that tell theirs are of one version, %s", slices.Collect(maps.Keys(at))[0])}, nil
	}
	var said []string
	for _, version := range slices.Sorted(maps.Keys(at)) {
		said = append(said, fmt.Sprintf("%s (%d: %s)", version, len(at[version]), at[version][0]))
	}
	return []Finding{warn("processes of %d versions run side by side: %s; a version and the one before may, for as long as an upgrade takes: end it",
		len(at), strings.Join(said, "; "))}, nil
}
