package e2e

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/artisan-eats/artisan/identity/identitytest"
	"github.com/artisan-eats/artisan/sqldb"
	"github.com/artisan-eats/artisan/sqldb/sqldbtest"
)

// realShop is a shop that is no demo, set up as doc/operations.md says: every secret in a file of its own.
func realShop(t *testing.T, engine sqldb.Engine, post *mailServer) *shop {
	t.Helper()
	s := closed(t, one, engine)
	s.forget("ARTISAN_DEMO", "ARTISAN_DATABASE_URL", "ARTISAN_PEER_TOKEN")
	dir := t.TempDir()
	secret := func(name, content string) {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(content+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		s.env = append(s.env, "ARTISAN_"+name+"_FILE="+path)
	}
	secret("SECRET", strings.Repeat("0123456789abcdef", 4))
	if engine == sqldb.Postgres {
		secret("DATABASE_URL", sqldbtest.Database(t, ""))
	}
	if post != nil {
		secret("SMTP_URL", "smtp://"+post.addr+"?tls=off")
	}
	s.env = append(s.env, "ARTISAN_BASE_URL=https://shop.example", "ARTISAN_TRUSTED_PROXIES=127.0.0.1",
		"ARTISAN_MAIL_FROM=shop@shop.example")
	return s
}

// forget drops variables from the environment of the shop's processes.
func (s *shop) forget(names ...string) {
	var kept []string
	for _, entry := range s.env {
		name, _, _ := strings.Cut(entry, "=")
		if !slices.Contains(names, name) {
			kept = append(kept, entry)
		}
	}
	s.env = kept
}

// done runs a command that has to succeed.
func (s *shop) done(args ...string) (stdout string) {
	s.t.Helper()
	stdout, stderr, code := s.command(args...)
	if code != 0 {
		s.t.Fatalf("artisan %v: exit code %d, %s", args, code, stderr)
	}
	return stdout
}

// visitor is a browser without a script: it keeps the cookie of its session.
type visitor struct {
	*testing.T
	shop   *shop
	cookie string
}

// sends asks for a page, or sends a form or a document, and gives what comes back.
func (v *visitor) sends(want int, method, path, kind, body string) (page string) {
	v.Helper()
	r, err := http.NewRequestWithContext(v.Context(), method, v.shop.listen+path, strings.NewReader(body))
	if err != nil {
		v.Fatal(err)
	}
	r.Header.Set("Content-Type", kind)
	if v.cookie != "" {
		r.Header.Set("Cookie", v.cookie)
	}
	answer, err := http.DefaultTransport.RoundTrip(r) // which follows nothing
	if err != nil {
		v.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	content, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != want {
		v.Fatalf("%s %s is answered with %d, %v: %s", method, path, answer.StatusCode, err, content)
	}
	for _, cookie := range answer.Cookies() {
		if strings.HasSuffix(cookie.Name, "session") {
			v.cookie = cookie.Name + "=" + cookie.Value
		}
	}
	return string(content)
}

func (v *visitor) opens(path string) string {
	v.Helper()
	return v.sends(http.StatusOK, http.MethodGet, path, "", "")
}

// submits sends a form and is sent on.
func (v *visitor) submits(path string, form url.Values) {
	v.Helper()
	v.sends(http.StatusSeeOther, http.MethodPost, path, "application/x-www-form-urlencoded", form.Encode())
}

// addsPasskey does at /account/security what the page's script does, and signs in with the passkey.
func (v *visitor) addsPasskey() {
	v.Helper()
	asks := func(purpose string) (challenge, options string) {
		v.Helper()
		var asked struct {
			Challenge string          `json:"challenge"`
			Options   json.RawMessage `json:"options"`
		}
		if err := json.Unmarshal([]byte(v.sends(http.StatusOK, http.MethodPost, "/passkeys/options",
			"application/json", `{"purpose":"`+purpose+`"}`)), &asked); err != nil {
			v.Fatal(err)
		}
		return asked.Challenge, string(asked.Options)
	}
	key := identitytest.New(v, "https://shop.example")
	as := accountField.FindStringSubmatch(v.opens("/account/security"))[1]
	challenge, options := asks("register")
	form := url.Values{
		"as": {as}, "challenge": {challenge}, "credential": {key.Create(v, options)},
		"name": {"Olga's key"},
	}
	v.sends(http.StatusOK, http.MethodPost, "/account/security/passkeys", "application/x-www-form-urlencoded",
		form.Encode())
	challenge, options = asks("sign_in")
	v.submits("/sign-in/passkey", url.Values{"challenge": {challenge}, "credential": {key.Get(v, options)}})
}

var (
	operatorLink = regexp.MustCompile(`https://shop\.example/reset-password\?token=([-_A-Za-z0-9]{43})`)
	signUpLink   = regexp.MustCompile(`https://shop\.example/confirm\?token=([-_A-Za-z0-9]+)`)
	producerID   = regexp.MustCompile(`pro_bristol_[a-z0-9]+`)
	accountField = regexp.MustCompile(`name="as" value="([^"]+)"`)
	formKey      = regexp.MustCompile(`name="key" value="([^"]+)"`)
)

// TestOperatorsAreAddedListedAndRemovedByCommand works on a shop that does not serve.
func TestOperatorsAreAddedListedAndRemovedByCommand(t *testing.T) {
	s := realShop(t, sqldb.SQLite, nil)
	for _, name := range []string{"olga", "otto"} {
		said := s.done("operator", "add", name+"@shop.example", "--name", name)
		if !operatorLink.MatchString(said) {
			t.Errorf("%s has no link: %s", name, said)
		}
	}
	lists := func(want string) {
		t.Helper()
		if listed := s.done("operator", "list"); listed != want {
			t.Errorf("the operators are %q, want %q", listed, want)
		}
	}
	const olga, otto = "olga@shop.example\tolga\thas not set a password yet\n",
		"otto@shop.example\totto\thas not set a password yet\n"
	lists(olga + otto)
	s.done("operator", "remove", "olga@shop.example")
	lists(otto)
	if _, stderr, code := s.command("operator", "remove", "otto@shop.example"); code == 0 ||
		!strings.Contains(stderr, "--force") {
		t.Errorf("the last one is removed with exit code %d, %s", code, stderr)
	}
	lists(otto)
	s.done("operator", "remove", "otto@shop.example", "--force")
	lists("")
}

// TestANewOperatorsFirstTenMinutes follows the chapter of that name in doc/operations.md.
func TestANewOperatorsFirstTenMinutes(t *testing.T) {
	t.Parallel()
	for _, engine := range sqldbtest.Engines {
		t.Run(string(engine), func(t *testing.T) {
			post := newMailServer(t)
			s := realShop(t, engine, post)
			s.run("up", "edge", "up")
			s.waitReady("edge")

			// The first operator, by a mailed link.
			said := s.done("operator", "add", "olga@shop.example", "--name", "Olga")
			letter := post.newest(t, "olga@shop.example", "reset-password")
			link := operatorLink.FindStringSubmatch(letter)
			if link == nil || !strings.HasSuffix(said, link[0]+"\n") ||
				!strings.Contains(said, "it is mailed too") {
				t.Fatalf("%s\nwas mailed, and said was\n%s", letter, said)
			}
			olga := &visitor{t, s, ""}
			olga.submits("/reset-password",
				url.Values{"token": {link[1]}, "password": {"a long day at the market"}})
			olga.addsPasskey()
			if listed := s.done("operator", "list"); listed != "olga@shop.example\tOlga\tcan sign in\n" {
				t.Errorf("the operators are %q", listed)
			}

			// The first market.
			s.done("market", "bristol", "--name", "Bristol", "--currency", "GBP", "--time-zone",
				"Europe/London", "--country", "GB", "--locale", "en-GB", "--pickup", "St Nicholas Market")

			// The first maker applies, and the operator approves.
			may := &visitor{t, s, ""}
			person := url.Values{
				"email": {"may@larkmoor.example"}, "password": {"up before the cows"},
				"name": {"May"},
			}
			may.sends(http.StatusOK, http.MethodPost, "/sign-up", "application/x-www-form-urlencoded",
				person.Encode())
			confirm := signUpLink.FindStringSubmatch(post.newest(t, "may@larkmoor.example", "/confirm"))
			may.submits("/confirm", url.Values{
				"token": {confirm[1]}, "password": person["password"],
				"name": person["name"],
			})
			may.submits("/sell", url.Values{
				"key": {formKey.FindStringSubmatch(may.opens("/sell"))[1]}, "market": {"bristol"},
				"name": {"Larkmoor Creamery"}, "town": {"Wells"}, "tagline": {"Cheese of a hill."},
				"story": {"We milk."},
			})
			waiting := producerID.FindString(olga.opens("/operator/producers?market=bristol"))
			olga.submits("/operator/producers/"+waiting+"/approval", url.Values{"approved": {"yes"}})
			if makers := s.must(t, 200, "GET", "/producers?market=bristol",
				nil).body.list("producers"); len(makers) != 1 {
				t.Errorf("the market has %v", makers)
			}
			if windows := s.must(t, 200, "GET", "/windows?market=bristol",
				nil).body.list("windows"); len(windows) == 0 {
				t.Error("nobody can pick anything up")
			}
		})
	}
}
