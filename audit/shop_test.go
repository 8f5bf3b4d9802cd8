package audit_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"log/slog"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/artisan-eats/artisan/audit"
	auditv1 "github.com/artisan-eats/artisan/gen/artisan/audit/v1"
	"github.com/artisan-eats/artisan/sqldb"
	"github.com/artisan-eats/artisan/sqldb/sqldbtest"
)

// shop is a service's log and its database, with a clock that is put forward by hand.
type shop struct {
	*testing.T
	db  *sqldb.DB
	log *audit.Log

	mu    sync.Mutex
	later time.Duration
}

func (s *shop) now() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return time.Now().Add(s.later)
}

func (s *shop) wait(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.later += d
}

func each(t *testing.T, test func(s *shop)) {
	t.Helper()
	for _, engine := range sqldbtest.Engines {
		t.Run(string(engine), func(t *testing.T) {
			s := &shop{T: t}
			s.db = sqldbtest.Open(t, engine, s.now)
			s.log = s.open()
			test(s)
		})
	}
}

var older, current = bytes.Repeat([]byte{7}, 32), bytes.Repeat([]byte{8}, 32)

func (s *shop) open(keys ...[]byte) *audit.Log {
	if keys == nil {
		keys = [][]byte{older}
	}
	log, err := audit.Open(s.Context(), audit.Config{
		Service: "till", DB: s.db, Keys: keys, Now: s.now,
		Random: rand.Reader, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		s.Fatal(err)
	}
	return log
}

var (
	ann   = audit.Actor{Kind: audit.Member, ID: "cus_ann", Address: "192.0.2.1", Sealed: "c2VhbGVk"}
	guest = audit.Actor{Kind: audit.Guest, Address: "192.0.2.7"}
)

func (s *shop) tell(by audit.Actor, entries ...audit.Entry) {
	s.Helper()
	err := s.db.Tx(audit.With(s.Context(), by),
		func(ctx context.Context, tx *sqldb.Tx) error { return s.log.Write(ctx, tx, entries...) })
	if err != nil {
		s.Fatal(err)
	}
}

// fill writes so many entries, two a transaction.
func (s *shop) fill(n int) {
	for i := range n / 2 {
		s.tell(ann, deed("first", i), deed("second", i))
	}
}

func deed(action string, n int) audit.Entry {
	return audit.Entry{
		Action: action, Subject: fmt.Sprint("thing_", n), Outcome: audit.Done,
		Detail: map[string]string{"n": strconv.Itoa(n), "why": "<a & b>"},
	}
}

func (s *shop) list(r *auditv1.ListEntriesRequest) []*auditv1.Entry {
	s.Helper()
	if r.Limit == 0 {
		r.Limit = audit.MaxListed
	}
	response, err := audit.NewService(s.log).ListEntries(s.Context(), r)
	if err != nil {
		s.Fatal(err)
	}
	return response.GetEntries()
}

func (s *shop) verify() audit.Chain {
	s.Helper()
	c, err := s.log.Verify(s.Context())
	if err != nil {
		s.Fatal(err)
	}
	return c
}

// exec does to the database what whoever owns it can do.
func (s *shop) exec(statements ...string) {
	s.Helper()
	for _, statement := range statements {
		if err := s.try(statement); err != nil {
			s.Fatalf("%s: %v", statement, err)
		}
	}
}

func (s *shop) try(statement string) error {
	return s.db.Tx(s.Context(), func(ctx context.Context, tx *sqldb.Tx) error {
		_, err := tx.ExecContext(ctx, statement)
		return err
	})
}

// unguard takes away what keeps the lines from being changed.
func (s *shop) unguard() {
	if s.db.Engine == sqldb.Postgres {
		s.exec("ALTER TABLE audit DISABLE TRIGGER USER", "ALTER TABLE audit_head DISABLE TRIGGER USER")
		return
	}
	s.exec("DROP TRIGGER audit_no_update", "DROP TRIGGER audit_no_delete", "DROP TRIGGER audit_head_forward")
}

// lines are those of a stream.
func lines(t *testing.T, stream []byte) []audit.Line {
	t.Helper()
	var all []audit.Line
	for _, text := range bytes.Split(bytes.TrimSuffix(stream, []byte("\n")), []byte("\n")) {
		var n audit.Line
		if err := json.Unmarshal(text, &n); err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		all = append(all, n)
	}
	return all
}
