package securitylog

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/artisan-eats/artisan/audit"
	"github.com/artisan-eats/artisan/edge/desk"
	"github.com/artisan-eats/artisan/edge/operator"
	"github.com/artisan-eats/artisan/edge/web"
	"github.com/artisan-eats/artisan/fault"
	auditv1 "github.com/artisan-eats/artisan/gen/artisan/audit/v1"
)

// maxExported is how many lines a file has at the most.
const maxExported = 20_000

var errLogTooLong = fault.New(fault.Invalid, "too_long",
	"That is more than 20,000 lines. Please narrow it, by days for example, and take it in parts.")

// ExportedEntry is a line of the log in a file of JSON lines.
type ExportedEntry struct {
	Time     string            `json:"time"`
	Service  string            `json:"service"`
	Seq      int64             `json:"seq"`
	Kind     string            `json:"actor_kind"`
	ID       string            `json:"actor_id"`
	Name     string            `json:"actor_name"`
	Address  string            `json:"address"`
	Action   string            `json:"action"`
	Subject  string            `json:"subject"`
	Outcome  string            `json:"outcome"`
	Detail   map[string]string `json:"detail"`
	Sentence string            `json:"sentence"`
	Hash     string            `json:"hash"`
}

// logFiles are the kinds of files that the log is handed out as.
var logFiles = map[string]struct {
	contentType string
	write       func([]ExportedEntry) ([]byte, error)
}{
	"csv":   {"text/csv; charset=utf-8", logCSV},
	"jsonl": {"application/jsonl", logJSON},
}

// ExportLog hands out what the list shows, all of it, as a file of a kind. That is a line of the log itself,
// written first.
func ExportLog(format string) func(*operator.Office) (*web.Reply, error) {
	return func(o *operator.Office) (*web.Reply, error) { return exportLog(o, format) }
}

func exportLog(o *operator.Office, format string) (*web.Reply, error) {
	file := logFiles[format]
	s, err := readSearch(o)
	if err != nil {
		return nil, err
	}
	if len(s.wrong) > 0 {
		return web.Redirect(logAddress(o, "/operator/log")), nil
	}
	entries, err := wholeLog(o, s)
	if err != nil {
		return nil, err
	}
	err = o.Visit.Site.Host.AuditSurely(o.Visit.Context(), audit.Entry{
		Action: "log.export", Outcome: audit.Done,
		Detail: map[string]string{"format": format, "entries": strconv.Itoa(len(entries))},
	})
	if err != nil {
		return nil, err
	}
	body, err := file.write(exported(o, entries))
	if err != nil {
		return nil, err
	}
	answer := &web.Reply{Status: http.StatusOK, ContentType: file.contentType, Body: body}
	return answer.Set("Content-Disposition", `attachment; filename="log-`+
		o.Visit.Site.Host.Now().Format("2006-01-02")+`.`+format+`"`), nil
}

// wholeLog reads page by page. Where a service does not answer there is no file: it would look whole.
func wholeLog(o *operator.Office, s *logSearch) ([]*auditv1.Entry, error) {
	if s.nobody != "" {
		return nil, nil
	}
	var all []*auditv1.Entry
	for before := map[string]int64{}; ; {
		found := happened(o, s, before, audit.MaxListed-1)
		if len(found.silent) > 0 {
			return nil, fault.New(fault.Unavailable, "unavailable", "The service "+found.silent[0]+
				" cannot be reached just now, so the file would not be whole. Please try again in a moment.")
		}
		if all = append(all, found.entries...); len(all) > maxExported {
			return nil, errLogTooLong
		}
		if found.next == "" {
			return all, nil
		}
	}
}

func exported(o *operator.Office, entries []*auditv1.Entry) []ExportedEntry {
	who := operator.People(o.Visit, entries)
	makers := map[string]string{}
	out := make([]ExportedEntry, len(entries))
	for i, e := range entries {
		name := operator.ActorName(e.GetActorKind(), e.GetActorId(), who.Names)
		about, _ := about(o, e.GetSubject(), who.Names, makers)
		out[i] = ExportedEntry{
			Time: web.TimeOf(e.GetAt()).Format(time.RFC3339Nano), Service: e.GetService(), Seq: e.GetSeq(),
			Kind: e.GetActorKind(), ID: e.GetActorId(), Name: name,
			Address: who.Addresses[i], Action: e.GetAction(), Subject: e.GetSubject(),
			Outcome: e.GetOutcome(), Detail: e.GetDetail(),
			Sentence: strings.TrimSpace(name + " " + deed(o.In, named(o, e, makers)) + " " + about),
			Hash:     e.GetHash(),
		}
	}
	return out
}

func logJSON(entries []ExportedEntry) ([]byte, error) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	for _, e := range entries {
		if err := encoder.Encode(e); err != nil {
			return nil, err
		}
	}
	return out.Bytes(), nil
}

func logCSV(entries []ExportedEntry) ([]byte, error) {
	var out bytes.Buffer
	w := csv.NewWriter(&out)
	rows := [][]string{{
		"time", "service", "seq", "actor_kind", "actor_id", "actor_name", "address", "action",
		"subject", "outcome", "detail", "sentence", "hash",
	}}
	for _, e := range entries {
		detail, err := json.Marshal(e.Detail)
		if err != nil {
			return nil, err
		}
		row := []string{
			e.Time, e.Service, strconv.FormatInt(e.Seq, 10), e.Kind, e.ID, e.Name, e.Address, e.Action,
			e.Subject, e.Outcome, string(detail), e.Sentence, e.Hash,
		}
		for i, cell := range row {
			row[i] = desk.Guarded(cell)
		}
		rows = append(rows, row)
	}
	err := w.WriteAll(rows)
	return out.Bytes(), err
}
