package operator_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/artisan-eats/artisan/edge/edgetest"
)

func TestTheOperatorIsToldOfANameLikeAnothers(t *testing.T) {
	edgetest.OpenMarket(t, func(t *testing.T, m *edgetest.Market) {
		name := strings.Replace(edgetest.TheProducer().GetName(), "i", "і", 1) // a Cyrillic one
		if v := m.Open(t, "/sell", m.Somebody(t, "may@example.org"),
			url.Values{
				"market": {"portland"}, "name": {name},
				"key": {"the-key"},
			}); v.Status != http.StatusSeeOther {
			t.Fatalf("an application is answered with %d", v.Status)
		}
		v := m.Open(t, "/operator/producers", "session="+m.Token(t, "op@example.org"), nil)
		if want := "The name looks like that of " +
			edgetest.TheProducer().GetName(); !strings.Contains(v.Text(), want) {
			t.Errorf("the operator is not told %q", want)
		}
	})
}
