package checkout_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/artisan-eats/artisan/edge/edgetest"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	"github.com/artisan-eats/artisan/gen/artisan/catalog/v1/catalogv1connect"
	deliveryv1 "github.com/artisan-eats/artisan/gen/artisan/delivery/v1"
	"github.com/artisan-eats/artisan/gen/artisan/delivery/v1/deliveryv1connect"
)

// between is what comes between a checkout's form and its answer.
type between struct {
	*edgetest.Market
	cart, cookie, window string
	header               []string
}

// TestWhatComesBetweenIsSaidInWords has the shop, or the shopper, change between a checkout's form and its
// answer, on real services. Nothing is ordered, and a sentence says why.
func TestWhatComesBetweenIsSaidInWords(t *testing.T) {
	edgetest.OpenMarket(t, func(t *testing.T, m *edgetest.Market) {
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
				b := &between{Market: m, cart: m.FillCart(t), window: m.Windows}
				b.cookie = "cart=" + b.cart
				page := m.Open(t, "/checkout", b.cookie, nil)
				form := edgetest.Typed(page.Value("key"))
				form.Set("seen", page.Value("seen"))
				c.happens(b, t)
				form.Set("window_id", b.window)
				v := m.Post(t, "/checkout", edgetest.FormType, form.Encode(),
					append(b.header, "Cookie", b.cookie)...)
				v.Says(t, c.status, c.says)
				if again := v.Find("form", "action", "/checkout"); len(again) == 1 &&
					(v.Value("name") != "Ann <Example>" || v.Value("key") == "") {
					t.Error("what was typed is lost")
				}
				kept := m.Ask(t, 200,
					edgetest.Call{
						Method: "GET", Path: "/api/v1/carts/" + b.cart,
						Header: []string{"Cookie", b.cookie},
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
	b.cookie += "; session=" + b.Token(t, "op@example.org")
}

func (b *between) loseTheCookie(*testing.T) { b.cookie = "" }

func (b *between) changeInATab(t *testing.T) {
	b.Open(t, "/cart/lines/"+b.Piece, b.cookie, url.Values{"quantity": {"3"}})
}

func (b *between) emptyInATab(t *testing.T) {
	for _, variant := range []string{b.Piece, b.Kilo} {
		b.Open(t, "/cart/lines/"+variant, b.cookie, url.Values{"remove": {"1"}})
	}
}

func (b *between) hideTheProduct(t *testing.T) {
	goods := catalogv1connect.NewCatalogServiceClient(b.Process.Client("catalog"))
	got, err := goods.GetProduct(t.Context(), &catalogv1.GetProductRequest{Id: b.Product, All: true})
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
	calendar := deliveryv1connect.NewDeliveryServiceClient(b.Process.Client("delivery"))
	got, err := calendar.GetWindow(t.Context(), &deliveryv1.GetWindowRequest{Id: b.Windows})
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
	edgetest.OpenMarket(t, func(t *testing.T, m *edgetest.Market) {
		cookie := "cart=" + m.FillCart(t)
		form := edgetest.Typed(m.Open(t, "/checkout", cookie, nil).Value("key"))
		form.Set("window_id", m.Windows)
		order, _, _ := strings.Cut(m.Open(t, "/checkout", cookie, form).Header.Get("Location"), "?")
		if at := m.Open(t, "/checkout", cookie, nil).Header.Get("Location"); at != order || order == "" {
			t.Errorf("who opens the checkout again is led to %q, and not to %q", at, order)
		}
		for _, key := range []string{form.Get("key"), "another", ""} {
			form.Set("key", key)
			if at := m.Open(t, "/checkout", cookie, form).Header.Get("Location"); !strings.HasPrefix(at,
				order+"?") {
				t.Errorf("the form sent again with the key %q leads to %q", key, at)
			}
		}
	})
}
