package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"log/slog"
	"maps"
	"net/http"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/artisan-eats/artisan/host"
	"github.com/artisan-eats/artisan/host/hosttest"
	"github.com/artisan-eats/artisan/trust"
)

// mayCall is who may call what, as it is meant to be: the service's own contracts. hears is whose events a
// service is told. The edge also asks all for logs and troubles.
var (
	mayCall = map[string][]string{
		"identity": {"catalog", "notify"},
		"catalog":  {"inventory"},
		"notify":   {"catalog", "identity", "ordering"},
		"ordering": {"catalog", "delivery", "identity", "inventory", "payments"},
		"payments": {"catalog", "ordering"},
		"edge":     {"catalog", "delivery", "identity", "inventory", "notify", "ordering", "payments"},
	}
	hears = map[string][]string{
		"catalog": {"inventory"}, "inventory": {"ordering"}, "delivery": {"ordering"},
		"ordering": {"delivery", "identity"}, "payments": {"ordering"}, "notify": {"ordering", "payments"},
	}
)

// TestWhoMayCallWhom walks the table: each service calls each contract of each, with its own certificate.
func TestWhoMayCallWhom(t *testing.T) {
	dir := hosttest.Certificates(t, serviceNames()...)
	addresses := map[string]string{}
	var table []host.Service
	for _, s := range services {
		s.Migrations = nil
		table = append(table, s.With(func(*host.Host) error { return nil }))
	}
	for _, s := range table {
		c := host.Config{Data: filepath.Join(t.TempDir(), "data"), Demo: true, Listen: "127.0.0.1:0"}
		hosttest.Shows(dir, s.Name)(&c)
		p, err := host.New(t.Context(), c, table, s.Name)
		if err == nil {
			t.Cleanup(func() { _ = p.Stop() })
			err = p.Start(t.Context())
		}
		if err != nil {
			t.Fatal(err)
		}
		addresses[s.Name] = p.ListenAddr
	}
	for _, from := range serviceNames() {
		identity, err := trust.Open(dir.Files(from), nil, time.Now, slog.Default(),
			trust.NewRefusals(slog.Default(), time.Now))
		if err != nil {
			t.Fatal(err)
		}
		for _, to := range serviceNames() {
			client := &http.Client{Transport: &http.Transport{TLSClientConfig: identity.Client(to)}}
			for contract, may := range map[string]bool{
				"artisan." + to + ".v1.X":             slices.Contains(mayCall[from], to),
				"artisan.events.v1.EventService":      slices.Contains(hears[to], from),
				"artisan.audit.v1.AuditService":       from == "edge" && to != "edge",
				"artisan.trouble.v1.TroubleService":   from == "edge" && to != "edge",
				"artisan.identity.v1.OperatorService": slices.Contains(mayCall[from], to),
			} {
				got, said := calls(t, client,
					"https://"+addresses[to]+"/rpc/"+to+"/"+contract+"/ListTroubles")
				refused := got == http.StatusForbidden && strings.Contains(said, "may_not_call")
				if refused == may {
					t.Errorf("%s calls %s of %s: %d %s", from, contract, to, got, said)
				}
			}
			client.CloseIdleConnections()
		}
	}
}

func calls(t *testing.T, client *http.Client, url string) (status int, said string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/proto")
	answer, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, string(text)
}

// TestALineNamesThoseThatItsServiceCalls reads whom each asks its host for.
func TestALineNamesThoseThatItsServiceCalls(t *testing.T) {
	for _, s := range services {
		asked := map[string]bool{}
		err := filepath.WalkDir("../../"+s.Name, func(path string, d fs.DirEntry, err error) error {
			if err == nil && d.IsDir() && strings.HasSuffix(d.Name(), "test") {
				return fs.SkipDir
			}
			if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
			if err != nil {
				return err
			}
			ast.Inspect(file, func(n ast.Node) bool {
				call, ok := n.(*ast.CallExpr)
				if !ok || len(call.Args) != 1 {
					return true
				}
				if of, ok := call.Fun.(*ast.SelectorExpr); !ok || of.Sel.Name != "Peer" {
					return true
				}
				if name, ok := call.Args[0].(*ast.BasicLit); ok {
					literal, _ := strconv.Unquote(name.Value)
					asked[literal] = true
				}
				return true
			})
			return nil
		})
		if got := slices.Sorted(maps.Keys(asked)); err != nil || !slices.Equal(got, s.Calls) ||
			!slices.Equal(got, mayCall[s.Name]) {
			t.Errorf("%s calls %q, its line says %q, and it may %q (%v)", s.Name, got, s.Calls, mayCall[s.Name], err)
		}
	}
}

func TestServeSaysWhichSettingIsWrong(t *testing.T) {
	t.Setenv("ARTISAN_SECRET", strings.Repeat("ab", 32))
	t.Setenv("ARTISAN_DATA", filepath.Join(t.TempDir(), "data"))
	dir := hosttest.Certificates(t, "catalog", "ordering")
	own, others := dir.Files("catalog"), dir.Files("ordering")
	t.Setenv("ARTISAN_PEERS", "inventory=https://10.0.0.3:9103")
	for name, c := range map[string]struct {
		set  map[string]string
		says string
	}{
		"nothing":         {nil, "artisan certs DIR"},
		"plain, no token": {map[string]string{"PEERS_PLAIN": "yes"}, "ARTISAN_PEER_TOKEN"},
		"a key that is not": {
			map[string]string{"TLS_CERT": own.Cert, "TLS_KEY": own.Key + "x", "TLS_CA": own.CA},
			"--tls-key",
		},
		"another service's": {
			map[string]string{"TLS_CERT": others.Cert, "TLS_KEY": others.Key, "TLS_CA": others.CA},
			"and catalog runs here",
		},
		"a peer in the clear": {map[string]string{
			"TLS_CERT": own.Cert, "TLS_KEY": own.Key, "TLS_CA": own.CA,
			"PEERS": "inventory=http://10.0.0.3:9103",
		}, "ARTISAN_PEERS, for inventory"},
	} {
		t.Run(name, func(t *testing.T) {
			for variable, value := range c.set {
				t.Setenv("ARTISAN_"+variable, value)
			}
			out, code := artisan(t, "serve", "catalog", "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0")
			if code != exitFailed || !strings.Contains(out, c.says) || strings.Count(out, "\n") != 1 {
				t.Errorf("exit code %d, %s", code, out)
			}
		})
	}
}

func TestWhoStillSetsAPeerTokenIsTold(t *testing.T) {
	var log strings.Builder
	c := host.Config{PeerToken: "of before", Log: slog.New(slog.NewTextHandler(&log, nil))}
	peerSettings{TLSCert: "x"}.trusts(&c)
	if said := log.String(); !strings.Contains(said, "ARTISAN_PEER_TOKEN is not used") ||
		strings.Contains(said, "of before") || c.TLSCert != "x" {
		t.Errorf("the log says %s", said)
	}
	log.Reset()
	peerSettings{PeersPlain: true}.trusts(&c)
	if log.Len() > 0 || !c.PeersPlain {
		t.Errorf("on one machine the log says %s", &log)
	}
}
