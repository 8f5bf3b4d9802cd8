package audit

import (
	"context"

	"github.com/artisan-eats/artisan/fault"
	auditv1 "github.com/artisan-eats/artisan/gen/artisan/audit/v1"
	"github.com/artisan-eats/artisan/sqldb"
)

// Service is the AuditService of a log.
type Service struct{ log *Log }

// NewService makes a log's AuditService.
func NewService(l *Log) *Service { return &Service{l} }

const (
	// MaxListed bounds the entries of one answer.
	MaxListed = 500
	maxActors = 50
)

// ListEntries lists entries, the newest first.
func (s *Service) ListEntries(
	ctx context.Context, r *auditv1.ListEntriesRequest,
) (*auditv1.ListEntriesResponse, error) {
	if r.GetLimit() < 1 || r.GetLimit() > MaxListed || len(r.GetActorIds()) > maxActors {
		return nil,
			fault.InvalidField("limit", "At most 500 entries are listed at once, of at most 50 accounts.")
	}
	for _, t := range append([]string{r.GetActorKind(), r.GetAction(), r.GetSubject(), r.GetOutcome()},
		r.GetActorIds()...) {
		if text(t) != t {
			return nil, fault.InvalidField("filter", "This is too long, or no text.")
		}
	}
	records, err := s.log.List(ctx, Filter{
		Before: r.GetBeforeSeq(), ActorKind: r.GetActorKind(), ActorIDs: r.GetActorIds(),
		Action: r.GetAction(), Subject: r.GetSubject(),
		Outcome: Outcome(r.GetOutcome()), From: r.GetFrom(), Until: r.GetBefore(),
	}, int(r.GetLimit()))
	if err != nil {
		return nil, err
	}
	origins, err := s.log.openAll(ctx, records)
	if err != nil {
		return nil, err
	}
	response := &auditv1.ListEntriesResponse{}
	for i, record := range records {
		response.Entries = append(response.Entries, s.log.toProto(record, origins[i]))
	}
	return response, nil
}

func (l *Log) toProto(r Record, from origin) *auditv1.Entry {
	return &auditv1.Entry{
		Service: l.c.Service, Seq: r.Seq, At: r.At, ActorKind: r.ActorKind, ActorId: r.ActorID,
		Address: from.plain, SealedAddress: from.sealed,
		Action: r.Action, Subject: r.Subject, Outcome: string(r.Outcome), Detail: r.Details(), Hash: r.Hash,
	}
}

// Record writes entries of who has no database.
func (s *Service) Record(ctx context.Context, r *auditv1.RecordRequest) (*auditv1.RecordResponse, error) {
	if len(r.GetEntries()) > MaxRelayed {
		return nil, fault.InvalidField("entries", "At most 100 entries are recorded at once.")
	}
	err := s.log.c.DB.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		for _, e := range r.GetEntries() {
			if err := s.log.Write(ctx, tx, FromProto(e)); err != nil {
				return fault.InvalidField("entries", "An entry has an action and an outcome.")
			}
		}
		return nil
	})
	return &auditv1.RecordResponse{}, err
}

// ToProto is an entry as Record takes it.
func ToProto(e Entry, by Actor) *auditv1.Entry {
	return &auditv1.Entry{
		ActorKind: by.Kind, ActorId: by.ID, Address: by.Address, SealedAddress: by.Sealed,
		Action: text(e.Action), Subject: text(e.Subject), Outcome: string(e.Outcome), Detail: e.Detail,
	}
}

// FromProto is the way back.
func FromProto(e *auditv1.Entry) Entry {
	by := Actor{
		Kind: e.GetActorKind(), ID: e.GetActorId(), Address: e.GetAddress(),
		Sealed: e.GetSealedAddress(),
	}
	return Entry{
		Action: e.GetAction(), Subject: e.GetSubject(), Outcome: Outcome(e.GetOutcome()),
		Detail: e.GetDetail(), By: &by,
	}
}

// Verify walks the chain.
func (s *Service) Verify(ctx context.Context, _ *auditv1.VerifyRequest) (*auditv1.VerifyResponse, error) {
	c, err := s.log.Verify(ctx)
	return &auditv1.VerifyResponse{
		First: c.First, Last: c.Last, Hash: c.Hash, Sent: c.Sent,
		Wrong: c.Wrong.toProto(),
	}, err
}

// Compare finds what a stream has otherwise.
func (s *Service) Compare(ctx context.Context, r *auditv1.CompareRequest) (*auditv1.CompareResponse, error) {
	if len(r.GetMarks()) > MaxMarks {
		return nil, fault.InvalidField("marks", "At most 1000 entries are compared at once.")
	}
	marks := make([]Mark, len(r.GetMarks()))
	for i, m := range r.GetMarks() {
		marks[i] = Mark{m.GetSeq(), m.GetHash(), m.GetAt()}
	}
	wrong, err := s.log.Compare(ctx, marks)
	return &auditv1.CompareResponse{Wrong: wrong.toProto()}, err
}

func (w *Wrong) toProto() *auditv1.Wrong {
	if w == nil {
		return nil
	}
	return &auditv1.Wrong{Seq: w.Seq, What: w.What}
}

// Rewrap wraps the log's keys under the current master key.
func (s *Service) Rewrap(ctx context.Context, _ *auditv1.RewrapRequest) (*auditv1.RewrapResponse, error) {
	n, err := s.log.Rewrap(ctx)
	return &auditv1.RewrapResponse{Rewrapped: n}, err
}
