package idempotency

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/artisan-eats/artisan/fault"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	"github.com/artisan-eats/artisan/host"
	"github.com/artisan-eats/artisan/host/hosttest"
	"github.com/artisan-eats/artisan/sqldb"
)

// shed is a service that makes things.
type shed struct {
	*testing.T
	db *sqldb.DB
}

func each(t *testing.T, test func(s *shed)) {
	s := &shed{}
	things := fstest.MapFS{
		"00001_things.sql": {
			Data: []byte("-- +goose Up\nCREATE TABLE thing (id TEXT NOT NULL PRIMARY KEY);\n"),
		},
	}
	services := []host.Service{{Name: "shed", Migrations: things, New: func(h *host.Host) error {
		s.db = h.DB()
		return Keep(h)
	}}}
	hosttest.Each(t, services, func(t *testing.T, _ *host.Process) {
		s.T = t
		test(s)
	})
}

// makes a thing of a name, as a form says.
func (s *shed) makes(f Form, name string) (id string, err error) {
	err = s.db.Tx(s.Context(), func(ctx context.Context, tx *sqldb.Tx) (err error) {
		id, err = Do(ctx, tx, f, func() (string, error) {
			_, err := tx.ExecContext(ctx, `INSERT INTO thing (id) VALUES ($1)`, name)
			return name, err
		})
		return err
	})
	return id, err
}

func (s *shed) has(want int) {
	s.Helper()
	var n int
	if err := s.db.Read().QueryRowContext(s.Context(), `SELECT COUNT(*) FROM thing`).Scan(&n); err != nil ||
		n != want {
		s.Errorf("there are %d things, want %d: %v", n, want, err)
	}
}

func TestAFormThatIsSentTwiceMakesOne(t *testing.T) {
	each(t, func(s *shed) {
		for i := range 3 {
			if id, err := s.makes(Form{"ann", "k", "h"}, fmt.Sprint("thing ", i)); err != nil ||
				id != "thing 0" {
				s.Errorf("%d: %q, %v", i, id, err)
			}
		}
		s.has(1)
	})
}

func TestAFormThatIsSentTwiceAtOnceMakesOne(t *testing.T) {
	each(t, func(s *shed) {
		var all sync.WaitGroup
		ids := make(chan string, 8)
		for i := range cap(ids) {
			all.Go(func() {
				id, err := s.makes(Form{"ann", "k", "h"}, fmt.Sprint("thing ", i))
				if err != nil {
					s.Error(err)
				}
				ids <- id
			})
		}
		all.Wait()
		for first := <-ids; len(ids) > 0; {
			if id := <-ids; id != first || id == "" {
				s.Errorf("answered with %q and %q", first, id)
			}
		}
		s.has(1)
	})
}

func TestAnotherFormMakesAnother(t *testing.T) {
	each(t, func(s *shed) {
		for i, f := range []Form{
			{"ann", "k", "h"},
			{"ann", "another", "h"},
			{"bob", "k", "h"},
			{"ann", "", "h"},
			{"ann", "", "h"},
		} {
			if _, err := s.makes(f, fmt.Sprint("thing ", i)); err != nil {
				s.Error(err)
			}
		}
		s.has(5)
	})
}

func TestAFormWithSomethingElseInItIsRefused(t *testing.T) {
	each(t, func(s *shed) {
		if _, err := s.makes(Form{"ann", "k", "h"}, "a"); err != nil {
			s.Error(err)
		}
		if _, err := s.makes(Form{"ann", "k", "another"}, "b"); !fault.Is(err, Reused) {
			s.Errorf("got %v", err)
		}
		if _, err := s.makes(Form{"ann", strings.Repeat("k", maxKey+1), "h"},
			"c"); fault.KindOf(err) != fault.Invalid {
			s.Errorf("got %v", err)
		}
		s.has(1)
	})
}

func TestWhatFailsLeavesItsFormToBeSentAgain(t *testing.T) {
	each(t, func(s *shed) {
		err := s.db.Tx(s.Context(), func(ctx context.Context, tx *sqldb.Tx) error {
			_, err := Do(ctx, tx, Form{"ann", "k", "h"},
				func() (string, error) { return "", errors.New("no") })
			return err
		})
		if err == nil {
			s.Error("it is done")
		}
		if id, err := s.makes(Form{"ann", "k", "h"}, "a"); err != nil || id != "a" {
			s.Errorf("%q, %v", id, err)
		}
	})
}

func TestKeysGoWithTheirTimeAndWithTheirOwner(t *testing.T) {
	each(t, func(s *shed) {
		for _, owner := range []string{"ann", "bob", "cem"} {
			if _, err := s.makes(Form{owner, "k", "h"}, owner); err != nil {
				s.Error(err)
			}
		}
		err := s.db.Tx(s.Context(), func(ctx context.Context, tx *sqldb.Tx) error {
			_, err := tx.ExecContext(ctx, `UPDATE made SET made_at = made_at - $1
				WHERE owner = 'bob'`, keptFor.Milliseconds()+60_000)
			return errors.Join(err, Forget(ctx, tx, "ann"))
		})
		if err := errors.Join(err, tidy(s.Context(), s.db)); err != nil {
			s.Fatal(err)
		}
		var owner string
		if err := s.db.Read().QueryRowContext(s.Context(),
			`SELECT owner FROM made`).Scan(&owner); err != nil || owner != "cem" {
			s.Errorf("%q is left, %v", owner, err)
		}
	})
}

func TestAHashTellsRequestsApart(t *testing.T) {
	hash := func(name string) string {
		h, err := HashOf(&catalogv1.Producer{Name: name})
		if err != nil {
			t.Fatal(err)
		}
		return h
	}
	if a, again := hash("a"), hash("a"); a != again || a == hash("b") {
		t.Error("it does not")
	}
}
