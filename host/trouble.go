package host

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/artisan-eats/artisan/audit"
	"github.com/artisan-eats/artisan/events"
	"github.com/artisan-eats/artisan/fault"
	troublev1 "github.com/artisan-eats/artisan/gen/artisan/trouble/v1"
	"github.com/artisan-eats/artisan/gen/artisan/trouble/v1/troublev1connect"
)

// Trouble is what a service could not do by itself and the operator should know of.
type Trouble struct {
	// ID is unique within its kind.
	ID string
	// About is what it concerns: an ID, mostly an order's.
	About string
	// What is a sentence for the operator, without personal data.
	What     string
	Since    time.Time
	Attempts int64
}

// MaxTroubles is how many troubles of a kind are listed.
const MaxTroubles = 100

// Troubles registers a kind of trouble that the service may have. list answers with at least the MaxTroubles
// oldest, if there are so many. retry does now what would be tried later, or marks as seen what only has to
// be known; it is given any text for an ID, and what is no longer in trouble is left alone. Without retry
// there is nothing to do but wait.
func (h *Host) Troubles(
	kind string, list func(context.Context) ([]Trouble, error),
	retry func(ctx context.Context, id string) error,
) {
	h.troubles.kinds = append(h.troubles.kinds, troubleKind{kind, list, retry})
}

// troubles is a service's TroubleService.
type troubles struct {
	host    *Host
	service string
	kinds   []troubleKind
}

type troubleKind struct {
	name  string
	list  func(context.Context) ([]Trouble, error)
	retry func(ctx context.Context, id string) error
}

// maxTroubleID bounds an ID, kind included.
const maxTroubleID = 500

var errNoTrouble = fault.New(fault.NotFound, "not_found", "There is no such trouble.")

// serveTroubles mounts the service's troubles, the first of which are its events.
func (h *Host) serveTroubles() {
	h.troubles = &troubles{host: h, service: h.name}
	troublev1connect.RegisterTroubleServiceHandler(h.rpc, h.troubles)
	if h.publisher != nil {
		h.Troubles("event", h.stuckEvents, h.retryEvent)
		h.Troubles("subscriber", h.absentSubscribers, nil)
	}
}

// ListTroubles lists what waits for somebody.
func (t *troubles) ListTroubles(
	ctx context.Context, _ *troublev1.ListTroublesRequest,
) (*troublev1.ListTroublesResponse, error) {
	response := &troublev1.ListTroublesResponse{}
	for _, kind := range t.kinds {
		found, err := kind.list(ctx)
		if err != nil {
			return nil, err
		}
		slices.SortStableFunc(found, func(a, b Trouble) int { return a.Since.Compare(b.Since) })
		for _, trouble := range found[:min(len(found), MaxTroubles)] {
			response.Troubles = append(response.Troubles, t.toProto(kind, trouble))
		}
	}
	slices.SortStableFunc(response.Troubles,
		func(a, b *troublev1.Trouble) int { return cmp.Compare(a.GetSince(), b.GetSince()) })
	return response, nil
}

func (t *troubles) toProto(kind troubleKind, trouble Trouble) *troublev1.Trouble {
	return &troublev1.Trouble{
		Id: kind.name + ":" + trouble.ID, Service: t.service, Kind: kind.name, About: trouble.About,
		What: strings.ToValidUTF8(trouble.What, "?"), Since: trouble.Since.UnixMilli(),
		Attempts: trouble.Attempts, Retryable: kind.retry != nil,
	}
}

// Retry does something about a trouble.
func (t *troubles) Retry(
	ctx context.Context, request *troublev1.RetryRequest,
) (*troublev1.RetryResponse, error) {
	name, id, ok := strings.Cut(request.GetId(), ":")
	if !ok || len(request.GetId()) > maxTroubleID || !utf8.ValidString(id) || strings.ContainsRune(id, 0) {
		return nil, errNoTrouble
	}
	at := slices.IndexFunc(t.kinds, func(k troubleKind) bool { return k.name == name })
	if at < 0 || t.kinds[at].retry == nil {
		return nil, errNoTrouble
	}
	if err := t.kinds[at].retry(ctx, id); err != nil {
		return nil, err
	}
	t.host.AuditNow(ctx, audit.Entry{Action: "trouble.retry", Subject: request.GetId(), Outcome: audit.Done})
	return &troublev1.RetryResponse{}, nil
}

// stuckEvents are the events that a subscriber keeps refusing.
func (h *Host) stuckEvents(ctx context.Context) ([]Trouble, error) {
	stuck, err := h.publisher.Stuck(ctx, MaxTroubles)
	if err != nil {
		return nil, err
	}
	var found []Trouble
	for _, e := range stuck {
		what := e.Subscriber + " has not taken " + e.Type
		if e.Failure != "" {
			what += ": " + e.Failure
		}
		found = append(found, Trouble{
			ID: e.Subscriber + "/" + e.Aggregate + "/" + strconv.FormatInt(e.Version, 10), About: e.Aggregate,
			What: what, Since: e.OccurredAt, Attempts: e.Attempts,
		})
	}
	return found, nil
}

// absentAfter is how long a subscriber may be away before the operator is told: longer than a restart.
const absentAfter = 2 * time.Minute

// absentSubscribers are the services that do not answer this process.
func (h *Host) absentSubscribers(context.Context) (found []Trouble, _ error) {
	for name, since := range h.publisher.Absent() {
		if h.Now().Sub(since) >= absentAfter {
			found = append(found, Trouble{ID: name, About: name, What: name +
				" does not answer. What it has to be told waits, and goes when it does.", Since: since})
		}
	}
	return found, nil
}

func (h *Host) retryEvent(ctx context.Context, id string) error {
	parts := strings.Split(id, "/")
	if len(parts) != 3 {
		return errNoTrouble
	}
	version, err := strconv.ParseInt(parts[2], 10, 64)
	if err != nil {
		return errNoTrouble
	}
	return h.publisher.RetryNow(ctx, parts[0], events.Event{Aggregate: parts[1], Version: version})
}
