package windows_test

import (
	"testing"

	"google.golang.org/protobuf/proto"

	"github.com/artisan-eats/artisan/edge/edgetest"
	deliveryv1 "github.com/artisan-eats/artisan/gen/artisan/delivery/v1"
	"github.com/artisan-eats/artisan/gen/artisan/delivery/v1/deliveryv1connect"
)

// TestAnOlderPageOfAWindowRevertsNoPlace is the report: another operator's place is reverted, and orders
// would move again.
func TestAnOlderPageOfAWindowRevertsNoPlace(t *testing.T) {
	edgetest.OpenMarket(t, func(t *testing.T, m *edgetest.Market) {
		_, cookie := m.Desks(t)
		at := "/operator/windows/" + m.Windows
		old, young := m.Tab(t, cookie, at, at), m.Tab(t, cookie, at, at)
		young.Saves(t, "place", "Stall 9", "capacity", "45")
		before := windowNow(t, m)
		old.Form.Set("capacity", "50")
		old.IsAsked(t, []string{"place", "capacity"}, "Leave what is there now: Stall 9",
			"Take yours: Stall 4", "Take yours: 50")
		if got := windowNow(t, m); !proto.Equal(got, before) {
			t.Fatalf("it is saved: %v", got)
		}
		old.Saves(t, "take.capacity", edgetest.TakeYours)
		if got := windowNow(t, m); got.GetPlace() != "Stall 9" || got.GetCapacity() != 50 {
			t.Errorf("saved as %v", got)
		}
		old.Saves(t)
	})
}

func windowNow(t *testing.T, m *edgetest.Market) *deliveryv1.Window {
	t.Helper()
	answer, err := deliveryv1connect.NewDeliveryServiceClient(m.Process.Client("delivery")).GetWindow(
		t.Context(), &deliveryv1.GetWindowRequest{Id: m.Windows})
	if err != nil {
		t.Fatal(err)
	}
	return answer.GetWindow()
}
