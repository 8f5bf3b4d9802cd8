package e2e

import (
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	"github.com/artisan-eats/artisan/gen/artisan/identity/v1/identityv1connect"
	"github.com/artisan-eats/artisan/sqldb"
)

// published are the passwords that demos had once, by the account's role.
var published = map[string]string{
	"shopper": "saturday-morning", "producer": "early-to-the-dairy",
	"operator": "keys-to-the-market",
}

// nobodyIsKnown makes sure that nobody signs in with a published password, and that there is neither a
// mailbox nor a test payment.
func (s *shop) nobodyIsKnown(t *testing.T) {
	t.Helper()
	for role, password := range published {
		s.must(t, http.StatusUnauthorized, "POST", "/sessions",
			object{"email": role + "@demo.example", "password": password})
	}
	if status, _ := s.at(t, "edge", http.MethodGet, "/dev/mail", "", "", nil); status != http.StatusNotFound {
		t.Errorf("/dev/mail is answered with %d", status)
	}
}

// TestAFreshDirectoryWithASecretIsNoDemo starts a shop on all addresses, and has it refuse to be one without
// HTTPS.
func TestAFreshDirectoryWithASecretIsNoDemo(t *testing.T) {
	t.Parallel()
	s := realShop(t, sqldb.SQLite, nil)
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	everywhere := []string{
		"up", "--listen", fmt.Sprintf("0.0.0.0:%d", s.ports["edge"]), "--admin",
		fmt.Sprintf("127.0.0.1:%d", s.ports["admin edge"]),
	}
	env := s.env
	s.forget("ARTISAN_BASE_URL")
	if _, stderr, code := s.command(everywhere...); code != 2 || !strings.Contains(stderr, "without HTTPS") {
		t.Errorf("without an https address: exit code %d, %s", code, stderr)
	}
	s.env = env
	if _, stderr, code := s.command(append(everywhere, "--demo")...); code != 2 ||
		!strings.Contains(stderr, "this is a demo") {
		t.Errorf("as a demo: exit code %d, %s", code, stderr)
	}
	s.begin("up", path, everywhere...)
	s.waitReady("edge")
	s.nobodyIsKnown(t)
	if listed := s.done("operator", "list"); listed != "" {
		t.Errorf("the operators are %q", listed)
	}
	if err := s.stop(); err != nil {
		t.Fatal(err)
	}
	if out := s.procs["up"].out.String(); strings.Contains(out, "demo") ||
		strings.Contains(out, "sign in as") {
		t.Errorf("it said %s", out)
	}
}

// TestAFreshDiskAddsNothingToAShop starts a shop on PostgreSQL again with an empty data directory, by whoever
// forgot to set the secret too.
func TestAFreshDiskAddsNothingToAShop(t *testing.T) {
	t.Parallel()
	s := realShop(t, sqldb.Postgres, nil)
	s.run("up", "edge", "up")
	s.waitReady("edge")
	people := identityv1connect.NewIdentityServiceClient(s.client("identity"))
	account := &identityv1.EnsureAccountRequest{
		Email:    "operator@demo.example",
		Password: "the owner's own words", Roles: []string{"operator"},
	}
	if _, err := people.EnsureAccount(t.Context(), account); err != nil {
		t.Fatal(err)
	}
	if err := s.stop(); err != nil {
		t.Fatal(err)
	}
	s.data = filepath.Join(t.TempDir(), "fresh")
	s.env = append(s.env, "ARTISAN_DATA="+s.data)
	env := s.env
	s.forget("ARTISAN_SECRET_FILE", "ARTISAN_BASE_URL")
	for args, want := range map[string]string{
		"":       "ARTISAN_SECRET is not set",
		"--demo": "in empty databases only",
	} {
		if _, stderr, code := s.command(append([]string{
			"up", "--listen", "127.0.0.1:0", "--admin",
			"127.0.0.1:0",
		}, strings.Fields(args)...)...); code == 0 || !strings.Contains(stderr, want) {
			t.Errorf("up %s: exit code %d, %s", args, code, stderr)
		}
	}
	s.env = env
	s.run("up", "edge", "up")
	s.waitReady("edge")
	s.nobodyIsKnown(t)
	s.must(t, 201, "POST", "/sessions",
		object{"email": account.GetEmail(), "password": account.GetPassword()})
	if markets := s.must(t, 200, "GET", "/markets", nil).body.list("markets"); len(markets) != 0 {
		t.Errorf("there are %v", markets)
	}
}

// former makes a demo's data directory what an earlier version left: published passwords, a database that
// does not say what it is, and files that everybody may read.
func former(t *testing.T) *shop {
	t.Helper()
	s := openDemo(t)
	people := identityv1connect.NewIdentityServiceClient(s.client("identity"))
	for role, password := range published {
		if _, err := people.EnsureAccount(t.Context(), &identityv1.EnsureAccountRequest{Email: role +
			"@demo.example", Password: password, Roles: []string{role}}); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(s.stop(), os.Remove(filepath.Join(s.data, "demo-sign-ins"))); err != nil {
		t.Fatal(err)
	}
	for _, name := range names()[:len(names())-1] {
		db, err := sql.Open("sqlite", filepath.Join(s.data, name+".db"))
		if err != nil {
			t.Fatal(err)
		}
		_, err = db.ExecContext(t.Context(), "DROP TABLE shop; DROP TABLE job_leases; DROP TABLE migrations_host")
		if err := errors.Join(err, db.Close()); err != nil {
			t.Fatal(err)
		}
	}
	s.eachFile(func(path string, _ fs.FileInfo) error { return os.Chmod(path, 0o644) })
	s.forget("ARTISAN_DEMO", "ARTISAN_PEER_TOKEN")
	return s
}

// eachFile does something to each file of the data directory.
func (s *shop) eachFile(do func(path string, info fs.FileInfo) error) {
	s.t.Helper()
	err := filepath.WalkDir(s.data, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		return do(path, info)
	})
	if err != nil {
		s.t.Fatal(err)
	}
}

func (s *shop) isPrivate(t *testing.T) {
	t.Helper()
	s.eachFile(func(path string, info fs.FileInfo) error {
		if mode := info.Mode().Perm(); mode != 0o600 {
			t.Errorf("%s has the mode %04o", path, mode)
		}
		return nil
	})
}

// TestADemoOfAnEarlierVersionStaysOneWithPasswordsOfItsOwn upgrades it as it is.
func TestADemoOfAnEarlierVersionStaysOneWithPasswordsOfItsOwn(t *testing.T) {
	t.Parallel()
	s := former(t)
	for range 2 {
		s.run("up", "edge", "up")
		s.waitReady("edge")
		s.isPrivate(t)
		for role, password := range published {
			s.must(t, http.StatusUnauthorized, "POST", "/sessions",
				object{"email": role + "@demo.example", "password": password})
			account := s.demoAccount(role)
			s.must(t, 201, "POST", "/sessions", object{"email": account.Email, "password": account.Password})
		}
		if err := s.stop(); err != nil {
			t.Fatal(err)
		}
		for role := range published {
			if out := s.procs["up"].out.String(); !strings.Contains(out, "This is a demo") ||
				!strings.Contains(out, s.demoAccount(role).Password) {
				t.Errorf("it said %s", out)
			}
		}
	}
}

// TestAShopOfAnEarlierVersionClosesTheDemosAccounts upgrades the same data, as a shop that is open to others
// by now.
func TestAShopOfAnEarlierVersionClosesTheDemosAccounts(t *testing.T) {
	t.Parallel()
	s := former(t)
	secret, err := os.ReadFile(filepath.Join(s.data, "secret"))
	if err != nil {
		t.Fatal(err)
	}
	s.env = append(s.env, "ARTISAN_SECRET="+string(secret), "ARTISAN_BASE_URL=https://shop.example",
		"ARTISAN_TRUSTED_PROXIES=127.0.0.1")
	s.run("up", "edge", "up")
	s.waitReady("edge")
	s.isPrivate(t)
	s.nobodyIsKnown(t)
	if listed := s.done("operator", "list"); listed != "" {
		t.Errorf("the operators are %q", listed)
	}
	if err := s.stop(); err != nil {
		t.Fatal(err)
	}
	s.forget("ARTISAN_SECRET", "ARTISAN_BASE_URL")
	if _, stderr, code := s.command("up", "--demo", "--listen", "127.0.0.1:0", "--admin",
		"127.0.0.1:0"); code == 0 || !strings.Contains(stderr, "in empty databases only") {
		t.Errorf("as a demo again: exit code %d, %s", code, stderr)
	}
}
