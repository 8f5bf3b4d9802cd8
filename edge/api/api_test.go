package api_test

import (
	"io"
	"strconv"
	"strings"
	"testing"

	"github.com/artisan-eats/artisan/edge/edgetest"
	"github.com/artisan-eats/artisan/edge/web"
	"github.com/artisan-eats/artisan/fault"
)

var (
	asShopper  = []string{"Authorization", "Bearer shopper"}
	asOperator = []string{"Authorization", "Bearer operator", "Idempotency-Key", "a-key"}
	errShort   = fault.New(fault.Conflict, "out_of_stock", "Some of this order is no longer there.",
		fault.Field{Name: edgetest.Wheel, Message: "Only 1 left."})
	checkoutErr = func(name string, err error, status int, code string) edgetest.Call {
		return edgetest.Call{
			Name: name, Method: "POST", Path: edgetest.CheckoutAt, Body: edgetest.Buying,
			Header: edgetest.WithKey,
			Peer:   "Checkout", Fault: err, Status: status, Code: code,
		}
	}
)

func calls() []edgetest.Call {
	return []edgetest.Call{
		{Name: "markets", Method: "GET", Path: "/api/v1/markets", Status: 200},
		{
			Name: "markets while catalog is down", Method: "GET", Path: "/api/v1/markets",
			Peer:  "ListMarkets",
			Fault: edgetest.ErrDown, Status: 503, Code: "unavailable",
		},
		{
			Name: "markets after a bug", Method: "GET", Path: "/api/v1/markets", Peer: "ListMarkets",
			Fault: io.ErrNoProgress, Status: 503, Code: "internal",
		},
		{Name: "categories", Method: "GET", Path: "/api/v1/categories?market=portland", Status: 200},
		{
			Name: "categories of nowhere", Method: "GET", Path: "/api/v1/categories?market=../etc",
			Status: 422,
			Code:   "invalid",
		},
		{
			Name: "products", Method: "GET",
			Path:   "/api/v1/products?market=portland&q=tomme&allergen_free=egg,nuts&limit=24&facets=true",
			Status: 200,
		},
		{
			Name: "products without figures", Method: "GET", Path: "/api/v1/products?market=portland",
			Peer: "Availability", Fault: edgetest.ErrDown, Status: 200,
		},
		{
			Name: "products without a market", Method: "GET", Path: "/api/v1/products", Status: 422,
			Code: "invalid", Lenient: true,
		},
		{
			Name: "products of no market", Method: "GET", Path: "/api/v1/products?market=portland",
			Peer: "ListProducts", Fault: fault.New(fault.NotFound, "not_found", "There is no such market."),
			Status: 404, Code: "not_found",
		},
		{
			Name: "products with a bad limit", Method: "GET",
			Path:   "/api/v1/products?market=portland&limit=0",
			Status: 422, Code: "invalid", Lenient: true,
		},
		{
			Name: "products with a bad cursor", Method: "GET",
			Path: "/api/v1/products?market=portland&cursor=bad", Status: 422, Code: "invalid_cursor",
		},
		{Name: "a product", Method: "GET", Path: "/api/v1/products/" + edgetest.Cheese, Status: 200},
		{Name: "no product", Method: "GET", Path: "/api/v1/products/nothing", Status: 404, Code: "not_found"},
		{Name: "producers", Method: "GET", Path: "/api/v1/producers?market=portland", Status: 200},
		{Name: "a producer", Method: "GET", Path: "/api/v1/producers/" + edgetest.Dairy, Status: 200},
		{
			Name: "no producer", Method: "GET", Path: "/api/v1/producers/nobody", Status: 404,
			Code: "not_found",
		},
		{Name: "windows", Method: "GET", Path: "/api/v1/windows?market=portland", Status: 200},
		{Name: "the document", Method: "GET", Path: "/api/v1/openapi.json", Status: 200},

		{
			Name: "a new cart", Method: "POST", Path: "/api/v1/carts", Body: `{"market": "portland"}`,
			Status: 201,
		},
		{
			Name: "a cart of no market", Method: "POST", Path: "/api/v1/carts",
			Body:   `{"market": "atlantis"}`,
			Status: 422, Code: "invalid",
		},
		{Name: "a cart", Method: "GET", Path: "/api/v1/carts/" + edgetest.GuestCart, Status: 200},
		{
			Name: "a member's cart", Method: "GET", Path: "/api/v1/carts/" + edgetest.MembersCart,
			Header: asShopper,
			Status: 200,
		},
		{
			Name: "somebody else's cart", Method: "GET", Path: "/api/v1/carts/" + edgetest.MembersCart,
			Status: 404,
			Code:   "not_found",
		},
		{
			Name: "a cart while identity is down", Method: "GET", Path: "/api/v1/carts/" +
				edgetest.MembersCart,
			// a token as long as a session's; any other might be an order's
			Header: []string{"Authorization", "Bearer " + strings.Repeat("s", 43)},
			Peer:   "GetSession", Fault: edgetest.ErrDown, Status: 503, Code: "unavailable",
		},
		{
			Name: "a line", Method: "PUT", Path: "/api/v1/carts/" + edgetest.GuestCart + "/lines/" +
				edgetest.Wheel,
			Body: `{"quantity": 2}`, Status: 200,
		},
		{
			Name: "a line by weight", Method: "PUT", Path: "/api/v1/carts/" + edgetest.GuestCart + "/lines/" +
				edgetest.Slice,
			Body: `{"quantity": 0.35}`, Status: 200,
		},
		{
			Name: "half a piece", Method: "PUT", Path: "/api/v1/carts/" + edgetest.GuestCart + "/lines/" +
				edgetest.Wheel,
			Body: `{"quantity": 1.5}`, Status: 422, Code: "invalid",
		},
		{
			Name: "less than nothing", Method: "PUT", Path: "/api/v1/carts/" + edgetest.GuestCart +
				"/lines/" + edgetest.Wheel,
			Body: `{"quantity": -1}`, Status: 422, Code: "invalid", Lenient: true,
		},
		{
			Name: "a line of an ordered cart", Method: "PUT", Path: "/api/v1/carts/" + edgetest.GuestCart +
				"/lines/" +
				edgetest.Wheel, Body: `{"quantity": 2}`, Peer: "SetLine",
			Fault: edgetest.Conflict("cart_ordered"), Status: 409,
			Code: "cart_ordered",
		},
		{
			Name: "a line of no cart", Method: "PUT", Path: "/api/v1/carts/none/lines/" + edgetest.Wheel,
			Body: `{"quantity": 2}`, Status: 404, Code: "not_found",
		},
		{Name: "a line that is not JSON", Method: "PUT", Path: "/api/v1/carts/" + edgetest.GuestCart +
			"/lines/" +
			edgetest.Wheel, Body: `{"quantity": NaN}`, Status: 400, Code: "bad_json", Lenient: true},
		{
			Name: "a line in another format", Method: "PUT", Path: "/api/v1/carts/" + edgetest.GuestCart +
				"/lines/" +
				edgetest.Wheel, Body: `quantity=2`,
			Header: []string{"Content-Type", "application/x-www-form-urlencoded"},
			Status: 415, Code: "unsupported_media_type", Lenient: true,
		},
		{
			Name: "a line with a price", Method: "PUT", Path: "/api/v1/carts/" + edgetest.GuestCart +
				"/lines/" +
				edgetest.Wheel,
			Body: `{"quantity": 2, "price": {"amount": 1}}`, Status: 422, Code: "invalid", Lenient: true,
		},
		{
			Name: "a huge line", Method: "PUT", Path: "/api/v1/carts/" + edgetest.GuestCart + "/lines/" +
				edgetest.Wheel,
			Body: `{"quantity": 2` + strings.Repeat(" ", edgetest.MaxSent) + `}`, Status: 413,
			Code: "body_too_large",
		},
		{
			Name: "a line from another site", Method: "PUT", Path: "/api/v1/carts/" + edgetest.GuestCart +
				"/lines/" +
				edgetest.Wheel, Body: `{"quantity": 2}`, Header: []string{"Sec-Fetch-Site", "cross-site"},
			Status: 403,
			Code:   "cross_site",
		},

		{
			Name: "a checkout", Method: "POST", Path: edgetest.CheckoutAt, Body: edgetest.Buying,
			Header: edgetest.WithKey, Status: 201,
		},
		{
			Name: "a checkout of what was shown", Method: "POST", Path: edgetest.CheckoutAt,
			Body: strings.Replace(edgetest.Buying, "{", `{"shown": "a-stamp", `, 1), Header: edgetest.WithKey,
			Status: 201,
		},
		{
			Name: "a checkout without a key", Method: "POST", Path: edgetest.CheckoutAt,
			Body: edgetest.Buying, Status: 400,
			Code: "idempotency_key_required", Lenient: true,
		},
		{
			Name: "a checkout with a bad key", Method: "POST", Path: edgetest.CheckoutAt,
			Body:   edgetest.Buying,
			Header: []string{"Idempotency-Key", "a b"}, Status: 400, Code: "idempotency_key_invalid",
			Lenient: true,
		},
		{
			Name: "a checkout with a long key", Method: "POST", Path: edgetest.CheckoutAt,
			Body:   edgetest.Buying,
			Header: []string{"Idempotency-Key", strings.Repeat("k", 129)}, Status: 400,
			Code: "idempotency_key_invalid", Lenient: true,
		},
		{
			Name: "a checkout of nothing", Method: "POST", Path: edgetest.CheckoutAt, Body: `{}`,
			Header: edgetest.WithKey,
			Status: 422, Code: "invalid", Lenient: true,
		},
		{
			Name: "a checkout of no cart", Method: "POST", Path: "/api/v1/carts/none/checkout",
			Body:   edgetest.Buying,
			Header: edgetest.WithKey, Status: 404, Code: "not_found",
		},
		checkoutErr("out of stock", errShort, 409, "out_of_stock"),
		checkoutErr("window full", edgetest.Conflict("window_full"), 409, "window_full"),
		checkoutErr("window closed", edgetest.Conflict("window_closed"), 409, "window_closed"),
		checkoutErr("in progress", edgetest.Conflict("in_progress"), 409, "in_progress"),
		checkoutErr("declined", fault.New(fault.Declined, "payment_declined", "The payment was declined."),
			402, "payment_declined"),
		checkoutErr("wrong fields", web.Invalid("email", "Enter an e-mail address."), 422, "invalid"),
		checkoutErr("key reused", edgetest.Conflict("idempotency_key_reused"), 422, "idempotency_key_reused"),
		checkoutErr("provider down", fault.New(fault.Unavailable, "payment_unavailable",
			"The provider cannot be reached."), 503, "payment_unavailable"),
		checkoutErr("outcome not known",
			fault.New(fault.Unknown, "unknown", "It is not known whether this happened."), 503, "unknown"),
		checkoutErr("a bug", io.ErrNoProgress, 503, "internal"),

		{Name: "own orders", Method: "GET", Path: "/api/v1/orders", Header: asShopper, Status: 200},
		{
			Name: "a guest's orders", Method: "GET", Path: "/api/v1/orders", Status: 401, Code: "no_session",
			Lenient: true,
		},
		{
			Name: "an order by its token", Method: "GET", Path: "/api/v1/orders/" + edgetest.PlacedOrder,
			Header: []string{"Authorization", "Bearer " + edgetest.OrderToken}, Status: 200,
		},
		{
			Name: "an order by its member", Method: "GET", Path: "/api/v1/orders/" + edgetest.PlacedOrder,
			Header: asShopper, Status: 200,
		},
		{
			Name: "somebody else's order", Method: "GET", Path: "/api/v1/orders/" + edgetest.PlacedOrder,
			Header: []string{"Authorization", "Bearer other"}, Status: 404, Code: "not_found",
		},
		{
			Name: "an order without a token", Method: "GET", Path: "/api/v1/orders/" + edgetest.PlacedOrder,
			Status: 404,
			Code:   "not_found", Lenient: true,
		},
		{
			Name: "a link to an order", Method: "POST", Path: "/api/v1/order-links",
			Body: `{"number": "T9W4BC", "email": "ann@example.org"}`, Status: 202,
		},
		{
			Name: "a link to no order's number", Method: "POST", Path: "/api/v1/order-links",
			Body: `{"number": "T9", "email": "ann@example.org"}`, Peer: "MailOrderLink",
			Fault: web.Invalid("number", "It is six letters."), Status: 422, Code: "invalid",
		},
		{
			Name: "a change", Method: "PUT", Path: "/api/v1/orders/" + edgetest.PlacedOrder,
			Body: `{"version": 1, "window_id": "` + edgetest.Saturday + `", "lines": [{"variant_id": "` +
				edgetest.Wheel +
				`", "quantity": 3}], "payment": {"token": "ok"}, "expected_total": {"amount": 7200, "currency": "USD"}}`, Header: []string{"Authorization", "Bearer " + edgetest.OrderToken, "Idempotency-Key", "k"}, Status: 200,
		},
		{
			Name: "a change of an old version", Method: "PUT", Path: "/api/v1/orders/" + edgetest.PlacedOrder,
			Body: `{"version": 1, "lines": []}`, Header: append([]string{"Idempotency-Key", "k"},
				asShopper...), Peer: "ChangeOrder", Fault: edgetest.Conflict("order_changed"), Status: 409,
			Code: "order_changed", Lenient: true,
		},
		{
			Name: "a change without a key", Method: "PUT", Path: "/api/v1/orders/" + edgetest.PlacedOrder,
			Body: `{"version": 1, "lines": []}`, Header: asShopper, Status: 400,
			Code: "idempotency_key_required", Lenient: true,
		},
		{
			Name: "somebody else's change", Method: "PUT", Path: "/api/v1/orders/" + edgetest.PlacedOrder,
			Body: `{"version": 1, "lines": []}`, Header: []string{
				"Authorization", "Bearer other",
				"Idempotency-Key", "k",
			}, Status: 404, Code: "not_found", Lenient: true,
		},
		{
			Name: "a cancellation", Method: "POST", Path: "/api/v1/orders/" + edgetest.PlacedOrder +
				"/cancel",
			Header: []string{"Authorization", "Bearer " + edgetest.OrderToken}, Status: 200,
		},
		{
			Name: "a late cancellation", Method: "POST", Path: "/api/v1/orders/" + edgetest.PlacedOrder +
				"/cancel",
			Header: asShopper, Peer: "CancelOrder", Fault: edgetest.Conflict("too_late"), Status: 409,
			Code: "too_late",
		},
		{Name: "somebody else's cancellation", Method: "POST", Path: "/api/v1/orders/" +
			edgetest.PlacedOrder +
			"/cancel", Header: []string{"Authorization", "Bearer other"}, Status: 404, Code: "not_found"},

		{Name: "packing", Method: "POST", Path: "/api/v1/orders/" + edgetest.PlacedOrder + "/parts/" +
			edgetest.OnePart +
			"/advance", Body: `{"to": "packed", "packed": [{"variant_id": "` + edgetest.Slice +
			`", "quantity": 0.351}]}`, Header: edgetest.AsProducer, Status: 200},
		{
			Name: "packing by a shopper", Method: "POST", Path: "/api/v1/orders/" + edgetest.PlacedOrder +
				"/parts/" +
				edgetest.OnePart + "/advance", Body: `{"to": "packed"}`, Header: asShopper, Status: 403,
			Code: "denied",
		},
		{
			Name: "packing by nobody", Method: "POST", Path: "/api/v1/orders/" + edgetest.PlacedOrder +
				"/parts/" +
				edgetest.OnePart + "/advance", Body: `{"to": "packed"}`, Status: 401, Code: "no_session",
			Lenient: true,
		},
		{
			Name: "packing in the wrong order", Method: "POST", Path: "/api/v1/orders/" +
				edgetest.PlacedOrder +
				"/parts/" + edgetest.OnePart + "/advance", Body: `{"to": "done"}`,
			Header: edgetest.AsProducer,
			Peer:   "AdvancePart",
			Fault:  edgetest.Conflict("wrong_step"), Status: 409, Code: "wrong_step",
		},
		{
			Name: "a producer's page", Method: "PUT", Path: "/api/v1/producers/" + edgetest.Dairy,
			Header: edgetest.AsProducer,
			Status: 200,
			Body:   `{"town": "Sandy", "tagline": "Goats", "story": "We milk.", "image_alt": "Our barn", "order_minimum": {"amount": 2000, "currency": "USD"}, "holidays": [{"from": "2026-12-01", "until": "2026-12-05"}]}`,
		},
		{
			Name: "a producer's page in euros", Method: "PUT", Path: "/api/v1/producers/" + edgetest.Dairy,
			Header: edgetest.AsProducer, Body: `{"order_minimum": {"amount": 2000, "currency": "EUR"}}`,
			Status: 422,
			Code:   "invalid",
		},
		{
			Name: "another producer's page", Method: "PUT", Path: "/api/v1/producers/pro_portland_other",
			Header: edgetest.AsProducer, Body: `{}`, Status: 404, Code: "not_found",
		},
		{
			Name: "a producer's page by a shopper", Method: "PUT", Path: "/api/v1/producers/" +
				edgetest.Dairy,
			Header: asShopper, Body: `{}`, Status: 403, Code: "denied",
		},
		{
			Name: "a producer's orders", Method: "GET", Path: "/api/v1/producers/" + edgetest.Dairy +
				"/orders",
			Header: edgetest.AsProducer, Status: 200,
		},
		{
			Name: "another producer's orders", Method: "GET",
			Path: "/api/v1/producers/pro_portland_other/orders", Header: edgetest.AsProducer, Status: 404,
			Code: "not_found",
		},
		{
			Name: "a refund", Method: "POST", Path: "/api/v1/orders/" + edgetest.PlacedOrder + "/refunds",
			Body: `{"amount": {"amount": 500, "currency": "USD"}, "reason": "Broken."}`, Header: asOperator,
			Status: 201,
		},
		{
			Name: "a refund of less than nothing", Method: "POST", Path: "/api/v1/orders/" +
				edgetest.PlacedOrder +
				"/refunds", Body: `{"amount": {"amount": -500, "currency": "USD"}}`, Header: asOperator,
			Status: 422, Code: "invalid",
		},
		{
			Name: "a refund by a producer", Method: "POST", Path: "/api/v1/orders/" + edgetest.PlacedOrder +
				"/refunds",
			Body:   `{"amount": {"amount": 500, "currency": "USD"}}`,
			Header: append(edgetest.AsProducer, edgetest.WithKey...),
			Status: 403, Code: "denied",
		},
		{
			Name: "a refund too large", Method: "POST", Path: "/api/v1/orders/" + edgetest.PlacedOrder +
				"/refunds",
			Body: `{"amount": {"amount": 500, "currency": "USD"}}`, Header: asOperator, Peer: "Refund",
			Fault: edgetest.Conflict("refund_too_large"), Status: 409, Code: "refund_too_large",
		},

		{
			Name: "a new account", Method: "POST", Path: "/api/v1/accounts",
			Body: `{"email": "ann@example.org", "password": "long enough", "name": "Ann"}`, Status: 202,
		},
		{
			Name: "a password that everybody tries", Method: "POST", Path: "/api/v1/accounts",
			Body: `{"email": "ann@example.org", "password": "1234567890"}`, Peer: "SignUp",
			Fault: web.Invalid("password", "Everybody tries it."), Status: 422, Code: "invalid",
		},
		{
			Name: "too many letters", Method: "POST", Path: "/api/v1/accounts",
			Body: `{"email": "ann@example.org", "password": "long enough"}`, Peer: "SignUp",
			Fault: fault.New(fault.Exhausted, "too_many_attempts", "Too many letters."), Status: 429,
			Code: "too_many_attempts",
		},
		{
			Name: "an account that is confirmed", Method: "POST", Path: "/api/v1/accounts/confirm",
			Body: `{"token": "new", "password": "long enough", "name": "Ann"}`, Status: 201,
		},
		{
			Name: "an account that is confirmed late", Method: "POST", Path: "/api/v1/accounts/confirm",
			Body: `{"token": "old", "password": "long enough"}`, Status: 404, Code: "link_expired",
		},
		{
			Name: "an account that is confirmed with another link", Method: "POST",
			Path: "/api/v1/accounts/confirm", Body: `{"token": "thief", "password": "long enough"}`,
			Status: 404, Code: "link_expired",
		},
		{
			Name: "where one is signed in", Method: "GET", Path: "/api/v1/account/sessions",
			Header: asShopper,
			Status: 200,
		},
		{
			Name: "ending a session", Method: "DELETE", Path: "/api/v1/account/sessions/phone",
			Header: asShopper, Status: 204,
		},
		{
			Name: "another password", Method: "PUT", Path: "/api/v1/account/password",
			Body: `{"password": "right", "new_password": "long enough"}`, Header: asShopper, Status: 200,
		},
		{
			Name: "another password without the old one", Method: "PUT", Path: "/api/v1/account/password",
			Body: `{"password": "wrong", "new_password": "long enough"}`, Header: asShopper, Status: 422,
			Code: "invalid",
		},
		{
			Name: "another address", Method: "PUT", Path: "/api/v1/account/email",
			Body: `{"password": "right", "email": "ann@new.example"}`, Header: asShopper, Status: 202,
		},
		{
			Name: "another address without the password", Method: "PUT", Path: "/api/v1/account/email",
			Body: `{"password": "wrong", "email": "ann@new.example"}`, Header: asShopper, Status: 422,
			Code: "invalid",
		},
		{
			Name: "signing in", Method: "POST", Path: "/api/v1/sessions",
			Body: `{"email": "ann@example.org", "password": "right"}`, Status: 201,
		},
		{
			Name: "signing in with half of what is wanted", Method: "POST", Path: "/api/v1/sessions",
			Body: `{"email": "half@example.org", "password": "right"}`, Status: 202,
		},
		{
			Name: "the other half", Method: "POST", Path: "/api/v1/sessions/second-factor",
			Body: `{"pending_token": "half", "totp": "123456"}`, Status: 201,
		},
		{
			Name: "a wrong code", Method: "POST", Path: "/api/v1/sessions/second-factor",
			Body: `{"pending_token": "half", "recovery_code": "none"}`, Status: 401, Code: "bad_code",
		},
		{
			Name: "a code that comes late", Method: "POST", Path: "/api/v1/sessions/second-factor",
			Body: `{"pending_token": "old", "totp": "123456"}`, Status: 401, Code: "sign_in_expired",
		},
		{
			Name: "showing once more who it is", Method: "POST", Path: "/api/v1/sessions/current/step-up",
			Body: `{"password": "right"}`, Header: asShopper, Status: 200,
		},
		{
			Name: "showing nothing", Method: "POST", Path: "/api/v1/sessions/current/step-up", Body: `{}`,
			Header: asShopper, Status: 401, Code: "bad_credentials",
		},
		{
			Name: "a wrong password", Method: "POST", Path: "/api/v1/sessions",
			Body: `{"email": "ann@example.org", "password": "wrong"}`, Status: 401, Code: "bad_credentials",
		},
		{
			Name: "too many passwords", Method: "POST", Path: "/api/v1/sessions",
			Body: `{"email": "ann@example.org", "password": "right"}`, Peer: "SignIn",
			Fault: fault.New(fault.Exhausted, "too_many_attempts", "Too many tries."), Status: 429,
			Code: "too_many_attempts",
		},
		{
			Name: "signing out", Method: "DELETE", Path: "/api/v1/sessions/current", Header: asShopper,
			Status: 204,
		},
		{Name: "an account", Method: "GET", Path: "/api/v1/account", Header: asShopper, Status: 200},
		{
			Name: "no account", Method: "GET", Path: "/api/v1/account", Status: 401, Code: "no_session",
			Lenient: true,
		},
		{Name: "addresses", Method: "GET", Path: "/api/v1/addresses", Header: asShopper, Status: 200},
		{
			Name: "a new address", Method: "POST", Path: "/api/v1/addresses",
			Body: `{"line1": "1 Hill Road", "city": "Portland"}`, Header: asShopper, Status: 201,
		},
		{
			Name: "an address without a street", Method: "POST", Path: "/api/v1/addresses",
			Body: `{"city": "Portland"}`, Header: asShopper, Status: 422, Code: "invalid", Lenient: true,
		},
		{
			Name: "a changed address", Method: "PUT", Path: "/api/v1/addresses/" + edgetest.HomeAddress,
			Body: `{"line1": "2 Hill Road", "city": "Portland"}`, Header: asShopper, Status: 200,
		},
		{
			Name: "a deleted address", Method: "DELETE", Path: "/api/v1/addresses/" + edgetest.HomeAddress,
			Header: asShopper, Status: 204,
		},
	}
}

// TestTheAPIIsAsItsDocumentSays sends real requests and checks every answer, its
// status, its headers and its body, against the OpenAPI document.
func TestTheAPIIsAsItsDocumentSays(t *testing.T) {
	doc, router := edgetest.Describe(t)
	seen := map[string]bool{}
	for _, c := range calls() {
		t.Run(c.Name, func(t *testing.T) {
			s := edgetest.Open(t)
			if c.Peer != "" {
				s.Peers.Fail(c.Peer, c.Fault)
			}
			answer, body := s.Send(t, c)
			if answer.StatusCode != c.Status {
				t.Fatalf("status %d, want %d: %s", answer.StatusCode, c.Status, body)
			}
			edgetest.CheckProblem(t, c, answer, body)
			operation := edgetest.CheckAgainst(t, router, c, answer, body)
			seen[operation+" "+strconv.Itoa(c.Status)] = true
			seen[operation] = true
		})
	}
	for path, item := range doc.Paths.Map() {
		for method := range item.Operations() {
			if !seen[method+" "+path] {
				t.Errorf("no call tries %s %s", method, path)
			}
		}
	}
}
