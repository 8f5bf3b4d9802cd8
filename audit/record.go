package audit

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/artisan-eats/artisan/sqldb"
)

// Record is a line of the log.
type Record struct {
	Seq int64
	// At is in Unix milliseconds.
	At                 int64
	ActorKind, ActorID string
	// Address is sealed; see keyring. It is plain only until it is written.
	Address         string
	Action, Subject string
	Outcome         Outcome
	// Detail is the JSON of texts by name.
	Detail string
	// Hash is of the line and of the hash before it.
	Hash string

	// sealed is the account's own seal of the address.
	sealed string
}

// maxText bounds each text of a line, in bytes: a line is for reading, and what strangers send gets into none
// of it unbounded.
const maxText = 200

func text(s string) string {
	if len(s) > maxText {
		s = s[:maxText]
	}
	return strings.ToValidUTF8(strings.ReplaceAll(s, "\x00", ""), "")
}

func record(e Entry, by Actor) (Record, error) {
	detail := make(map[string]string, len(e.Detail))
	for name, value := range e.Detail {
		detail[text(name)] = text(value)
	}
	if by.Word != "" {
		detail["on_word_of"] = text(by.Word)
	}
	encoded, err := json.Marshal(detail)
	r := Record{
		ActorKind: text(by.Kind), ActorID: text(by.ID), Address: by.Address, sealed: by.Sealed,
		Action: text(e.Action), Subject: text(e.Subject), Outcome: e.Outcome, Detail: string(encoded),
	}
	if !utf8.ValidString(string(e.Outcome)) || e.Action == "" || e.Outcome == "" {
		err = fmt.Errorf("an entry without an action or an outcome: %q", e.Action)
	}
	return r, err
}

// Details are what the detail says.
func (r Record) Details() map[string]string {
	var detail map[string]string
	_ = json.Unmarshal([]byte(r.Detail), &detail) // what is damaged has none, and its hash says so
	return detail
}

// chained is the hash of a line and, through the one before, of all that came earlier.
func (r Record) chained(before string) string {
	sum := sha256.New()
	for _, part := range []string{
		before, strconv.FormatInt(r.Seq, 10), strconv.FormatInt(r.At, 10), r.ActorKind, r.ActorID, r.Address,
		r.Action, r.Subject, string(r.Outcome), r.Detail,
	} {
		_, _ = io.WriteString(sum, strconv.Itoa(len(part))+":"+part)
	}
	return hex.EncodeToString(sum.Sum(nil))
}

// columns are what scanned reads.
const columns = `seq, at, actor_kind, actor_id, address, action, subject, outcome, detail, hash`

func scanned(scan sqldb.Scanner) (r Record, err error) {
	err = scan(&r.Seq, &r.At, &r.ActorKind, &r.ActorID, &r.Address, &r.Action, &r.Subject, &r.Outcome,
		&r.Detail, &r.Hash)
	return r, err
}

// query reads lines; rest is what comes after FROM audit.
func query(ctx context.Context, db sqldb.Querier, rest string, args ...any) ([]Record, error) {
	var records []Record
	err := sqldb.EachRow(ctx, db, "SELECT "+columns+" FROM audit "+rest, args,
		func(scan sqldb.Scanner) error {
			r, err := scanned(scan)
			records = append(records, r)
			return err
		})
	if err != nil {
		return nil, fmt.Errorf("read the security log: %w", err)
	}
	return records, nil
}
