package audit

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"github.com/artisan-eats/artisan/sqldb"
)

const (
	// streamPage is how many lines leave at once.
	streamPage = 500
	// streamLease is how long a process is the one that writes a service's stream.
	streamLease = 15 * time.Second
)

// Line is a line of the stream: an entry, or the head of the chain, which has no action. What leaves twice
// has the same number.
type Line struct {
	// Log is LineEntry or LineHead.
	Log     string            `json:"log"`
	Service string            `json:"service"`
	Seq     int64             `json:"seq"`
	Time    string            `json:"time"`
	Actor   *LineActor        `json:"actor,omitempty"`
	Action  string            `json:"action,omitempty"`
	Subject string            `json:"subject,omitempty"`
	Outcome Outcome           `json:"outcome,omitempty"`
	Detail  map[string]string `json:"detail,omitempty"`
	Hash    string            `json:"hash"`
}

// LineActor is who did it. The address is sealed.
type LineActor struct {
	Kind    string `json:"kind"`
	ID      string `json:"id,omitempty"`
	Address string `json:"address,omitempty"`
}

// The kinds of lines.
const (
	LineEntry = "audit"
	LineHead  = "audit.head"
)

// lineTime is how times are written: to the millisecond, so that the hash can be made again.
const lineTime = "2006-01-02T15:04:05.000Z"

func (l *Log) line(r Record) Line {
	return Line{
		Log: LineEntry, Service: l.c.Service, Seq: r.Seq, Time: time.UnixMilli(r.At).UTC().Format(lineTime),
		Actor: &LineActor{r.ActorKind, r.ActorID, r.Address}, Action: r.Action, Subject: r.Subject,
		Outcome: r.Outcome, Detail: r.Details(), Hash: r.Hash,
	}
}

// record is the entry that a line tells of.
func (n Line) record() (Record, error) {
	at, err := time.Parse(lineTime, n.Time)
	detail := n.Detail
	if detail == nil {
		detail = map[string]string{}
	}
	encoded, _ := json.Marshal(detail) // texts always encode
	r := Record{
		Seq: n.Seq, At: at.UnixMilli(), Action: n.Action, Subject: n.Subject, Outcome: n.Outcome,
		Detail: string(encoded), Hash: n.Hash,
	}
	if n.Actor != nil {
		r.ActorKind, r.ActorID, r.Address = n.Actor.Kind, n.Actor.ID, n.Actor.Address
	}
	return r, err
}

func emittedUpTo(ctx context.Context, db sqldb.Querier) (seq int64, err error) {
	if err = db.QueryRowContext(ctx, `SELECT seq FROM audit_stream WHERE id = 1`).Scan(&seq); err != nil {
		err = fmt.Errorf("read how far the stream is: %w", sqldb.Classify(err))
	}
	return seq, err
}

// Emit writes the lines that have not left yet, oldest first. They count as sent once the writer has taken
// them: after a crash in between they leave again. Of several processes of the service one writes, under the
// holder's lease; the others answer false.
func (l *Log) Emit(ctx context.Context, to io.Writer, holder string) (mine bool, err error) {
	for {
		from, mine, err := l.lease(ctx, holder)
		if err != nil || !mine {
			return mine, err
		}
		page, err := query(ctx, l.c.DB.Read(), `WHERE seq > $1 ORDER BY seq LIMIT $2`, from, streamPage)
		if err != nil || len(page) == 0 {
			return true, err
		}
		var out bytes.Buffer
		encoder := json.NewEncoder(&out)
		for _, r := range page {
			if err := encoder.Encode(l.line(r)); err != nil {
				return true, err
			}
		}
		if _, err := to.Write(out.Bytes()); err != nil {
			return true, fmt.Errorf("write the stream of the security log: %w", err)
		}
		// What has left is noted, also when the process ends meanwhile.
		if err := l.advance(context.WithoutCancel(ctx), holder, page[len(page)-1].Seq); err != nil ||
			len(page) < streamPage {
			return true, err
		}
	}
}

// lease takes the stream, or keeps it, and answers how far it is.
func (l *Log) lease(ctx context.Context, holder string) (seq int64, mine bool, err error) {
	err = l.c.DB.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		now, err := tx.Now(ctx)
		if err != nil {
			return err
		}
		var holds string
		var until int64
		if err := tx.QueryRowContext(ctx, `SELECT seq, holder, until FROM audit_stream
			WHERE id = 1 FOR UPDATE`).Scan(&seq, &holds, &until); err != nil {
			return err
		}
		if mine = holds == holder || until <= now.UnixMilli(); !mine {
			return nil
		}
		_, err = tx.ExecContext(ctx, `UPDATE audit_stream SET holder = $1, until = $2
			WHERE id = 1`, holder, now.Add(streamLease).UnixMilli())
		return err
	})
	if err != nil {
		err = fmt.Errorf("take the stream of the security log: %w", err)
	}
	return seq, mine, err
}

// Leave gives the stream to whoever comes next, when a process ends in order.
func (l *Log) Leave(ctx context.Context, holder string) error {
	err := l.c.DB.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE audit_stream SET until = 0
			WHERE id = 1 AND holder = $1`, holder)
		return err
	})
	if err != nil {
		return fmt.Errorf("leave the stream of the security log: %w", err)
	}
	return nil
}

func (l *Log) advance(ctx context.Context, holder string, seq int64) error {
	err := l.c.DB.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE audit_stream SET seq = $2
			WHERE id = 1 AND holder = $1 AND seq < $2`, holder, seq)
		return err
	})
	if err != nil {
		return fmt.Errorf("note how far the stream is: %w", err)
	}
	return nil
}

// EmitHead writes the head of the chain, so that a removed line and a cut tail show in the stream too.
func (l *Log) EmitHead(ctx context.Context, to io.Writer) error {
	h, err := readHead(ctx, l.c.DB.Read())
	if err != nil {
		return err
	}
	out, err := json.Marshal(Line{
		Log: LineHead, Service: l.c.Service, Seq: h.seq,
		Time: l.c.Now().UTC().Format(lineTime), Hash: h.hash,
	})
	if err != nil {
		return err
	}
	if _, err := to.Write(append(out, '\n')); err != nil {
		return fmt.Errorf("write the stream of the security log: %w", err)
	}
	return nil
}
