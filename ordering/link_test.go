package ordering

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/artisan-eats/artisan/fault"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	"github.com/artisan-eats/artisan/gen/artisan/identity/v1/identityv1connect"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/host"
)

// linkKeysOf are those of master keys, each named by a letter.
func linkKeysOf(t require, current string, older ...string) linkKeys {
	t.Helper()
	c := host.Config{Secret: []byte(strings.Repeat(current, 32))}
	for _, secret := range older {
		c.OlderSecrets = append(c.OlderSecrets, []byte(strings.Repeat(secret, 32)))
	}
	k, err := newLinkKeys(c)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func TestATokenSaysWhatItWasMadeToSay(t *testing.T) {
	k := linkKeysOf(t, "a")
	rapid.Check(t, func(t *rapid.T) {
		l := link{
			scope: scope(rapid.Byte().Draw(t, "scope")), epoch: rapid.Int64Range(0, 1<<32-1).Draw(t, "epoch"),
			expires: time.Unix(60*rapid.Int64Range(0, 1<<32-1).Draw(t, "minute"), 0).UTC(),
		}
		token := k.sign("ord_a", l)
		if got, ok := k.read("ord_a", token); !ok || got != l {
			t.Fatalf("%+v became %+v", l, got)
		}
		raw := []byte(token)
		at := rapid.IntRange(0, len(raw)-1).Draw(t, "at")
		raw[at] = rapid.SampledFrom([]byte("ABCdef012-_!")).Filter(func(b byte) bool {
			return b != raw[at]
		}).Draw(t, "byte")
		if _, ok := k.read("ord_a", string(raw)); ok {
			t.Fatalf("%q passes for %q", raw, token)
		}
	})
}

func TestATokenOpensOneOrderUnderOneKey(t *testing.T) {
	k := linkKeysOf(t, "a")
	token := k.sign("ord_a", link{scope: reading, expires: noon})
	for name, opened := range map[string]func() (link, bool){
		"another order":  func() (link, bool) { return k.read("ord_b", token) },
		"another secret": func() (link, bool) { return linkKeysOf(t, "b").read("ord_a", token) },
		"nothing":        func() (link, bool) { return k.read("ord_a", "") },
		"a part of it":   func() (link, bool) { return k.read("ord_a", token[:len(token)-2]) },
	} {
		if _, ok := opened(); ok {
			t.Errorf("it opens with %s", name)
		}
	}
	if _, ok := linkKeysOf(t, "b", "a").read("ord_a", token); !ok {
		t.Error("it does not outlive the turn of the master key")
	}
}

// opens is what each use of a token is answered with: "" where it works. The last use cancels the order.
func (s *shop) opens(orderID, token string) (reads, cancels string) {
	s.Helper()
	v := &orderingv1.Viewer{AccessToken: token}
	_, err := s.GetOrder(s.Context(), &orderingv1.GetOrderRequest{Id: orderID, Viewer: v})
	reads = codeOf(err)
	_, err = s.watch(s.Context(), orderID, v).Receive()
	_, again := s.CreateCart(s.Context(), &orderingv1.CreateCartRequest{FromOrder: orderID, Viewer: v})
	if codeOf(err) != reads || codeOf(again) != reads {
		s.Errorf("to read is answered %q, to watch %q, to order again %q", reads, codeOf(err), codeOf(again))
	}
	_, err = s.CancelOrder(s.Context(), &orderingv1.CancelOrderRequest{Id: orderID, Viewer: v})
	return reads, codeOf(err)
}

func codeOf(err error) string {
	if err == nil {
		return ""
	}
	return fault.Of(err).Code
}

func (s *shop) wantOpens(what, orderID, token, reads, cancels string) {
	s.Helper()
	if r, c := s.opens(orderID, token); r != reads || c != cancels {
		s.Errorf("%s: to read is answered %q, want %q; to cancel %q, want %q", what, r, reads, c, cancels)
	}
}

func (s *shop) people() identityv1connect.IdentityServiceClient {
	return identityv1connect.NewIdentityServiceClient(s.p.Client("identity"))
}

// oldToken is what versions before answered a checkout with.
func (s *shop) oldToken(orderID string) string {
	mac := hmac.New(sha256.New, s.service.accessKeys[0])
	mac.Write([]byte(orderID))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

func TestATokenMayWhatItSaysUntilItExpires(t *testing.T) {
	each(t, func(s *shop) {
		gouda, window, now := s.product(s.producer("Dairy"), "Gouda", "each", 1250), s.window(2),
			s.service.host.Now()
		bought := s.order(window.GetId(), want{gouda, 1000})
		orderID := bought.GetOrder().GetId()
		l, ok := s.service.linkKeys.read(orderID, bought.GetAccessToken())
		if ends := time.UnixMilli(window.GetEndsAt()).Add(60 * 24 * time.Hour); !ok ||
			!l.expires.Equal(ends) || l.scope != reading|cancelling {
			s.Errorf("a checkout answers with %+v, want one until %s", l, ends)
		}
		sign := s.service.linkKeys.sign
		s.wantOpens("expired", orderID, sign(orderID, link{reading | cancelling, now.Add(-time.Minute), 0}),
			"not_found", "not_found")
		s.wantOpens("for nothing", orderID, sign(orderID, link{0, now.Add(time.Hour), 0}), "not_found",
			"not_found")
		s.wantOpens("to cancel only", orderID, sign(orderID, link{cancelling, now.Add(time.Hour), 0}),
			"not_found", "not_found")
		s.wantOpens("to read only", orderID, sign(orderID, link{reading, now.Add(time.Hour), 0}), "",
			"read_only")
		other := s.order(window.GetId(), want{gouda, 1000})
		s.wantOpens("another order's", orderID, other.GetAccessToken(), "not_found", "not_found")
		s.wantOpens("its own", orderID, bought.GetAccessToken(), "", "")
	})
}

func TestLinksEndWithWhoOrdered(t *testing.T) {
	each(t, func(s *shop) {
		gouda, window := s.product(s.producer("Dairy"), "Gouda", "each", 1250), s.window(2).GetId()
		member := s.member("ada")
		erased, kept, members := s.order(window, want{gouda, 1000}), s.order(window, want{gouda, 1000}),
			s.orderFor(member, window, want{gouda, 1000})
		ctx, leave := context.WithTimeout(s.Context(), 20*time.Second)
		defer leave()
		stream := s.watch(ctx, erased.GetOrder().GetId(),
			&orderingv1.Viewer{AccessToken: erased.GetAccessToken()})
		s.wantNext(stream, "new")
		for _, customer := range []string{erased.GetOrder().GetCustomerId(), member} {
			_, err := s.people().Erase(s.Context(),
				&identityv1.EraseRequest{CustomerId: customer, ByShop: true})
			s.must(err)
		}
		s.eventually("the links of the erased end",
			func() bool { return s.count("SELECT COUNT(*) FROM link_epochs WHERE erased = 1") == 2 })
		_, err := stream.Receive()
		s.wantCode(err, "not_found")
		for what, c := range map[string]*orderingv1.CheckoutResponse{
			"an erased guest's":  erased,
			"an erased member's": members,
		} {
			s.wantOpens(what, c.GetOrder().GetId(), c.GetAccessToken(), "not_found", "not_found")
			s.wantOpens(what+", of before", c.GetOrder().GetId(), s.oldToken(c.GetOrder().GetId()),
				"not_found", "not_found")
		}
		got, err := s.LinkOrders(s.Context(),
			&orderingv1.LinkOrdersRequest{Ids: []string{
				erased.GetOrder().GetId(), kept.GetOrder().GetId(),
				"ord_x",
			}, Cancel: true})
		s.must(err)
		if tokens := got.GetTokens(); len(tokens) != 3 || tokens[0] != "" ||
			tokens[1] != kept.GetAccessToken() || tokens[2] != "" {
			s.Errorf("links are made for %q", tokens)
		}
		s.wantOpens("somebody else's", kept.GetOrder().GetId(), kept.GetAccessToken(), "", "")
	})
}

// TestANewPasswordEndsTheLinksOfBefore also signs out everywhere; whoever tries the checkout again has a link
// that works.
func TestANewPasswordEndsTheLinksOfBefore(t *testing.T) {
	each(t, func(s *shop) {
		gouda, window := s.product(s.producer("Dairy"), "Gouda", "each", 1250), s.window(2).GetId()
		const old, fresh = "a few words of old", "a few words of now"
		ensure := &identityv1.EnsureAccountRequest{
			Email: "ada@example.com", Name: "Ada",
			Roles: []string{"shopper"}, Password: old,
		}
		made, err := s.people().EnsureAccount(s.Context(), ensure)
		s.must(err)
		ada := made.GetAccount().GetId()
		ends := []func(){
			func() {
				ensure.Password = fresh
				_, err := s.people().EnsureAccount(s.Context(), ensure)
				s.must(err)
			},
			func() {
				in, err := s.people().SignIn(s.Context(),
					&identityv1.SignInRequest{Email: "ada@example.com", Password: fresh})
				s.must(err)
				_, err = s.people().SignOut(s.Context(),
					&identityv1.SignOutRequest{SessionToken: in.GetSessionToken(), Everywhere: true})
				s.must(err)
			},
		}
		for i, end := range ends {
			bought := s.orderFor(ada, window, want{gouda, 1000})
			orderID := bought.GetOrder().GetId()
			if _, err := s.GetOrder(s.Context(), &orderingv1.GetOrderRequest{
				Id:     orderID,
				Viewer: &orderingv1.Viewer{AccessToken: bought.GetAccessToken()},
			}); err != nil {
				s.Errorf("before: %v", err)
			}
			end()
			s.eventually("the links end",
				func() bool { return s.count("SELECT COUNT(*) FROM link_epochs WHERE epoch = $1", i+1) == 1 })
			s.wantOpens("of before", orderID, bought.GetAccessToken(), "not_found", "not_found")
			again, err := s.Checkout(s.Context(), s.last)
			s.must(err)
			s.wantOpens("of the same checkout, asked again", orderID, again.GetAccessToken(), "", "")
		}
	})
}

func TestATokenOfAnEarlierVersionLivesOutItsTime(t *testing.T) {
	each(t, func(s *shop) {
		gouda, window := s.product(s.producer("Dairy"), "Gouda", "each", 1250), s.window(2).GetId()
		orderID := s.order(window, want{gouda, 1000}).GetOrder().GetId()
		s.service.linksSince = s.service.host.Now().Add(-2 * oldLinkGrace)
		s.wantOpens("of an order that was placed since", orderID, s.oldToken(orderID), "not_found",
			"not_found")
		s.service.linksSince = s.service.host.Now()
		s.wantOpens("of an order of before", orderID, s.oldToken(orderID), "", "")
		over := s.get(orderID)
		past := Order{
			ID: orderID, CustomerID: over.GetCustomerId(), PlacedAt: s.service.host.Now(),
			Window: Window{EndsAt: s.service.host.Now().Add(-linkLife)},
		}
		if may, err := s.service.scopeOf(s.Context(), past,
			&orderingv1.Viewer{AccessToken: s.oldToken(orderID)}); err != nil || may != 0 {
			s.Errorf("60 days after its window it may still %v, %v", may, err)
		}
		// A restart does not begin anew.
		first, err := s.service.store.linksSince(s.Context(), time.Now().Add(time.Hour))
		s.must(err)
		if first.After(time.Now()) {
			s.Errorf("links end since %s", first)
		}
	})
}
