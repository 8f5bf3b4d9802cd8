package producer_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/artisan-eats/artisan/edge/edgetest"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	"github.com/artisan-eats/artisan/gen/artisan/catalog/v1/catalogv1connect"
)

func TestWhoIsNotApprovedIsToldWhatHasToWait(t *testing.T) {
	edgetest.OpenMarket(t, func(t *testing.T, m *edgetest.Market) {
		cookie := "session=" + m.Token(t, "dairy@example.org")
		_, err := catalogv1connect.NewCatalogServiceClient(m.Process.Client("catalog")).ApproveProducer(
			t.Context(), &catalogv1.ApproveProducerRequest{Id: m.Producer})
		if err != nil {
			t.Fatal(err)
		}
		pictures := "/producer/products/" + m.Product + "/pictures"
		for what, c := range map[string]struct {
			got    *edgetest.View
			status int
			want   string
		}{
			"a file": {
				m.Upload(t, edgetest.ImportAt, cookie, nil, "goods.csv", []byte("Handle,Title\n")),
				409, "You can import files once the operator has approved you.",
			},
			"a large file": {
				m.Upload(t, edgetest.ImportAt, cookie, nil, "goods.csv", make([]byte, 6<<20)), 413,
				"5 MiB at most",
			},
			"a large picture": {m.Upload(t, pictures, cookie, url.Values{"alt": {"A wheel"}}, "a.jpg",
				make([]byte, 6<<20)), 413, "5 MiB at most"},
		} {
			if c.got.Status != c.status || !strings.Contains(c.got.Text(), c.want) {
				t.Errorf("%s is answered with %d: %s", what, c.got.Status, c.got.Text())
			}
		}
	})
}
