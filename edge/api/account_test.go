package api_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/artisan-eats/artisan/edge/api"
	"github.com/artisan-eats/artisan/edge/edgetest"
	notifyv1 "github.com/artisan-eats/artisan/gen/artisan/notify/v1"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/gen/state"
)

func TestAMemberTakesAllDataAlong(t *testing.T) {
	s := edgetest.Open(t)
	s.Peers.Set(func(p *edgetest.Peers) {
		p.Messages = []*notifyv1.Message{
			{To: "ann@example.org", Subject: "Your order"},
			{To: "dairy@example.org", ProducerId: edgetest.Dairy},
		}
	})
	answer, body := s.Send(t, edgetest.Call{
		Method: "GET", Path: "/account/data.json",
		Header: []string{"Cookie", edgetest.AsAnn},
	})
	var data api.ExportJSON
	if err := json.Unmarshal(body, &data); err != nil || answer.StatusCode != http.StatusOK {
		t.Fatalf("status %d, %v: %s", answer.StatusCode, err, body)
	}
	if data.Account.Email != "ann@example.org" || len(data.Addresses) != 1 || len(data.Orders) != 1 ||
		data.Orders[0].Contact.Name != "Ann Example" || len(data.Orders[0].Messages) != 1 {
		t.Errorf("what is taken along is %s", body)
	}
	if !strings.Contains(answer.Header.Get("Content-Disposition"), "attachment") ||
		answer.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("%v", answer.Header)
	}
}

// TestDataOfManyOrdersIsAskedForByThePage counts the calls: they are as many for a page of orders as for one.
func TestDataOfManyOrdersIsAskedForByThePage(t *testing.T) {
	s := edgetest.Open(t)
	s.Peers.Set(func(p *edgetest.Peers) {
		p.Messages = []*notifyv1.Message{{To: "ann@example.org", Subject: "Your order"}}
		for i := range 120 {
			p.Orders = append(p.Orders, &orderingv1.Order{
				Id:     fmt.Sprintf("ord_portland_%d", i),
				Market: "portland", Status: state.OrderDone,
			})
		}
	})
	_, body := s.Send(t, edgetest.Call{
		Method: "GET", Path: "/account/data.json",
		Header: []string{"Cookie", edgetest.AsAnn},
	})
	var data api.ExportJSON
	if err := json.Unmarshal(body, &data); err != nil || len(data.Orders) != 120 {
		t.Fatalf("%d orders are taken along: %v", len(data.Orders), err)
	}
	for _, o := range data.Orders {
		if len(o.Messages) != 1 || o.Messages[0].Subject != "Your order "+o.ID {
			t.Errorf("%s has the messages %v", o.ID, o.Messages)
		}
	}
	for method, pages := range map[string]int{
		"ListOrders": 3, "Open": 3, "ListOrderMessages": 3,
		"ListMessages": 0,
	} {
		if n := s.Peers.Count(method); n != pages {
			t.Errorf("%s is asked %d times for 3 pages", method, n)
		}
	}
}
