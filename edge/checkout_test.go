package edge

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/artisan-eats/artisan/edge/web"
	"github.com/artisan-eats/artisan/fault"
	deliveryv1 "github.com/artisan-eats/artisan/gen/artisan/delivery/v1"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
)

func TestWindowsSayWhatIsLeftOfThem(t *testing.T) {
	s := openShop(t, DefaultLimits)
	s.peers.set(func(p *peers) {
		p.cart = func(c *orderingv1.Cart) { c.Total = dollars(1950) }
		p.window = func(w *deliveryv1.Window) {
			if w.GetId() == saturday {
				w.Remaining = 1
			}
		}
	})
	v := s.open(t, "/checkout", withCart, nil)
	v.says(t, http.StatusOK, "Saturday, November 21", "9:00 to 11:00 AM",
		"1 place left · order by Fri, Nov 20, 9:00 PM", "Orders from $25.00: add $5.50 more.")
	if len(v.find("input", "value", evening, "data-kind", "delivery", "disabled", "")) != 1 ||
		len(v.find("input", "value", saturday, "disabled", "")) != 0 {
		t.Error("a window whose minimum is not met can be chosen, or the other one cannot")
	}
	s.peers.set(func(p *peers) { p.window = func(w *deliveryv1.Window) { w.Remaining = 0 } })
	v = s.open(t, "/checkout", withCart, nil)
	v.says(t, http.StatusOK, "Full. All its places are taken.")
	s.peers.set(func(p *peers) { p.window = func(w *deliveryv1.Window) { w.OrderBy = 1 } })
	s.open(t, "/checkout", withCart, nil).says(t, http.StatusOK,
		"No pickup or delivery takes orders just now.")
}

func TestAnotherWindowHasAnotherTotal(t *testing.T) {
	s := openShop(t, DefaultLimits)
	form := typed("the-key")
	form.Set("window_id", evening)
	v := s.open(t, "/checkout/form", withCart, form)
	v.says(t, http.StatusOK, "Delivery $6.00Total $54.00")
	if s.peers.count("Checkout") != 0 || v.value("key") != "the-key" || v.value("name") != "Ann <Example>" {
		t.Error("looking at a total ordered something, or lost what was typed")
	}
}

func TestWhatIsWrongIsSummedUp(t *testing.T) {
	s := openShop(t, DefaultLimits)
	s.peers.fail("Checkout", fault.New(fault.Invalid, "invalid", "Bad.",
		fault.Field{Name: "email", Message: "Enter an e-mail address."},
		fault.Field{Name: "address.city", Message: "This is needed."}))
	v := s.open(t, "/checkout", withCart, typed("k"))
	v.says(t, http.StatusUnprocessableEntity, "Nothing is ordered yet", "E-mail: Enter an e-mail address.",
		"City: This is needed.")
	for _, at := range []string{"f-email", "f-address.city"} {
		if len(v.find("a", "href", "#"+at)) != 1 ||
			len(v.find("input", "id", at, "aria-invalid", "true")) != 1 {
			t.Errorf("there is no way to %s", at)
		}
	}
	if focused := v.find("input", "autofocus", ""); len(focused) != 1 ||
		!has(focused[0], []string{"id", "f-email"}) {
		t.Errorf("%d fields have the focus", len(focused))
	}
}

// TestSigningInMidwayLosesNothing signs in from a form that is half filled in.
func TestSigningInMidwayLosesNothing(t *testing.T) {
	s := openShop(t, DefaultLimits)
	form := typed("the-key")
	form.Set("do", "sign-in")
	asked := s.open(t, "/checkout/form", withCart, form)
	if asked.status != http.StatusOK || len(asked.find("input", "name", "password")) != 1 {
		t.Fatalf("status %d: no password is asked for", asked.status)
	}
	form.Set("password", "wrong")
	wrong := s.open(t, "/checkout/form", withCart, form)
	wrong.says(t, http.StatusUnauthorized, "The e-mail address or the password is wrong.")
	s.peers.fail("SignIn",
		fault.New(fault.Exhausted, "too_many_attempts", "There were too many tries. Please wait."))
	form.Set("password", "right")
	s.open(t, "/checkout/form", withCart, form).says(t, http.StatusTooManyRequests,
		"There were too many tries. Please wait.")
	s.peers.fail("SignIn", nil)
	in := s.open(t, "/checkout/form", withCart, form)
	in.says(t, http.StatusOK, "You are signed in as Ann. Nothing is ordered yet.")
	for _, v := range []*view{asked, wrong, in} {
		note := v.find("textarea", "name", "note")
		if v.value("name") != "Ann <Example>" || v.value("key") != "the-key" ||
			v.value("address.line1") != "1 Hill Road" || v.value("password") != "" || len(note) != 1 ||
			note[0].FirstChild == nil {
			t.Error("something that was typed is lost, or a password is sent back")
		}
	}
	if in.value("as") != "acc_x_1" || len(in.cookies) != 2 || in.cookies[0].Name != web.SessionCookie {
		t.Errorf("the form is for %q, cookies %v", in.value("as"), in.cookies)
	}
	if s.peers.count("Checkout") != 0 {
		t.Error("signing in has ordered something")
	}
}

// TestSigningInMidwayShowsTheWholeBasket has a member who left something in the basket on another device.
func TestSigningInMidwayShowsTheWholeBasket(t *testing.T) {
	const says = "What your basket had on another device is in it, too. Please look it over."
	for _, more := range []bool{true, false} {
		s := openShop(t, DefaultLimits)
		form := typed("the-key")
		form.Set("password", "right")
		s.peers.set(func(p *peers) {
			p.cart = func(c *orderingv1.Cart) {
				if more && p.calls["MemberCart"] > 0 {
					c.Lines[0].Quantity = 5000
				}
			}
		})
		in := s.open(t, "/checkout/form", withCart, form)
		if in.says(t, http.StatusOK, "You are signed in as Ann."); strings.Contains(in.text(), says) != more {
			t.Errorf("whether it says that there is more: %v", !more)
		}
		form.Set("as", "acc_x_1")
		form.Set("seen", in.value("seen"))
		form.Del("password")
		if v := s.open(t, "/checkout", withCart+"; session=shopper", form); v.status != http.StatusSeeOther {
			t.Errorf("what was shown is answered with %d", v.status)
		}
	}
}

// TestWhoSignedInMidwayStaysSignedIn has the page fail that comes after it: the guest's basket is the
// member's by then, and none without the session.
func TestWhoSignedInMidwayStaysSignedIn(t *testing.T) {
	s := openShop(t, DefaultLimits)
	form := typed("the-key")
	form.Set("password", "right")
	s.peers.set(func(p *peers) { p.faults["MemberCart"] = errDown })
	in := s.open(t, "/checkout/form", withCart, form)
	if in.status != http.StatusSeeOther || in.header.Get("Location") != "/checkout" ||
		!strings.Contains(fmt.Sprint(in.header.Values("Set-Cookie")), "session=") {
		t.Errorf("%d to %q, with %q", in.status, in.header.Get("Location"), in.header.Values("Set-Cookie"))
	}
}

func TestAPasswordInTheFormSignsInFirst(t *testing.T) {
	s := openShop(t, DefaultLimits)
	form := typed("the-key")
	form.Set("password", "right")
	s.open(t, "/checkout", withCart, form).says(t, http.StatusOK, "You are signed in as Ann.")
	if s.peers.count("Checkout") != 0 {
		t.Error("something was ordered without an account")
	}
}

// TestAStaleFormOrdersNothing sends forms that were made for somebody else, or for another basket.
func TestAStaleFormOrdersNothing(t *testing.T) {
	for name, c := range map[string]struct {
		cookie string
		change func(form url.Values, p *peers)
		says   string
	}{
		"signed in since": {
			withCart + "; session=shopper", func(url.Values, *peers) {},
			"You are signed in as Ann now. Nothing is ordered yet",
		},
		"somebody else": {
			withCart + "; session=other",
			func(f url.Values, _ *peers) { f.Set("as", "acc_x_1") }, "You are signed in as Bob now.",
		},
		"signed out since": {
			withCart, func(f url.Values, _ *peers) { f.Set("as", "acc_x_1") },
			"You are not signed in any more.",
		},
		"changed in a tab": {
			withCart,
			func(_ url.Values, p *peers) { p.cart = func(c *orderingv1.Cart) { c.Lines[0].Quantity = 3000 } },
			"Your basket has changed since this page was opened",
		},
		"emptied in a tab": {
			withCart,
			func(_ url.Values, p *peers) { p.cart = func(c *orderingv1.Cart) { c.Lines = nil } },
			"Your basket is empty now",
		},
		"the basket is gone": {
			"cart=crt_portland_x", func(url.Values, *peers) {},
			"The basket of that page is not here any more",
		},
		"no basket": {"", func(url.Values, *peers) {}, "Nothing was ordered."},
	} {
		t.Run(name, func(t *testing.T) {
			s := openShop(t, DefaultLimits)
			form := typed("the-key")
			form.Set("seen", s.open(t, "/checkout", withCart, nil).value("seen"))
			s.peers.set(func(p *peers) { c.change(form, p) })
			v := s.open(t, "/checkout", c.cookie, form)
			v.says(t, http.StatusConflict, c.says)
			if s.peers.count("Checkout") != 0 {
				t.Error("something was ordered")
			}
			if form := v.find("form", "action", "/checkout"); len(form) == 1 &&
				v.value("name") != "Ann <Example>" {
				t.Error("what was typed is lost")
			}
		})
	}
}

func TestWhoGoesBackIsLedToTheOrder(t *testing.T) {
	s := openShop(t, DefaultLimits)
	s.peers.set(func(p *peers) { p.cart = func(c *orderingv1.Cart) { c.OrderId = placedOrder } })
	if v := s.open(t, "/checkout", withCart, nil); v.status != http.StatusSeeOther ||
		v.header.Get("Location") != "/orders/"+placedOrder {
		t.Errorf("status %d to %s", v.status, v.header.Get("Location"))
	}
	s.peers.fail("Checkout", fault.New(fault.Conflict, "cart_ordered", "Ordered."))
	if v := s.open(t, "/checkout", withCart, typed("again")); v.status != http.StatusSeeOther ||
		!strings.HasPrefix(v.header.Get("Location"), "/orders/"+placedOrder) {
		t.Errorf("status %d to %s", v.status, v.header.Get("Location"))
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
			fault.Field{Name: wheel, Message: "It is gone."}), "Hill Tomme: It is gone."},
		"dearer": {
			fault.New(fault.Conflict, "price_changed", "Prices have changed since you saw them.",
				fault.Field{Name: wheel, Message: "The price has changed."}),
			"Hill Tomme: The price has changed.",
		},
		"allergens": {
			fault.New(fault.Conflict, "allergens_changed",
				"What is said of the allergens in your basket has changed since you saw it.",
				fault.Field{Name: wheel, Message: "Its maker says something else of its allergens now."}),
			"Hill Tomme: Its maker says something else of its allergens now.",
		},
		"too low": {
			fault.New(fault.Invalid, "below_minimum", "25.00 USD"),
			"Pickup or delivery: Your basket does not come to enough for that.",
		},
	} {
		t.Run(code, func(t *testing.T) {
			s := openShop(t, DefaultLimits)
			s.peers.fail("Checkout", c.fault)
			s.open(t, "/checkout", withCart, typed("k")).says(t, web.StatusOf(c.fault), c.says)
		})
	}
}

// TestADeclinedCardIsSaidOnceBesideThePayment also looks that the page goes on there, with everything that
// was chosen.
func TestADeclinedCardIsSaidOnceBesideThePayment(t *testing.T) {
	s := openShop(t, DefaultLimits)
	s.peers.fail("Checkout",
		fault.New(fault.Declined, "payment_declined",
			"The payment was declined. Please use another way to pay."))
	v := s.open(t, "/checkout", withCart, typed("k"))
	v.says(t, http.StatusPaymentRequired, "Please use another way to pay.")
	if n := strings.Count(v.text(), "The payment was declined."); n != 1 ||
		len(v.find("div", "class", "alert")) != 0 {
		t.Errorf("it is said %d times", n)
	}
	if len(v.find("fieldset", "id", "pay", "aria-describedby", "w-payment")) != 1 ||
		len(v.find("p", "id", "w-payment", "role", "alert")) != 1 {
		t.Error("it is not said beside the payment")
	}
	if len(v.find("input", "name", "payment", "autofocus", "")) != 1 ||
		len(v.find("input", "autofocus", "")) != 1 {
		t.Error("the page does not go on at the payment")
	}
	if len(v.find("input", "name", "window_id", "value", saturday, "checked", "")) != 1 {
		t.Error("the window is not chosen any more")
	}
}

func TestAPlaceThatIsKeptCanBeChosen(t *testing.T) {
	s := openShop(t, DefaultLimits)
	until := s.clock.Now().Add(5 * time.Minute).UnixMilli()
	s.peers.set(func(p *peers) {
		p.cart = func(c *orderingv1.Cart) { c.KeptWindowId, c.KeptUntil = saturday, until }
		p.window = func(w *deliveryv1.Window) { w.Remaining = 0 }
	})
	v := s.open(t, "/checkout", withCart, nil)
	v.says(t, http.StatusOK, "Your place is kept until 1:05 AM", "Full. All its places are taken.")
	if len(v.find("input", "name", "window_id", "disabled", "")) != 1 {
		t.Error("the kept place cannot be chosen, or another can")
	}
	s.open(t, "/checkout", withCart, typed("k"))
	sent := s.peers.last["Checkout"].(*orderingv1.CheckoutRequest)
	if !sent.GetKeepPlace() {
		t.Error("a page does not ask for its place to be kept")
	}
	s.clock.Advance(6 * time.Minute)
	if v = s.open(t, "/checkout", withCart,
		nil); len(v.find("input", "name", "window_id", "disabled", "")) != 2 {
		t.Error("a place that was kept can be chosen for ever")
	}
}

func TestAMemberChoosesAnAddress(t *testing.T) {
	s := openShop(t, DefaultLimits)
	as := withCart + "; session=shopper"
	v := s.open(t, "/checkout", as, nil)
	if len(v.find("input", "name", "saved", "value", homeAddress, "checked", "")) != 1 ||
		len(v.find("input", "name", "saved")) != 2 {
		t.Fatal("the saved address is not offered")
	}
	form := typed("k1")
	form.Set("as", "acc_x_1")
	form.Set("window_id", evening)
	form.Set("saved", homeAddress)
	form.Set("address.line1", "Elsewhere")
	s.open(t, "/checkout", as, form)
	sent := s.peers.last["Checkout"].(*orderingv1.CheckoutRequest)
	if sent.GetContact().GetAddress().GetId() != homeAddress {
		t.Errorf("it goes to %v", sent.GetContact().GetAddress())
	}
	form.Set("saved", "")
	form.Set("keep", "1")
	s.open(t, "/checkout", as, form)
	kept, _ := s.peers.last["PutAddress"].(*identityv1.PutAddressRequest)
	if kept.GetAddress().GetLine1() != "Elsewhere" || kept.GetCustomerId() != "acc_x_1" {
		t.Errorf("what is kept is %v", kept)
	}
}
