package orderingtest

import (
	"time"

	"github.com/artisan-eats/artisan/audit"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	deliveryv1 "github.com/artisan-eats/artisan/gen/artisan/delivery/v1"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
)

// Later moves a window by a day, to another place.
func (s *Shop) Later(w *deliveryv1.Window) {
	s.Helper()
	for _, at := range []*int64{&w.StartsAt, &w.EndsAt, &w.OrderBy} {
		*at += 24 * time.Hour.Milliseconds()
	}
	w.Place = "The side door"
	_, err := s.Delivery.PutWindow(s.Context(), &deliveryv1.PutWindowRequest{Window: w})
	s.Must(err)
}

// Moved waits until ordering has done with what was moved.
func (s *Shop) Moved() {
	s.Helper()
	s.Eventually("every order is moved", func() bool {
		var waiting int
		s.Must(s.Process.Host("delivery").DB().Read().QueryRowContext(s.Context(),
			"SELECT COUNT(*) FROM outbox").Scan(&waiting))
		return waiting == 0 && s.Count("SELECT COUNT(*) FROM moved_windows") == 0
	})
}

// Flood cancels a window, its orders going to another, or nowhere.
func Flood(windowID, to, key string) *orderingv1.ClearWindowRequest {
	return &orderingv1.ClearWindowRequest{
		WindowId: windowID, ToWindowId: to, Reason: "The hall is flooded.",
		Key: key, Viewer: Operator,
	}
}

// Clear cancels a window, as an operator.
func (s *Shop) Clear(r *orderingv1.ClearWindowRequest) {
	s.Helper()
	_, err := s.ClearWindow(audit.With(s.Context(), audit.Actor{Kind: audit.Operator, ID: "acc_x_op"}), r)
	s.Must(err)
}

// Cleared waits until nothing more happens to a window's orders by itself, and every peer knows.
func (s *Shop) Cleared(windowID string) (c *orderingv1.Clearing) {
	s.Helper()
	s.Eventually("the window is cleared", func() bool {
		answer, err := s.GetClearing(s.Context(), &orderingv1.GetClearingRequest{WindowId: windowID})
		s.Must(err)
		c = answer.GetClearing()
		return c.GetDone() && s.Count("SELECT COUNT(*) FROM outbox") == 0
	})
	return c
}

// Terms says how a maker takes orders: from how much on, and that she is on holiday on the day that is so
// many days ahead.
func (s *Shop) Terms(producerID string, minimum int64, days ...int) {
	s.Helper()
	zone, err := time.LoadLocation("America/Los_Angeles")
	s.Must(err)
	r := &catalogv1.EditProducerRequest{Id: producerID, OrderMinimum: minimum}
	for _, ahead := range days {
		day := time.Now().AddDate(0, 0, ahead).Truncate(time.Hour).In(zone).Format(time.DateOnly)
		r.Holidays = append(r.Holidays, &catalogv1.Holiday{From: day, Until: day})
	}
	_, err = s.Catalog.EditProducer(s.Context(), r)
	s.Must(err)
}
