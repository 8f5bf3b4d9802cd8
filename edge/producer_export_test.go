package edge

import (
	"encoding/csv"
	"net/http"
	"strings"
	"testing"

	"github.com/artisan-eats/artisan/edge/producer"
	"github.com/artisan-eats/artisan/fault"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
)

const exportAt = "/producer/export"

// download asks for a file as the first producer.
func (s *Shop) download(t *testing.T, query string) (*http.Response, string) {
	t.Helper()
	answer, body := s.send(t, call{method: http.MethodGet, path: exportAt + query, header: []string{"Cookie", makerCookie}}) //nolint:bodyclose // send closes it
	return answer, string(body)
}

func TestAMakerTakesHerGoodsAlong(t *testing.T) {
	s := openShop(t, DefaultLimits)
	for format, ending := range map[string]string{"shopify": ".csv", "ofn": ".csv", "google": ".tsv"} {
		answer, body := s.download(t, "?what=goods&for="+format) //nolint:bodyclose // send closes it
		asked := s.peers.last["Export"].(*catalogv1.ExportRequest)
		if answer.StatusCode != http.StatusOK || asked.GetProducerId() != dairy ||
			asked.GetMarket() != "portland" || !strings.HasSuffix(body, format+","+dairy+"\n") {
			t.Errorf("%s: status %d, asked for %v: %s", format, answer.StatusCode, asked, body)
		}
		if name := answer.Header.Get("Content-Disposition"); !strings.HasPrefix(name,
			`attachment; filename="goods-`+format+"-20") || !strings.HasSuffix(name, ending+`"`) {
			t.Errorf("%s: named %s", format, name)
		}
	}
	s.peers.fail("Export", fault.New(fault.Invalid, "unknown_format", "There is no such format."))
	if v := s.open(t, exportAt+"?what=goods&for=etsy", makerCookie,
		nil); v.status != http.StatusUnprocessableEntity {
		t.Errorf("another format is answered with %d", v.status)
	}
	for _, q := range []string{"?what=secrets", "?what=orders&for=pipe", "?what=pack&for=x"} {
		if v := s.open(t, exportAt+q, makerCookie, nil); v.status != http.StatusNotFound {
			t.Errorf("%s is answered with %d", q, v.status)
		}
	}
}

func TestOrdersAndPackListsAreTakenAsTablesThatCalculateNothing(t *testing.T) {
	s := openShop(t, DefaultLimits)
	for _, c := range []struct {
		query, separator string
		columns          []string
	}{
		{"?what=orders", ",", producer.OrderColumns},
		{"?what=orders&for=semicolon&window=" + saturday, ";", producer.OrderColumns},
		{"?what=pack&for=tab&window=" + saturday, "\t", producer.PackColumns},
	} {
		answer, whole := s.download(t, c.query) //nolint:bodyclose // send closes it
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
	if asked := s.peers.last["ListOrders"].(*orderingv1.ListOrdersRequest); asked.GetProducerId() != dairy ||
		asked.GetWindowId() != saturday {
		t.Errorf("asked for %v", asked)
	}
	if asked := s.peers.last["PackList"].(*orderingv1.PackListRequest); asked.GetProducerId() != dairy ||
		asked.GetWindowId() != saturday {
		t.Errorf("asked for %v", asked)
	}
}

func TestADeskOffersItsFiles(t *testing.T) {
	s := openShop(t, DefaultLimits)
	for at, what := range map[string]string{
		"/producer/import": "goods", "/producer/orders": "orders",
		"/producer/pack/" + saturday: "pack",
	} {
		v := s.open(t, at, makerCookie, nil)
		if v.status != http.StatusOK || len(v.find("form", "action", exportAt, "method", "get")) != 1 ||
			len(v.find("input", "name", "what", "value", what)) != 1 ||
			len(v.find("input", "name", "producer", "value", dairy)) != 1 {
			t.Errorf("%s: status %d", at, v.status)
		}
	}
}
