package load

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// journey is one visitor's: request by request, each once the one before is answered. Nobody goes on from
// what was not served.
type journey struct {
	run    *Run
	n      uint64
	chance *rand.Rand
	client Client
	wire   *wire
	due    time.Time // when its next request is meant to be sent
	worst  Outcome
}

// product is what a visitor sees of one.
type product struct {
	ID       string `json:"id"`
	Title    string `json:"title"`
	Variants []struct {
		ID        string   `json:"id"`
		Available *float64 `json:"available"`
	} `json:"variants"`
}

type window struct {
	ID        string `json:"id"`
	Kind      string `json:"kind"`
	Remaining int    `json:"remaining"`
}

// goes is the whole of it.
func (j *journey) goes(ctx context.Context) {
	if j.chance.Float64() < j.run.plan.Buying {
		j.buys(ctx)
		return
	}
	j.looks(ctx)
}

// asks sends a request, and reports whether it was served. What it answers is read into something, if that is
// given.
func (j *journey) asks(ctx context.Context, q ask, into any) bool {
	a, o := j.tried(ctx, q, j.due)
	j.due = time.Now()
	j.worst = max(j.worst, o)
	if o == Served && into != nil && json.Unmarshal(a.raw, into) != nil {
		o = Failed
		j.worst = o
	}
	return o == Served
}

func (j *journey) reads(ctx context.Context, path string, into any) bool {
	return j.asks(ctx, ask{kind: Read, method: http.MethodGet, path: path, want: http.StatusOK}, into)
}

func (j *journey) opens(ctx context.Context, path string) bool {
	return j.asks(ctx, ask{kind: Page, method: http.MethodGet, path: path, want: http.StatusOK}, nil)
}

// list is the market's first products, as the API has them.
func (j *journey) list(ctx context.Context) []product {
	var told struct{ Products []product }
	j.reads(ctx, "/api/v1/products?market="+j.run.market, &told)
	return told.Products
}

// looks opens the market, its list and a product, as people do, or lists and searches as programs do.
func (j *journey) looks(ctx context.Context) {
	if j.chance.IntN(2) == 0 {
		products := j.list(ctx)
		if len(products) == 0 {
			return
		}
		p := products[j.chance.IntN(len(products))]
		word, _, _ := strings.Cut(p.Title, " ")
		_ = j.reads(ctx, "/api/v1/products?market="+j.run.market+"&q="+url.QueryEscape(word), nil) &&
			j.reads(ctx, "/api/v1/products/"+p.ID, nil)
		return
	}
	known := j.run.known
	_ = j.opens(ctx, "/m/"+j.run.market) && j.opens(ctx, "/m/"+j.run.market+"/products") &&
		len(known) > 0 && j.opens(ctx, "/p/"+known[j.chance.IntN(len(known))])
}

// buys looks at the list and a product, puts one of its sizes into a cart, chooses a window and checks out.
func (j *journey) buys(ctx context.Context) {
	products := j.list(ctx)
	if len(products) == 0 {
		return
	}
	p := products[j.chance.IntN(len(products))]
	if len(p.Variants) == 0 || !j.reads(ctx, "/api/v1/products/"+p.ID, nil) {
		return
	}
	s := &Sale{
		Key: fmt.Sprintf("%s-%d", j.run.name, j.n), Variant: p.Variants[j.chance.IntN(len(p.Variants))].ID,
		Quantity: 1 + j.chance.IntN(3),
	}
	if !j.fills(ctx, s) {
		return
	}
	var told struct{ Windows []window }
	if !j.reads(ctx, "/api/v1/windows?market="+j.run.market, &told) {
		return
	}
	open := told.Windows[:0]
	for _, w := range told.Windows {
		if w.Remaining > 0 {
			open = append(open, w)
		}
	}
	if len(open) == 0 {
		return
	}
	to := open[j.chance.IntN(len(open))]
	s.Window, s.body = to.ID, j.order(to)
	j.pays(ctx, s)
}

// fills makes a cart with what is bought.
func (j *journey) fills(ctx context.Context, s *Sale) bool {
	var cart struct{ ID string }
	if !j.asks(ctx, ask{
		kind: Cart, method: http.MethodPost, path: "/api/v1/carts",
		body: map[string]string{"market": j.run.plan.Market}, want: http.StatusCreated,
	}, &cart) {
		return false
	}
	s.Cart = cart.ID
	return j.asks(ctx, ask{
		kind: Cart, method: http.MethodPut, path: "/api/v1/carts/" + s.Cart + "/lines/" + s.Variant,
		body: map[string]int{"quantity": s.Quantity}, want: http.StatusOK,
	}, nil)
}

// order is a checkout's body, of somebody who does not exist.
func (j *journey) order(to window) map[string]any {
	body := map[string]any{
		"email": fmt.Sprintf("%s-%d@example.org", j.run.name, j.n), "name": "Visitor", "window_id": to.ID,
		"payment": j.run.plan.Payment,
	}
	if to.Kind == "delivery" {
		body["address"] = map[string]string{
			"line1": "1 Main Street", "postal_code": "97201", "city": "Portland", "region": "OR",
			"country": "US",
		}
	}
	return body
}

// pays places the order, and keeps what became of it.
func (j *journey) pays(ctx context.Context, s *Sale) {
	s.Begun = time.Now()
	a, o := j.tried(ctx, s.ask(), j.due)
	s.Ended = time.Now()
	j.worst = max(j.worst, o)
	s.told(a)
	j.run.history.sells(s)
}

// ask is the checkout, the first or another time: with its key it is the same one.
func (s *Sale) ask() ask {
	return ask{
		kind: Checkout, method: http.MethodPost, path: "/api/v1/carts/" + s.Cart + "/checkout", body: s.body,
		key: s.Key, want: http.StatusCreated,
	}
}

// told keeps what the shop says became of it. An answer that says nothing of that changes nothing.
func (s *Sale) told(a answer) {
	var order struct {
		ID          string `json:"id"`
		AccessToken string `json:"access_token"`
	}
	switch a.status {
	case http.StatusCreated, http.StatusAccepted, http.StatusOK:
		if json.Unmarshal(a.raw, &order) != nil || order.ID == "" {
			return
		}
		if s.State == Acknowledged && s.Order != order.ID {
			s.others = append(s.others, order.ID)
			return
		}
		s.State, s.Order, s.token = Acknowledged, order.ID, order.AccessToken
	case http.StatusConflict:
		if s.State == Unknown && a.code() != "in_progress" {
			s.State = Declined
		}
	case http.StatusPaymentRequired, http.StatusUnprocessableEntity, http.StatusNotFound:
		if s.State == Unknown {
			s.State = Declined
		}
	}
}
