package edgetest

import (
	"context"
	"slices"

	auditv1 "github.com/artisan-eats/artisan/gen/artisan/audit/v1"
	"github.com/artisan-eats/artisan/gen/artisan/audit/v1/auditv1connect"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	"github.com/artisan-eats/artisan/gen/artisan/identity/v1/identityv1connect"
)

type fakeLog struct {
	auditv1connect.UnimplementedAuditServiceHandler
	*Peers
	service string
}

// fakeActors knows the accounts of these tests, and opens what is sealed.
type fakeActors struct {
	identityv1connect.UnimplementedActorServiceHandler
	*Peers
}

func (f fakeLog) Record(ctx context.Context, r *auditv1.RecordRequest) (*auditv1.RecordResponse, error) {
	f.mu.Lock()
	f.Recorded = append(f.Recorded, r.GetEntries()...)
	f.mu.Unlock()
	return &auditv1.RecordResponse{}, f.called(ctx, "Record", r)
}

func (f fakeLog) ListEntries(
	ctx context.Context, r *auditv1.ListEntriesRequest,
) (*auditv1.ListEntriesResponse, error) {
	answer := &auditv1.ListEntriesResponse{}
	for _, e := range f.Logged {
		if e.GetService() == f.service && (r.GetBeforeSeq() == 0 || e.GetSeq() < r.GetBeforeSeq()) &&
			len(answer.Entries) < int(r.GetLimit()) {
			answer.Entries = append(answer.Entries, e)
		}
	}
	return answer, f.called(ctx, f.service+".ListEntries", r)
}

func (f fakeActors) DescribeActors(
	ctx context.Context, r *identityv1.DescribeActorsRequest,
) (*identityv1.DescribeActorsResponse, error) {
	answer := &identityv1.DescribeActorsResponse{}
	for _, account := range Accounts {
		if slices.Contains(r.GetAccountIds(), account.GetId()) {
			answer.Names = append(answer.Names,
				&identityv1.ActorName{
					AccountId: account.GetId(), Name: account.GetName(),
					Email: account.GetEmail(),
				})
		}
	}
	for _, sealed := range r.GetSealedAddresses() {
		address := ""
		if sealed != "" {
			address = "192.0.2.7"
		}
		answer.Addresses = append(answer.Addresses, address)
	}
	return answer, f.called(ctx, "DescribeActors", r)
}
