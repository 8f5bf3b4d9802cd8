package ordering_test

import (
	"slices"
	"testing"

	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/ordering/order"
)

// TestAVerifiedAddressSeesWhatItOrderedWithoutAnAccount orders as a guest with a member's address, and looks
// as several members.
func TestAVerifiedAddressSeesWhatItOrderedWithoutAnAccount(t *testing.T) {
	each(t, func(s *shop) {
		gouda, window := s.Product(s.Producer("Dairy"), "Gouda", "each", 1250), s.Window(2).GetId()
		ada, bob := s.Member("ada"), s.Member("bob")
		guests, own := s.Order(window, want{gouda, 1000}).GetOrder(),
			s.OrderFor(ada, window, want{gouda, 2000}).GetOrder()
		for who, c := range map[string]struct {
			viewer *orderingv1.Viewer
			code   string
		}{
			"whoever has verified it": {&orderingv1.Viewer{CustomerId: ada, Verified: true}, ""},
			"who has not":             {&orderingv1.Viewer{CustomerId: ada}, "not_found"},
			"somebody else": {
				&orderingv1.Viewer{CustomerId: bob, Verified: true},
				"not_found",
			},
			"nobody": {&orderingv1.Viewer{Verified: true}, "not_found"},
			"who says to be that very guest": {&orderingv1.Viewer{
				CustomerId: "cus_x_nothing",
				Verified:   true,
			}, "not_found"},
			"somebody else with a wrong link": {&orderingv1.Viewer{
				CustomerId: bob, Verified: true,
				AccessToken: "x",
			}, "not_found"},
		} {
			_, err := s.GetOrder(s.Context(),
				&orderingv1.GetOrderRequest{Id: guests.GetId(), Viewer: c.viewer})
			if codeOf(err) != c.code {
				s.Errorf("%s is answered %v, want %q", who, err, c.code)
			}
		}
		found, err := s.people().FindCustomers(s.Context(),
			&identityv1.FindCustomersRequest{Email: "ada@example.com"})
		s.Must(err)
		theirs := slices.DeleteFunc(found.GetCustomerIds(),
			func(customer string) bool { return customer == ada })
		if got := s.IDs(&orderingv1.ListOrdersRequest{CustomerId: ada, GuestIds: theirs}); !slices.Equal(got,
			[]string{own.GetId(), guests.GetId()}) {
			s.Errorf("with the guests' are listed %v", got)
		}
		if got := s.IDs(&orderingv1.ListOrdersRequest{
			CustomerId: ada, GuestIds: theirs,
			Limit: 1,
		}); !slices.Equal(got, []string{own.GetId(), guests.GetId()}) {
			s.Errorf("page by page are listed %v", got)
		}
		if got := s.IDs(&orderingv1.ListOrdersRequest{CustomerId: ada}); !slices.Equal(got,
			[]string{own.GetId()}) {
			s.Errorf("alone are listed %v", got)
		}
		_, err = s.ListOrders(s.Context(), &orderingv1.ListOrdersRequest{Market: market, GuestIds: theirs})
		s.WantCode(err, "invalid")
		got, err := s.CancelOrder(s.Context(), &orderingv1.CancelOrderRequest{
			Id:     guests.GetId(),
			Viewer: &orderingv1.Viewer{CustomerId: ada, Verified: true},
		})
		s.Must(err)
		if got.GetOrder().GetStatus() != order.Cancelled {
			s.Errorf("whose address ordered it cancels it to %s", got.GetOrder().GetStatus())
		}
	})
}
