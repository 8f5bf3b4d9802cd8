package api_test

import (
	"cmp"
	"net/http"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/artisan-eats/artisan/edge/api"
	"github.com/artisan-eats/artisan/edge/edgetest"
	"github.com/artisan-eats/artisan/edge/input"
	"github.com/artisan-eats/artisan/edge/web"
)

// TestNothingThatIsSentIsOurFault sends what strangers send. Every answer is a
// 4xx problem with a code, and no service is asked to change anything.
func TestNothingThatIsSentIsOurFault(t *testing.T) {
	s := edgetest.Open(t)
	deep := strings.Repeat(`{"a":`, 5000) + "1" + strings.Repeat("}", 5000)
	for _, c := range []edgetest.Call{
		{Name: "nothing", Body: " ", Status: 400, Code: "bad_json"},
		{Name: "half", Body: `{"quantity": 2`, Status: 400, Code: "bad_json"},
		{Name: "a list", Body: `[2]`, Status: 400, Code: "bad_json"},
		{Name: "null", Body: `null`, Status: 400, Code: "bad_json"},
		{Name: "two objects", Body: `{"quantity": 2} {"quantity": 3}`, Status: 400, Code: "bad_json"},
		{Name: "rubbish after", Body: `{"quantity": 2}x`, Status: 400, Code: "bad_json"},
		{Name: "a field twice", Body: `{"quantity": 2, "quantity": 3}`, Status: 400, Code: "bad_json"},
		{Name: "too deep", Body: deep, Status: 400, Code: "bad_json"},
		{
			Name: "a number without end", Body: `{"quantity": ` + strings.Repeat("9", 100_000) + `}`,
			Status: 400, Code: "bad_json",
		},
		{Name: "infinity", Body: `{"quantity": 1e999}`, Status: 422, Code: "invalid"},
		{Name: "10^18", Body: `{"quantity": 1000000000000000000}`, Status: 422, Code: "invalid"},
		{Name: "an exponent", Body: `{"quantity": 1e18}`, Status: 422, Code: "invalid"},
		{Name: "text", Body: `{"quantity": "2"}`, Status: 422, Code: "invalid"},
		{Name: "truth", Body: `{"quantity": true}`, Status: 422, Code: "invalid"},
		{Name: "an object", Body: `{"quantity": {}}`, Status: 422, Code: "invalid"},
		{Name: "left out", Body: `{}`, Status: 422, Code: "invalid"},
		{Name: "another case", Body: `{"Quantity": 2}`, Status: 422, Code: "invalid"},
		{
			Name: "a price", Body: `{"quantity": 2, "price": {"amount": 1, "currency": "USD"}}`, Status: 422,
			Code: "invalid",
		},
		{Name: "bad UTF-8", Body: "{\"quantity\": 2, \"\xff\": 1}", Status: 422, Code: "invalid"},
		{Name: "a NUL", Body: `{"quantity": 2, "\u0000": 1}`, Status: 422, Code: "invalid"},
		{
			Name: "another charset", Body: `{"quantity": 2}`,
			Header: []string{"Content-Type", "application/json; charset=latin1"}, Status: 415,
			Code: "unsupported_media_type",
		},
		{
			Name: "no type", Body: `{"quantity": 2}`, Header: []string{"Content-Type", ""}, Status: 415,
			Code: "unsupported_media_type",
		},
		{
			Name: "a long Bearer", Body: `{"quantity": 2}`,
			Header: []string{"Authorization", "Bearer " + strings.Repeat("x", 9000)}, Status: 200,
		},
		{Name: "another method", Method: "PATCH", Body: `{}`, Status: 405, Code: "method_not_allowed"},
		{
			Name: "a NUL in a name", Method: "POST", Path: "/api/v1/carts", Body: `{"market": "a\u0000b"}`,
			Status: 422, Code: "invalid",
		},
		{
			Name: "a header in an address", Method: "POST", Path: "/api/v1/sessions",
			Body: `{"email": "a@b.c\r\nBcc: x@y.z", "password": "p"}`, Status: 422, Code: "invalid",
		},
		{Name: "no market", Method: "GET", Path: "/api/v1/products?market=%00", Status: 422, Code: "invalid"},
		{
			Name: "bad UTF-8 in a query", Method: "GET", Path: "/api/v1/products?market=portland&q=%ff",
			Status: 422, Code: "invalid",
		},
		{
			Name: "a broken query", Method: "GET", Path: "/api/v1/products?market=%zz", Status: 422,
			Code: "invalid",
		},
		{Name: "a long query", Method: "GET", Path: "/api/v1/products?market=portland&q=" +
			strings.Repeat("a", 1000), Status: 422, Code: "invalid"},
		{
			Name: "a limit of text", Method: "GET", Path: "/api/v1/products?market=portland&limit=ten",
			Status: 422, Code: "invalid",
		},
		{
			Name: "two limits", Method: "GET", Path: "/api/v1/products?market=portland&limit=1&limit=2",
			Status: 422, Code: "invalid",
		},
		{
			Name: "a path upwards", Method: "GET", Path: "/api/v1/products/../../../etc/passwd", Status: 404,
			Code: "not_found",
		},
		{
			Name: "a hidden path upwards", Method: "GET", Path: "/api/v1/products/%2e%2e%2f%2e%2e%2fetc",
			Status: 404, Code: "not_found",
		},
		{
			Name: "a NUL in a path", Method: "GET", Path: "/api/v1/products/%00", Status: 404,
			Code: "not_found",
		},
		{
			Name: "bad UTF-8 in a path", Method: "GET", Path: "/api/v1/products/%ff", Status: 404,
			Code: "not_found",
		},
		{Name: "a slash too many", Method: "GET", Path: "/api/v1//products", Status: 404, Code: "not_found"},
		{Name: "no address", Method: "GET", Path: "/api/v1/nothing", Status: 404, Code: "not_found"},
		{Name: "no version", Method: "GET", Path: "/api/v9/products", Status: 404, Code: "not_found"},
	} {
		t.Run(c.Name, func(t *testing.T) {
			c.Method, c.Path = cmp.Or(c.Method, http.MethodPut), cmp.Or(c.Path, edgetest.LineAt)
			answer, body := s.Send(t, c)
			if answer.StatusCode != c.Status {
				t.Fatalf("status %d, want %d: %.200s", answer.StatusCode, c.Status, body)
			}
			edgetest.CheckProblem(t, c, answer, body)
		})
	}
}

func TestAnErrorNamesEveryFieldThatIsWrong(t *testing.T) {
	_, err := func() (any, error) {
		in, err := input.ParseObject(
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

func FuzzParseObject(f *testing.F) {
	for _, seed := range []string{
		edgetest.Buying, `{"quantity": 2}`, `{"a": [1, {"b": null}], "c": "\u0000\ud800"}`, `{"a":1,}`,
		"{}{}",
		`{"a":` + strings.Repeat("[", 20),
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		in, err := input.ParseObject(body)
		if err != nil {
			edgetest.CheckFault(t, err)
			return
		}
		request := api.CheckoutRequest(in)
		if err := in.Done(); err != nil {
			edgetest.CheckFault(t, err)
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
