package host_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/artisan-eats/artisan/audit"
	"github.com/artisan-eats/artisan/fault"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	"github.com/artisan-eats/artisan/gen/artisan/identity/v1/identityv1connect"
	"github.com/artisan-eats/artisan/host"
	"github.com/artisan-eats/artisan/host/hosttest"
	"github.com/artisan-eats/artisan/rights"
	"github.com/artisan-eats/artisan/trust"
)

// street is a front door, a kitchen behind it, and the kitchen's cellar and its neighbour, each a process.
type street struct {
	t     testing.TB
	certs trust.Directory // empty where they speak plain HTTP
	log   lockedLog
	ports map[string]int
	all   map[string]*host.Process

	mu sync.Mutex
	// saw is who acted in the last call of each; onward is what the kitchen does with one.
	saw    map[string]sight
	onward func(context.Context) context.Context
}

// sight is who acts, and what they may.
type sight struct {
	audit.Actor
	limits string
}

// lockedLog is a log that processes share.
type lockedLog struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *lockedLog) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *lockedLog) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

const streetToken = "a token of this machine"

// eachStreet runs a test on processes that know each other by certificates, and by a secret.
func eachStreet(t *testing.T, test func(t *testing.T, s *street)) {
	t.Helper()
	for _, certified := range []bool{true, false} {
		t.Run(fmt.Sprintf("certificates %v", certified),
			func(t *testing.T) { test(t, openStreet(t, certified)) })
	}
}

func openStreet(t testing.TB, certified bool) *street {
	t.Helper()
	s := &street{
		t: t, ports: map[string]int{}, all: map[string]*host.Process{}, saw: map[string]sight{},
		onward: func(ctx context.Context) context.Context { return ctx },
	}
	table := s.services()
	for i, port := range hosttest.FreePorts(t, len(table)) {
		s.ports[table[i].Name] = port
	}
	if certified {
		s.certs = hosttest.Certificates(t, "door", "kitchen", "cellar", "neighbour")
	}
	for _, service := range table {
		p, err := host.New(t.Context(), s.config(service.Name), table, service.Name)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = p.Stop() })
		if err := p.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		s.all[service.Name] = p
	}
	return s
}

func (s *street) services() []host.Service {
	return []host.Service{
		{Name: "door", Front: true, Calls: []string{"kitchen"}, New: s.sees("door", "")},
		{Name: "kitchen", Calls: []string{"cellar"}, New: s.sees("kitchen", "cellar")},
		{Name: "cellar", New: s.sees("cellar", "")},
		{Name: "neighbour", Calls: []string{"cellar"}, New: s.sees("neighbour", "")},
	}
}

func (s *street) config(service string) host.Config {
	c := host.Config{
		Data: filepath.Join(s.t.TempDir(), "data"), Demo: true, Peers: map[string]string{},
		Listen: fmt.Sprintf("127.0.0.1:%d", s.ports[service]),
		Log:    slog.New(slog.NewTextHandler(&s.log, nil)),
	}
	scheme := "https"
	if s.certs == "" {
		scheme, c.PeersPlain, c.PeerToken = "http", true, streetToken
	} else {
		hosttest.Shows(s.certs, service)(&c)
	}
	for name, port := range s.ports {
		c.Peers[name] = fmt.Sprintf("%s://127.0.0.1:%d", scheme, port)
	}
	return c
}

// sees makes a service that notes who calls it, and calls on.
func (s *street) sees(name, next string) func(*host.Host) error {
	return func(h *host.Host) error {
		looks := looker{street: s, name: name}
		if next != "" {
			looks.next = identityv1connect.NewActorServiceClient(h.Peer(next))
		}
		identityv1connect.RegisterActorServiceHandler(h.RPC(), looks)
		return nil
	}
}

type looker struct {
	*street
	name string
	next identityv1connect.ActorServiceClient
}

func (l looker) DescribeActors(
	ctx context.Context, r *identityv1.DescribeActorsRequest,
) (*identityv1.DescribeActorsResponse, error) {
	l.mu.Lock()
	l.saw[l.name] = sight{audit.ActorOf(ctx), rights.Of(ctx).String()}
	onward := l.onward
	l.mu.Unlock()
	if l.next == nil {
		return &identityv1.DescribeActorsResponse{}, nil
	}
	return l.next.DescribeActors(onward(ctx), r)
}

// calls has a service call another, whatever its line says, and answers who was seen there.
func (s *street) calls(ctx context.Context, from, to string) (sight, error) {
	_, err := identityv1connect.NewActorServiceClient(s.all[from].Client(to)).DescribeActors(ctx,
		&identityv1.DescribeActorsRequest{})
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.saw["cellar"], err
}

var (
	ann = audit.Actor{Kind: audit.Producer, ID: "cus_ann", Address: "192.0.2.7", Sealed: "c2VhbGVk"}
	bob = audit.Actor{Kind: audit.Operator, ID: "cus_bob"}
)

func asAnn(ctx context.Context) context.Context {
	return rights.With(audit.With(ctx, ann), rights.Limits{"prd_1": {rights.Goods}})
}

func TestWhoActsIsPassedOnAsTheFrontDoorSignedIt(t *testing.T) {
	t.Parallel()
	eachStreet(t, func(t *testing.T, s *street) {
		for range 2 {
			got, err := s.calls(asAnn(t.Context()), "door", "kitchen")
			if want := (sight{ann, "prd_1=goods"}); err != nil || got != want || s.saw["kitchen"] != want {
				t.Errorf("the kitchen sees %+v, the cellar %+v, %v", s.saw["kitchen"], got, err)
			}
		}
		got, err := s.calls(t.Context(), "door", "kitchen")
		if err != nil || s.saw["kitchen"] != (sight{Actor: audit.Actor{ID: "door"}}) ||
			got != (sight{Actor: audit.Actor{ID: "kitchen"}}) {
			t.Errorf("by themselves the kitchen sees %+v, the cellar %+v, %v", s.saw["kitchen"], got, err)
		}
	})
}

// What a service does later for somebody has no token of the front door any more: then it is on its word, and
// says so.
func TestWhoActsOnAServicesWordIsMarked(t *testing.T) {
	t.Parallel()
	eachStreet(t, func(t *testing.T, s *street) {
		s.onward = func(ctx context.Context) context.Context { return audit.With(ctx, bob) }
		got, err := s.calls(asAnn(t.Context()), "door", "kitchen")
		want := bob
		want.Word = "kitchen"
		if err != nil || got.Actor != want {
			t.Errorf("the cellar sees %+v, %v", got, err)
		}
		s.onward = func(context.Context) context.Context { return t.Context() }
		if got, err = s.calls(asAnn(t.Context()), "door", "kitchen"); err != nil ||
			got != (sight{Actor: audit.Actor{ID: "kitchen"}}) {
			t.Errorf("for nobody the cellar sees %+v, %v", got, err)
		}
	})
}

// posts sends a call by hand, as a service that has been taken over may.
func (s *street) posts(from, to string, header map[string]string) (status int, err error) {
	path := fmt.Sprintf("127.0.0.1:%d/rpc/%s%s", s.ports[to], to,
		identityv1connect.ActorServiceDescribeActorsProcedure)
	client, scheme := http.DefaultClient, "http://"
	if s.certs != "" {
		c := s.config(from)
		i, err := trust.Open(trust.Files{Cert: c.TLSCert, Key: c.TLSKey, CA: c.TLSCA}, nil, time.Now, c.Log,
			trust.NewRefusals(c.Log, time.Now))
		if err != nil {
			s.t.Fatal(err)
		}
		client = &http.Client{Transport: &http.Transport{TLSClientConfig: i.Client(to)}}
		scheme = "https://"
	}
	r, err := http.NewRequestWithContext(s.t.Context(), http.MethodPost, scheme+path, http.NoBody)
	if err != nil {
		s.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/proto")
	for name, value := range header {
		r.Header.Set(name, value)
	}
	answer, err := client.Do(r)
	if err != nil {
		return 0, err
	}
	return answer.StatusCode, answer.Body.Close()
}

func TestAHeaderThatSaysWhoActsIsNotBelieved(t *testing.T) {
	s := openStreet(t, true)
	status, err := s.posts("kitchen", "cellar", map[string]string{
		audit.Header: bob.String(), rights.Header: "prd_1=owner", "Artisan-Caller": "door",
		"Authorization": "Bearer " + streetToken,
	})
	if want := (sight{Actor: audit.Actor{ID: "kitchen"}}); err != nil || status != http.StatusOK ||
		s.saw["cellar"] != want {
		t.Errorf("the cellar sees %+v: %d, %v", s.saw["cellar"], status, err)
	}
	for _, token := range []string{"x", "eyJieSI6Im9wZXJhdG9yIn0.eA"} {
		if status, err := s.posts("kitchen", "cellar",
			map[string]string{"Artisan-Acts": token}); status != http.StatusServiceUnavailable || err != nil {
			t.Errorf("a token by hand: %d, %v", status, err)
		}
	}
	if !strings.Contains(s.log.String(), "kind=forged") {
		t.Errorf("the log says %s", s.log.String())
	}
}

// A version before certificates shows the token of the machine and says nothing that is signed: its call is
// taken, and what it says of rights takes away only.
func TestTheVersionBeforeIsUnderstoodOnOneMachine(t *testing.T) {
	s := openStreet(t, false)
	status, err := s.posts("door", "cellar", map[string]string{
		"Authorization": "Bearer " + streetToken, audit.Header: bob.String(), rights.Header: "prd_1=goods",
	})
	if want := (sight{limits: "prd_1=goods"}); err != nil || status != http.StatusOK ||
		s.saw["cellar"] != want {
		t.Errorf("the cellar sees %+v: %d, %v", s.saw["cellar"], status, err)
	}
	if status, err := s.posts("door", "cellar", nil); err != nil || status != http.StatusUnauthorized {
		t.Errorf("without the token: %d, %v", status, err)
	}
}

// TestAStolenTokenIsRefused has services show what was said to others.
func TestAStolenTokenIsRefused(t *testing.T) {
	s := openStreet(t, true)
	door, kitchen := s.opens("door", 0), s.opens("kitchen", 0)
	said := func(by *trust.Identity, audience ...string) map[string]string {
		token, err := by.Tokens().Sign(bob.String(), "", audience)
		if err != nil {
			t.Fatal(err)
		}
		return map[string]string{"Artisan-Acts": token.Text, "Artisan-Acts-Certificate": token.Certificate}
	}
	for name, c := range map[string]struct {
		from   string
		shows  map[string]string
		status int
		kind   string
	}{
		"by whom it was for": {"kitchen", said(door, "kitchen", "cellar"), http.StatusOK, ""},
		"for the kitchen alone": {
			"kitchen", said(door, "kitchen"), http.StatusServiceUnavailable,
			trust.AnotherAudience,
		},
		"after its time": {
			"kitchen", said(s.opens("door", -2*time.Minute), "kitchen", "cellar"),
			http.StatusServiceUnavailable, trust.Ended,
		},
		"before its time": {
			"kitchen", said(s.opens("door", 2*time.Minute), "kitchen", "cellar"),
			http.StatusServiceUnavailable, trust.Ended,
		},
		"by the neighbour": {
			"neighbour", said(door, "kitchen", "cellar"), http.StatusServiceUnavailable,
			trust.NotGiven,
		},
		"the kitchen's own": {"kitchen", said(kitchen, "cellar"), http.StatusOK, ""},
		"the kitchen's own, by the neighbour": {
			"neighbour", said(kitchen, "cellar"), http.StatusServiceUnavailable, trust.NotGiven,
		},
	} {
		t.Run(name, func(t *testing.T) {
			status, err := s.posts(c.from, "cellar", c.shows)
			if err != nil || status != c.status ||
				(c.kind != "" && !strings.Contains(s.log.String(), "kind="+c.kind)) {
				t.Errorf("%d, %v; the log says %s", status, err, s.log.String())
			}
		})
	}
}

// opens takes the certificate of a service, on a machine whose clock is so much ahead.
func (s *street) opens(service string, ahead time.Duration) *trust.Identity {
	f := s.certs.Files(service)
	now := func() time.Time { return time.Now().Add(ahead) }
	i, err := trust.Open(f, nil, now, slog.Default(), nil)
	if err != nil {
		s.t.Fatal(err)
	}
	return i
}

func TestAServiceIsNotLetIntoWhatItsLineDoesNotName(t *testing.T) {
	t.Parallel()
	eachStreet(t, func(t *testing.T, s *street) {
		for _, c := range [][2]string{{"door", "cellar"}, {"cellar", "kitchen"}, {"neighbour", "kitchen"}} {
			for range 3 {
				if _, err := s.calls(t.Context(), c[0], c[1]); !fault.Is(err, "may_not_call") ||
					fault.KindOf(err) != fault.Denied {
					t.Errorf("%s calls the %s: %v", c[0], c[1], err)
				}
			}
		}
		if said := s.log.String(); strings.Count(said, "kind=may_not_call") != 2 {
			t.Errorf("the log says %s", said)
		}
	})
}

// TestWhoStraysDoesNotStart has a service ask for one that its line does not name.
func TestWhoStraysDoesNotStart(t *testing.T) {
	var later func(string) error
	open := func(asks bool) error {
		p, err := host.New(t.Context(), host.Config{Data: filepath.Join(t.TempDir(), "data"), Demo: true},
			[]host.Service{
				{Name: "cellar", New: func(h *host.Host) error {
					identityv1connect.RegisterActorServiceHandler(h.RPC(),
						identityv1connect.UnimplementedActorServiceHandler{})
					return nil
				}},
				{Name: "kitchen", New: func(h *host.Host) error {
					later = func(name string) error {
						client := identityv1connect.NewActorServiceClient(h.Peer(name))
						_, err := client.DescribeActors(t.Context(), &identityv1.DescribeActorsRequest{})
						return err
					}
					if asks {
						h.Peer("cellar")
					}
					return nil
				}},
			}, "cellar", "kitchen")
		if err == nil {
			t.Cleanup(func() { _ = p.Stop() })
		}
		return err
	}
	if err := open(true); err == nil ||
		!strings.Contains(err.Error(), "kitchen may not call this of cellar") {
		t.Errorf("it starts: %v", err)
	}
	if err := open(false); err != nil {
		t.Fatal(err)
	}
	if err := later("cellar"); err == nil || fault.KindOf(err) != fault.Internal {
		t.Errorf("later it is answered %v", err)
	}
}

func TestNoTwoProcessesSpeakInTheClearUnasked(t *testing.T) {
	dir, other := hosttest.Certificates(t, "clerk", "porter"), hosttest.Certificates(t, "clerk")
	shown := hosttest.Shows(dir, "clerk")
	with := func(change func(*host.Config)) func(*host.Config) {
		return func(c *host.Config) { shown(c); change(c) }
	}
	for name, c := range map[string]struct {
		set  func(*host.Config)
		says string
	}{
		"nothing is set": {func(c *host.Config) { c.Listen = "127.0.0.1:0" }, "artisan certs"},
		"a token is not asked for": {
			func(c *host.Config) { c.Listen, c.PeerToken = "127.0.0.1:0", streetToken },
			"--peers-plain",
		},
		"plain, without a token": {
			func(c *host.Config) { c.Listen, c.PeersPlain = "127.0.0.1:0", true },
			"ARTISAN_PEER_TOKEN",
		},
		"plain, for all to reach": {
			func(c *host.Config) { plainly(c); c.Listen = "0.0.0.0:0" },
			"listen on 127.0.0.1",
		},
		"plain, to another machine": {
			func(c *host.Config) { plainly(c); peers(c, "http://10.0.0.2:1") },
			"beyond this machine",
		},
		"plain, by a name": {
			func(c *host.Config) { plainly(c); peers(c, "dns:///porter:1") },
			"beyond this machine",
		},
		"plain, one of several": {
			func(c *host.Config) { plainly(c); peers(c, "http://localhost:1,http://10.0.0.2:1") },
			"10.0.0.2:1 is beyond",
		},
		"plain, to who speaks TLS": {
			func(c *host.Config) { plainly(c); peers(c, "https://127.0.0.1:1") },
			"no certificates",
		},
		"no address": {
			with(func(c *host.Config) { peers(c, "127.0.0.1:1") }),
			"for porter: ",
		},
		"certified, in the clear": {
			with(func(c *host.Config) { peers(c, "http://10.0.0.2:1") }),
			"make it https://",
		},
		"certified, here": {
			with(func(c *host.Config) { peers(c, "http://127.0.0.1:1") }),
			"make it https://",
		},
		"both ways":          {with(func(c *host.Config) { c.PeersPlain = true }), "not both"},
		"half a certificate": {with(func(c *host.Config) { c.TLSKey = "" }), "--tls-key"},
		"no such key":        {with(func(c *host.Config) { c.TLSKey += ".none" }), "--tls-key"},
		"another authority": {
			with(func(c *host.Config) { c.TLSCA = other.Files("clerk").CA }),
			"--tls-ca",
		},
		"another service's": {
			hosttest.Shows(dir, "porter"), `is for ["porter"], and clerk runs here`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			config := host.Config{Data: filepath.Join(t.TempDir(), "data")}
			c.set(&config)
			config.Demo = true
			p, err := host.New(t.Context(), config, append(clerk[:1:1], porter), "clerk")
			if err == nil {
				defer func() { _ = p.Stop() }()
				err = p.Start(t.Context())
			}
			if err == nil || !strings.Contains(err.Error(), c.says) || strings.Contains(err.Error(), "\n") {
				t.Errorf("it says %v", err)
			}
		})
	}
}

// porter is another service.
var porter = host.Service{Name: "porter", New: func(*host.Host) error { return nil }}

func plainly(c *host.Config) {
	c.Listen, c.PeersPlain, c.PeerToken = "127.0.0.1:0", true, streetToken
}

func peers(c *host.Config, porter string) {
	c.Listen, c.Peers = "127.0.0.1:0", map[string]string{"porter": porter}
}

// A running process takes new certificates, and new authorities, from their files.
func TestARunningProcessTakesNewCertificates(t *testing.T) {
	clock := hosttest.NewClock(time.Now())
	dir := hosttest.Certificates(t, "door", "clerk")
	table := append([]host.Service{{
		Name: "door", New: func(*host.Host) error { return nil }, Front: true, Calls: []string{"clerk"},
	}}, clerk...)
	start := func(name, at string) *host.Process {
		t.Helper()
		c := host.Config{
			Data: filepath.Join(t.TempDir(), "data"), Demo: true, Listen: "127.0.0.1:0", Now: clock.Now,
			Peers: map[string]string{},
		}
		hosttest.Shows(dir, name)(&c)
		if at != "" {
			c.Peers["clerk"] = "https://" + at
		}
		p, err := host.New(t.Context(), c, table, name)
		if err == nil {
			t.Cleanup(func() { _ = p.Stop() })
			err = p.Start(t.Context())
		}
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	called := start("clerk", "")
	before := start("door", called.ListenAddr)
	if got := hosttest.Troubles(t, before, "clerk"); len(got) != 0 {
		t.Error(got)
	}
	// The certificates that are there now end in an hour; these are for a day, of another authority.
	authority, err := dir.NewAuthority(clock.Now())
	if err == nil {
		err = dir.Issue(authority, []string{"door", "clerk"}, nil, clock.Now(), 24*time.Hour)
	}
	if err != nil {
		t.Fatal(err)
	}
	clock.Advance(2 * time.Hour)
	after := start("door", called.ListenAddr)
	if got := hosttest.Troubles(t, after, "clerk"); len(got) != 0 {
		t.Error(got)
	}
}
