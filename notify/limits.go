package notify

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/artisan-eats/artisan/gen/sql/notifydb"
	"github.com/artisan-eats/artisan/host"
	"github.com/artisan-eats/artisan/sqldb"
)

// allowance is how many letters there may be in an hour, and in a day.
type allowance struct{ hour, day int64 }

// What goes to one address: of what anybody may have written to it by ordering, of what the market's people
// have to tell of its orders, of sales to a producer, and of each cause of another service's; of what is
// written for one sender to addresses that are not verified; and of links to orders that are asked for again,
// for one address and by one who asks. An honest household is far below; who writes to a stranger gets no
// further.
var allowances = map[string]struct{ stranger, known allowance }{
	"asked":  {allowance{5, 15}, allowance{40, 150}},
	"told":   {allowance{15, 40}, allowance{60, 200}},
	"sale":   {allowance{300, 3000}, allowance{300, 3000}},
	"direct": {allowance{4, 10}, allowance{10, 30}},
	"sender": {allowance{60, 300}, allowance{}},
	"found":  {allowance{4, 12}, allowance{4, 12}},
	"finder": {allowance{20, 60}, allowance{}},
}

// stream is which allowance a message falls under.
func (m Message) stream() string {
	switch {
	case m.ProducerID != "":
		return "sale"
	case m.Kind == Direct:
		return "direct"
	case m.Kind == Confirmed, m.Kind == Cancelled, m.Kind == Changed, m.Kind == Awaiting:
		return "asked"
	}
	return "told"
}

// bucket is what letters are counted in: a subject in an hour or a day.
type bucket struct {
	subject string
	since   int64
	// ends is when it is over, and limit how many letters it takes.
	ends, limit int64
}

// buckets are what a message to an address, as a keyed hash, is counted in.
func (m Message) buckets(address string, now time.Time) []bucket {
	stream := m.stream()
	allowed, subject := allowances[stream].stranger, "to:"+address+":"+stream
	if m.Verified {
		allowed = allowances[stream].known
	}
	if stream == "direct" {
		subject += ":" + m.Cause
	}
	all := append([]bucket(nil), allowed.buckets(subject, now)...)
	if m.Sender != "" && !m.Verified && (stream == "asked" || stream == "direct") {
		all = append(all, allowances["sender"].stranger.buckets("by:"+m.Sender, now)...)
	}
	return all
}

func (a allowance) buckets(subject string, now time.Time) []bucket {
	hour, day := now.Truncate(time.Hour), now.Truncate(24*time.Hour)
	return []bucket{
		{subject + ":hour", hour.UnixMilli(), hour.Add(time.Hour).UnixMilli(), a.hour},
		{subject + ":day", day.UnixMilli(), day.Add(24 * time.Hour).UnixMilli(), a.day},
	}
}

// decide lets letters through in their order while all their buckets have room, and answers until when each
// of the others has to wait: 0 is not at all. counted is how many letters each bucket has had before; it is
// raised by those that go, and held by those that found no room in it.
func decide(letters [][]bucket, counted, held map[string]int64) (waits []int64) {
	for _, buckets := range letters {
		var until int64
		for _, b := range buckets {
			if counted[b.key()] >= b.limit {
				until = max(until, b.ends)
				held[b.key()]++
			}
		}
		if until == 0 {
			for _, b := range buckets {
				counted[b.key()]++
			}
		}
		waits = append(waits, until)
	}
	return waits
}

func (b bucket) key() string { return b.subject + "@" + strconv.FormatInt(b.since, 10) }

// admit counts letters that are about to be sent, and answers until when each has to wait; 0 is not at all.
// Those who count the same subject lock its rows, so that of several processes together no more go than may.
func (s *service) admit(ctx context.Context, letters [][]bucket) (waits []int64, err error) {
	all := distinct(letters)
	if len(all) == 0 {
		return make([]int64, len(letters)), nil
	}
	err = s.host.DB().Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		counted, err := lockCounts(ctx, tx, all)
		if err != nil {
			return err
		}
		before, held := map[string]int64{}, map[string]int64{}
		for key, n := range counted {
			before[key] = n
		}
		waits = decide(letters, counted, held)
		var rows [][]any
		for _, b := range all {
			if n, h := counted[b.key()]-before[b.key()], held[b.key()]; n > 0 || h > 0 {
				rows = append(rows, []any{b.subject, b.since, n, h})
			}
		}
		_, err = sqldb.ExecRows(ctx, tx, rows, []string{"TEXT", "BIGINT", "BIGINT", "BIGINT"},
			func(rows string) string {
				return "UPDATE letter_counts SET letters = letter_counts.letters + v.column3, held = letter_counts.held + v.column4 FROM (" + rows +
					") AS v WHERE letter_counts.subject = v.column1 AND letter_counts.since = v.column2"
			})
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("count letters: %w", err)
	}
	return waits, nil
}

// distinct are the buckets of letters, each once, in an order that all processes lock them in.
func distinct(letters [][]bucket) []bucket {
	all := slices.Concat(letters...)
	slices.SortFunc(all,
		func(a, b bucket) int {
			return cmp.Or(cmp.Compare(a.subject, b.subject),
				cmp.Compare(a.since, b.since))
		})
	return slices.CompactFunc(all, func(a, b bucket) bool { return a.key() == b.key() })
}

// lockCounts answers how many letters buckets have had, and locks them until the transaction ends.
func lockCounts(ctx context.Context, tx *sqldb.Tx, buckets []bucket) (map[string]int64, error) {
	var values [][]any
	for _, b := range buckets {
		values = append(values, []any{b.subject, b.since})
	}
	query, args := sqldb.Rows(tx.Engine, values, "TEXT", "BIGINT")
	counted := map[string]int64{}
	err := sqldb.EachRow(ctx, tx, `INSERT INTO letter_counts (subject, since, letters)
		SELECT column1, column2, 0 FROM (`+query+`) AS v WHERE TRUE
		ON CONFLICT (subject, since) DO UPDATE SET letters = letter_counts.letters RETURNING subject, since,
		letters`, args, func(scan sqldb.Scanner) error {
		var b bucket
		var letters int64
		err := scan(&b.subject, &b.since, &letters)
		counted[b.key()] = letters
		return err
	})
	return counted, err
}

// heldBack tells the operator where letters wait or were dropped because there were too many.
func (s *service) heldBack(ctx context.Context) ([]host.Trouble, error) {
	rows, err := notifydb.New(s.host.DB().Read()).UnseenHeld(ctx, host.MaxTroubles)
	if err != nil {
		return nil, fmt.Errorf("list letters that were held back: %w", sqldb.Classify(err))
	}
	var found []host.Trouble
	for _, row := range rows {
		found = append(found, host.Trouble{
			ID: row.Subject + "@" + strconv.FormatInt(row.Since, 10), Since: time.UnixMilli(row.Since).UTC(),
			Attempts: row.Held,
			What:     heldWords(row.Subject),
		})
	}
	return found, nil
}

func heldWords(subject string) string {
	span := "an hour"
	if strings.HasSuffix(subject, ":day") {
		span = "a day"
	}
	if strings.HasPrefix(subject, "by:") {
		return "One sender had letters written to so many addresses that nobody has verified that the rest is held back: more than may be in " + span + "."
	}
	return "Letters to one address are held back: more were to go to it than may in " + span +
		". Those of orders go later, links that expire are not sent."
}

// seeHeld marks as seen that letters were held back.
func (s *service) seeHeld(ctx context.Context, troubleID string) error {
	at := strings.LastIndexByte(troubleID, '@')
	since, err := strconv.ParseInt(troubleID[at+1:], 10, 64)
	if at < 0 || err != nil {
		return nil //nolint:nilerr // there is no such trouble
	}
	return s.host.DB().Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		return notifydb.New(tx).SeeHeld(ctx, notifydb.SeeHeldParams{Subject: troubleID[:at], Since: since})
	})
}
