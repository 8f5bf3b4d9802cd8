package checkout_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/artisan-eats/artisan/edge/edgetest"
	"github.com/artisan-eats/artisan/edge/web"
	"github.com/artisan-eats/artisan/fault"
	deliveryv1 "github.com/artisan-eats/artisan/gen/artisan/delivery/v1"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
)

func TestWindowsSayWhatIsLeftOfThem(t *testing.T) {
	s := edgetest.Open(t)
	s.Peers.Set(func(p *edgetest.Peers) {
		p.Cart = func(c *orderingv1.Cart) { c.Total = edgetest.Dollars(1950) }
		p.Window = func(w *deliveryv1.Window) {
			if w.GetId() == edgetest.Saturday {
				w.Remaining = 1
			}
		}
	})
	v := s.Open(t, "/checkout", edgetest.WithCart, nil)
	v.Says(t, http.StatusOK, "Saturday, November 21", "9:00 to 11:00 AM",
		"1 place left · order by Fri, Nov 20, 9:00 PM", "Orders from $25.00: add $5.50 more.")
	if len(v.Find("input", "value", edgetest.Evening, "data-kind", "delivery", "disabled", "")) != 1 ||
		len(v.Find("input", "value", edgetest.Saturday, "disabled", "")) != 0 {
		t.Error("a window whose minimum is not met can be chosen, or the other one cannot")
	}
	s.Peers.Set(func(p *edgetest.Peers) { p.Window = func(w *deliveryv1.Window) { w.Remaining = 0 } })
	v = s.Open(t, "/checkout", edgetest.WithCart, nil)
	v.Says(t, http.StatusOK, "Full. All its places are taken.")
	s.Peers.Set(func(p *edgetest.Peers) { p.Window = func(w *deliveryv1.Window) { w.OrderBy = 1 } })
	s.Open(t, "/checkout", edgetest.WithCart, nil).Says(t, http.StatusOK,
		"No pickup or delivery takes orders just now.")
}

func TestAnotherWindowHasAnotherTotal(t *testing.T) {
	s := edgetest.Open(t)
	form := edgetest.Typed("the-key")
	form.Set("window_id", edgetest.Evening)
	v := s.Open(t, "/checkout/form", edgetest.WithCart, form)
	v.Says(t, http.StatusOK, "Delivery $6.00Total $54.00")
	if s.Peers.Count("Checkout") != 0 || v.Value("key") != "the-key" || v.Value("name") != "Ann <Example>" {
		t.Error("looking at a total ordered something, or lost what was typed")
	}
}

func TestWhatIsWrongIsSummedUp(t *testing.T) {
	s := edgetest.Open(t)
	s.Peers.Fail("Checkout", fault.New(fault.Invalid, "invalid", "Bad.",
		fault.Field{Name: "email", Message: "Enter an e-mail address."},
		fault.Field{Name: "address.city", Message: "This is needed."}))
	v := s.Open(t, "/checkout", edgetest.WithCart, edgetest.Typed("k"))
	v.Says(t, http.StatusUnprocessableEntity, "Nothing is ordered yet", "E-mail: Enter an e-mail address.",
		"City: This is needed.")
	for _, at := range []string{"f-email", "f-address.city"} {
		if len(v.Find("a", "href", "#"+at)) != 1 ||
			len(v.Find("input", "id", at, "aria-invalid", "true")) != 1 {
			t.Errorf("there is no way to %s", at)
		}
	}
	if focused := v.Find("input", "autofocus", ""); len(focused) != 1 ||
		!edgetest.HasAll(focused[0], []string{"id", "f-email"}) {
		t.Errorf("%d fields have the focus", len(focused))
	}
}

// TestSigningInMidwayLosesNothing signs in from a form that is half filled in.
func TestSigningInMidwayLosesNothing(t *testing.T) {
	s := edgetest.Open(t)
	form := edgetest.Typed("the-key")
	form.Set("do", "sign-in")
	asked := s.Open(t, "/checkout/form", edgetest.WithCart, form)
	if asked.Status != http.StatusOK || len(asked.Find("input", "name", "password")) != 1 {
		t.Fatalf("status %d: no password is asked for", asked.Status)
	}
	form.Set("password", "wrong")
	wrong := s.Open(t, "/checkout/form", edgetest.WithCart, form)
	wrong.Says(t, http.StatusUnauthorized, "The e-mail address or the password is wrong.")
	s.Peers.Fail("SignIn",
		fault.New(fault.Exhausted, "too_many_attempts", "There were too many tries. Please wait."))
	form.Set("password", "right")
	s.Open(t, "/checkout/form", edgetest.WithCart, form).Says(t, http.StatusTooManyRequests,
		"There were too many tries. Please wait.")
	s.Peers.Fail("SignIn", nil)
	in := s.Open(t, "/checkout/form", edgetest.WithCart, form)
	in.Says(t, http.StatusOK, "You are signed in as Ann. Nothing is ordered yet.")
	for _, v := range []*edgetest.View{asked, wrong, in} {
		note := v.Find("textarea", "name", "note")
		if v.Value("name") != "Ann <Example>" || v.Value("key") != "the-key" ||
			v.Value("address.line1") != "1 Hill Road" || v.Value("password") != "" || len(note) != 1 ||
			note[0].FirstChild == nil {
			t.Error("something that was typed is lost, or a password is sent back")
		}
	}
	if in.Value("as") != "acc_x_1" || len(in.Cookies) != 2 || in.Cookies[0].Name != web.SessionCookie {
		t.Errorf("the form is for %q, cookies %v", in.Value("as"), in.Cookies)
	}
	if s.Peers.Count("Checkout") != 0 {
		t.Error("signing in has ordered something")
	}
}

// TestSigningInMidwayShowsTheWholeBasket has a member who left something in the basket on another device.
func TestSigningInMidwayShowsTheWholeBasket(t *testing.T) {
	const says = "What your basket had on another device is in it, too. Please look it over."
	for _, more := range []bool{true, false} {
		s := edgetest.Open(t)
		form := edgetest.Typed("the-key")
		form.Set("password", "right")
		s.Peers.Set(func(p *edgetest.Peers) {
			p.Cart = func(c *orderingv1.Cart) {
				if more && p.Calls["MemberCart"] > 0 {
					c.Lines[0].Quantity = 5000
				}
			}
		})
		in := s.Open(t, "/checkout/form", edgetest.WithCart, form)
		if in.Says(t, http.StatusOK, "You are signed in as Ann."); strings.Contains(in.Text(), says) != more {
			t.Errorf("whether it says that there is more: %v", !more)
		}
		form.Set("as", "acc_x_1")
		form.Set("seen", in.Value("seen"))
		form.Del("password")
		if v := s.Open(t, "/checkout", edgetest.WithCart+"; session=shopper",
			form); v.Status != http.StatusSeeOther {
			t.Errorf("what was shown is answered with %d", v.Status)
		}
	}
}

// TestWhoSignedInMidwayStaysSignedIn has the page fail that comes after it: the guest's basket is the
// member's by then, and none without the session.
func TestWhoSignedInMidwayStaysSignedIn(t *testing.T) {
	s := edgetest.Open(t)
	form := edgetest.Typed("the-key")
	form.Set("password", "right")
	s.Peers.Set(func(p *edgetest.Peers) { p.Faults["MemberCart"] = edgetest.ErrDown })
	in := s.Open(t, "/checkout/form", edgetest.WithCart, form)
	if in.Status != http.StatusSeeOther || in.Header.Get("Location") != "/checkout" ||
		!strings.Contains(fmt.Sprint(in.Header.Values("Set-Cookie")), "session=") {
		t.Errorf("%d to %q, with %q", in.Status, in.Header.Get("Location"), in.Header.Values("Set-Cookie"))
	}
}

func TestAPasswordInTheFormSignsInFirst(t *testing.T) {
	s := edgetest.Open(t)
	form := edgetest.Typed("the-key")
	form.Set("password", "right")
	s.Open(t, "/checkout", edgetest.WithCart, form).Says(t, http.StatusOK, "You are signed in as Ann.")
	if s.Peers.Count("Checkout") != 0 {
		t.Error("something was ordered without an account")
	}
}

// TestAStaleFormOrdersNothing sends forms that were made for somebody else, or for another basket.
func TestAStaleFormOrdersNothing(t *testing.T) {
	for name, c := range map[string]struct {
		cookie string
		change func(form url.Values, p *edgetest.Peers)
		says   string
	}{
		"signed in since": {
			edgetest.WithCart + "; session=shopper", func(url.Values, *edgetest.Peers) {},
			"You are signed in as Ann now. Nothing is ordered yet",
		},
		"somebody else": {
			edgetest.WithCart + "; session=other",
			func(f url.Values, _ *edgetest.Peers) { f.Set("as", "acc_x_1") }, "You are signed in as Bob now.",
		},
		"signed out since": {
			edgetest.WithCart, func(f url.Values, _ *edgetest.Peers) { f.Set("as", "acc_x_1") },
			"You are not signed in any more.",
		},
		"changed in a tab": {
			edgetest.WithCart,
			func(_ url.Values, p *edgetest.Peers) {
				p.Cart = func(c *orderingv1.Cart) { c.Lines[0].Quantity = 3000 }
			},
			"Your basket has changed since this page was opened",
		},
		"emptied in a tab": {
			edgetest.WithCart,
			func(_ url.Values, p *edgetest.Peers) { p.Cart = func(c *orderingv1.Cart) { c.Lines = nil } },
			"Your basket is empty now",
		},
		"the basket is gone": {
			"cart=crt_portland_x", func(url.Values, *edgetest.Peers) {},
			"The basket of that page is not here any more",
		},
		"no basket": {"", func(url.Values, *edgetest.Peers) {}, "Nothing was ordered."},
	} {
		t.Run(name, func(t *testing.T) {
			s := edgetest.Open(t)
			form := edgetest.Typed("the-key")
			form.Set("seen", s.Open(t, "/checkout", edgetest.WithCart, nil).Value("seen"))
			s.Peers.Set(func(p *edgetest.Peers) { c.change(form, p) })
			v := s.Open(t, "/checkout", c.cookie, form)
			v.Says(t, http.StatusConflict, c.says)
			if s.Peers.Count("Checkout") != 0 {
				t.Error("something was ordered")
			}
			if form := v.Find("form", "action", "/checkout"); len(form) == 1 &&
				v.Value("name") != "Ann <Example>" {
				t.Error("what was typed is lost")
			}
		})
	}
}

func TestWhoGoesBackIsLedToTheOrder(t *testing.T) {
	s := edgetest.Open(t)
	s.Peers.Set(func(p *edgetest.Peers) {
		p.Cart = func(c *orderingv1.Cart) { c.OrderId = edgetest.PlacedOrder }
	})
	if v := s.Open(t, "/checkout", edgetest.WithCart, nil); v.Status != http.StatusSeeOther ||
		v.Header.Get("Location") != "/orders/"+edgetest.PlacedOrder {
		t.Errorf("status %d to %s", v.Status, v.Header.Get("Location"))
	}
	s.Peers.Fail("Checkout", fault.New(fault.Conflict, "cart_ordered", "Ordered."))
	if v := s.Open(t, "/checkout", edgetest.WithCart,
		edgetest.Typed("again")); v.Status != http.StatusSeeOther ||
		!strings.HasPrefix(v.Header.Get("Location"), "/orders/"+edgetest.PlacedOrder) {
		t.Errorf("status %d to %s", v.Status, v.Header.Get("Location"))
	}
}

// TestACheckoutSaysWhatCameBetween has the shop change between the form and its answer.
func TestACheckoutSaysWhatCameBetween(t *testing.T) {
	for code, c := range map[string]struct {
		fault *fault.Error
		says  string
	}{
		"closed": {
			fault.New(fault.Conflict, "window_closed",
				"This window takes no more orders. Please choose another."),
			"Pickup or delivery: This window takes no more orders.",
		},
		"vanished": {fault.New(fault.Conflict, "out_of_stock",
			"Something in the cart is not for sale any more.",
			fault.Field{Name: edgetest.Wheel, Message: "It is gone."}), "Hill Tomme: It is gone."},
		"dearer": {
			fault.New(fault.Conflict, "price_changed", "Prices have changed since you saw them.",
				fault.Field{Name: edgetest.Wheel, Message: "The price has changed."}),
			"Hill Tomme: The price has changed.",
		},
		"allergens": {
			fault.New(fault.Conflict, "allergens_changed",
				"What is said of the allergens in your basket has changed since you saw it.",
				fault.Field{
					Name:    edgetest.Wheel,
					Message: "Its maker says something else of its allergens now.",
				}),
			"Hill Tomme: Its maker says something else of its allergens now.",
		},
		"too low": {
			fault.New(fault.Invalid, "below_minimum", "25.00 USD"),
			"Pickup or delivery: Your basket does not come to enough for that.",
		},
	} {
		t.Run(code, func(t *testing.T) {
			s := edgetest.Open(t)
			s.Peers.Fail("Checkout", c.fault)
			s.Open(t, "/checkout", edgetest.WithCart, edgetest.Typed("k")).Says(t, web.StatusOf(c.fault),
				c.says)
		})
	}
}

// TestADeclinedCardIsSaidOnceBesideThePayment also looks that the page goes on there, with everything that
// was chosen.
func TestADeclinedCardIsSaidOnceBesideThePayment(t *testing.T) {
	s := edgetest.Open(t)
	s.Peers.Fail("Checkout",
		fault.New(fault.Declined, "payment_declined",
			"The payment was declined. Please use another way to pay."))
	v := s.Open(t, "/checkout", edgetest.WithCart, edgetest.Typed("k"))
	v.Says(t, http.StatusPaymentRequired, "Please use another way to pay.")
	if n := strings.Count(v.Text(), "The payment was declined."); n != 1 ||
		len(v.Find("div", "class", "alert")) != 0 {
		t.Errorf("it is said %d times", n)
	}
	if len(v.Find("fieldset", "id", "pay", "aria-describedby", "w-payment")) != 1 ||
		len(v.Find("p", "id", "w-payment", "role", "alert")) != 1 {
		t.Error("it is not said beside the payment")
	}
	if len(v.Find("input", "name", "payment", "autofocus", "")) != 1 ||
		len(v.Find("input", "autofocus", "")) != 1 {
		t.Error("the page does not go on at the payment")
	}
	if len(v.Find("input", "name", "window_id", "value", edgetest.Saturday, "checked", "")) != 1 {
		t.Error("the window is not chosen any more")
	}
}

func TestAPlaceThatIsKeptCanBeChosen(t *testing.T) {
	s := edgetest.Open(t)
	until := s.Clock.Now().Add(5 * time.Minute).UnixMilli()
	s.Peers.Set(func(p *edgetest.Peers) {
		p.Cart = func(c *orderingv1.Cart) { c.KeptWindowId, c.KeptUntil = edgetest.Saturday, until }
		p.Window = func(w *deliveryv1.Window) { w.Remaining = 0 }
	})
	v := s.Open(t, "/checkout", edgetest.WithCart, nil)
	v.Says(t, http.StatusOK, "Your place is kept until 1:05 AM", "Full. All its places are taken.")
	if len(v.Find("input", "name", "window_id", "disabled", "")) != 1 {
		t.Error("the kept place cannot be chosen, or another can")
	}
	s.Open(t, "/checkout", edgetest.WithCart, edgetest.Typed("k"))
	sent := s.Peers.Last["Checkout"].(*orderingv1.CheckoutRequest)
	if !sent.GetKeepPlace() {
		t.Error("a page does not ask for its place to be kept")
	}
	s.Clock.Advance(6 * time.Minute)
	if v = s.Open(t, "/checkout", edgetest.WithCart,
		nil); len(v.Find("input", "name", "window_id", "disabled", "")) != 2 {
		t.Error("a place that was kept can be chosen for ever")
	}
}

func TestAMemberChoosesAnAddress(t *testing.T) {
	s := edgetest.Open(t)
	as := edgetest.WithCart + "; session=shopper"
	v := s.Open(t, "/checkout", as, nil)
	if len(v.Find("input", "name", "saved", "value", edgetest.HomeAddress, "checked", "")) != 1 ||
		len(v.Find("input", "name", "saved")) != 2 {
		t.Fatal("the saved address is not offered")
	}
	form := edgetest.Typed("k1")
	form.Set("as", "acc_x_1")
	form.Set("window_id", edgetest.Evening)
	form.Set("saved", edgetest.HomeAddress)
	form.Set("address.line1", "Elsewhere")
	s.Open(t, "/checkout", as, form)
	sent := s.Peers.Last["Checkout"].(*orderingv1.CheckoutRequest)
	if sent.GetContact().GetAddress().GetId() != edgetest.HomeAddress {
		t.Errorf("it goes to %v", sent.GetContact().GetAddress())
	}
	form.Set("saved", "")
	form.Set("keep", "1")
	s.Open(t, "/checkout", as, form)
	kept, _ := s.Peers.Last["PutAddress"].(*identityv1.PutAddressRequest)
	if kept.GetAddress().GetLine1() != "Elsewhere" || kept.GetCustomerId() != "acc_x_1" {
		t.Errorf("what is kept is %v", kept)
	}
}
