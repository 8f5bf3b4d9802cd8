package producer_test

import (
	"encoding/csv"
	"net/http"
	"strings"
	"testing"

	"github.com/artisan-eats/artisan/edge/edgetest"
	"github.com/artisan-eats/artisan/edge/producer"
	"github.com/artisan-eats/artisan/fault"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
)

const exportAt = "/producer/export"

// download asks for a file as the first producer.
func download(t *testing.T, s *edgetest.Shop, query string) (*http.Response, string) {
	t.Helper()
	answer, body := s.Send(t, edgetest.Call{
		Method: http.MethodGet, Path: exportAt + query,
		Header: []string{"Cookie", edgetest.MakerCookie},
	})
	return answer, string(body)
}

func TestAMakerTakesHerGoodsAlong(t *testing.T) {
	s := edgetest.Open(t)
	for format, ending := range map[string]string{"shopify": ".csv", "ofn": ".csv", "google": ".tsv"} {
		answer, body := download(t, s, "?what=goods&for="+format)
		asked := s.Peers.Last["Export"].(*catalogv1.ExportRequest)
		if answer.StatusCode != http.StatusOK || asked.GetProducerId() != edgetest.Dairy ||
			asked.GetMarket() != "portland" || !strings.HasSuffix(body, format+","+edgetest.Dairy+"\n") {
			t.Errorf("%s: status %d, asked for %v: %s", format, answer.StatusCode, asked, body)
		}
		if name := answer.Header.Get("Content-Disposition"); !strings.HasPrefix(name,
			`attachment; filename="goods-`+format+"-20") || !strings.HasSuffix(name, ending+`"`) {
			t.Errorf("%s: named %s", format, name)
		}
	}
	s.Peers.Fail("Export", fault.New(fault.Invalid, "unknown_format", "There is no such format."))
	if v := s.Open(t, exportAt+"?what=goods&for=etsy", edgetest.MakerCookie,
		nil); v.Status != http.StatusUnprocessableEntity {
		t.Errorf("another format is answered with %d", v.Status)
	}
	for _, q := range []string{"?what=secrets", "?what=orders&for=pipe", "?what=pack&for=x"} {
		if v := s.Open(t, exportAt+q, edgetest.MakerCookie, nil); v.Status != http.StatusNotFound {
			t.Errorf("%s is answered with %d", q, v.Status)
		}
	}
}

func TestOrdersAndPackListsAreTakenAsTablesThatCalculateNothing(t *testing.T) {
	s := edgetest.Open(t)
	for _, c := range []struct {
		query, separator string
		columns          []string
	}{
		{"?what=orders", ",", producer.OrderColumns},
		{"?what=orders&for=semicolon&window=" + edgetest.Saturday, ";", producer.OrderColumns},
		{"?what=pack&for=tab&window=" + edgetest.Saturday, "\t", producer.PackColumns},
	} {
		answer, whole := download(t, s, c.query)
		body, marked := strings.CutPrefix(whole, "\ufeff")
		r := csv.NewReader(strings.NewReader(body))
		r.Comma = rune(c.separator[0])
		rows, err := r.ReadAll()
		if answer.StatusCode != http.StatusOK || !marked || err != nil || len(rows) < 2 ||
			strings.Join(rows[0], ",") != strings.Join(c.columns, ",") {
			t.Fatalf("%s: status %d, %v:\n%s", c.query, answer.StatusCode, err, whole)
		}
		for _, row := range rows {
			for _, cell := range row {
				if strings.ContainsAny(cell[:min(1, len(cell))], "=+-@") {
					t.Errorf("%s has the cell %q", c.query, cell)
				}
			}
		}
	}
	if asked := s.Peers.Last["ListOrders"].(*orderingv1.ListOrdersRequest); asked.GetProducerId() !=
		edgetest.Dairy || asked.GetWindowId() != edgetest.Saturday {
		t.Errorf("asked for %v", asked)
	}
	var told []string
	for _, e := range s.Peers.Recorded {
		told = append(told, e.GetAction()+" "+e.GetDetail()["what"]+" of "+e.GetSubject())
	}
	if strings.Join(told, ", ") != "orders.export orders of "+edgetest.Dairy+", orders.export orders of "+
		edgetest.Dairy+", orders.export pack of "+edgetest.Dairy {
		t.Errorf("the security log is told %q", told)
	}
	if asked := s.Peers.Last["PackList"].(*orderingv1.PackListRequest); asked.GetProducerId() !=
		edgetest.Dairy || asked.GetWindowId() != edgetest.Saturday {
		t.Errorf("asked for %v", asked)
	}
}

func TestADeskOffersItsFiles(t *testing.T) {
	s := edgetest.Open(t)
	for at, what := range map[string]string{
		"/producer/import": "goods", "/producer/orders": "orders",
		"/producer/pack/" + edgetest.Saturday: "pack",
	} {
		v := s.Open(t, at, edgetest.MakerCookie, nil)
		if v.Status != http.StatusOK || len(v.Find("form", "action", exportAt, "method", "get")) != 1 ||
			len(v.Find("input", "name", "what", "value", what)) != 1 ||
			len(v.Find("input", "name", "producer", "value", edgetest.Dairy)) != 1 {
			t.Errorf("%s: status %d", at, v.Status)
		}
	}
}
