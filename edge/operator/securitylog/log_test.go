package securitylog_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"net/http"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/artisan-eats/artisan/edge/edgetest"
	"github.com/artisan-eats/artisan/edge/operator/securitylog"
	"github.com/artisan-eats/artisan/fault"
	auditv1 "github.com/artisan-eats/artisan/gen/artisan/audit/v1"
)

// refundLine is what payments tells of a refund by the operator.
func refundLine(seq, at int64) *auditv1.Entry {
	return &auditv1.Entry{
		Service: "payments", Seq: seq, At: at, ActorKind: "operator", ActorId: "acc_x_4",
		SealedAddress: "sealed", Action: "order.refund", Subject: edgetest.PlacedOrder,
		Outcome: "done", Detail: map[string]string{"amount": "1250", "currency": "USD"}, Hash: "abc",
	}
}

func guestLine(seq, at int64) *auditv1.Entry {
	return &auditv1.Entry{
		Service: "identity", Seq: seq, At: at, ActorKind: "guest", Address: "192.0.2.8", Action: "request",
		Subject: "POST /sell", Outcome: "refused",
		Detail: map[string]string{"code": "cross_site", "times": "41"},
	}
}

func TestTheLogIsReadInSentences(t *testing.T) {
	s := edgetest.Open(t)
	s.Peers.Logged = []*auditv1.Entry{
		refundLine(7, edgetest.HappenedAt), guestLine(9, edgetest.HappenedAt+1000),
		{
			Service: "catalog", Seq: 1, At: edgetest.HappenedAt - 1000, ActorKind: "operator",
			ActorId: "acc_gone",
			Action:  "producer.approve", Subject: edgetest.Dairy, Outcome: "done",
		},
		{
			Service: "notify", Seq: 1, At: edgetest.HappenedAt - 2000, Action: "moon.landing",
			Outcome: "failed",
		},
		{
			Service: "inventory", Seq: 1, At: edgetest.HappenedAt - 3000, ActorKind: "command",
			ActorId: "ann",
			Action:  "stock.set", Outcome: "done", Detail: map[string]string{"variants": "12"},
		},
	}
	v := s.AsOperator(t, "/operator/log", nil)
	v.Says(t, http.StatusOK,
		"Somebody 41 times more asked for what is not allowed (cross_site): POST /sell", "from 192.0.2.8",
		"refused",
		"op@example.org refunded $12.50 of order T9W4BC",
		"Nov 21, 2026, 9:00 AM · from 192.0.2.7 · payments № 7",
		"An account that is erased let sell Hill Dairy", "The shop itself failed: did “moon landing”",
		"The command line (ann) set the stock of 12 variants")
	if said := v.Text(); strings.Index(said, "Somebody") > strings.Index(said, "refunded $12.50") {
		t.Error("the newest is not first")
	}
	if len(v.Find("a", "href", "/operator/orders/"+edgetest.PlacedOrder)) != 1 {
		t.Error("the order cannot be opened")
	}
}

func TestARefundIsToldWithItsMakerAndItsLine(t *testing.T) {
	s := edgetest.Open(t)
	for i, detail := range []map[string]string{
		{"producer": edgetest.Dairy},
		{"producer": edgetest.Dairy, "line": edgetest.Wheel},
		{"producer": edgetest.Dairy, "line": edgetest.Wheel, "goods": "Hill Tomme, Wheel"},
	} {
		line := refundLine(int64(i), edgetest.HappenedAt+int64(i))
		for key, of := range detail {
			line.Detail[key] = of
		}
		s.Peers.Logged = append([]*auditv1.Entry{line}, s.Peers.Logged...)
	}
	want := []string{
		"refunded $12.50 for the part of Hill Dairy in order T9W4BC",
		"refunded $12.50 for a line of Hill Dairy in order T9W4BC",
		"refunded $12.50 for Hill Tomme, Wheel, of Hill Dairy, in order T9W4BC",
	}
	s.AsOperator(t, "/operator/log", nil).Says(t, http.StatusOK, want...)
	_, body := s.Send(t, edgetest.Call{
		Method: http.MethodGet, Path: "/operator/log.csv",
		Header: []string{"Cookie", "session=operator"},
	})
	for _, said := range want {
		if !strings.Contains(string(body), said) {
			t.Errorf("the file does not say %q: %s", said, body)
		}
	}
	if !strings.Contains(string(body), edgetest.Dairy) {
		t.Error("the file no longer has the producer's ID")
	}
}

func TestTheLogIsSiftedByTheAddress(t *testing.T) {
	s := edgetest.Open(t)
	s.AsOperator(t,
		"/operator/log?who=ann%40example.org&kind=member&action=order.cancel&outcome=done&service=ordering&subject=T9W4BC&from=2026-11-01&to=2026-11-01", nil).Says(t, http.StatusOK)
	asked := s.Peers.Last["ordering.ListEntries"].(*auditv1.ListEntriesRequest)
	if strings.Join(asked.GetActorIds(), " ") != "acc_x_1 cus_x_2" || asked.GetActorKind() != "member" ||
		asked.GetAction() != "order.cancel" ||
		asked.GetOutcome() != "done" || asked.GetSubject() != edgetest.PlacedOrder ||
		asked.GetBefore()-asked.GetFrom() != (25*3600*1000) {
		t.Errorf("ordering was asked for %v", asked)
	}
	if s.Peers.Count("payments.ListEntries") != 0 {
		t.Error("another service was asked")
	}
	s.AsOperator(t, "/operator/log?who=nobody%40example.org", nil).Says(t, http.StatusOK,
		"Nobody has this e-mail address.")
	s.AsOperator(t, "/operator/log?from=2026-11-02&to=2026-11-01", nil).Says(t,
		http.StatusUnprocessableEntity, "This day is before the first.")
	s.AsOperator(t, "/operator/log?service=moon", nil).Says(t, http.StatusNotFound)
}

func TestPagesOfTheLogHaveEachLineOnceWhateverHappensMeanwhile(t *testing.T) {
	s := edgetest.Open(t)
	for n := range int64(20) {
		s.Peers.Logged = append(s.Peers.Logged, refundLine(40-n, edgetest.HappenedAt-n*1000),
			guestLine(60-n, edgetest.HappenedAt-n*1000-500))
	}
	seen := map[string]int{}
	at := "/operator/log"
	for range 3 {
		v := s.AsOperator(t, at, nil)
		for _, p := range v.Find("p", "class", "by") {
			if text := (&edgetest.View{Root: p}).Text(); strings.Contains(text, "№") {
				seen[text[strings.LastIndex(text, "·"):]]++
			}
		}
		next := v.Find("a", "class", "button quiet")
		if len(next) == 0 {
			break
		}
		at, _ = edgetest.Attribute(next[0], "href")
		s.Peers.Set(func(p *edgetest.Peers) { // and the refusals go on
			p.Logged = append([]*auditv1.Entry{guestLine(int64(100+len(p.Logged)), edgetest.HappenedAt+5000)},
				p.Logged...)
		})
	}
	if len(seen) != 40 {
		t.Errorf("%d lines were seen: %v", len(seen), seen)
	}
	for line, times := range seen {
		if times != 1 {
			t.Errorf("%s was seen %d times", line, times)
		}
	}
}

func TestALogThatIsAwayIsSaidToBe(t *testing.T) {
	s := edgetest.Open(t)
	s.Peers.Logged = []*auditv1.Entry{refundLine(1, edgetest.HappenedAt)}
	s.Peers.Fail("catalog.ListEntries", fault.New(fault.Unavailable, "unavailable", "The catalogue is away."))
	s.AsOperator(t, "/operator/log", nil).Says(t, http.StatusOK,
		"The service “catalog” cannot be reached just now.", "refunded $12.50")
	s.AsOperator(t, "/operator/log.csv", nil).Says(t, http.StatusServiceUnavailable,
		"the file would not be whole")
	if len(s.Peers.Recorded) != 0 {
		t.Error("an export is told of that there was not")
	}
}

func TestTheLogIsHandedOutAsAFileAndThatIsTold(t *testing.T) {
	s := edgetest.Open(t)
	evil := guestLine(2, edgetest.HappenedAt)
	evil.Subject, evil.Detail = `=HYPERLINK("http://evil.example")`, nil
	s.Peers.Logged = []*auditv1.Entry{evil, refundLine(1, edgetest.HappenedAt-1000)}
	get := func(format string) []byte {
		answer, body := s.Send(t, edgetest.Call{
			Method: http.MethodGet, Path: "/operator/log." + format,
			Header: []string{"Cookie", "session=operator"},
		})
		if answer.StatusCode != http.StatusOK ||
			!strings.HasSuffix(answer.Header.Get("Content-Disposition"), "."+format+`"`) {
			t.Fatal(answer.Status, answer.Header)
		}
		return body
	}
	rows, err := csv.NewReader(bytes.NewReader(get("csv"))).ReadAll()
	if err != nil || len(rows) != 3 || rows[1][8] != `'=HYPERLINK("http://evil.example")` ||
		rows[2][5] != "op@example.org" || rows[2][6] != "192.0.2.7" ||
		rows[2][11] != "op@example.org refunded $12.50 of order T9W4BC" {
		t.Errorf("the CSV is %q, %v", rows, err)
	}
	var line securitylog.ExportedEntry
	if err := json.NewDecoder(bytes.NewReader(get("jsonl"))).Decode(&line); err != nil ||
		line.Subject != evil.GetSubject() || line.Time != "2026-11-21T17:00:00Z" {
		t.Errorf("the first line is %+v, %v", line, err)
	}
	var told []string
	for _, e := range s.Peers.Recorded {
		told = append(told, fmt.Sprint(e.GetActorId(), " ", e.GetAction(), " ", e.GetDetail()["format"], " ",
			e.GetDetail()["entries"]))
	}
	if strings.Join(told, ", ") != "acc_x_4 log.export csv 2, acc_x_4 log.export jsonl 2" {
		t.Errorf("told %q", told)
	}
	s.Peers.Fail("Record", fault.New(fault.Unavailable, "unavailable", "The log is away."))
	s.AsOperator(t, "/operator/log.csv", nil).Says(t, http.StatusServiceUnavailable)
}

// TestEveryDeedHasWords reads the program for the actions that it tells of.
func TestEveryDeedHasWords(t *testing.T) {
	var found int
	check := func(e ast.Expr, at string) {
		if literal, ok := e.(*ast.BasicLit); ok && literal.Kind == token.STRING {
			action, _ := strconv.Unquote(literal.Value)
			if strings.HasPrefix(action, "/") {
				return // a form's
			}
			if found++; securitylog.DeedWords[action] == [2]string{} {
				t.Errorf("%s: %q has no words for the operator's log", at, action)
			}
		}
	}
	err := filepath.WalkDir("../../..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") ||
			strings.HasSuffix(path, "_test.go") || strings.HasPrefix(path, "../../../gen/") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.KeyValueExpr:
				if key, ok := n.Key.(*ast.Ident); ok && key.Name == "Action" {
					check(n.Value, path)
				}
			case *ast.CallExpr:
				if f, ok := n.Fun.(*ast.SelectorExpr); ok && f.Sel.Name == "told" && len(n.Args) > 2 {
					check(n.Args[2], path)
				}
			}
			return true
		})
		return nil
	})
	if err != nil || found < 25 {
		t.Errorf("%d actions are told of, %v", found, err)
	}
}
