package account_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/artisan-eats/artisan/edge/edgetest"
	"github.com/artisan-eats/artisan/edge/trade"
	notifyv1 "github.com/artisan-eats/artisan/gen/artisan/notify/v1"
)

func TestALetterThatWasNotForItsReaderIsAskedAboutFirst(t *testing.T) {
	s := edgetest.Open(t)
	did := func() string { return s.Peers.Last["NotMe"].(*notifyv1.NotMeRequest).GetDo() }
	v := s.Open(t, "/not-me?token=good-token", "", nil)
	v.Says(t, http.StatusOK, "Was this letter not for you?", "Order "+trade.OrderNumber(edgetest.PlacedOrder))
	if did() != notMeLook || v.Value("token") != "good-token" ||
		len(v.Find("meta", "name", "referrer", "content", "no-referrer")) != 1 {
		t.Errorf("to open it does %q", did())
	}
	for do, says := range map[string]string{
		"":                   "You get no more such letters",
		edgetest.NotMeDisown: "You get no more such letters", notMeUndo: "You get such letters again",
	} {
		s.Open(t, "/not-me", "", url.Values{"token": {"good-token"}, "do": {do}}).Says(t, http.StatusOK, says)
		if want := map[bool]string{
			true:  notMeUndo,
			false: edgetest.NotMeDisown,
		}[do == notMeUndo]; did() != want {
			t.Errorf("the button %q does %q", do, did())
		}
	}
	for _, bad := range []string{"", "x", "%00", strings.Repeat("a", 600)} {
		s.Open(t, "/not-me?token="+bad, "", nil).Says(t, http.StatusNotFound, "This link is no longer good.")
	}
}

// TestAMailProgramsButtonOnlyStops sends what RFC 8058 says, in both of its forms.
func TestAMailProgramsButtonOnlyStops(t *testing.T) {
	s := edgetest.Open(t)
	for kind, body := range map[string]string{
		"application/x-www-form-urlencoded": "List-Unsubscribe=One-Click",
		"multipart/form-data; boundary=b":   "--b\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n--b--\r\n",
	} {
		answer, _ := s.Send(t, edgetest.Call{
			Method: "POST", Path: "/not-me?token=good-token",
			Header: []string{"Content-Type", kind}, Body: body,
		})
		did := s.Peers.Last["NotMe"].(*notifyv1.NotMeRequest).GetDo()
		if answer.StatusCode != http.StatusOK || did != edgetest.NotMeStop {
			t.Errorf("%s: status %d, it does %q", kind, answer.StatusCode, did)
		}
	}
}
