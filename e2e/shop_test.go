package e2e

import (
	"bufio"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"connectrpc.com/connect/v2"

	"github.com/artisan-eats/artisan/host"
	"github.com/artisan-eats/artisan/host/hosttest"
	"github.com/artisan-eats/artisan/quick"
	"github.com/artisan-eats/artisan/sqldb"
	"github.com/artisan-eats/artisan/sqldb/sqldbtest"
	"github.com/artisan-eats/artisan/valkey/valkeytest"
)

// names are the services of the program under test, in the order in which they are started. It tells them
// when it is asked for one that it does not have.
var names = sync.OnceValue(func() []string {
	path, err := binary()
	if err != nil {
		panic(err)
	}
	out, _ := exec.Command(path, "serve", "nothing").CombinedOutput()
	_, told, _ := strings.Cut(string(out), "there are [")
	told, _, _ = strings.Cut(told, "]")
	return strings.Fields(told)
})

// shape is how a shop is run.
type shape string

const (
	one  shape = "one process"
	many shape = "a process each"
)

// shapeVariable names the one shape in which tests open shops that they would otherwise open in others:
// ./check --long goes on the API's journeys in the third so.
const shapeVariable = "ARTISAN_TEST_SHAPE"

// shapes are those of a test's shops: the usual ones, or the one that is named.
func shapes(usual ...shape) []shape {
	if named := os.Getenv(shapeVariable); named != "" {
		return []shape{shape(named)}
	}
	return usual
}

// engines are what a shape runs on: replicas share a PostgreSQL.
func (s shape) engines() []sqldb.Engine {
	if s == twice {
		return []sqldb.Engine{sqldb.Postgres}
	}
	return sqldbtest.Engines
}

// binary is the program under test, built once.
var binary = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "artisan-e2e-")
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "artisan")
	out, err := exec.Command("go", "build", "-ldflags=-s -w", "-o", path, "../cmd/artisan").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("build: %w\n%s", err, out)
	}
	return path, nil
})

func TestMain(m *testing.M) {
	code := m.Run()
	endChromium()
	_ = os.RemoveAll(demoDir)
	if path, err := binary(); err == nil {
		_ = os.RemoveAll(filepath.Dir(path))
	}
	os.Exit(code)
}

// shop is a running shop, empty at first.
type shop struct {
	t      testing.TB
	shape  shape
	engine sqldb.Engine
	// program is the path of what is run, where that is not this tree's.
	program string
	data    string
	env     []string
	ports   map[string]int // of each service, and of its admin address
	listen  string
	certs   string              // the directory of certificates, where processes have some
	between map[string]*standIn // before each service, in a shop apart
	// behind is what HAProxy has beside the front, and peers are where processes of two versions look for
	// each other, where both run.
	behind, peersBefore, peersNow string
	// drain is how long the edges serve on once they are told to stop.
	drain time.Duration
	// frontTells is an address on which HAProxy tells its figures, where it is asked for them.
	frontTells string
	valkey     *valkeytest.Server
	figures    string // opens the processes' metrics
	mu         sync.Mutex
	procs      map[string]*process
	since      time.Time // when a demo market was opened, after it was made
	latest     *process
	// asked is told of each request of the API, and of when it was begun; nil but where that is looked at.
	asked func(begun time.Time, a answer, err error)
	// heard is told each line of the processes' logs; nil but where that is looked at.
	heard func(process, line string)
}

// process is a running program. What it printed, its last line of log and its error may be read once it has
// exited.
type process struct {
	cmd    *exec.Cmd
	exited chan struct{}
	out    strings.Builder
	last   string
	err    error
}

// chosenShape is the shape of a shop of which a test has one only, and what that runs on: one process on
// SQLite, or what is named.
func chosenShape() (shape, sqldb.Engine) {
	s := shapes(one)[0]
	return s, s.engines()[0]
}

// openOne starts an empty shop of the chosen shape.
func openOne(t testing.TB) *shop {
	t.Helper()
	shape, engine := chosenShape()
	return open(t, shape, engine)
}

// eachShape runs a test on a fresh shop of each shape and engine; the short form on each shape.
func eachShape(t *testing.T, test func(t *testing.T, s *shop)) {
	t.Helper()
	t.Parallel()
	for _, shape := range shapes(one, many) {
		for _, engine := range shape.engines() {
			t.Run(fmt.Sprintf("%s on %s", shape, engine), func(t *testing.T) {
				if engine != shape.engines()[0] {
					quick.Leaves(t, "a shop of each shape on SQLite only")
				}
				t.Parallel()
				test(t, open(t, shape, engine))
			})
		}
	}
}

// eachEngine runs a test on a fresh shop in one process, on each engine.
func eachEngine(t *testing.T, test func(t *testing.T, s *shop)) {
	for _, shape := range shapes(one) {
		for _, engine := range shape.engines() {
			t.Run(string(engine), func(t *testing.T) { test(t, open(t, shape, engine)) })
		}
	}
}

// open starts an empty shop that ends with the test. Its databases are migrated before it starts.
func open(t testing.TB, shape shape, engine sqldb.Engine) *shop {
	t.Helper()
	s := addressed(t, shape, engine)
	s.migrates(engine)
	s.start()
	if shape != one {
		s.hasMet()
	}
	return s
}

// hasMet waits until ordering has met identity, without whose key a checkout is refused: each of them may
// have been called before it was there.
func (s *shop) hasMet() {
	s.t.Helper()
	var keys int64
	eventually(s.t, time.Minute, "ordering knows identity's public key", func() bool {
		s.query(s.t, "ordering", "SELECT COUNT(*) FROM sealing_key", &keys)
		return keys == 1
	})
}

// closed is a shop before it starts, with databases in which nothing is.
func closed(t testing.TB, shape shape, engine sqldb.Engine) *shop {
	t.Helper()
	s := addressed(t, shape, engine)
	if engine == sqldb.Postgres {
		s.env = append(s.env, "ARTISAN_DATABASE_URL="+sqldbtest.Database(t, ""))
	}
	return s
}

// addressed is a shop before it has databases.
func addressed(t testing.TB, shape shape, engine sqldb.Engine) *shop {
	t.Helper()
	s := &shop{
		t: t, shape: shape, engine: engine, data: filepath.Join(t.TempDir(), "data"), ports: map[string]int{},
		procs: map[string]*process{},
	}
	s.env = append(os.Environ(), "ARTISAN_DEMO=true", "ARTISAN_DATA="+s.data, "ARTISAN_LOG_LEVEL=warn")
	for _, port := range hosttest.FreePorts(t, 2*len(names())) {
		key := "admin "
		if len(s.ports) < len(names()) {
			key = ""
		}
		s.ports[key+names()[len(s.ports)%len(names())]] = port
	}
	var peers []string
	for _, name := range names() {
		peers = append(peers, fmt.Sprintf("%s=https://127.0.0.1:%d", name, s.ports[name]))
	}
	switch shape {
	case one:
		s.env = append(s.env, "ARTISAN_PEERS_PLAIN=yes", "ARTISAN_PEER_TOKEN="+rand.Text())
	case apart:
		s.standBetween()
	default:
		s.certify()
		s.env = append(s.env, "ARTISAN_PEERS="+strings.Join(peers, ";"))
	}
	s.listen = fmt.Sprintf("http://127.0.0.1:%d", s.ports["edge"])
	if shape == twice {
		s.useTwice()
	}
	t.Cleanup(s.kill)
	return s
}

// certify makes certificates for the shop's processes.
func (s *shop) certify() {
	s.t.Helper()
	s.certs = filepath.Join(s.t.TempDir(), "certs")
	if out, stderr, code := s.command("certs", s.certs); code != 0 || !strings.HasPrefix(out, "certs: ") {
		s.t.Fatalf("artisan certs: exit code %d, %s%s", code, out, stderr)
	}
	s.env = append(s.env, "ARTISAN_TLS_CA="+filepath.Join(s.certs, "ca.pem"))
}

// start starts whatever of the shop is not running, and waits until it is ready.
func (s *shop) start() {
	s.t.Helper()
	if s.shape == one {
		s.run("up", "edge", "up", "--empty")
		s.waitReady("edge")
		return
	}
	if s.engine == sqldb.Postgres && len(s.procs) == 0 { // a service brings its own file only to this version
		if _, told, code := s.command("migrate"); code != 0 {
			s.t.Fatalf("migrate: exit %d: %s", code, told)
		}
	}
	if s.shape == twice {
		s.startTwice()
		return
	}
	for _, name := range names() {
		s.run(name, name, "serve", name)
	}
	for _, name := range names() {
		s.waitReady(name)
	}
}

// run starts a process under a name, with the ports of a service.
func (s *shop) run(name, service string, args ...string) {
	s.t.Helper()
	path, err := s.program, error(nil)
	if path == "" {
		path, err = binary()
	}
	if err != nil {
		s.t.Fatal(err)
	}
	if s.drain > 0 && args[1] == "edge" {
		args = append(args, "--drain-delay", s.drain.String())
	}
	if s.certs != "" && args[0] == "serve" {
		args = append(args, "--tls-cert", filepath.Join(s.certs, args[1]+".pem"), "--tls-key",
			filepath.Join(s.certs, args[1]+"-key.pem"))
	}
	s.begin(name, path, append(args, "--listen", fmt.Sprintf("127.0.0.1:%d", s.ports[service]), "--admin",
		fmt.Sprintf("127.0.0.1:%d", s.ports["admin "+service]))...)
}

// begin starts a program under a name, if it does not run.
func (s *shop) begin(name, path string, args ...string) {
	s.t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if p := s.procs[name]; p != nil {
		select {
		case <-p.exited:
		default:
			return
		}
	}
	cmd := exec.Command(path, args...)
	cmd.Env = s.env
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	p := &process{cmd: cmd, exited: make(chan struct{})}
	cmd.Stdout = &p.out
	stderr, err := cmd.StderrPipe()
	if err != nil {
		s.t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	s.procs[name], s.latest = p, p
	go func() {
		p.last = s.relay(name, stderr)
		p.err = cmd.Wait()
		close(p.exited)
	}()
}

// relay shows what a process logs of a panic, or all of it where that is asked for, and returns the last
// line.
func (s *shop) relay(name string, stderr io.Reader) (last string) {
	lines := bufio.NewScanner(stderr)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		if last = lines.Text(); s.heard != nil {
			s.heard(name, last)
		}
		if strings.Contains(last, "panic") || os.Getenv("ARTISAN_E2E_LOG") != "" {
			_, _ = fmt.Fprintf(s.t.Output(), "%s: %s\n", name, last)
		}
	}
	return last
}

// waitReady waits for a service: of the process of its name, or else of the one that was begun last.
func (s *shop) waitReady(service string) {
	s.t.Helper()
	s.mu.Lock()
	p := s.procs[service]
	if p == nil {
		p = s.latest
	}
	s.mu.Unlock()
	for end := time.Now().Add(2 * time.Minute); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		select {
		case <-p.exited:
			s.t.Fatalf("%s ended before it was ready: %v: %s", service, p.err, p.last)
		default:
		}
		response, err := http.Get(fmt.Sprintf("http://127.0.0.1:%d/readyz", s.ports["admin "+service]))
		if err != nil {
			continue
		}
		_ = response.Body.Close()
		if response.StatusCode == http.StatusOK {
			return
		}
	}
	s.t.Fatalf("%s is not ready after two minutes", service)
}

// kill ends every process of the shop at once, without a warning.
func (s *shop) kill() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, p := range s.procs {
		_ = p.cmd.Process.Kill()
	}
	for _, p := range s.procs {
		<-p.exited
	}
}

// stop asks every process to end and reports the first that did not do so with code 0.
func (s *shop) stop() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	var failure error
	for _, p := range s.procs {
		_ = p.cmd.Process.Signal(syscall.SIGTERM)
	}
	for name, p := range s.procs {
		select {
		case <-p.exited:
		case <-time.After(30 * time.Second):
			failure = fmt.Errorf("%s did not end in 30 s", name)
		}
		if p.err != nil && name != "haproxy" { // which ends by the signal
			failure = fmt.Errorf("%s ended with %w", name, p.err)
		}
	}
	return failure
}

// client calls a service of the shop as its own commands do: through the admin address, with the
// token of the data directory.
func (s *shop) client(service string) *connect.Client {
	content, err := os.ReadFile(filepath.Join(s.livingData(service), service+".lock"))
	if err != nil {
		s.t.Fatal(err)
	}
	var running host.Running
	if err := json.Unmarshal(content, &running); err != nil {
		s.t.Fatal(err)
	}
	return host.Dial(running, service)
}

// command runs another command of the program on the shop's data.
func (s *shop) command(args ...string) (stdout, stderr string, code int) {
	s.t.Helper()
	path, err := binary()
	if err != nil {
		s.t.Fatal(err)
	}
	var out, errs strings.Builder
	cmd := exec.Command(path, args...)
	cmd.Env, cmd.Stdout, cmd.Stderr = s.env, &out, &errs
	if err := cmd.Run(); err != nil && cmd.ProcessState == nil {
		s.t.Fatal(err)
	}
	return out.String(), errs.String(), cmd.ProcessState.ExitCode()
}
