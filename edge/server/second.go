package server

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/artisan-eats/artisan/broadcast"
	"github.com/artisan-eats/artisan/edge/web"
	"github.com/artisan-eats/artisan/fault"
	"github.com/artisan-eats/artisan/valkey"
)

const (
	// makingFor is how long a replica has an answer's making to itself, and how long others wait for it.
	makingFor = time.Second
	// sharedBytes bounds what is shared of one answer, and sharedKey its name.
	sharedBytes = 256 << 10
	sharedKey   = 512
	// newerBy is how much younger than one's own an answer has to be to be another: what one has put there
	// oneself has been a moment under way.
	newerBy = 50 * time.Millisecond
)

// second is the cache's second level: answers that a shop's replicas make for each other, in Valkey. A
// replica asks there before it asks the services. Where there is none that will do, one replica at a time
// makes it, and the others wait for that one a while.
//
// What is there is the same for everybody, is sealed by the shop, and is read only by the same build at the
// same address: pages of another version name other files. How old an answer is, Valkey's clock says alone.
// Without Valkey, or while it is away, each replica makes its own.
type second struct {
	v *valkey.Client
	// build is what the names of answers begin with; nil until it is known.
	build   atomic.Pointer[string]
	told    broadcast.Topics
	now     func() time.Time
	outcome *outcomes
}

// newSecond makes a second level, which tells of answers that others have made anew; nil without a Valkey.
func newSecond(v *valkey.Client, site *web.Site, m *metrics, newer func(key string)) *second {
	if v == nil {
		return nil
	}
	s := &second{v: v, now: site.Host.Now, outcome: m.outcomes()}
	v.Watch("answer ", func(name string) { s.hear(name, newer) })
	v.Watch("making ", func(name string) { s.hear(name, nil) })
	go func() { // it takes a moment to read the program, and nobody waits for it
		build, err := buildOf(site.Base)
		if err != nil {
			site.Host.Log().Warn("pages are not shared by Valkey", "error", err)
			return
		}
		s.build.Store(&build)
	}()
	return s
}

// buildOf is the same for the same program at the same address, and for no other.
func buildOf(base string) (string, error) {
	path, err := os.Executable()
	if err != nil {
		return "", fmt.Errorf("find the program: %w", err)
	}
	file, err := os.Open(path) //nolint:gosec // this program
	if err != nil {
		return "", fmt.Errorf("read the program: %w", err)
	}
	defer func() { _ = file.Close() }()
	sum := sha256.New()
	if _, err := io.Copy(sum, file); err != nil {
		return "", fmt.Errorf("read the program: %w", err)
	}
	_, _ = io.WriteString(sum, base)
	return base64.RawURLEncoding.EncodeToString(sum.Sum(nil)[:12]), nil
}

// hear wakes who waits for an answer, and tells of one that was made anew. All may have been where no name is
// said: then who waits looks, and what is kept here goes on until it is old.
func (s *second) hear(name string, newer func(key string)) {
	build := s.build.Load()
	if build == nil {
		return
	}
	if name == "" {
		s.told.Notify(everyKey)
		return
	}
	_, of, _ := strings.Cut(name, " ")
	if key, mine := strings.CutPrefix(of, *build+" "); mine {
		s.told.Notify(key)
		if newer != nil {
			newer(key)
		}
	}
}

// everyKey is the topic of all answers at once: no address is empty.
const everyKey = ""

// Who looks gets an answer that is young enough. Else it gets what there is, if that is newer than its own,
// and either the making of another or nothing. It is told when either changes.
var looks = valkey.NewScript(`local answer = redis.call('GET', KEYS[1])
local left = redis.call('PTTL', KEYS[1])
if not answer or left <= tonumber(ARGV[2]) then answer = '' end
if left > tonumber(ARGV[1]) and answer ~= '' then return {answer, left, 'young'} end
if redis.call('SET', KEYS[2], ARGV[3], 'NX', 'PX', ARGV[4]) then return {answer, left, 'make'} end
redis.call('GET', KEYS[2])
return {answer, left, 'wait'}`)

// Who has made an answer puts it there, unless there is a younger one that is right, and is told when that
// changes.
var puts = valkey.NewScript(`if ARGV[4] == 'wrong' or redis.call('PTTL', KEYS[1]) < tonumber(ARGV[2]) then
	redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2]) end
if redis.call('GET', KEYS[2]) == ARGV[3] then redis.call('DEL', KEYS[2]) end
return redis.call('PTTL', KEYS[1])`)

// Who could not make it leaves that to others, and takes away what is no more.
var leaves = valkey.NewScript(`if redis.call('GET', KEYS[2]) == ARGV[1] then redis.call('DEL', KEYS[2]) end
if ARGV[2] == 'gone' then redis.call('DEL', KEYS[1]) end
return 1`)

// turn is one replica's turn with an answer: what it has found, and whether it makes another for all.
type turn struct {
	second *second
	names  []string // of the answer and of its making
	token  string   // of who makes it; empty for others
	// found is what there is, if that is newer than what the replica has; young where it will do.
	found *frozen
	young bool
	// wrong is "wrong" where what is there is none of the shop's.
	wrong string
}

// turn looks for an answer that is at most so old, and waits a while where another replica makes one. It has
// mine already, which may be nil.
func (s *second) turn(ctx context.Context, key string, k kept, mine *frozen, atMost time.Duration) *turn {
	t := &turn{second: s}
	if s == nil || !s.v.Usable() || len(key) > sharedKey {
		return t
	}
	build := s.build.Load()
	if build == nil {
		return t
	}
	t.names = []string{"answer " + *build + " " + key, "making " + *build + " " + key}
	changed, stop := s.told.Listen(key)
	defer stop()
	lost, forget := s.told.Listen(everyKey)
	defer forget()
	waits := t.look(ctx, k, mine, atMost)
	if !waits {
		return t
	}
	timer := time.NewTimer(makingFor)
	defer timer.Stop()
	select {
	case <-changed:
	case <-lost:
	case <-timer.C:
	case <-ctx.Done():
		return t
	}
	s.outcome.waited.Inc()
	t.look(ctx, k, mine, atMost)
	return t
}

// look looks once, and reports whether another replica makes what is missing.
func (t *turn) look(ctx context.Context, k kept, mine *frozen, atMost time.Duration) (waits bool) {
	s, token := t.second, rand.Text()
	own := int64(0)
	if mine != nil {
		own = (staleFor - s.now().Sub(mine.made) + newerBy).Milliseconds()
	}
	answer, err := s.v.RunWatched(ctx, looks, t.names, number((staleFor - k.real(atMost)).Milliseconds()),
		number(own), token, number(makingFor.Milliseconds()))
	if err != nil {
		return false
	}
	if answer.Text(0) != "" {
		age := staleFor - time.Duration(answer.Int(1))*time.Millisecond
		if t.found = s.read(t.names[0], answer.Text(0), k, age); t.found == nil {
			t.wrong = "wrong"
			s.outcome.wrong.Inc()
		}
	}
	verdict := answer.Text(2)
	if verdict == "make" {
		t.token = token
	}
	t.young = verdict == "young" && t.found != nil
	s.outcome.count(t)
	return verdict == "wait"
}

func number(n int64) string { return strconv.FormatInt(n, 10) }

// read reads what another replica has put there so long ago; nil for what none of this shop did.
func (s *second) read(name, sealed string, k kept, age time.Duration) *frozen {
	content, ok := s.v.Open(name, sealed)
	kind, rest, more := strings.Cut(content, "\x00")
	nonce, body, whole := strings.Cut(rest, "\x00")
	if !ok || !more || !whole || len(content) > sharedBytes || age < 0 {
		return nil
	}
	return k.freeze(&web.Reply{Body: []byte(body), ContentType: kind, Nonce: nonce}, s.now().Add(-age))
}

// made puts an answer there for the others. Nobody waits for that.
func (t *turn) made(f *frozen, age time.Duration) {
	if t.names == nil {
		return
	}
	s := t.second
	content := f.contentType[0] + "\x00" + f.nonce + "\x00" + string(f.body)
	left := staleFor - age
	if len(content) > sharedBytes || left <= 0 {
		t.leave("")
		return
	}
	go func() {
		_, _ = s.v.RunWatched(context.Background(), puts, t.names, s.v.Seal(t.names[0], content),
			number(left.Milliseconds()), t.token, t.wrong)
	}()
}

// failed leaves the making to others. What is no more is taken away for all.
func (t *turn) failed(err error) {
	switch fault.KindOf(err) {
	case fault.NotFound, fault.Invalid, fault.Denied:
		t.leave("gone")
	default:
		t.leave("")
	}
}

func (t *turn) leave(gone string) {
	if t.names == nil || (t.token == "" && gone == "") {
		return
	}
	go func() { _, _ = t.second.v.Run(context.Background(), leaves, t.names, t.token, gone) }()
}
