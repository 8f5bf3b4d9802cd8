package e2e

import (
	"crypto/rand"
	"crypto/tls"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/artisan-eats/artisan/doctor"
	"github.com/artisan-eats/artisan/host"
	"github.com/artisan-eats/artisan/quick"
	"github.com/artisan-eats/artisan/sqldb"
	"github.com/artisan-eats/artisan/trust"
)

// rightShop is a shop that nothing is wrong with: two replicas of each service, a database with a standby and
// a backup, and no secret that anybody knows.
func rightShop(t *testing.T) (s *shop, db *pair) {
	t.Helper()
	db = openPair(t)
	s = addressed(t, twice, sqldb.Postgres)
	s.forget("ARTISAN_DEMO", "ARTISAN_BASE_URL", "ARTISAN_FRONT", "ARTISAN_EDGE_1", "ARTISAN_EDGE_2",
		"ARTISAN_E2E_LOG")
	s.env = slices.DeleteFunc(s.env, func(entry string) bool {
		return strings.HasPrefix(entry,
			"ARTISAN_TEST_")
	})
	blobs := t.TempDir()
	key := make([]byte, 32)
	_, _ = rand.Read(key)
	secret := filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(secret, []byte(hex.EncodeToString(key)), 0o600); err != nil {
		t.Fatal(err)
	}
	s.env = append(s.env, "ARTISAN_DATABASE_URL="+db.url(), "ARTISAN_SECRET_FILE="+secret,
		"ARTISAN_BASE_URL=https://shop.example", "ARTISAN_TRUSTED_PROXIES=127.0.0.1", "ARTISAN_BLOBS="+blobs,
		"ARTISAN_SMTP_URL=smtp://"+newMailServer(t).addr+"?tls=off", "ARTISAN_MAIL_FROM=shop@shop.example",
		"ARTISAN_EDGES=http://"+s.address("edge")+",http://"+s.address(second("edge")))
	s.done("migrate")
	for _, name := range names() {
		s.run(name, name, "serve", name)
		s.run(second(name), second(name), "serve", name, "--data", s.data+"-2")
	}
	for _, name := range names() {
		s.waitReady(name)
		s.waitReady(second(name))
	}
	// it asks as catalog
	s.env = append(s.env, "ARTISAN_TLS_CERT="+filepath.Join(s.certs, "catalog.pem"),
		"ARTISAN_TLS_KEY="+filepath.Join(s.certs, "catalog-key.pem"))
	return s, db
}

// asksDoctor has the doctor look, with some settings more, and answers what is not ok.
func (s *shop) asksDoctor(t *testing.T, with ...string) (wrong []string) {
	t.Helper()
	env := s.env
	defer func() { s.env = env }()
	s.env = append(slices.Clone(env), with...)
	out, told, code := s.command("doctor", "--format", "json")
	var said struct {
		Findings []doctor.Finding
		Worst    doctor.Level
	}
	if err := json.Unmarshal([]byte(out), &said); err != nil || len(said.Findings) < 15 ||
		(code == 1) != (said.Worst == doctor.Fail) {
		t.Fatalf("exit code %d, %s, %s: %v", code, out, told, err)
	}
	for _, f := range said.Findings {
		if f.Level != doctor.OK {
			wrong = append(wrong, fmt.Sprint(f.Level, " ", f.Code, " ", f.Says))
		}
	}
	return wrong
}

// ailment is one way in which the shop is wrong, by what the doctor is told or by what is so.
type ailment struct {
	name         string
	set          []string
	does, undoes func()
	says         string // how the one line begins that is said of it
}

// TestTheDoctorIsQuietAboutARightShop and says one line of each that is wrong in one way.
func TestTheDoctorIsQuietAboutARightShop(t *testing.T) {
	t.Parallel()
	quick.Leaves(t, "the doctor's look at two replicas of each service")
	s, db := rightShop(t)
	// what is archived, and who follows, may take a moment
	if wrong := s.asksDoctor(t); len(wrong) > 0 {
		t.Fatalf("of a right shop it says %q", wrong)
	}
	if out, _, code := s.command("doctor"); code != 0 || !strings.HasPrefix(out, "ok refused ") {
		t.Errorf("as text it says %s", out)
	}
	for _, a := range slices.Concat(s.wrongSettings(t), s.wrongReplicas(t), s.wrongDatabases(db)) {
		t.Run(a.name, func(t *testing.T) {
			if a.does != nil {
				a.does()
			}
			if a.undoes != nil {
				defer a.undoes()
			}
			if wrong := s.asksDoctor(t, a.set...); len(wrong) != 1 || !strings.HasPrefix(wrong[0], a.says) {
				t.Errorf("it says %q", wrong)
			}
		})
	}
	if wrong := s.asksDoctor(t); len(wrong) > 0 {
		t.Errorf("of the shop that is right again it says %q", wrong)
	}
	s.saysNoSecret(t)
}

func (s *shop) wrongSettings(t *testing.T) []ailment {
	t.Helper()
	dir := trust.Directory(s.certs)
	authority, err := dir.Authority()
	if err != nil {
		t.Fatal(err)
	}
	cert, key, err := authority.Issue("catalog", nil, time.Now(), 5*24*time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	short := t.TempDir()
	for name, content := range map[string][]byte{
		"cert": cert, "key": key,
		"open": []byte(strings.Repeat("x", 20)),
	} {
		if err := os.WriteFile(filepath.Join(short, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	open := filepath.Join(short, "open")
	return []ailment{
		{
			name: "a variable that nobody reads", set: []string{"ARTISAN_SMTP_URI=x"},
			says: "warn unread ARTISAN_SMTP_URI is no setting",
		},
		{
			name: "a secret of an example", set: []string{"ARTISAN_METRICS_TOKEN=changeme12345678"},
			says: "fail secrets the secret of ARTISAN_METRICS_TOKEN is short, or one that everybody tries",
		},
		{
			name: "a secret that others may read", set: []string{
				"ARTISAN_METRICS_TOKEN=", "ARTISAN_METRICS_TOKEN_FILE=" + open,
			},
			does: func() { _ = os.Chmod(open, 0o644) }, says: "fail secrets " + open +
				" is open to other users",
		},
		{
			name: "a certificate about to end",
			set: []string{"ARTISAN_TLS_CERT=" + filepath.Join(short, "cert"), "ARTISAN_TLS_KEY=" +
				filepath.Join(short, "key")},
			says: "fail certificates " + filepath.Join(short, "cert") + " ends at",
		},
		{name: "no mail server", set: []string{"ARTISAN_SMTP_URL="}, says: "warn mail no mail server is set"},
		{
			name: "a mail server that is not there", set: []string{"ARTISAN_SMTP_URL=smtp://" +
				nobodyAt(t) + "?tls=off"},
			says: "warn mail the mail server 127.0.0.1:",
		},
		{
			name: "pictures that one replica has", set: []string{"ARTISAN_BLOBS="},
			says: "fail pictures catalog has several replicas",
		},
		{
			name: "a bucket that does not answer", set: []string{
				"ARTISAN_BLOBS=s3://pictures?endpoint=http://" + nobodyAt(t) + "&region=eu-west-1",
				"ARTISAN_BLOBS_ACCESS_KEY=" + rand.Text(), "ARTISAN_BLOBS_SECRET_KEY=" + rand.Text(),
			}, says: "warn pictures could not be looked at: ",
		},
		{
			name: "more connections than there are", set: []string{"ARTISAN_DATABASE_CONNECTIONS=60"},
			says: "warn connections the services may open 840 connections",
		},
		{
			name: "settings that do not go together", set: []string{"ARTISAN_TRUSTED_PROXIES="},
			says: "fail refused the shop's address is https",
		},
		{
			name: "front doors that nothing names", set: []string{"ARTISAN_EDGES="},
			says: "warn once edge could not be looked at",
		},
	}
}

// place is the settings with other replicas of payments.
func (s *shop) place(urls ...string) []string {
	var all []string
	for _, name := range names() {
		at := []string{"https://" + s.address(name), "https://" + s.address(second(name))}
		if name == "payments" {
			at = urls
		}
		all = append(all, name+"="+strings.Join(at, ","))
	}
	return []string{"ARTISAN_PEERS=" + strings.Join(all, ";")}
}

func (s *shop) wrongReplicas(t *testing.T) []ailment {
	t.Helper()
	one, other := "https://"+s.address("payments"), "https://"+s.address(second("payments"))
	version := strings.TrimSpace(strings.TrimPrefix(s.done("version"), "artisan "))
	late := s.stands(t, version, -time.Minute)
	older := s.stands(t, "v0.0.1", 0)
	return []ailment{
		{name: "a service that runs once", set: s.place(one), says: "warn once payments runs once"},
		{
			name: "a replica that does not answer", set: s.place(one, other, "https://"+nobodyAt(t)),
			says: "fail away payments does not answer at",
		},
		{
			name: "another service's replica", set: s.place(one, other, "https://"+s.address("notify")),
			says: "fail away payments does not answer at https://" + s.address("notify") + ` (it is ["notify"], and not payments)`,
		},
		{
			name: "a clock that is off", set: s.place(one, other, late),
			says: "fail clock the clock of payments at " + late + " is ",
		},
		{name: "a replica of another version", set: s.place(one, other, older), says: "warn versions processes of 2 versions run side by side"},
	}
}

// stands is a replica of payments on a machine with another version, or clock.
func (s *shop) stands(t *testing.T, version string, ahead time.Duration) (url string) {
	t.Helper()
	i, err := trust.Open(trust.Directory(s.certs).Files("payments"), nil, time.Now, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Date", time.Now().Add(ahead).UTC().Format(http.TimeFormat))
		w.Header().Set(host.VersionHeader, version)
	})}
	t.Cleanup(func() { _ = server.Close() })
	go func() { _ = server.Serve(tls.NewListener(listener, i.Server())) }()
	return "https://" + listener.Addr().String()
}

func (s *shop) wrongDatabases(db *pair) []ailment {
	sql := func(schema, statement string) func() { return func() { db.in(schema, statement) } }
	return []ailment{
		{
			name: "a migration that has not run", does: sql("ordering", "DELETE FROM migrations_ordering WHERE version_id = 3"),
			undoes: sql("ordering", "INSERT INTO migrations_ordering (version_id, is_applied) VALUES (3, TRUE)"),
			says:   "fail migration ordering: the database lacks step 3 of ordering: run `artisan migrate`",
		},
		{
			name: "a queue that grows",
			does: sql("ordering", `INSERT INTO outbox (subscriber, aggregate, version, id, type, occurred_at, payload, next_at)
				VALUES ('nobody', 'a', 1, 'e', 'x', 1, '', 1)`),
			undoes: sql("ordering", "DELETE FROM outbox WHERE subscriber = 'nobody'"), says: "warn queue 1 events of ordering wait",
		},
		{
			name: "a disk that fills", does: sql("public", "SELECT pg_create_physical_replication_slot('gone', true)"),
			undoes: sql("public", "SELECT pg_drop_replication_slot('gone')"),
			says:   "warn disk 127.0.0.1:" + strconv.Itoa(db.ports[0]) + " keeps its log for gone",
		},
		{
			name:   "a database whose standby follows later",
			does:   func() { db.sets("synchronous_standby_names", "") },
			undoes: func() { db.sets("synchronous_standby_names", "follows") },
			says:   "warn standby the standby of",
		},
		{
			name: "a database without a standby", does: func() {
				db.sets("synchronous_standby_names",
					"")
				db.loses()
			},
			undoes: db.follows, says: "warn standby 127.0.0.1:" + strconv.Itoa(db.ports[0]) +
				", with catalog, delivery, identity",
		},
		{
			name: "a database that waits for a standby", does: db.loses, undoes: db.follows,
			says: "fail standby 127.0.0.1:" + strconv.Itoa(db.ports[0]) +
				" waits for a standby with each order",
		},
		{
			name: "a backup that goes wrong", does: func() {
				db.sets("archive_command", "false")
				db.runs("SELECT pg_logical_emit_message(false, 'a', 'b')")
				db.runs("SELECT pg_switch_wal()")
				db.awaits("it failed", "SELECT failed_count > 0 FROM pg_stat_archiver")
			},
			undoes: func() {
				db.archives()
				db.awaits("it went well", "SELECT last_archived_time > last_failed_time FROM pg_stat_archiver")
			}, says: "fail backup 127.0.0.1:" + strconv.Itoa(db.ports[0]) + " cannot archive its log",
		},
		{
			name: "a database without a recent backup", does: db.forgetsBackups, undoes: func() {
				db.does("pg_basebackup", "--host=127.0.0.1", "--port="+strconv.Itoa(db.ports[0]),
					"--username=postgres",
					"--pgdata="+db.path("again"), "--checkpoint=fast", "--no-sync")
			}, says: "warn backup 127.0.0.1:" + strconv.Itoa(db.ports[0]) +
				" knows of no base backup in 8 days",
		},
	}
}

// loses has the standby die, and the primary notice.
func (p *pair) loses() {
	p.Helper()
	p.ends(p.standby)
	p.awaits("it is missed", "SELECT COUNT(*) = 0 FROM pg_stat_replication")
}

// saysNoSecret has it look at settings that are full of them.
func (s *shop) saysNoSecret(t *testing.T) {
	t.Helper()
	env := s.env
	defer func() { s.env = env }()
	const hush = "hunter2hunter2hunter2"
	s.forget("ARTISAN_SECRET_FILE")
	s.env = append(s.env, "ARTISAN_SECRET="+strings.Repeat("c0ffee11", 8), "ARTISAN_PEER_TOKEN="+hush,
		"ARTISAN_METRICS_TOKEN="+hush, "ARTISAN_OLDER_PEER_TOKENS="+hush, "ARTISAN_BLOBS_SECRET_KEY="+hush,
		"ARTISAN_SMTP_URL=smtp://shop:"+hush+"@127.0.0.1:1",
		"ARTISAN_DATABASE_URL=postgres://shop:"+hush+"@127.0.0.1:1/shop",
		"ARTISAN_NOTIFY_DATABASE_URL=postgres://shop:"+hush+"@127.0.0.1:port/shop")
	for _, format := range []string{"text", "json"} {
		out, told, code := s.command("doctor", "--format", format)
		if all := out + told; code != 1 || strings.Contains(all, hush) || strings.Contains(all, "c0ffee11") {
			t.Errorf("exit code %d, and it says %s", code, all)
		}
	}
}
