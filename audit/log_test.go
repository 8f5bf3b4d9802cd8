package audit_test

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/artisan-eats/artisan/audit"
	auditv1 "github.com/artisan-eats/artisan/gen/artisan/audit/v1"
	"github.com/artisan-eats/artisan/sqldb"
)

func TestALineThatIsRemovedChangedPutInOrCutOffShows(t *testing.T) {
	const insert = `INSERT INTO audit (seq, at, actor_kind, actor_id, address, action, subject, outcome,
		detail, hash) SELECT `
	for _, c := range []struct {
		name       string
		statements []string
		wrong      int64
	}{
		{"nothing", nil, 0},
		{"a line is removed", []string{"DELETE FROM audit WHERE seq = 3"}, 3},
		{"the first line is removed", []string{"DELETE FROM audit WHERE seq = 1"}, 1},
		{"a line is changed", []string{"UPDATE audit SET subject = 'another' WHERE seq = 4"}, 4},
		{"its actor is changed", []string{"UPDATE audit SET actor_id = 'cus_bob' WHERE seq = 2"}, 2},
		{"its hash is changed", []string{"UPDATE audit SET hash = 'x' WHERE seq = 5"}, 5},
		{"the tail is cut", []string{"DELETE FROM audit WHERE seq > 6"}, 7},
		{
			"a line is put in at the end",
			[]string{insert +
				"9, at, actor_kind, actor_id, address, action, subject, outcome, detail, hash FROM audit WHERE seq = 8"},
			9,
		},
		{
			"a line is put in before the beginning",
			[]string{insert +
				"0, at, actor_kind, actor_id, address, action, subject, outcome, detail, hash FROM audit WHERE seq = 8"},
			0,
		},
		{"a line is put in between", []string{
			"UPDATE audit SET seq = -seq WHERE seq > 4", "UPDATE audit SET seq = 1 - seq WHERE seq < 0",
			insert +
				"5, at, actor_kind, actor_id, address, action, subject, outcome, detail, hash FROM audit WHERE seq = 4", "UPDATE audit_head SET seq = 9",
		}, 5},
		{
			"the beginning is cut and called old",
			[]string{
				"UPDATE audit_head SET anchor_seq = 3, anchor_hash = (SELECT hash FROM audit WHERE seq = 3)",
				"DELETE FROM audit WHERE seq <= 3",
			},
			3,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			each(t, func(s *shop) {
				s.fill(8)
				s.unguard()
				s.exec(c.statements...)
				got := s.verify()
				if len(c.statements) == 0 {
					if got.Wrong != nil || got.First != 1 || got.Last != 8 || got.Hash == "" {
						s.Errorf("what was not touched is %+v, %+v", got, got.Wrong)
					}
				} else if got.Wrong == nil || got.Wrong.Seq != c.wrong {
					s.Errorf("verify says %+v, %+v; want line %d", got, got.Wrong, c.wrong)
				}
			})
		})
	}
}

func TestTheDatabaseRefusesToChangeTheLog(t *testing.T) {
	each(t, func(s *shop) {
		s.fill(4)
		attempts := []string{
			"UPDATE audit SET subject = '' WHERE seq = 1", "DELETE FROM audit WHERE seq = 4",
			"DELETE FROM audit", "DELETE FROM audit_head",
			"UPDATE audit_head SET seq = 2", "UPDATE audit_head SET anchor_seq = 5",
		}
		if s.db.Engine == sqldb.Postgres {
			attempts = append(attempts, "TRUNCATE audit", "TRUNCATE audit_head")
		}
		for _, attempt := range attempts {
			if err := s.try(attempt); err == nil {
				s.Errorf("done: %s", attempt)
			}
		}
		if got := s.verify(); got.Wrong != nil || got.Last != 4 {
			s.Errorf("after that the log is %+v", got)
		}
	})
}

func TestADeedThatIsRolledBackLeavesNoEntry(t *testing.T) {
	each(t, func(s *shop) {
		s.exec("CREATE TABLE deeds (n BIGINT NOT NULL)")
		oops := errors.New("oops")
		for n := range 4 {
			err := s.db.Tx(s.Context(), func(ctx context.Context, tx *sqldb.Tx) error {
				if err := s.log.Write(ctx, tx, deed("do", n)); err != nil {
					return err
				}
				if _, err := tx.ExecContext(ctx, "INSERT INTO deeds (n) VALUES ($1)", n); err != nil ||
					n%2 == 0 {
					return errors.Join(err, oops)
				}
				return nil
			})
			if (n%2 == 0) != errors.Is(err, oops) {
				s.Fatal(err)
			}
		}
		// And the other way round: a log that cannot be written takes the deed along.
		s.exec("ALTER TABLE audit_head RENAME TO gone")
		err := s.db.Tx(s.Context(), func(ctx context.Context, tx *sqldb.Tx) error {
			_, err := tx.ExecContext(ctx, "INSERT INTO deeds (n) VALUES (9)")
			return errors.Join(err, s.log.Write(ctx, tx, deed("do", 9)))
		})
		if err == nil {
			s.Error("a deed was done that could not be told")
		}
		s.exec("ALTER TABLE gone RENAME TO audit_head")
		var done int
		if err := s.db.Read().QueryRowContext(s.Context(),
			"SELECT COUNT(*) FROM deeds").Scan(&done); err != nil {
			s.Fatal(err)
		}
		if told := s.list(&auditv1.ListEntriesRequest{}); len(told) != 2 || done != 2 ||
			told[0].GetSubject() != "thing_3" {
			s.Errorf("%d deeds, told %v", done, told)
		}
	})
}

func TestManyWhoWriteAtOnceMakeOneChain(t *testing.T) {
	each(t, func(s *shop) {
		var all sync.WaitGroup
		for n := range 8 {
			all.Go(func() { s.tell(guest, deed("a", n), deed("b", n), deed("c", n)) })
		}
		all.Wait()
		if got := s.verify(); got.Wrong != nil || got.Last != 24 {
			s.Errorf("the chain is %+v, %+v", got, got.Wrong)
		}
	})
}

func TestAFloodOfRefusalsIsABoundedNumberOfLines(t *testing.T) {
	each(t, func(s *shop) {
		refusal := audit.Entry{Action: "sign_in", Outcome: audit.Refused}
		for n := range 10_000 {
			by := audit.Actor{Kind: audit.Guest, Address: fmt.Sprintf("192.0.2.%d", n%2)}
			if n%2 == 0 { // and one address each
				by.Address = fmt.Sprintf("2001:db8::%x", n)
			}
			if err := s.log.Now(audit.With(s.Context(), by), refusal); err != nil {
				s.Fatal(err)
			}
		}
		if err := s.log.Now(audit.With(s.Context(), guest),
			audit.Entry{Action: "role.change", Outcome: audit.Refused}); err != nil {
			s.Fatal(err)
		}
		for range 3 {
			s.wait(time.Minute)
			if err := s.log.Tell(s.Context(), false); err != nil {
				s.Fatal(err)
			}
		}
		told := s.list(&auditv1.ListEntriesRequest{})
		times := 0
		for _, e := range told {
			n, err := strconv.Atoi(e.GetDetail()["times"])
			if err != nil {
				n = 1
			}
			times += n
		}
		if len(told) > 40 || times != 10_001 {
			s.Errorf("%d lines tell of %d refusals", len(told), times)
		}
		if rare := s.list(&auditv1.ListEntriesRequest{Action: "role.change"}); len(rare) != 1 {
			s.Errorf("the flood hid what else was refused: %v", rare)
		}
	})
}

func TestAnAddressIsStoredSealedAndGoneWithItsKey(t *testing.T) {
	each(t, func(s *shop) {
		s.tell(guest, deed("do", 1))
		s.tell(ann, deed("do", 2))
		s.tell(audit.Actor{Kind: audit.Member, ID: "cus_bob", Address: "192.0.2.99"}, deed("do", 3))
		rows, err := s.db.Read().QueryContext(s.Context(), "SELECT address FROM audit ORDER BY seq")
		if err != nil {
			s.Fatal(err)
		}
		defer rows.Close()
		for rows.Next() {
			var stored string
			if err := rows.Scan(&stored); err != nil || strings.Contains(stored, "192.") {
				s.Errorf("stored is %q, %v", stored, err)
			}
		}
		told := s.list(&auditv1.ListEntriesRequest{})
		if told[2].GetAddress() != "192.0.2.7" || told[1].GetSealedAddress() != "c2VhbGVk" ||
			told[1].GetAddress() != "" || told[0].GetAddress()+told[0].GetSealedAddress() != "" {
			s.Errorf("told %v", told)
		}
		s.wait(audit.AddressesFor + 32*24*time.Hour)
		if err := s.log.Retain(s.Context()); err != nil {
			s.Fatal(err)
		}
		if told := s.list(&auditv1.ListEntriesRequest{}); len(told) != 3 || told[2].GetAddress() != "" {
			s.Errorf("without its key the address is %v", told)
		}
		if got := s.verify(); got.Wrong != nil {
			s.Errorf("without the keys the chain is wrong: %+v", got.Wrong)
		}
	})
}

// What a service says of who acts, and the front door did not, is marked.
func TestWhatIsOnAServicesWordSaysSo(t *testing.T) {
	each(t, func(s *shop) {
		by := ann
		by.Word = "ordering"
		s.tell(by, audit.Entry{Action: "do", Outcome: audit.Done, Detail: map[string]string{"n": "1"}})
		s.tell(ann, deed("do", 2))
		told := s.list(&auditv1.ListEntriesRequest{})
		if got := told[1].GetDetail(); got["on_word_of"] != "ordering" || got["n"] != "1" {
			t.Errorf("it is told with %v", got)
		}
		if got := told[0].GetDetail(); got["on_word_of"] != "" {
			t.Errorf("what the front door said is told with %v", got)
		}
	})
}

func TestTheMasterKeyTurnsUnderTheAddresses(t *testing.T) {
	each(t, func(s *shop) {
		s.tell(guest, deed("do", 1))
		s.log = s.open(current, older)
		s.tell(guest, deed("do", 2))
		for _, want := range []int64{1, 0} {
			if n, err := s.log.Rewrap(s.Context()); err != nil || n != want {
				s.Fatalf("%d keys were wrapped anew, %v; want %d", n, err, want)
			}
		}
		s.log = s.open(current)
		if told := s.list(&auditv1.ListEntriesRequest{}); len(told) != 2 ||
			told[0].GetAddress() != guest.Address || told[1].GetAddress() != guest.Address {
			s.Errorf("under the new key alone: %v", told)
		}
	})
}

func TestOldEntriesGoAndWhatIsLeftIsAChain(t *testing.T) {
	each(t, func(s *shop) {
		s.fill(6)
		s.wait(audit.KeptFor + 23*time.Hour)
		for range 2 {
			if err := s.log.Retain(s.Context()); err != nil {
				s.Fatal(err)
			}
		}
		if got := s.verify(); got.First != 1 || got.Last != 6 {
			s.Errorf("before its time: %+v", got)
		}
		s.wait(2 * time.Hour)
		if err := s.log.Retain(s.Context()); err != nil {
			s.Fatal(err)
		}
		got := s.verify()
		told := s.list(&auditv1.ListEntriesRequest{})
		if got.Wrong != nil || got.First != 7 || got.Last != 7 || len(told) != 1 ||
			told[0].GetAction() != "log.trim" || told[0].GetDetail()["up_to"] != "6" {
			s.Errorf("the chain is %+v, %+v: %v", got, got.Wrong, told)
		}
		s.fill(2)
		if got := s.verify(); got.Wrong != nil || got.Last != 9 {
			s.Errorf("it goes on as %+v", got)
		}
	})
}

// Who owns the database can cut the log and have it say that it did so itself; what left with the stream says
// when it was written.
func TestALogThatIsCutAsIfForItsAgeShowsByTheStream(t *testing.T) {
	each(t, func(s *shop) {
		s.fill(6)
		written := s.marks()
		s.tell(audit.Actor{}, audit.Entry{
			Action: "log.trim", Outcome: audit.Done,
			Detail: map[string]string{"up_to": "3", "hash": written[2].Hash},
		})
		s.unguard()
		s.exec("UPDATE audit_head SET anchor_seq = 3, anchor_hash = (SELECT hash FROM audit WHERE seq = 3)",
			"DELETE FROM audit WHERE seq <= 3")
		if got := s.verify(); got.Wrong != nil {
			s.Fatalf("by itself it shows already: %+v", got.Wrong)
		}
		if wrong, err := s.log.Compare(s.Context(), written); err != nil || wrong == nil || wrong.Seq != 1 {
			s.Errorf("the stream says %+v, %v", wrong, err)
		}
		s.wait(audit.KeptFor + time.Hour)
		if wrong, err := s.log.Compare(s.Context(), written); err != nil || wrong != nil {
			s.Errorf("when it would have been let go of: %+v, %v", wrong, err)
		}
	})
}

// marks are what the stream says of all entries.
func (s *shop) marks() (all []audit.Mark) {
	s.Helper()
	rows, err := s.db.Read().QueryContext(s.Context(), "SELECT seq, hash, at FROM audit ORDER BY seq")
	if err != nil {
		s.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var m audit.Mark
		if err := rows.Scan(&m.Seq, &m.Hash, &m.At); err != nil {
			s.Fatal(err)
		}
		all = append(all, m)
	}
	if err := rows.Err(); err != nil {
		s.Fatal(err)
	}
	return all
}

func TestEntriesAreFoundByWhatTheySay(t *testing.T) {
	each(t, func(s *shop) {
		s.fill(20)
		s.tell(guest, audit.Entry{Action: "first", Subject: "thing_3", Outcome: audit.Refused})
		all := s.list(&auditv1.ListEntriesRequest{})
		for name, c := range map[string]struct {
			r    *auditv1.ListEntriesRequest
			want int
		}{
			"all":     {&auditv1.ListEntriesRequest{}, 21},
			"kind":    {&auditv1.ListEntriesRequest{ActorKind: audit.Guest}, 1},
			"actor":   {&auditv1.ListEntriesRequest{ActorIds: []string{"cus_ann", "cus_bob"}}, 20},
			"nobody":  {&auditv1.ListEntriesRequest{ActorIds: []string{"cus_bob"}}, 0},
			"action":  {&auditv1.ListEntriesRequest{Action: "first"}, 11},
			"subject": {&auditv1.ListEntriesRequest{Subject: "thing_3"}, 3},
			"outcome": {&auditv1.ListEntriesRequest{Outcome: "done", Subject: "thing_3"}, 2},
			"page":    {&auditv1.ListEntriesRequest{BeforeSeq: 6}, 5},
			"few":     {&auditv1.ListEntriesRequest{Limit: 4}, 4},
			"from":    {&auditv1.ListEntriesRequest{From: all[0].GetAt() + 1}, 0},
			"since":   {&auditv1.ListEntriesRequest{From: all[20].GetAt(), Before: all[0].GetAt() + 1}, 21},
			"before":  {&auditv1.ListEntriesRequest{Before: all[20].GetAt()}, 0},
		} {
			got := s.list(c.r)
			if len(got) != c.want {
				s.Errorf("%s: %d entries, want %d", name, len(got), c.want)
			}
			for i := 1; i < len(got); i++ {
				if got[i].GetSeq() >= got[i-1].GetSeq() || got[i].GetAt() > got[i-1].GetAt() {
					s.Errorf("%s: not the newest first: %v", name, got)
				}
			}
		}
		for _, bad := range []*auditv1.ListEntriesRequest{
			{},
			{Limit: 501},
			{Limit: 1, Action: "a\x00"},
			{Limit: 1, Subject: strings.Repeat("x", 201)},
			{Limit: 1, ActorIds: make([]string, 51)},
		} {
			if _, err := audit.NewService(s.log).ListEntries(s.Context(), bad); err == nil {
				s.Errorf("answered %v", bad)
			}
		}
	})
}
