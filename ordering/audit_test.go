package ordering_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/artisan-eats/artisan/audit"
	auditv1 "github.com/artisan-eats/artisan/gen/artisan/audit/v1"
	"github.com/artisan-eats/artisan/gen/artisan/audit/v1/auditv1connect"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/ordering/order"
)

// audited are the actions in a service's security log, the newest first, with who did it and to what.
func (s *shop) audited(service string) (lines []string) {
	s.Helper()
	answer, err := auditv1connect.NewAuditServiceClient(s.Process.Client(service)).ListEntries(s.Context(),
		&auditv1.ListEntriesRequest{Limit: 100})
	s.Must(err)
	for _, e := range answer.GetEntries() {
		lines = append(lines, fmt.Sprint(e.GetActorKind(), " ", e.GetActorId(), " ", e.GetAction(), " ",
			e.GetSubject()))
	}
	return lines
}

func TestCancellationsAreToldWithWhoDidThemAndCheckoutsAreNot(t *testing.T) {
	each(t, func(s *shop) {
		dairy := s.Producer("Dairy")
		gouda := s.Product(dairy, "Gouda", "each", 1250)
		saturday := s.Window(2).GetId()
		before := map[string][]string{}
		for _, service := range []string{"inventory", "delivery", "payments", "ordering"} {
			before[service] = s.audited(service)
		}
		gone, packed := s.Order(saturday, want{gouda, 2000}).GetOrder(),
			s.Order(saturday, want{gouda, 2000}).GetOrder()
		for service, lines := range before {
			if got := s.audited(service); !slices.Equal(got, lines) {
				s.Errorf("a checkout is told of by %s: %q", service, got)
			}
		}
		boss := audit.With(s.Context(), audit.Actor{Kind: audit.Operator, ID: "cus_boss"})
		for range 2 {
			_, err := s.CancelOrder(boss, &orderingv1.CancelOrderRequest{Id: gone.GetId(), Viewer: operator})
			s.Must(err)
		}
		s.Advance(packed, dairy, "accepted")
		s.Advance(packed, dairy, "packed", &orderingv1.PackedLine{
			VariantId: gouda.GetVariants()[0].GetId(),
			Quantity:  1000,
		})
		if _, err := s.CancelOrder(boss,
			&orderingv1.CancelOrderRequest{Id: packed.GetId(), Viewer: operator}); err == nil {
			s.Error("a packed order was cancelled")
		}
		want := []string{"  part.pack_other " + packed.GetId(), "operator cus_boss order.cancel " +
			gone.GetId()}
		if got := s.audited("ordering"); !slices.Equal(got, append(want, before["ordering"]...)) {
			s.Errorf("told %q", got)
		}
		for _, step := range s.Get(gone.GetId()).GetSteps() {
			if by := step.GetActorKind() + " " +
				step.GetActorId(); (step.GetStatus() == order.Cancelled) != (by == "operator cus_boss") {
				s.Errorf("%s was by %q", step.GetStatus(), by)
			}
		}
	})
}
