package edge

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/artisan-eats/artisan/edge/api"
	"github.com/artisan-eats/artisan/edge/trade"
	"github.com/artisan-eats/artisan/edge/web"
)

const lineAt = "/api/v1/carts/" + guestCart + "/lines/" + wheel

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

// TestNothingThatIsSentIsOurFault sends what strangers send. Every answer is a
// 4xx problem with a code, and no service is asked to change anything.
func TestNothingThatIsSentIsOurFault(t *testing.T) {
	s := openShop(t, DefaultLimits)
	deep := strings.Repeat(`{"a":`, 5000) + "1" + strings.Repeat("}", 5000)
	for _, c := range []call{
		{name: "nothing", body: " ", status: 400, code: "bad_json"},
		{name: "half", body: `{"quantity": 2`, status: 400, code: "bad_json"},
		{name: "a list", body: `[2]`, status: 400, code: "bad_json"},
		{name: "null", body: `null`, status: 400, code: "bad_json"},
		{name: "two objects", body: `{"quantity": 2} {"quantity": 3}`, status: 400, code: "bad_json"},
		{name: "rubbish after", body: `{"quantity": 2}x`, status: 400, code: "bad_json"},
		{name: "a field twice", body: `{"quantity": 2, "quantity": 3}`, status: 400, code: "bad_json"},
		{name: "too deep", body: deep, status: 400, code: "bad_json"},
		{
			name: "a number without end", body: `{"quantity": ` + strings.Repeat("9", 100_000) + `}`,
			status: 400, code: "bad_json",
		},
		{name: "infinity", body: `{"quantity": 1e999}`, status: 422, code: "invalid"},
		{name: "10^18", body: `{"quantity": 1000000000000000000}`, status: 422, code: "invalid"},
		{name: "an exponent", body: `{"quantity": 1e18}`, status: 422, code: "invalid"},
		{name: "text", body: `{"quantity": "2"}`, status: 422, code: "invalid"},
		{name: "truth", body: `{"quantity": true}`, status: 422, code: "invalid"},
		{name: "an object", body: `{"quantity": {}}`, status: 422, code: "invalid"},
		{name: "left out", body: `{}`, status: 422, code: "invalid"},
		{name: "another case", body: `{"Quantity": 2}`, status: 422, code: "invalid"},
		{
			name: "a price", body: `{"quantity": 2, "price": {"amount": 1, "currency": "USD"}}`, status: 422,
			code: "invalid",
		},
		{name: "bad UTF-8", body: "{\"quantity\": 2, \"\xff\": 1}", status: 422, code: "invalid"},
		{name: "a NUL", body: `{"quantity": 2, "\u0000": 1}`, status: 422, code: "invalid"},
		{
			name: "another charset", body: `{"quantity": 2}`,
			header: []string{"Content-Type", "application/json; charset=latin1"}, status: 415,
			code: "unsupported_media_type",
		},
		{
			name: "no type", body: `{"quantity": 2}`, header: []string{"Content-Type", ""}, status: 415,
			code: "unsupported_media_type",
		},
		{
			name: "a long Bearer", body: `{"quantity": 2}`,
			header: []string{"Authorization", "Bearer " + strings.Repeat("x", 9000)}, status: 200,
		},
		{name: "another method", method: "PATCH", body: `{}`, status: 405, code: "method_not_allowed"},
		{
			name: "a NUL in a name", method: "POST", path: "/api/v1/carts", body: `{"market": "a\u0000b"}`,
			status: 422, code: "invalid",
		},
		{
			name: "a header in an address", method: "POST", path: "/api/v1/sessions",
			body: `{"email": "a@b.c\r\nBcc: x@y.z", "password": "p"}`, status: 422, code: "invalid",
		},
		{name: "no market", method: "GET", path: "/api/v1/products?market=%00", status: 422, code: "invalid"},
		{
			name: "bad UTF-8 in a query", method: "GET", path: "/api/v1/products?market=portland&q=%ff",
			status: 422, code: "invalid",
		},
		{
			name: "a broken query", method: "GET", path: "/api/v1/products?market=%zz", status: 422,
			code: "invalid",
		},
		{name: "a long query", method: "GET", path: "/api/v1/products?market=portland&q=" +
			strings.Repeat("a", 1000), status: 422, code: "invalid"},
		{
			name: "a limit of text", method: "GET", path: "/api/v1/products?market=portland&limit=ten",
			status: 422, code: "invalid",
		},
		{
			name: "two limits", method: "GET", path: "/api/v1/products?market=portland&limit=1&limit=2",
			status: 422, code: "invalid",
		},
		{
			name: "a path upwards", method: "GET", path: "/api/v1/products/../../../etc/passwd", status: 404,
			code: "not_found",
		},
		{
			name: "a hidden path upwards", method: "GET", path: "/api/v1/products/%2e%2e%2f%2e%2e%2fetc",
			status: 404, code: "not_found",
		},
		{
			name: "a NUL in a path", method: "GET", path: "/api/v1/products/%00", status: 404,
			code: "not_found",
		},
		{
			name: "bad UTF-8 in a path", method: "GET", path: "/api/v1/products/%ff", status: 404,
			code: "not_found",
		},
		{name: "a slash too many", method: "GET", path: "/api/v1//products", status: 404, code: "not_found"},
		{name: "no address", method: "GET", path: "/api/v1/nothing", status: 404, code: "not_found"},
		{name: "no version", method: "GET", path: "/api/v9/products", status: 404, code: "not_found"},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.method, c.path = cmp.Or(c.method, http.MethodPut), cmp.Or(c.path, lineAt)
			answer, body := s.send(t, c) //nolint:bodyclose // send closes it
			if answer.StatusCode != c.status {
				t.Fatalf("status %d, want %d: %.200s", answer.StatusCode, c.status, body)
			}
			checkProblem(t, c, answer, body)
		})
	}
}

func TestAnErrorNamesEveryFieldThatIsWrong(t *testing.T) {
	_, err := func() (any, error) {
		in, err := web.ParseObject(
			[]byte(`{"email": 1, "name": "x\u0007", "payment": {"method": [], "extra": 1}, "more": 2}`))
		if err != nil {
			return nil, err
		}
		return api.CheckoutRequest(in), in.Done()
	}()
	wrong := map[string]bool{}
	for _, f := range problemFields(err) {
		wrong[f] = true
	}
	for _, name := range []string{"email", "name", "window_id", "payment.method", "payment.extra", "more"} {
		if !wrong[name] {
			t.Errorf("%s is not named: %v", name, wrong)
		}
	}
}

// TestASlowBodyIsCutOff sends a body that never ends, with a place for one
// checkout only: neither is the connection kept, nor the place taken.
func TestASlowBodyIsCutOff(t *testing.T) {
	limits := DefaultLimits
	limits.Carting = Cap{Running: 1}
	s := openShop(t, limits)
	s.edge.bodies.timeout = 100 * time.Millisecond
	conn, err := net.Dial("tcp", strings.TrimPrefix(s.URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	_, _ = fmt.Fprintf(conn, "PUT %s HTTP/1.1\r\nHost: shop.test\r\nContent-Type: application/json\r\nContent-Length: 15\r\n\r\n{", lineAt)
	if answer, _ := s.send(t, call{method: http.MethodPut, path: lineAt, body: `{"quantity": 2}`}); answer.StatusCode != http.StatusOK { //nolint:bodyclose // send closes it
		t.Errorf("another visitor was answered %d while a body came slowly", answer.StatusCode)
	}
	answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	if answer.StatusCode != http.StatusRequestTimeout || !answer.Close {
		t.Errorf("status %d, closing %v; want 408 and a closed connection", answer.StatusCode, answer.Close)
	}
}

func FuzzParseObject(f *testing.F) {
	for _, seed := range []string{
		buying, `{"quantity": 2}`, `{"a": [1, {"b": null}], "c": "\u0000\ud800"}`, `{"a":1,}`, "{}{}",
		`{"a":` + strings.Repeat("[", 20),
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		in, err := web.ParseObject(body)
		if err != nil {
			checkFault(t, err)
			return
		}
		request := api.CheckoutRequest(in)
		if err := in.Done(); err != nil {
			checkFault(t, err)
			return
		}
		for _, text := range []string{
			request.GetContact().GetEmail(), request.GetContact().GetName(),
			request.GetWindowId(), request.GetPaymentToken(),
		} {
			if !utf8.ValidString(text) || strings.ContainsAny(text, "\x00\r\n") ||
				utf8.RuneCountInString(text) > web.MaxText {
				t.Errorf("%q was taken", text)
			}
		}
	})
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
			checkFault(t, err)
			return
		}
		if _, err := trade.ProductsRequest(q, "portland"); err != nil {
			checkFault(t, err)
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
			for _, name := range []string{web.SessionCookie, web.CartCookie, web.OrderCookie, proofsCookie} {
				if value := j.Read(r, name); value != "" && !web.Visible(value, web.MaxToken) {
					t.Errorf("the cookie %s of %q is %q", name, header, value)
				}
			}
		}
	})
}

// FuzzRequests sends anything anywhere. Nothing is our fault, and every answer
// to a program that is an error is a problem with a code.
func FuzzRequests(f *testing.F) {
	f.Add("POST", "/api/v1/carts", "", "application/json", "", `{"market": "portland"}`)
	f.Add("PUT", lineAt, "", "application/json", "", `{"quantity": 2}`)
	f.Add("POST", checkoutAt, "", "application/json; charset=utf-8", "key", buying)
	f.Add("GET", "/api/v1/products", "market=portland&limit=3&cursor=x", "", "", "")
	f.Add("POST", "/checkout", "", "application/x-www-form-urlencoded", "", "key=k&name=%00")
	f.Add("POST", "/cart/lines", "", "application/x-www-form-urlencoded", "", "variant_id="+wheel+
		"&quantity=1")
	f.Add("GET", "/images/../x", "w=320", "", "", "")
	s := openShop(f, DefaultLimits)
	f.Fuzz(func(t *testing.T, method, path, query, contentType, key, body string) {
		r := &http.Request{
			Method: method, URL: &url.URL{Path: path, RawQuery: query}, Header: http.Header{},
			Body:          io.NopCloser(strings.NewReader(body)),
			ContentLength: int64(len(body)), Host: "shop.test",
		}
		r.Header.Set("Content-Type", contentType)
		r.Header.Set("Idempotency-Key", key)
		r.Header.Set("Cookie", "cart="+guestCart+"; session=shopper")
		w := httptest.NewRecorder()
		s.edge.ServeHTTP(w, r.WithContext(t.Context()))
		if w.Code >= 500 {
			t.Errorf("status %d: %s", w.Code, w.Body)
		}
		if strings.HasPrefix(path, "/api/") && w.Code >= 400 &&
			!strings.Contains(w.Body.String(), `"code":`) {
			t.Errorf("status %d without a code: %s", w.Code, w.Body)
		}
	})
}

// TestWhoIsRefusedNeedNotSendTheBody is sent away on its headers alone.
func TestWhoIsRefusedNeedNotSendTheBody(t *testing.T) {
	s := openShop(t, Limits{})
	conn, err := net.Dial("tcp", strings.TrimPrefix(s.URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	_, _ = fmt.Fprintf(conn,
		"PUT %s HTTP/1.1\r\nHost: shop.test\r\nContent-Type: application/json\r\nContent-Length: 900000\r\n\r\n{", lineAt)
	answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	if answer.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("status %d", answer.StatusCode)
	}
}
