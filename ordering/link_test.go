package ordering_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"testing"
	"time"

	"github.com/artisan-eats/artisan/fault"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	"github.com/artisan-eats/artisan/gen/artisan/identity/v1/identityv1connect"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
)

// opens is what each use of a token is answered with: "" where it works. The last use cancels the order.
func (s *shop) opens(orderID, token string) (reads, cancels string) {
	s.Helper()
	v := &orderingv1.Viewer{AccessToken: token}
	_, err := s.GetOrder(s.Context(), &orderingv1.GetOrderRequest{Id: orderID, Viewer: v})
	reads = codeOf(err)
	_, err = s.Watch(s.Context(), orderID, v).Receive()
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
	return identityv1connect.NewIdentityServiceClient(s.Process.Client("identity"))
}

// oldToken is what versions before answered a checkout with.
func (s *shop) oldToken(orderID string) string {
	keys, err := s.Service.Host.Config().Keys("order access")
	s.Must(err)
	mac := hmac.New(sha256.New, keys[0])
	mac.Write([]byte(orderID))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

func TestATokenOpensWhatItIsOf(t *testing.T) {
	each(t, func(s *shop) {
		gouda, window := s.Product(s.Producer("Dairy"), "Gouda", "each", 1250), s.Window(2)
		bought := s.Order(window.GetId(), want{gouda, 1000})
		orderID := bought.GetOrder().GetId()
		links, err := s.LinkOrders(s.Context(), &orderingv1.LinkOrdersRequest{Ids: []string{orderID}})
		s.Must(err)
		s.wantOpens("to read only", orderID, links.GetTokens()[0], "", "read_only")
		other := s.Order(window.GetId(), want{gouda, 1000})
		s.wantOpens("another order's", orderID, other.GetAccessToken(), "not_found", "not_found")
		s.wantOpens("its own", orderID, bought.GetAccessToken(), "", "")
	})
}

func TestLinksEndWithWhoOrdered(t *testing.T) {
	each(t, func(s *shop) {
		gouda, window := s.Product(s.Producer("Dairy"), "Gouda", "each", 1250), s.Window(2).GetId()
		member := s.Member("ada")
		erased, kept, members := s.Order(window, want{gouda, 1000}), s.Order(window, want{gouda, 1000}),
			s.OrderFor(member, window, want{gouda, 1000})
		ctx, leave := context.WithTimeout(s.Context(), 20*time.Second)
		defer leave()
		stream := s.Watch(ctx, erased.GetOrder().GetId(),
			&orderingv1.Viewer{AccessToken: erased.GetAccessToken()})
		s.WantNext(stream, "new")
		for _, customer := range []string{erased.GetOrder().GetCustomerId(), member} {
			_, err := s.people().Erase(s.Context(),
				&identityv1.EraseRequest{CustomerId: customer, ByShop: true})
			s.Must(err)
		}
		s.Eventually("the links of the erased end",
			func() bool { return s.Count("SELECT COUNT(*) FROM link_epochs WHERE erased = 1") == 2 })
		_, err := stream.Receive()
		s.WantCode(err, "not_found")
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
		s.Must(err)
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
		gouda, window := s.Product(s.Producer("Dairy"), "Gouda", "each", 1250), s.Window(2).GetId()
		const old, fresh = "a few words of old", "a few words of now"
		ensure := &identityv1.EnsureAccountRequest{
			Email: "ada@example.com", Name: "Ada",
			Roles: []string{"shopper"}, Password: old,
		}
		made, err := s.people().EnsureAccount(s.Context(), ensure)
		s.Must(err)
		ada := made.GetAccount().GetId()
		ends := []func(){
			func() {
				ensure.Password = fresh
				_, err := s.people().EnsureAccount(s.Context(), ensure)
				s.Must(err)
			},
			func() {
				in, err := s.people().SignIn(s.Context(),
					&identityv1.SignInRequest{Email: "ada@example.com", Password: fresh})
				s.Must(err)
				_, err = s.people().SignOut(s.Context(),
					&identityv1.SignOutRequest{SessionToken: in.GetSessionToken(), Everywhere: true})
				s.Must(err)
			},
		}
		for i, end := range ends {
			bought := s.OrderFor(ada, window, want{gouda, 1000})
			orderID := bought.GetOrder().GetId()
			if _, err := s.GetOrder(s.Context(), &orderingv1.GetOrderRequest{
				Id:     orderID,
				Viewer: &orderingv1.Viewer{AccessToken: bought.GetAccessToken()},
			}); err != nil {
				s.Errorf("before: %v", err)
			}
			end()
			s.Eventually("the links end",
				func() bool { return s.Count("SELECT COUNT(*) FROM link_epochs WHERE epoch = $1", i+1) == 1 })
			s.wantOpens("of before", orderID, bought.GetAccessToken(), "not_found", "not_found")
			again, err := s.Checkout(s.Context(), s.Last)
			s.Must(err)
			s.wantOpens("of the same checkout, asked again", orderID, again.GetAccessToken(), "", "")
		}
	})
}
