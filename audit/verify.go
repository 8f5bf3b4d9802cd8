package audit

import (
	"context"
	"fmt"
	"strconv"

	"github.com/artisan-eats/artisan/sqldb"
)

// Chain is what a log's chain comes to.
type Chain struct {
	// First is the oldest entry that is kept, Last the newest that belongs to the chain.
	First, Last int64
	// Hash is that of the last.
	Hash string
	// Sent is the last entry that left with the stream.
	Sent int64
	// Wrong is nil where all is well.
	Wrong *Wrong
}

// Wrong is the first entry that is not as it was written.
type Wrong struct {
	Seq  int64
	What string
}

// verifyPage is how many entries are read at once.
const verifyPage = 1000

// head is the head of the chain.
type head struct {
	seq, at, anchor  int64
	hash, anchoredTo string
}

func readHead(ctx context.Context, db sqldb.Querier) (h head, err error) {
	err = db.QueryRowContext(ctx, `SELECT seq, hash, at, anchor_seq, anchor_hash FROM audit_head
		WHERE id = 1`).
		Scan(&h.seq, &h.hash, &h.at, &h.anchor, &h.anchoredTo)
	if err != nil {
		err = fmt.Errorf("read the head of the security log: %w", sqldb.Classify(err))
	}
	return h, err
}

// Verify walks the whole chain, from the oldest entry that is kept.
func (l *Log) Verify(ctx context.Context) (Chain, error) {
	db := l.c.DB.Read()
	for attempt := 0; ; attempt++ {
		h, err := readHead(ctx, db)
		if err != nil {
			return Chain{}, err
		}
		c, err := walk(ctx, db, h)
		if err != nil || c.Wrong == nil {
			return c, err
		}
		// What was let go of for its age meanwhile is not missing.
		later, err := readHead(ctx, db)
		if err != nil || later.anchor == h.anchor || attempt == 3 {
			return c, err
		}
	}
}

func walk(ctx context.Context, db sqldb.Querier, h head) (c Chain, err error) {
	c = Chain{First: h.anchor + 1, Last: h.anchor, Hash: h.anchoredTo}
	if c.Sent, err = emittedUpTo(ctx, db); err != nil {
		return c, err
	}
	if c.Wrong, err = h.begins(ctx, db); err != nil || c.Wrong != nil {
		return c, err
	}
	for more := true; more; {
		page, err := query(ctx, db, `WHERE seq > $1 ORDER BY seq LIMIT $2`, c.Last, verifyPage)
		if err != nil {
			return c, err
		}
		for _, r := range page {
			if c.Wrong = c.next(r, h); c.Wrong != nil {
				return c, nil
			}
		}
		more = len(page) == verifyPage
	}
	// Entries may have been written meanwhile.
	now, err := readHead(ctx, db)
	switch {
	case err != nil:
	case c.Last < h.seq:
		c.Wrong = &Wrong{c.Last + 1, fmt.Sprintf("it is missing, with all up to the head at %d", h.seq)}
	case c.Last > now.seq:
		c.Wrong = &Wrong{now.seq + 1, "it was put in behind the head"}
	}
	return c, err
}

// begins says what is wrong with the beginning: an entry before it, or one that no trim of the log's own
// made.
func (h head) begins(ctx context.Context, db sqldb.Querier) (*Wrong, error) {
	before, err := query(ctx, db, `WHERE seq <= $1 ORDER BY seq LIMIT 1`, h.anchor)
	if err != nil || len(before) > 0 {
		if len(before) > 0 {
			return &Wrong{before[0].Seq, "it was put in before the beginning"}, nil
		}
		return nil, err
	}
	if h.anchor == 0 {
		return nil, nil
	}
	trims, err := query(ctx, db, `WHERE action = $1 ORDER BY seq DESC LIMIT 1`, trimmed)
	if err != nil {
		return nil, err
	}
	if len(trims) == 0 || trims[0].Details()["up_to"] != strconv.FormatInt(h.anchor, 10) ||
		trims[0].Details()["hash"] != h.anchoredTo {
		return &Wrong{h.anchor, "the log says of no such trim: it and what came before is missing"}, nil
	}
	return nil, nil
}

// next takes an entry into the chain, or says what is wrong with it.
func (c *Chain) next(r Record, h head) *Wrong {
	switch {
	case r.Seq > c.Last+1:
		return &Wrong{c.Last + 1, "it is missing"}
	case r.Hash != r.chained(c.Hash):
		return &Wrong{r.Seq, "it, or the one before it, is not what was written"}
	case r.Seq == h.seq && r.Hash != h.hash:
		return &Wrong{r.Seq, "the head of the chain is another"}
	}
	c.Last, c.Hash = r.Seq, r.Hash
	return nil
}

// Mark is what a line of the stream says of an entry.
type Mark struct {
	Seq  int64
	Hash string
	// At is when it was written, in Unix milliseconds; 0 where that is not known.
	At int64
}

// Compare answers the first of the marks that the log does not have so; nil when it has all. Marks of entries
// that were let go of for their age are passed over, if they had it. They must be in order, and at most
// MaxMarks.
func (l *Log) Compare(ctx context.Context, marks []Mark) (*Wrong, error) {
	if len(marks) == 0 {
		return nil, nil
	}
	h, err := readHead(ctx, l.c.DB.Read())
	if err != nil {
		return nil, err
	}
	seqs := make([]any, len(marks))
	for i, m := range marks {
		seqs[i] = m.Seq
	}
	records, err := query(ctx, l.c.DB.Read(), `WHERE seq IN (`+sqldb.Placeholders(1, len(seqs))+`)`, seqs...)
	if err != nil {
		return nil, err
	}
	hashes := map[int64]string{h.anchor: h.anchoredTo}
	for _, r := range records {
		hashes[r.Seq] = r.Hash
	}
	kept := l.c.Now().Add(-KeptFor).UnixMilli()
	for _, m := range marks {
		if m.Seq <= h.anchor && m.At >= kept {
			return &Wrong{m.Seq, "the stream has it, and the database let go of it before its time"}, nil
		}
		if hash, there := hashes[m.Seq]; m.Seq >= max(h.anchor, 1) && (!there || hash != m.Hash) {
			what := "the stream has another"
			if !there {
				what = "the stream has it, the database has not"
			}
			return &Wrong{m.Seq, what}, nil
		}
	}
	return nil, nil
}

// MaxMarks bounds what is compared at once.
const MaxMarks = 1000
