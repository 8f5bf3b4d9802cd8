package e2e

import (
	"context"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	"github.com/artisan-eats/artisan/gen/artisan/identity/v1/identityv1connect"
	"github.com/artisan-eats/artisan/quick"
	"github.com/artisan-eats/artisan/sqldb"
)

// What is planted, and is nowhere but where it belongs. The shop's own secrets nobody is told; what a person
// types is told to nobody else.
var (
	ownSecrets = map[string]string{
		"the master key":          strings.Repeat("c0ffee1d5eedf00d", 4),
		"the peer token":          "canarytokenofpeers",
		"the metrics token":       "canarytokenofmetrics",
		"the database's password": "canarypwdofdatabase",
		"the mail server's":       "canarypwdofmail",
		"the bucket's key":        "canarykeyofbucket",
		"the key-value store's":   "canarypwdofvalkey",
		"an older peer token":     "canarytokenofyore",
	}
	typed = map[string]string{
		"an address of mail": "canarymailbox", "a name": "canarysurname", "a street": "canarystreet",
		"a card": "4539578763621486", "an account": owner, "a password": "canarypassword",
		"a session": "canarysession",
	}
)

// owner is the name and the mailbox of an account, which are shown to who is signed in to it.
const owner = "canaryowner"

// everything is all that a person types into one field, wherever it belongs.
const everything = "canarysurname canarymailbox@canary.example 4539578763621486 canarystreet 7"

// watched is a shop in which all that is planted is looked for.
type watched struct {
	*shop
	*testing.T
	goods
	log         lines
	typed       map[string]string
	clients     atomic.Int64
	asked       atomic.Int64
	failed      atomic.Int64
	order, cart string
	session     string
}

// TestWhatIsPlantedIsNowhere plants secrets and what persons type, asks for everything that the shop answers,
// while it is well and while parts of it are away, and looks through all logs, figures and refusals.
func TestWhatIsPlantedIsNowhere(t *testing.T) {
	t.Parallel()
	for _, shape := range []shape{one, many} {
		t.Run(string(shape), func(t *testing.T) {
			if shape == many {
				quick.LeavesToLong(t, "canaries in one process only, with nothing away")
			}
			t.Parallel()
			w := plants(t, shape)
			w.lives()
			w.asksAll("in good health")
			w.figures()
			if shape == many {
				w.stalls("ordering")
				for _, away := range []string{
					"payments", "notify", "inventory", "delivery", "identity",
					"catalog", "ordering",
				} {
					w.killOne(away)
				}
				w.asksAll("with all but the edge away")
			}
			if err := w.stop(); err != nil && shape == one {
				t.Error(err)
			}
			w.judges()
		})
	}
}

// plants starts a shop with secrets in it.
func plants(t *testing.T, shape shape) *watched {
	t.Helper()
	w := &watched{shop: closed(t, shape, sqldb.Postgres), T: t, typed: maps.Clone(typed)}
	w.heard = w.log.hear
	var database string
	for _, entry := range w.env {
		if value, is := strings.CutPrefix(entry, "ARTISAN_DATABASE_URL="); is {
			database = value
		}
	}
	w.forget("ARTISAN_DEMO", "ARTISAN_PEER_TOKEN", "ARTISAN_LOG_LEVEL", "ARTISAN_DATABASE_URL")
	user, rest, _ := strings.Cut(strings.TrimPrefix(database, "postgres://"), "@")
	name, _, _ := strings.Cut(user, ":")
	w.env = append(w.env, "ARTISAN_LOG_LEVEL=debug", "ARTISAN_SECRET="+ownSecrets["the master key"],
		"ARTISAN_DATABASE_URL=postgres://"+name+":"+ownSecrets["the database's password"]+"@"+rest,
		"ARTISAN_SMTP_URL=smtp://shop:"+ownSecrets["the mail server's"]+"@"+nobodyAt(t),
		"ARTISAN_METRICS_TOKEN="+ownSecrets["the metrics token"],
		"ARTISAN_PEER_TOKEN="+ownSecrets["the peer token"],
		"ARTISAN_OLDER_PEER_TOKENS="+ownSecrets["an older peer token"],
		"ARTISAN_BLOBS_SECRET_KEY="+ownSecrets["the bucket's key"],
		"ARTISAN_VALKEY_URL=redis://:"+ownSecrets["the key-value store's"]+"@"+nobodyAt(t),
		"ARTISAN_BASE_URL=https://shop.example", "ARTISAN_TRUSTED_PROXIES=127.0.0.1",
		"ARTISAN_MAIL_FROM=shop@shop.example",
		"ARTISAN_AUDIT_LOG="+filepath.Join(t.TempDir(), "audit"))
	w.start()
	return w
}

// lives has somebody sign up, sign in and order, under planted names.
func (w *watched) lives() {
	w.Helper()
	w.goods = w.stock(50, 50)
	email := owner + "@canary.example"
	password := "canarypassword of a person"
	_, err := identityv1connect.NewIdentityServiceClient(w.client("identity")).EnsureAccount(w.Context(),
		&identityv1.EnsureAccountRequest{
			Email: email, Password: password, Name: "Canaryowner", Roles: []string{"producer"},
			ProducerIds: []string{w.producerID},
		})
	if err != nil {
		w.Fatal(err)
	}
	w.session = w.must(w.T, 201, "POST", "/sessions", object{
		"email":    email,
		"password": password,
	}).body.str("token")
	w.must(w.T, 401, "POST", "/sessions", object{"email": email, "password": password + " canarypassword"})
	w.must(w.T, 202, "POST", "/accounts", object{
		"email": "canarymailbox.new@canary.example", "name": "Canarysurname",
		"password": password,
	})
	w.must(w.T, 201, "POST", "/addresses",
		object{"line1": "7 Canarystreet", "postal_code": "97201", "city": "Portland"}, "Authorization",
		"Bearer "+w.session)
	w.cart = w.shop.cart(w.T, w.variantID, 1)
	guest := object{
		"email": "canarymailbox@canary.example", "name": "Canarysurname", "window_id": w.pickupID,
		"payment": object{"method": "pickup"},
	}
	a, err := w.buy(w.cart, "canarysession-key", guest)
	if err != nil || a.status/100 != 2 {
		w.Fatalf("a guest's order: %d %s, %v", a.status, a.raw, err)
	}
	w.order, w.cart = a.body.str("id"), w.shop.cart(w.T, w.variantID, 1)
	w.typed["an order's key"] = a.body.str("access_token")
	for _, card := range []object{
		{"method": everything},
		{"method": "pickup", "token": everything},
		{"method": "test", "token": everything},
	} {
		wrong := object{
			"email": everything, "name": everything, "window_id": everything, "payment": card,
			"notes": everything,
		}
		if a, err := w.buy(w.cart, fmt.Sprint("canarysession-", len(card)), wrong); err != nil ||
			a.status/100 != 4 {
			w.Fatalf("a card at the wrong place: %d %s, %v", a.status, a.raw, err)
		}
	}
}

var (
	routePattern = regexp.MustCompile(`Pattern: "([A-Z]+) ([^"]+)"`)
	wildcard     = regexp.MustCompile(`\{[^}]*\}`)
)

// patterns are the methods and paths of everything that the shop answers.
func (w *watched) patterns() (all [][2]string) {
	w.Helper()
	text, err := os.ReadFile("../edge/routes.go")
	if err != nil {
		w.Fatal(err)
	}
	for _, m := range routePattern.FindAllStringSubmatch(string(text), -1) {
		all = append(all, [2]string{m[1], m[2]})
	}
	if len(all) < 150 {
		w.Fatalf("only %d routes were found", len(all))
	}
	return all
}

// asksAll asks for every route in all ways, several at once.
func (w *watched) asksAll(when string) {
	w.Helper()
	asked, failed := w.asked.Load(), w.failed.Load()
	var all sync.WaitGroup
	places := make(chan struct{}, 8)
	for _, p := range w.patterns() {
		for _, r := range w.requests(p[0], p[1]) {
			places <- struct{}{}
			all.Go(func() { defer func() { <-places }(); w.asks(r) })
		}
	}
	all.Wait()
	w.Logf("%s: %d requests, %d of them refused", when, w.asked.Load()-asked, w.failed.Load()-failed)
}

// wrongRequest is one with what does not belong there.
type wrongRequest struct{ method, path, kind, body, session string }

// requests are those of a route: with what is planted in the path, and of what there is; as a form, as JSON,
// and as neither.
func (w *watched) requests(method, pattern string) (all []wrongRequest) {
	planted := url.PathEscape(everything)
	paths := []string{wildcard.ReplaceAllStringFunc(pattern, func(word string) string {
		if word == "{$}" {
			return ""
		}
		return planted
	})}
	if real := w.real(pattern); real != paths[0] && !strings.HasSuffix(pattern, "/events") {
		paths = append(paths, real)
	}
	bodies := [][2]string{{"", ""}}
	if method != http.MethodGet {
		bodies = [][2]string{
			{"application/x-www-form-urlencoded", form()},
			{"application/json", document(`"` + everything + `"`)},
			{"application/json", `{"email": "` + everything + `", ` + everything},
			{"multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"" + everything +
				"\"\r\n\r\n" + everything + "\r\n--x--\r\n"},
			{"text/plain", everything},
		}
	}
	for _, path := range paths {
		for i, body := range bodies {
			all = append(all, wrongRequest{method, path + "?" + query(), body[0], body[1], "canarysession"})
			if i == 0 && method != http.MethodDelete && !strings.Contains(pattern, "sign-out") {
				all = append(all, wrongRequest{method, path + "?" + query(), body[0], body[1], w.session})
			}
		}
	}
	return all
}

// real is the path of something that is there.
func (w *watched) real(pattern string) string {
	path := strings.ReplaceAll(pattern, "{$}", "")
	for prefix, id := range map[string]string{
		"/carts/{id}": w.cart, "/orders/{id}": w.order, "/products/{id}": w.productID, "/p/{id}": w.productID,
		"/producers/{id}": w.producerID, "/m/{id}": market,
	} {
		path = strings.Replace(path, prefix, strings.Replace(prefix, "{id}", id, 1), 1)
	}
	return wildcard.ReplaceAllString(strings.ReplaceAll(path, "{variant}", w.variantID), "canarysurname")
}

// fields are names of fields and parameters in forms, addresses and documents.
var fields = strings.Fields(`email name password new_password q market cursor sort category producer token code note
	notes reason title description line1 line2 street city postal_code region country phone quantity price variant window
	window_id address payment method card key next to order part status coupon allergen_free from id limit filter`)

func form() string { return query() }

func query() string {
	values := url.Values{}
	for _, name := range fields {
		values.Set(name, everything)
	}
	values.Set("password", "canarypassword")
	return values.Encode()
}

func document(value string) string {
	var all []string
	for _, name := range fields {
		all = append(all, `"`+name+`": `+value)
	}
	return "{" + strings.Join(all, ", ") + "}"
}

// asks sends a request as a client of its own, and looks at what it is refused with.
func (w *watched) asks(r wrongRequest) {
	ctx, cancel := context.WithTimeout(w.Context(), 40*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, r.method, w.listen+r.path, strings.NewReader(r.body))
	if err != nil {
		w.Error(err)
		return
	}
	n := w.clients.Add(1)
	for name, value := range map[string]string{
		"Content-Type": r.kind, "Authorization": "Bearer " + r.session,
		"Idempotency-Key": fmt.Sprint("canarysession-", n),
		"User-Agent":      everything, "Referer": "https://canary.example/?" + everything,
		"Accept-Language": everything,
		"X-Request-Id":    everything, "If-None-Match": everything, "Cookie": "session=" + r.session +
			"; cart=" + everything,
		"X-Forwarded-For": fmt.Sprintf("10.%d.%d.%d", n>>16&255, n>>8&255, n&255),
	} {
		if value != "" {
			request.Header.Set(name, value)
		}
	}
	answer, err := http.DefaultTransport.RoundTrip(request) // which follows nothing
	if err != nil {
		w.Errorf("%s %.80s: %v", r.method, r.path, err)
		return
	}
	defer func() { _ = answer.Body.Close() }()
	content, _ := io.ReadAll(io.LimitReader(answer.Body, 1<<20))
	w.asked.Add(1)
	text := string(content)
	w.finds(ownSecrets, text, fmt.Sprintf("the answer of %s %.60s", r.method, r.path))
	if answer.StatusCode >= 400 {
		w.failed.Add(1)
		if r.session == w.session {
			text = strings.ReplaceAll(strings.ToLower(text), owner, "")
		}
		w.finds(w.typed, unfilled.ReplaceAllString(text, ""), fmt.Sprintf("the refusal of %s %.60s (%d)",
			r.method, r.path, answer.StatusCode))
	}
}

// unfilled is what a form shows again to who typed it: the values of its fields, and where it goes to.
var unfilled = regexp.MustCompile(`(?s) (value|href|action|content)="[^"]*"|<textarea.*?</textarea>|<title>.*?</title>`)

// figures reads those of every process.
func (w *watched) figures() {
	w.Helper()
	for _, name := range names() {
		if w.shape == one && name != "edge" {
			continue
		}
		request, err := http.NewRequest(http.MethodGet, "http://"+w.address("admin "+name)+"/metrics", nil)
		if err != nil {
			w.Fatal(err)
		}
		request.Header.Set("Authorization", "Bearer "+ownSecrets["the metrics token"])
		a, err := do(request)
		if err != nil || a.status != http.StatusOK || !strings.Contains(string(a.raw),
			"go_goroutines") {
			w.Fatalf("the figures of %s: %d, %v", name, a.status, err)
		}
		w.finds(ownSecrets, string(a.raw), "the figures of "+name)
		w.finds(w.typed, string(a.raw), "the figures of "+name)
	}
}

// stalls has a service hang, asks for some of what needs it, and lets it go on.
func (w *watched) stalls(service string) {
	w.Helper()
	p := w.procs[service].cmd.Process
	if err := p.Signal(syscall.SIGSTOP); err != nil {
		w.Fatal(err)
	}
	var all sync.WaitGroup
	for _, pattern := range w.patterns() {
		if strings.Contains(pattern[1], "/orders/{id}") || strings.HasSuffix(pattern[1], "checkout") {
			all.Go(func() { w.asks(w.requests(pattern[0], pattern[1])[0]) })
		}
	}
	all.Wait()
	if err := p.Signal(syscall.SIGCONT); err != nil {
		w.Fatal(err)
	}
}

// judges looks through all that was logged.
func (w *watched) judges() {
	w.Helper()
	w.log.mu.Lock()
	defer w.log.mu.Unlock()
	for _, line := range w.log.all {
		w.finds(ownSecrets, line, "the log line "+line)
		w.finds(w.typed, line, "the log line "+line)
	}
	for name, p := range w.procs {
		w.finds(ownSecrets, p.out.String(), "what "+name+" printed")
		w.finds(w.typed, p.out.String(), "what "+name+" printed")
	}
	for _, entry := range w.env {
		if path, is := strings.CutPrefix(entry, "ARTISAN_AUDIT_LOG="); is {
			text, err := os.ReadFile(path)
			if err != nil || len(text) == 0 {
				w.Errorf("the security log has %d bytes: %v", len(text), err)
			}
			w.finds(ownSecrets, string(text), "the security log")
			w.finds(w.typed, string(text), "the security log")
		}
	}
	w.Logf("%d lines of log, %d requests, %d refusals", len(w.log.all), w.asked.Load(), w.failed.Load())
	if len(w.log.all) < 2 || w.failed.Load() < 300 {
		w.Error("this proves too little")
	}
}

// finds says what is found of what was planted.
func (w *watched) finds(planted map[string]string, text, where string) {
	w.Helper()
	text = strings.ToLower(text)
	for what, is := range planted {
		if is != "" && strings.Contains(text, strings.ToLower(is)) {
			w.Errorf("%s (%s) is in %.600s", what, is, where)
		}
	}
}
