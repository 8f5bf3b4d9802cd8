package events

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/artisan-eats/artisan/fault"
	eventsv1 "github.com/artisan-eats/artisan/gen/artisan/events/v1"
	"github.com/artisan-eats/artisan/gen/artisan/events/v1/eventsv1connect"
)

const (
	// gatherFor is how long events gather after a batch was sent, so that many share the cost of one, and
	// gatherMany how long after one of many or more: then there is much else to do. The first after a quiet
	// time is sent at once.
	gatherFor  = 50 * time.Millisecond
	gatherMany = 200 * time.Millisecond
	many       = 8
	// pollEvery finds what a wake-up did not: rows of another process, and retries that fell due.
	pollEvery = time.Second
	// askWithin is the longest that a subscriber who is away is not asked again.
	askWithin = 5 * time.Second
	// probe is how many events a subscriber who is away is sent, to see whether it is back: another one each
	// time.
	probe = 1
	// maxSuspects is how many events of those that were not answered are remembered.
	maxSuspects = 8
)

// errAway says that a subscriber did not answer. That is no event's fault, so it counts as nobody's attempt.
var errAway = errors.New("the subscriber does not answer")

// Run delivers until ctx ends.
func (p *Publisher) Run(ctx context.Context) {
	var all sync.WaitGroup
	for _, s := range p.subscribers {
		all.Go(func() { p.runSubscriber(ctx, s) })
	}
	all.Wait()
}

func (p *Publisher) runSubscriber(ctx context.Context, s subscriber) {
	var away absence
	for {
		sent, err := p.deliver(ctx, s, away.batch(), &away)
		p.note(ctx, s, &away, sent, err)
		if err == nil && sent == 0 && away.tries > 0 {
			p.noteOthers(ctx, s, &away)
		}
		if err == nil && (sent == batchSize || away.ended) {
			continue
		}
		if sent > 0 && !sleep(ctx, gather(sent)) {
			return
		}
		if away.since.IsZero() {
			select {
			case <-ctx.Done():
				return
			case <-s.wake:
			case <-time.After(pollEvery/2 + rand.N(pollEvery)): //nolint:gosec // jitter
			}
		} else if !sleep(ctx, away.pause()) {
			return
		}
	}
}

func gather(sent int) time.Duration {
	if sent >= many {
		return gatherMany
	}
	return gatherFor
}

// note keeps whether a subscriber is away, and logs when it goes and when it comes back.
func (p *Publisher) note(ctx context.Context, s subscriber, away *absence, sent int, err error) {
	away.ended = false
	switch {
	case ctx.Err() != nil:
	case errors.Is(err, errAway):
		if away.tries++; away.tries == 1 {
			away.since = p.now()
			p.absent.Store(s.name, away.since)
			p.log.WarnContext(ctx, "a subscriber is away; its events are kept and go when it answers",
				"subscriber", s.name, "error", err)
		}
	case err != nil:
		p.log.WarnContext(ctx, "events are not delivered; they are kept", "subscriber", s.name, "error", err)
	case sent > 0 && away.tries > 0:
		p.log.InfoContext(ctx, "a subscriber is back", "subscriber", s.name, "after",
			p.now().Sub(away.since).Round(time.Second).String())
		p.absent.Delete(s.name)
		if err := p.suspect(ctx, s.name, away.suspects); err != nil {
			p.log.WarnContext(ctx, "events that were not answered are not put off", "subscriber", s.name,
				"error", err)
		}
		*away = absence{ended: true}
	}
}

// noteOthers ends an absence where this process has nothing to ask the subscriber with: another process has
// its answers by now.
func (p *Publisher) noteOthers(ctx context.Context, s subscriber, away *absence) {
	waits, err := p.waits(ctx, s.name, p.now().Add(claimFor))
	switch {
	case err != nil:
		p.log.WarnContext(ctx, "it is not known whether a subscriber is back", "subscriber", s.name, "error",
			err)
	case !waits:
		p.log.InfoContext(ctx, "a subscriber is back: another process has delivered to it", "subscriber",
			s.name)
		p.absent.Delete(s.name)
		*away = absence{}
	}
}

// suspect counts as refused what a subscriber did not answer who answers others: that may have been the
// reason. What went meanwhile, or was refused by another process, is none of that.
func (p *Publisher) suspect(ctx context.Context, name string, rows []row) error {
	ctx = context.WithoutCancel(ctx)
	rows, err := p.unanswered(ctx, name, rows)
	if err != nil || len(rows) == 0 {
		return err
	}
	receipts := make([]*eventsv1.Receipt, len(rows))
	for i := range rows {
		receipts[i] = &eventsv1.Receipt{Reason: errAway.Error()}
	}
	return p.settle(ctx, name, rows, receipts)
}

// Absent tells since when subscribers do not answer, by name.
func (p *Publisher) Absent() map[string]time.Time {
	absent := map[string]time.Time{}
	p.absent.Range(func(name, since any) bool {
		absent[name.(string)] = since.(time.Time) //nolint:forcetypeassert // nothing else is stored
		return true
	})
	return absent
}

// absence is since when a subscriber is away, and how often it was asked meanwhile. The zero absence is none.
type absence struct {
	since time.Time
	tries int
	ended bool // just now
	// suspects are the last events that it was asked with.
	suspects []row
}

// note remembers an event that was not answered.
func (a *absence) note(batch []row) {
	a.suspects = append(a.suspects, batch...)
	a.suspects = a.suspects[max(0, len(a.suspects)-maxSuspects):]
}

// batch is how many events are sent.
func (a *absence) batch() int {
	if a.tries > 0 {
		return probe
	}
	return batchSize
}

// pause is how long the subscriber is not asked: ever longer, up to askWithin.
func (a *absence) pause() time.Duration {
	longest := min(askWithin, 200*time.Millisecond<<min(a.tries, 10))
	return longest/2 + rand.N(longest/2) //nolint:gosec // jitter
}

// sleep reports whether the time passed before ctx ended.
func sleep(ctx context.Context, d time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(d):
		return true
	}
}

// DeliverOnce sends a subscriber one batch of what is due, and reports how many events were in it.
func (p *Publisher) DeliverOnce(ctx context.Context, name string) (int, error) {
	for _, s := range p.subscribers {
		if s.name == name {
			return p.deliver(ctx, s, batchSize, &absence{})
		}
	}
	return 0, fmt.Errorf("%s does not subscribe to %s", name, p.name)
}

// deliver sends a subscriber at most most events. One that is not answered while the subscriber is away makes
// room for another.
func (p *Publisher) deliver(ctx context.Context, s subscriber, most int, away *absence) (int, error) {
	batch, err := p.claim(ctx, s.name, most)
	if err != nil || len(batch) == 0 {
		return 0, err
	}
	receipts, err := send(ctx, s.client, p.name, batch)
	// a stop that comes now would leave the batch claimed, or have it sent again
	lasting := context.WithoutCancel(ctx)
	if err == nil {
		return len(batch), p.settle(lasting, s.name, batch, receipts)
	}
	next := func(r row) int64 { return r.nextAt }
	if away.tries > 0 {
		away.note(batch)
		next = func(row) int64 { return p.now().Add(askWithin).UnixMilli() }
	}
	if err := p.release(lasting, s.name, batch, next); err != nil {
		return 0, err
	}
	return 0, fmt.Errorf("%w: %w", errAway, err)
}

// send answers with a receipt for each event of a batch. What is wrong with the batch itself is wrong with
// each.
func send(
	ctx context.Context, client eventsv1connect.EventServiceClient, publisher string, batch []row,
) ([]*eventsv1.Receipt, error) {
	request := &eventsv1.DeliverRequest{}
	for _, row := range batch {
		request.Events = append(request.Events, toProto(publisher, row.Event))
	}
	ctx, cancel := context.WithTimeout(ctx, claimFor/2) // settled before another replica may claim it
	defer cancel()
	response, err := client.Deliver(ctx, request)
	if err == nil && len(response.GetReceipts()) != len(batch) {
		err = fault.Newf(fault.Invalid, "receipts", "There are %d receipts for %d events.",
			len(response.GetReceipts()), len(batch))
	}
	if err == nil || fault.KindOf(err) != fault.Invalid {
		return response.GetReceipts(), err
	}
	receipts := make([]*eventsv1.Receipt, len(batch))
	for i := range receipts {
		receipts[i] = &eventsv1.Receipt{Reason: err.Error()}
	}
	return receipts, nil
}
