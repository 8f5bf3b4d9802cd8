package main

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/artisan-eats/artisan/host/hosttest"
)

// refusal is a configuration that is wrong in one way.
type refusal struct {
	set  map[string]string
	does string // to the database of ordering
	args []string
	says string
}

// TestAWrongConfigurationDoesNotStart has ordering served with settings that are right but for one. One line
// says which, and what to do.
func TestAWrongConfigurationDoesNotStart(t *testing.T) {
	c := patient(t)
	files := hosttest.Certificates(t, "ordering", "catalog")
	own, others := files.Files("ordering"), files.Files("catalog")
	taken, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = taken.Close() }()
	at := taken.Addr().String()
	for name, value := range map[string]string{
		"TLS_CERT": own.Cert, "TLS_KEY": own.Key, "TLS_CA": own.CA, "PEERS": without(""),
	} {
		t.Setenv("ARTISAN_"+name, value)
	}
	nothing := []string{"--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0"}
	for name, w := range map[string]refusal{
		"an unknown key": {
			args: []string{"--config", written(t, `{"databse_url": "postgres://x"}`)},
			says: `there is no setting "databse_url": take it out`,
		},
		"a peer that is called is missing": {
			set:  map[string]string{"PEERS": without("payments")},
			says: "ARTISAN_PEERS does not say where payments is, which ordering calls: add payments=https://HOST:PORT",
		},
		"a peer that hears it is missing": {
			set:  map[string]string{"PEERS": without("notify")},
			says: "ARTISAN_PEERS does not say where notify is, which takes the events of ordering: add notify=",
		},
		"a peer that is no service": {
			set:  map[string]string{"PEERS": without("") + ";payment=https://a:1"},
			says: `ARTISAN_PEERS names "payment"`,
		},
		"a key that is not there": {set: map[string]string{"TLS_KEY": own.Key + "x"}, says: "--tls-key"},
		"a key that cannot be read": {
			set: map[string]string{"TLS_KEY": written(t, "no key")}, says: "--tls-key",
		},
		"a secret that cannot be read": {
			set:  map[string]string{"SECRET": "", "SECRET_FILE": own.Key + "x"},
			says: "--secret-file cannot be read; name a file that this process's user may read",
		},
		"a port that another has": {
			args: []string{"--listen", at}, says: "--listen is " + at + ", which cannot be used",
		},
		"an admin port that another has": {
			args: []string{"--admin", at}, says: "--admin is " + at + ", which cannot be used",
		},
		"one port for both": {
			args: []string{"--listen", at, "--admin", at}, says: "--listen and --admin are both " + at,
		},
		"another service at its port": {
			set:  map[string]string{"PEERS": without("payments") + ";payments=https://" + at},
			args: []string{"--listen", at},
			says: "ARTISAN_PEERS has payments at " + at + ", where ordering listens (--listen): give each a port",
		},
		"a certificate of another service": {
			set:  map[string]string{"TLS_CERT": others.Cert, "TLS_KEY": others.Key},
			says: `is for ["catalog"], and ordering runs here`,
		},
		"a schema that lacks a step": {
			does: "DELETE FROM migrations_ordering WHERE version_id = 3",
			says: "the database lacks step 3 of ordering: run `artisan migrate`",
		},
	} {
		t.Run(name, func(t *testing.T) { w.isRefused(t, c, nothing) })
	}
	c.alters(t, `INSERT INTO oldest_steps (set_name, step) VALUES ('ordering', 999)`)
	refusal{ // the last one, for it stays so
		does: "INSERT INTO migrations_ordering (version_id, is_applied) VALUES (999, TRUE)",
		says: "this version is too old for the database, which a newer one has brought to step 999 of ordering",
	}.isRefused(t, c, nothing)
}

// isRefused starts it.
func (w refusal) isRefused(t *testing.T, c shopOnPostgres, rest []string) {
	t.Helper()
	for variable, value := range w.set {
		t.Setenv("ARTISAN_"+variable, value)
	}
	if value, is := w.set["SECRET"]; is && value == "" {
		_ = os.Unsetenv("ARTISAN_SECRET")
	}
	c.alters(t, w.does)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second) // for one that is not refused
	defer cancel()
	var stdout, stderr bytes.Buffer
	code := run(ctx, append(append([]string{"serve", "ordering"}, rest...), w.args...), &stdout, &stderr)
	if told := stderr.String(); code == exitDone || !strings.Contains(told, w.says) ||
		strings.Count(told, "\n") != 1 || stdout.Len() > 0 {
		t.Errorf("exit code %d, %q, %q", code, told, &stdout)
	}
	if strings.HasPrefix(w.does, "DELETE") {
		c.alters(t, "INSERT INTO migrations_ordering (version_id, is_applied) VALUES (3, TRUE)")
	}
}

// without are places of all services but one and ordering.
func without(service string) string {
	var all []string
	for i, name := range serviceNames() {
		if name != service && name != "ordering" && name != "edge" {
			all = append(all, fmt.Sprintf("%s=https://127.0.0.1:%d", name, i+1))
		}
	}
	return strings.Join(all, ";")
}

// written is a file with a content.
func written(t *testing.T, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
