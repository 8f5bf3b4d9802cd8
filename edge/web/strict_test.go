package web_test

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/artisan-eats/artisan/edge/edgetest"
	"github.com/artisan-eats/artisan/edge/trade"
	"github.com/artisan-eats/artisan/edge/web"
)

func FuzzReadQuery(f *testing.F) {
	for _, seed := range []string{
		"market=portland&limit=24", "q=%ff", "q=a;b",
		"allergen_free=milk,egg&allergen_free=nuts", "limit=-1", "&&&=", "q=%00",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		r := &http.Request{URL: &url.URL{Path: "/api/v1/products", RawQuery: raw}}
		q, err := web.ReadQuery(r, "", trade.ProductParams)
		if err != nil {
			edgetest.CheckFault(t, err)
			return
		}
		if _, err := trade.ProductsRequest(q, "portland"); err != nil {
			edgetest.CheckFault(t, err)
		}
		again, err := web.ReadQuery(&http.Request{URL: &url.URL{
			Path:     "/api/v1/products",
			RawQuery: q.Values.Encode(),
		}}, "", trade.ProductParams)
		if err != nil || again.Key != q.Key {
			t.Errorf("%q has the key %q, and %q when it is read again (%v)", raw, q.Key, again.Key, err)
		}
	})
}

func FuzzCookies(f *testing.F) {
	for _, seed := range []string{
		"session=abc; cart=def", "session=\"a b\"", "session=", "cart=a=b",
		"session=\x00", "__Host-session=x",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, header string) {
		r := &http.Request{Header: http.Header{"Cookie": {header}}}
		for _, j := range []web.Cookies{{Secure: true}, {Secure: false}} {
			for _, name := range []string{
				web.SessionCookie, web.CartCookie, web.OrderCookie,
				edgetest.ProofsCookie,
			} {
				if value := j.Read(r, name); value != "" && !web.Visible(value, web.MaxToken) {
					t.Errorf("the cookie %s of %q is %q", name, header, value)
				}
			}
		}
	})
}
