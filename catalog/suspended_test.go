package catalog_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/artisan-eats/artisan/audit"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
)

// TestWhoIsSuspendedDoesNotApply takes a maker out of the shop and lets her back in. One who gives herself a
// name that has to be looked at waits like an applicant.
func TestWhoIsSuspendedDoesNotApply(t *testing.T) {
	each(t, func(s shop) {
		boss := audit.With(s.Context(), audit.Actor{Kind: audit.Operator, ID: "cus_boss"})
		zest := s.putProducer(&catalogv1.Producer{Market: "portland", Name: "Zest", Approved: true})
		s.putProducer(&catalogv1.Producer{Market: "portland", Name: "Applicant"})
		approve := func(approved bool) *catalogv1.Producer {
			s.Helper()
			got, err := s.ApproveProducer(boss,
				&catalogv1.ApproveProducerRequest{Id: zest.GetId(), Approved: approved})
			if err != nil {
				s.Fatal(err)
			}
			return got.GetProducer()
		}
		lists := func(what, waiting, suspended string) {
			s.Helper()
			got, _ := s.producers(&catalogv1.ListProducersRequest{
				Market: "portland", Waiting: true,
				All: true,
			})
			// those who came within a millisecond are in any order
			names := strings.Split(strings.TrimSpace(got), ", ")
			slices.Sort(names)
			s.wants(what+", who wait", strings.Join(names, ", "), waiting)
			got, _ = s.producers(&catalogv1.ListProducersRequest{
				Market: "portland", Suspended: true,
				All: true,
			})
			s.wants(what+", who are suspended", strings.TrimSpace(got), suspended)
		}
		lists("before", "Applicant", "")
		s.wants("once she is suspended", approve(false).GetSuspended(), true)
		lists("after", "Applicant", "Zest")
		got, err := s.GetProducer(s.Context(), &catalogv1.GetProducerRequest{Id: zest.GetId()})
		s.wants("read by herself", got.GetProducer().GetSuspended() && !got.GetProducer().GetApproved() &&
			err == nil, true)
		s.wants("back in the shop", approve(true).GetSuspended(), false)
		lists("undone", "Applicant", "")

		herself := audit.With(s.Context(), audit.Actor{Kind: audit.Producer, ID: "cus_zest"})
		zest.Name, zest.Approved = "Z\u0435st", true // with a letter that only looks like one
		if _, err := s.PutProducer(herself, &catalogv1.PutProducerRequest{Producer: zest}); err != nil {
			s.Fatal(err)
		}
		lists("with another name", "Applicant, Z\u0435st", "")
	})
}
