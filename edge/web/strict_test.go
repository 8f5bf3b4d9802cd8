package web_test

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/artisan-eats/artisan/edge/edgetest"
	"github.com/artisan-eats/artisan/edge/trade"
	"github.com/artisan-eats/artisan/edge/web"
)

func TestQuantitiesAreReadExactly(t *testing.T) {
	for text, want := range map[string]int64{
		"0": 0, "2": 2000, "1.5": 1500, "0.35": 350, "0.001": 1, "2.0": 2000, "0.3500": 350,
		"1000000": 1_000_000_000,
	} {
		if got, err := web.ParseQuantity(text); err != nil || got != want {
			t.Errorf("%q is %d, %v; want %d", text, got, err, want)
		}
	}
	for _, text := range []string{
		"", "-1", "-0", "1e18", "1E2", "1000000000000000000", "1000000.001", "1.0001", "0.0005", ".5", "1.",
		"+1", "NaN", "Infinity", "0x10", "1,5", " 1", "1_000", "١",
	} {
		if got, err := web.ParseQuantity(text); err == nil {
			t.Errorf("%q was read as %d", text, got)
		}
	}
}

func TestQuantitiesAreWrittenAsTheyAreRead(t *testing.T) {
	for _, text := range []string{"0", "12", "3.25", "0.35", "0.001", "1000000"} {
		milli, err := web.ParseQuantity(text)
		if err != nil || web.Quantity(milli).String() != text {
			t.Errorf("%q comes back as %q, %v", text, web.Quantity(milli), err)
		}
	}
}

func FuzzParseQuantity(f *testing.F) {
	for _, seed := range []string{
		"2", "1.5", "0.35", "-1", "1e18", "1.", ".1", "999999.999", "00001",
		"1.0000000",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		milli, err := web.ParseQuantity(text)
		if err != nil {
			return
		}
		again, err := web.ParseQuantity(web.Quantity(milli).String())
		if err != nil || again != milli || milli < 0 || milli > maxQuantity*1000 {
			t.Errorf("%q is %d, and %d when it is written and read again (%v)", text, milli, again, err)
		}
	})
}

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
