package edge

import (
	"context"

	auditv1 "github.com/artisan-eats/artisan/gen/artisan/audit/v1"
	"github.com/artisan-eats/artisan/gen/artisan/audit/v1/auditv1connect"
	"github.com/artisan-eats/artisan/host"
)

// addLog gives a service whose peers are fakes a security log.
func (p *peers) addLog(h *host.Host) {
	auditv1connect.RegisterAuditServiceHandler(h.RPC(), fakeLog{peers: p, service: h.Name()})
}

type fakeLog struct {
	auditv1connect.UnimplementedAuditServiceHandler
	*peers
	service string
}

func (f fakeLog) Record(ctx context.Context, r *auditv1.RecordRequest) (*auditv1.RecordResponse, error) {
	f.mu.Lock()
	f.recorded = append(f.recorded, r.GetEntries()...)
	f.mu.Unlock()
	return &auditv1.RecordResponse{}, f.called(ctx, "Record", r)
}

func (f fakeLog) ListEntries(ctx context.Context, r *auditv1.ListEntriesRequest) (*auditv1.ListEntriesResponse, error) {
	answer := &auditv1.ListEntriesResponse{}
	for _, e := range f.logged {
		if e.GetService() == f.service && (r.GetBeforeSeq() == 0 || e.GetSeq() < r.GetBeforeSeq()) && len(answer.Entries) < int(r.GetLimit()) {
			answer.Entries = append(answer.Entries, e)
		}
	}
	return answer, f.called(ctx, f.service+".ListEntries", r)
}
