package e2e

import (
	"bytes"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	"github.com/artisan-eats/artisan/gen/artisan/identity/v1/identityv1connect"
	"github.com/artisan-eats/artisan/host/hosttest"
	"github.com/artisan-eats/artisan/sqldb/sqldbtest"
)

// TestAnImportIsTheSameAtEveryFrontDoor has two processes of the edge. One takes a file and is killed; the
// other shows what the file would change, imports it and tells of its end, and so does the first one when it
// is back.
func TestAnImportIsTheSameAtEveryFrontDoor(t *testing.T) {
	t.Parallel()
	for _, engine := range sqldbtest.Engines {
		t.Run(string(engine), func(t *testing.T) {
			s := open(t, many, engine)
			g := s.stock(5, 1)
			for _, key := range []string{"second edge", "admin second edge"} {
				s.ports[key] = hosttest.FreePorts(t, 1)[0]
			}
			s.run("second edge", "second edge", "serve", "edge", "--data", filepath.Join(t.TempDir(), "data"))
			s.waitReady("second edge")
			maker := s.maker(t, g.producerID)

			s.sends(t, "edge", maker,
				"Handle,Title,Vendor,Variant Price\nbrie,Brie,Elm Dairy,9.50\nrye,Rye,,5\n")
			s.killOne("edge")
			key := regexp.MustCompile(`name="key" value="([^"]+)"`)
			shown := s.sees(t, "second edge", maker, "would change")
			s.posts(t, "second edge", "/producer/import/run", maker, "application/x-www-form-urlencoded",
				strings.NewReader("new=show&key="+key.FindStringSubmatch(shown)[1]))
			s.sees(t, "second edge", maker, "is imported")
			s.start()
			s.sees(t, "edge", maker, "is imported")
			if p := s.must(t, 200, "GET", "/products?q=rye&market="+market,
				nil).body.list("products"); len(p) != 1 {
				t.Errorf("the rye is there %d times", len(p))
			}
		})
	}
}

// maker signs somebody in who acts for a producer.
func (s *shop) maker(t testing.TB, producerID string) (session string) {
	t.Helper()
	account := &identityv1.EnsureAccountRequest{
		Email: "maker@example.org", Password: "a long password",
		Name: "May", Roles: []string{"producer"}, ProducerIds: []string{producerID},
	}
	if _, err := identityv1connect.NewIdentityServiceClient(s.client("identity")).EnsureAccount(t.Context(),
		account); err != nil {
		t.Fatal(err)
	}
	return s.must(t, 201, "POST", "/sessions",
		object{"email": account.GetEmail(), "password": account.GetPassword()}).body.str("token")
}

func (s *shop) killOne(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	_ = s.procs[name].cmd.Process.Kill()
	<-s.procs[name].exited
}

// sends uploads a file at one of the front doors.
func (s *shop) sends(t *testing.T, door, session, content string) {
	t.Helper()
	var form bytes.Buffer
	w := multipart.NewWriter(&form)
	part, err := w.CreateFormFile("file", "goods.csv")
	if err != nil {
		t.Fatal(err)
	}
	_, _ = io.WriteString(part, content)
	_ = w.Close()
	s.posts(t, door, "/producer/import", session, w.FormDataContentType(), &form)
}

func (s *shop) posts(t *testing.T, door, path, session, kind string, form io.Reader) {
	t.Helper()
	if answer, page := s.at(t, door, http.MethodPost, path, session, kind,
		form); answer != http.StatusSeeOther {
		t.Fatalf("%s is answered with %d: %s", path, answer, page)
	}
}

// sees waits until the page of the import says something.
func (s *shop) sees(t *testing.T, door, session, text string) (page string) {
	t.Helper()
	for end := time.Now().Add(30 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if _, page = s.at(t, door, http.MethodGet, "/producer/import", session, "",
			nil); strings.Contains(page, text) {
			return page
		}
	}
	t.Fatalf("%s never says %q, but %s", door, text, page)
	return ""
}

// at asks for a page at one of the front doors.
func (s *shop) at(
	t *testing.T, door, method, path, session, kind string, body io.Reader,
) (status int, page string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method,
		fmt.Sprintf("http://127.0.0.1:%d%s", s.ports[door], path), body)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+session)
	r.Header.Set("Content-Type", kind)
	answer, err := http.DefaultTransport.RoundTrip(r) // which follows nothing
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	content, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, string(content)
}

// TestAnImportWithRefusedRowsDoesNotEndWell runs `artisan import` as a script would, which reads its exit
// code: 0 where all of a file is in, 1 where a row was refused, and what is refused is said by its number.
func TestAnImportWithRefusedRowsDoesNotEndWell(t *testing.T) {
	t.Parallel()
	s := openOne(t)
	s.stock(5, 1)
	const header = "Handle,Title,Vendor,Published,Variant Price\n"
	const bun, brie = "bun,Bun,Elm Dairy,true,1\n", "brie,Brie,Elm Dairy,true,9.50\n"
	const wrong = "rye,Rye,Elm Dairy,true,much\noat,Oat,Elm Dairy,true,lots\n"
	for _, c := range []struct {
		rows, args string
		code       int
		says       []string
	}{
		{rows: brie},
		{rows: brie + bun},
		{rows: brie, args: "--dry-run"},
		{
			rows: "rye,Rye,Elm Dairy,true,much\n" + bun, code: 1,
			says: []string{"row 2", "1 row was refused; the others are in"},
		},
		{rows: wrong + bun, code: 1, says: []string{"row 3", "2 rows were refused; the others are in"}},
		{
			rows: "rye,Rye,Elm Dairy,perhaps,5\noat,Oat,Elm Dairy,perhaps,5\n", code: 1,
			says: []string{"row 2", "row 3", "2 rows were refused"},
		},
		{rows: wrong, args: "--dry-run", code: 1, says: []string{"row 2", "2 rows would be refused"}},
		{code: 1},
	} {
		content := header + c.rows
		if c.rows == "" {
			content = "a line of prose\n"
		}
		file := filepath.Join(t.TempDir(), "goods.csv")
		if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		stdout, stderr, code := s.command(append([]string{"import", file, "--market", market},
			strings.Fields(c.args)...)...)
		if code != c.code || (code == 0) != !strings.Contains(stderr, "artisan:") {
			t.Errorf("%q %s: exit code %d, want %d: %s%s", c.rows, c.args, code, c.code, stdout, stderr)
		}
		for _, words := range c.says {
			if !strings.Contains(stderr, words) {
				t.Errorf("%q %s: it does not say %q, but %s", c.rows, c.args, words, stderr)
			}
		}
	}
}
