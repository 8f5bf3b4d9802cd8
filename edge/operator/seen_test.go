package operator_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/artisan-eats/artisan/edge/edgetest"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	"github.com/artisan-eats/artisan/gen/artisan/catalog/v1/catalogv1connect"
)

func TestAnOlderPageOfLimitsUndoesNone(t *testing.T) {
	edgetest.OpenMarket(t, func(t *testing.T, m *edgetest.Market) {
		_, cookie := m.Desks(t)
		old, young := m.Tab(t, cookie, "/operator/waiting", "/operator/waiting/limits"),
			m.Tab(t, cookie, "/operator/waiting", "/operator/waiting/limits")
		young.Saves(t, "percent", "20", "newcomer_value", "99")
		young.Saves(t)
		old.Form.Set("open_orders", "7")
		old.Form.Set("percent", "30")
		old.IsAsked(t, []string{"percent", "newcomer_value"}, "Leave what is there now: 20", "Take yours: 30",
			"Leave what is there now: 99.00")
		if got := m.Tab(t, cookie, "/operator/waiting",
			"/operator/waiting/limits").Form; got.Get("percent") != "20" || got.Get("open_orders") == "7" {
			t.Fatalf("it is saved: %v", got)
		}
		old.Saves(t, "take.percent", edgetest.TakeYours)
		if got := m.Tab(t, cookie, "/operator/waiting",
			"/operator/waiting/limits").Form; got.Get("percent") != "30" || got.Get("open_orders") != "7" ||
			got.Get("newcomer_value") != "99.00" {
			t.Errorf("saved as %v", got)
		}
	})
}

func TestAnOlderPageOfDesksUndoesNone(t *testing.T) {
	edgetest.OpenMarket(t, func(t *testing.T, m *edgetest.Market) {
		_, cookie := m.Desks(t)
		at := "/operator/security?market=portland"
		old, young := m.Tab(t, cookie, at, at), m.Tab(t, cookie, at, at)
		young.Saves(t, "producer", "2090-01-02")
		young.Saves(t)
		old.Form.Set("producer", "2091-01-02")
		old.IsAsked(t, []string{"producer"}, "Leave what is there now: 2090-01-02", "Take yours: 2091-01-02")
		if got := m.Tab(t, cookie, at, at).Form.Get("producer"); got != "2090-01-02" {
			t.Fatalf("it is saved: %s", got)
		}
		old.Saves(t, "take.producer", edgetest.TakeYours)
		if got := m.Tab(t, cookie, at, at).Form.Get("producer"); got != "2091-01-02" {
			t.Errorf("saved as %s", got)
		}
	})
}

// TestNobodyIsApprovedUnseen has an applicant take another name while the operator looks at the first.
func TestNobodyIsApprovedUnseen(t *testing.T) {
	edgetest.OpenMarket(t, func(t *testing.T, m *edgetest.Market) {
		_, cookie := m.Desks(t)
		goods := catalogv1connect.NewCatalogServiceClient(m.Process.Client("catalog"))
		put := func(p *catalogv1.Producer) *catalogv1.Producer {
			t.Helper()
			answer, err := goods.PutProducer(t.Context(), &catalogv1.PutProducerRequest{Producer: p})
			if err != nil {
				t.Fatal(err)
			}
			return answer.GetProducer()
		}
		crumb := put(&catalogv1.Producer{Market: "portland", Name: "Crumb & Co", Town: "Salem"})
		old := m.Tab(t, cookie, "/operator/producers", "/operator/producers/"+crumb.GetId()+"/approval")
		crumb.Name = "Somebody else"
		put(crumb)
		if v := old.Send(t, "approved", "yes"); v.Status != http.StatusConflict ||
			!strings.Contains(v.Text(), "Somebody else says something else than what you looked at") {
			t.Fatalf("it is answered with %d: %s", v.Status, v.Text())
		}
		if got, err := goods.GetProducer(t.Context(),
			&catalogv1.GetProducerRequest{Id: crumb.GetId()}); err != nil || got.GetProducer().GetApproved() {
			t.Fatalf("it is approved: %v, %v", got, err)
		}
		m.Tab(t, cookie, "/operator/producers", old.At).Saves(t, "approved", "yes")
	})
}
