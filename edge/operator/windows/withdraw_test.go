package windows_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/artisan-eats/artisan/edge/edgetest"
	deliveryv1 "github.com/artisan-eats/artisan/gen/artisan/delivery/v1"
)

// TestAChangeThatClosesAWindowIsAskedFirst takes its last places away, and moves its cut-off into the past.
func TestAChangeThatClosesAWindowIsAskedFirst(t *testing.T) {
	s := edgetest.Open(t)
	at := "/operator/windows/" + edgetest.Saturday
	for _, change := range [][]string{{"capacity", "28"}, {"cutoff_date", "2026-11-19"}} {
		v := s.AsOperator(t, at, moved(change...))
		v.Says(t, http.StatusConflict, "Nothing is saved yet: with this the window takes no more orders.")
		if s.Peers.Count("PutWindow") != 0 || v.Value(change[0]) != change[1] {
			t.Errorf("%v is done without the question, or lost", change)
		}
	}
	if v := s.AsOperator(t, at, moved("capacity", "28", "sure", "1")); v.Status != http.StatusSeeOther ||
		s.Peers.Count("PutWindow") != 1 {
		t.Errorf("who is sure is answered with %d", v.Status)
	}
}

func TestAWindowIsClosedAfterAQuestionAndOpensAgain(t *testing.T) {
	s := edgetest.Open(t)
	page := "/operator/windows/" + edgetest.Saturday
	if v := s.AsOperator(t, page, nil); len(v.Find("a", "href", page+"/close")) != 1 {
		t.Error("a window cannot be closed")
	}
	s.AsOperator(t, page+"/close", nil).Says(t, http.StatusOK, "Close this window?",
		"3 orders are still open in it.", "Who has a place in it keeps it.")
	s.AsOperator(t, page+"/close", url.Values{"closed": {"yes"}, "open": {"2"}}).Says(t, http.StatusConflict,
		"another one by now")
	if s.Peers.Count("CloseWindow") != 0 {
		t.Error("a window is closed without the question")
	}
	for answer, want := range map[string]bool{"yes": true, "no": false} {
		v := s.AsOperator(t, page+"/close", url.Values{"closed": {answer}, "open": {"3"}})
		sent := s.Peers.Last["CloseWindow"].(*deliveryv1.CloseWindowRequest)
		if v.Status != http.StatusSeeOther || v.Header.Get("Location") != page || sent.GetClosed() != want {
			t.Errorf("%s: status %d, %v", answer, v.Status, sent)
		}
	}
	s.Peers.Set(func(p *edgetest.Peers) { p.Window = func(w *deliveryv1.Window) { w.Closed = true } })
	v := s.AsOperator(t, page, nil)
	v.Says(t, http.StatusOK, "it takes no more orders", "Open it again")
	if len(v.Find("a", "href", page+"/close")) != 0 {
		t.Error("what is closed can be closed")
	}
	if v = s.Open(t, "/checkout", "cart="+edgetest.GuestCart,
		nil); len(v.Find("input", "name", "window_id")) != 0 {
		t.Error("a closed window can be chosen")
	}
	_, body := s.Send(t,
		edgetest.Call{
			Method: "GET",
			Path:   "/api/v1/windows?market=portland",
		})
	text := string(body)
	if !strings.Contains(text, `"remaining":0`) || strings.Contains(text, `"remaining":12`) {
		t.Errorf("closed windows are %s", text)
	}
}
