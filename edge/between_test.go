package edge

import (
	"bytes"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"github.com/artisan-eats/artisan/edge/web"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	"github.com/artisan-eats/artisan/gen/artisan/catalog/v1/catalogv1connect"
	deliveryv1 "github.com/artisan-eats/artisan/gen/artisan/delivery/v1"
	"github.com/artisan-eats/artisan/gen/artisan/delivery/v1/deliveryv1connect"
)

// post sends a form as it is, with headers of one's own.
func (s *Shop) post(t *testing.T, path, kind, body string, header ...string) *view {
	t.Helper()
	answer, text := s.send(t, call{ //nolint:bodyclose // send closes it
		method: http.MethodPost, path: path, body: body,
		header: append([]string{"Sec-Fetch-Site", "same-origin", "Content-Type", kind}, header...),
	})
	root, err := html.Parse(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return &view{answer.StatusCode, answer.Header, root, answer.Cookies()}
}

const formType = "application/x-www-form-urlencoded"

// between is what comes between a checkout's form and its answer.
type between struct {
	*market
	cart, cookie, window string
	header               []string
}

// TestWhatComesBetweenIsSaidInWords has the shop, or the shopper, change between a checkout's form and its
// answer, on real services. Nothing is ordered, and a sentence says why.
func TestWhatComesBetweenIsSaidInWords(t *testing.T) {
	openMarket(t, func(t *testing.T, m *market) {
		for _, c := range []struct {
			name    string
			happens func(b *between, t *testing.T)
			status  int
			says    string
		}{
			{
				"another site", (*between).comeFromElsewhere, http.StatusForbidden,
				"This was sent from another site. Nothing was done",
			},
			{
				"another member", (*between).signInAsAnother, http.StatusConflict,
				"You are signed in as Somebody now. Nothing is ordered yet",
			},
			{
				"another tab", (*between).changeInATab, http.StatusConflict,
				"Your basket has changed since this page was opened, perhaps in another window. Nothing is ordered yet",
			},
			{
				"an empty basket", (*between).emptyInATab, http.StatusConflict,
				"Your basket is empty now, perhaps by another window. Nothing was ordered.",
			},
			{
				"another browser", (*between).loseTheCookie, http.StatusConflict,
				"The basket of that page is not here any more",
			},
			{
				"a window closes", (*between).closeTheWindow, http.StatusConflict,
				"Pickup or delivery: This window takes no more orders.",
			},
			{"a product is gone", (*between).hideTheProduct, http.StatusConflict, "not for sale any more"},
		} {
			t.Run(c.name, func(t *testing.T) {
				b := &between{market: m, cart: m.fillCart(t), window: m.windows}
				b.cookie = "cart=" + b.cart
				page := m.open(t, "/checkout", b.cookie, nil)
				form := typed(page.value("key"))
				form.Set("seen", page.value("seen"))
				c.happens(b, t)
				form.Set("window_id", b.window)
				v := m.post(t, "/checkout", formType, form.Encode(), append(b.header, "Cookie", b.cookie)...)
				v.says(t, c.status, c.says)
				if again := v.find("form", "action", "/checkout"); len(again) == 1 &&
					(v.value("name") != "Ann <Example>" || v.value("key") == "") {
					t.Error("what was typed is lost")
				}
				kept := m.ask(t, 200,
					call{
						method: "GET", path: "/api/v1/carts/" + b.cart,
						header: []string{"Cookie", b.cookie},
					})
				if kept["order_id"] != nil {
					t.Errorf("something was ordered: %v", kept["order_id"])
				}
			})
		}
	})
}

func (b *between) comeFromElsewhere(*testing.T) { b.header = []string{"Sec-Fetch-Site", "cross-site"} }

func (b *between) signInAsAnother(t *testing.T) {
	b.cookie += "; session=" + b.token(t, "op@example.org")
}

func (b *between) loseTheCookie(*testing.T) { b.cookie = "" }

func (b *between) changeInATab(t *testing.T) {
	b.open(t, "/cart/lines/"+b.piece, b.cookie, url.Values{"quantity": {"3"}})
}

func (b *between) emptyInATab(t *testing.T) {
	for _, variant := range []string{b.piece, b.kilo} {
		b.open(t, "/cart/lines/"+variant, b.cookie, url.Values{"remove": {"1"}})
	}
}

func (b *between) hideTheProduct(t *testing.T) {
	goods := catalogv1connect.NewCatalogServiceClient(b.process.Client("catalog"))
	got, err := goods.GetProduct(t.Context(), &catalogv1.GetProductRequest{Id: b.product, All: true})
	if err != nil {
		t.Fatal(err)
	}
	got.GetProduct().Published = false
	if _, err := goods.PutProduct(t.Context(),
		&catalogv1.PutProductRequest{Product: got.GetProduct()}); err != nil {
		t.Fatal(err)
	}
}

// closeTheWindow closes a window of this test's own, so that the others stay open.
func (b *between) closeTheWindow(t *testing.T) {
	calendar := deliveryv1connect.NewDeliveryServiceClient(b.process.Client("delivery"))
	got, err := calendar.GetWindow(t.Context(), &deliveryv1.GetWindowRequest{Id: b.windows})
	if err != nil {
		t.Fatal(err)
	}
	window := got.GetWindow()
	window.Id = ""
	for _, left := range []time.Duration{time.Hour, -time.Minute} {
		window.OrderBy = time.Now().Add(left).UnixMilli()
		put, err := calendar.PutWindow(t.Context(), &deliveryv1.PutWindowRequest{Window: window})
		if err != nil {
			t.Fatal(err)
		}
		window = put.GetWindow()
	}
	b.window = window.GetId()
}

// TestWhoGoesBackFindsTheOrder goes back after ordering, and sends the form that the browser kept.
func TestWhoGoesBackFindsTheOrder(t *testing.T) {
	openMarket(t, func(t *testing.T, m *market) {
		cookie := "cart=" + m.fillCart(t)
		form := typed(m.open(t, "/checkout", cookie, nil).value("key"))
		form.Set("window_id", m.windows)
		order, _, _ := strings.Cut(m.open(t, "/checkout", cookie, form).header.Get("Location"), "?")
		if at := m.open(t, "/checkout", cookie, nil).header.Get("Location"); at != order || order == "" {
			t.Errorf("who opens the checkout again is led to %q, and not to %q", at, order)
		}
		for _, key := range []string{form.Get("key"), "another", ""} {
			form.Set("key", key)
			if at := m.open(t, "/checkout", cookie, form).header.Get("Location"); !strings.HasPrefix(at,
				order+"?") {
				t.Errorf("the form sent again with the key %q leads to %q", key, at)
			}
		}
	})
}

// TestTornFormsHaveAPage sends what no page of the shop sends.
func TestTornFormsHaveAPage(t *testing.T) {
	s := openShop(t, DefaultLimits)
	for name, c := range map[string]struct {
		kind, body string
		status     int
		says       string
	}{
		"another type": {
			"application/json", `{"email": "a@b.example"}`, http.StatusUnsupportedMediaType,
			"takes the form of its own page only",
		},
		"no type": {
			"", "email=x", http.StatusUnsupportedMediaType,
			"takes the form of its own page only",
		},
		"half a percent": {
			formType, "email=%e2%8", http.StatusBadRequest,
			"This form did not arrive whole.",
		},
		"no hexadecimal": {formType, "email=%zz", http.StatusBadRequest, "This form did not arrive whole."},
		"thousands": {
			formType, strings.Repeat("a=1&", maxFields), http.StatusBadRequest,
			"This form did not arrive whole.",
		},
		"far too large": {
			formType, "email=" + strings.Repeat("a", maxBody),
			http.StatusRequestEntityTooLarge, "This is too large: 1 MiB at most can be sent.",
		},
		"nothing":       {formType, "", http.StatusUnprocessableEntity, "E-mail"},
		"no names":      {formType, "=&=&&=x", http.StatusUnprocessableEntity, "E-mail"},
		"a broken name": {formType, "%ff=%ff", http.StatusUnprocessableEntity, "E-mail"},
		"another language": {
			formType + "; charset=latin1", "email=x", http.StatusUnsupportedMediaType,
			"takes the form of its own page only",
		},
	} {
		t.Run(name, func(t *testing.T) {
			s.peers.fail("SignUp", web.Invalid("email", "Enter an e-mail address."))
			v := s.post(t, "/sign-up", c.kind, c.body)
			v.says(t, c.status, c.says)
			if len(v.find("h1")) != 1 {
				t.Error("this is no whole page")
			}
		})
	}
}

// TestTornUploadsAreSaidToBe sends files as no browser does, on real services.
func TestTornUploadsAreSaidToBe(t *testing.T) {
	openMarket(t, func(t *testing.T, m *market) {
		cookie := "session=" + m.token(t, "dairy@example.org")
		part := func(head, content string) string {
			return "--x\r\nContent-Disposition: form-data; " + head + "\r\n\r\n" + content + "\r\n--x--\r\n"
		}
		alt := "--x\r\nContent-Disposition: form-data; name=\"alt\"\r\n\r\nA <b>wheel</b>\xff\r\n"
		for name, c := range map[string]struct {
			kind, body string
			status     int
			says       string
		}{
			"no file": {"multipart/form-data; boundary=x", alt + "--x--\r\n", 422, "Choose a"},
			"an empty file": {"multipart/form-data; boundary=x", alt +
				part(`name="file"; filename="a.png"`, ""), 422, "Choose a"},
			"a name, and no file": {
				"multipart/form-data; boundary=x", alt + part(`name="file"`, "a.png"),
				422, "Choose a",
			},
			"another field": {"multipart/form-data; boundary=x", alt +
				part(`name="elif"; filename="a.png"`, "x"), 422, "Choose a"},
			"no boundary": {"multipart/form-data", alt + "--x--\r\n", 422, "Choose a"},
			"another boundary": {"multipart/form-data; boundary=y", alt +
				part(`name="file"; filename="a.png"`, "x"), 400, "This form did not arrive whole."},
			"the end is missing": {
				"multipart/form-data; boundary=x", alt +
					"--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.png\"\r\n\r\nx", 400,
				"This form did not arrive whole.",
			},
			"too many parts": {"multipart/form-data; boundary=x", strings.Repeat(alt, maxParts+1) +
				"--x--\r\n", 400, "This form did not arrive whole."},
			"no form of files": {formType, "file=a.png", 422, "Choose a"},
		} {
			for _, at := range []string{importAt, "/producer/products/" + m.product + "/pictures"} {
				t.Run(name+at[:len("/producer/i")], func(t *testing.T) {
					v := m.post(t, at, c.kind, c.body, "Cookie", cookie)
					v.says(t, c.status, c.says)
					if len(v.find("h1")) != 1 || len(v.find("input", "type", "file")) != 1 ||
						len(v.find("b")) != 0 {
						t.Error("the form is not there again")
					}
				})
			}
		}
		v := m.upload(t, "/producer/products/"+m.product+"/pictures", cookie, url.Values{"alt": {"A wheel"}},
			"a.png", []byte("this is no picture"))
		if v.says(t, http.StatusUnprocessableEntity, "picture"); len(v.find("p", "id", "w-picture")) != 1 ||
			v.value("alt") == "" {
			t.Error("it is not said that this is no picture")
		}
		m.upload(t, importAt, cookie, nil, "goods.csv", dot(t))
		if v = m.open(t, importAt, cookie, nil); len(v.find("p", "id", "w-file")) != 1 {
			t.Errorf("a picture is no file to import: %s", v.text())
		}
	})
}
