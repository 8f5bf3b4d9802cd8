package audit

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/artisan-eats/artisan/sqldb"
)

// Filter is what entries are looked for by. What is zero narrows nothing.
type Filter struct {
	Before          int64 // a number of an entry
	ActorKind       string
	ActorIDs        []string
	Action, Subject string
	Outcome         Outcome
	From, Until     int64 // Unix milliseconds; Until is the first that is too late
}

// where is a condition with its parameters.
type where struct {
	text []string
	args []any
}

func (w *where) and(condition string, arg any) {
	w.args = append(w.args, arg)
	w.text = append(w.text, strings.ReplaceAll(condition, "?", "$"+strconv.Itoa(len(w.args))))
}

// List answers the newest entries that match, newest first.
func (l *Log) List(ctx context.Context, f Filter, limit int) ([]Record, error) {
	db := l.c.DB.Read()
	w := &where{}
	if f.Before > 0 {
		w.and("seq < ?", f.Before)
	}
	for _, is := range [][2]string{
		{"actor_kind", f.ActorKind},
		{"action", f.Action},
		{"subject", f.Subject},
		{"outcome", string(f.Outcome)},
	} {
		if is[1] != "" {
			w.and(is[0]+" = ?", is[1])
		}
	}
	if len(f.ActorIDs) > 0 {
		text, arg := sqldb.In(db, "actor_id", len(w.args)+1, f.ActorIDs)
		w.and(text, arg)
	}
	if err := w.times(ctx, db, f); err != nil {
		return nil, err
	}
	w.and("seq > ?", 0)
	return query(ctx, db, "WHERE "+strings.Join(w.text, " AND ")+" ORDER BY seq DESC LIMIT "+
		strconv.Itoa(limit), w.args...)
}

// times narrows to a span of time. Numbers and times grow together, so it is a span of numbers.
func (w *where) times(ctx context.Context, db sqldb.Querier, f Filter) error {
	for _, bound := range []struct {
		at   int64
		text string
	}{{f.From, "seq > ?"}, {f.Until, "seq <= ?"}} {
		if bound.at == 0 {
			continue
		}
		var seq int64
		err := db.QueryRowContext(ctx, `SELECT seq FROM audit WHERE at < $1
			ORDER BY at DESC, seq DESC LIMIT 1`, bound.at).Scan(&seq)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return fmt.Errorf("read the security log: %w", sqldb.Classify(err))
		}
		w.and(bound.text, seq)
	}
	return nil
}
