package edge

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/artisan-eats/artisan/edge/trade"
	"github.com/artisan-eats/artisan/fault"
	notifyv1 "github.com/artisan-eats/artisan/gen/artisan/notify/v1"
)

func (f fakeNotify) NotMe(ctx context.Context, r *notifyv1.NotMeRequest) (*notifyv1.NotMeResponse, error) {
	if r.GetToken() != "good-token" {
		return nil, fault.New(fault.NotFound, "link_ended", "This link is no longer good.")
	}
	answer := &notifyv1.NotMeResponse{Cause: "order", OrderId: placedOrder}
	if r.GetDo() == notMeStop || r.GetDo() == notMeDisown {
		answer.StoppedUntil = 1_795_161_600_000
	}
	return answer, f.called(ctx, "NotMe", r)
}

func TestALetterThatWasNotForItsReaderIsAskedAboutFirst(t *testing.T) {
	s := openShop(t, DefaultLimits)
	did := func() string { return s.peers.last["NotMe"].(*notifyv1.NotMeRequest).GetDo() }
	v := s.open(t, "/not-me?token=good-token", "", nil)
	v.says(t, http.StatusOK, "Was this letter not for you?", "Order "+trade.OrderNumber(placedOrder))
	if did() != notMeLook || v.value("token") != "good-token" ||
		len(v.find("meta", "name", "referrer", "content", "no-referrer")) != 1 {
		t.Errorf("to open it does %q", did())
	}
	for do, says := range map[string]string{
		"":          "You get no more such letters",
		notMeDisown: "You get no more such letters", notMeUndo: "You get such letters again",
	} {
		s.open(t, "/not-me", "", url.Values{"token": {"good-token"}, "do": {do}}).says(t, http.StatusOK, says)
		if want := map[bool]string{true: notMeUndo, false: notMeDisown}[do == notMeUndo]; did() != want {
			t.Errorf("the button %q does %q", do, did())
		}
	}
	for _, bad := range []string{"", "x", "%00", strings.Repeat("a", 600)} {
		s.open(t, "/not-me?token="+bad, "", nil).says(t, http.StatusNotFound, "This link is no longer good.")
	}
}

// TestAMailProgramsButtonOnlyStops sends what RFC 8058 says, in both of its forms.
func TestAMailProgramsButtonOnlyStops(t *testing.T) {
	s := openShop(t, DefaultLimits)
	for kind, body := range map[string]string{
		"application/x-www-form-urlencoded": "List-Unsubscribe=One-Click",
		"multipart/form-data; boundary=b":   "--b\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n--b--\r\n",
	} {
		answer, _ := s.send(t, call{method: "POST", path: "/not-me?token=good-token", header: []string{"Content-Type", kind}, body: body}) //nolint:bodyclose // send closes it
		did := s.peers.last["NotMe"].(*notifyv1.NotMeRequest).GetDo()
		if answer.StatusCode != http.StatusOK || did != notMeStop {
			t.Errorf("%s: status %d, it does %q", kind, answer.StatusCode, did)
		}
	}
}
