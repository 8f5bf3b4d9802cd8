package catalog

import (
	"context"
	"strings"
	"testing"

	"github.com/artisan-eats/artisan/catalog/goods"
	"github.com/artisan-eats/artisan/gen/sql/catalogdb"
	"github.com/artisan-eats/artisan/idempotency"
	"github.com/artisan-eats/artisan/sqldb"
)

func TestWhatNobodySeesIsRefusedAndWhatWritingNeedsIsNot(t *testing.T) {
	for what, name := range map[string]string{
		"zero width": "Lark\u200bmoor", "byte order": "\ufeffLarkmoor", "override": "Lark\u202emoor",
		"isolate": "\u2066Larkmoor", "mark": "Larkmoor\u200f", "soft hyphen": "Lark\u00admoor",
		"joiner": "Lark\u200dmoor", "filler": "Lark\u3164moor", "tag": "Lark\U000e0041moor",
		"private": "Lark\ue000moor", "selector": "Lark\ufe0fmoor", "line": "Lark\u2028moor",
		"heap": "Larkmoor\u0301\u0302\u0303\u0304\u0305\u0306", "blank": "Lark\u2800moor",
		"unassigned": "Lark\u0378moor",
	} {
		if (goods.Producer{Name: name}).Check() == nil ||
			(goods.Product{Title: name, Category: "bread"}).Check() == nil {
			t.Errorf("%s passes: %q", what, name)
		}
	}
	for _, name := range []string{
		"नमस्ते क्\u200dष", "می\u200cخواهم", "Pâtisserie", "Việt Nam Phở",
		"Farm 👩\u200d🌾", "☀️ Eggs", "ﷺ", "שׁוּק", "Ñandú", "ก๋วยเตี๋ยว", "Bob’s – “Best”",
	} {
		if err := (goods.Producer{Name: name}).Check(); err != nil {
			t.Errorf("%s is refused: %v", name, err)
		}
	}
	if (goods.Producer{Name: "A", Story: "We \u202eekab daily."}).Check() == nil {
		t.Error("a story turns the direction of all that follows")
	}
	if err := (goods.Producer{Name: "A", Story: "\u2067מאפייה\u2069 since 1990\u200f"}).Check(); err != nil {
		t.Errorf("a story in two directions is refused: %v", err)
	}
}

func TestLooksOfNamesFromBeforeAreWorkedOut(t *testing.T) {
	eachStore(t, func(t *testing.T, s *goods.Store, _ goods.Producer) {
		if _, err := s.PutProducer(t.Context(),
			goods.Producer{Market: "portland", Name: "Larkmoor", Approved: true},
			idempotency.Form{}); err != nil {
			t.Fatal(err)
		}
		said := func() string {
			t.Helper()
			said, err := goods.Caution(t.Context(), catalogdb.New(s.DB.Read()),
				goods.Producer{ID: "x", Market: "portland", Name: "Lаrkmoor"})
			if err != nil {
				t.Fatal(err)
			}
			return said
		}
		err := s.DB.Tx(t.Context(), func(ctx context.Context, tx *sqldb.Tx) error {
			_, err := tx.ExecContext(ctx, `UPDATE producer SET look = ''`)
			return err
		})
		if err != nil || strings.Contains(said(), "looks like") {
			t.Fatalf("%v, and it is said %q", err, said())
		}
		if err := s.WorkOutLooks(t.Context()); err != nil ||
			!strings.Contains(said(), "looks like that of Larkmoor") {
			t.Errorf("%v, and it is said %q", err, said())
		}
	})
}
