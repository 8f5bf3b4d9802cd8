package notify

import (
	"context"
	"sync"
	"time"

	"github.com/artisan-eats/artisan/gen/sql/notifydb"
	"github.com/artisan-eats/artisan/sqldb"
)

const (
	// handRoom is about how many messages are in hand at the most.
	handRoom = 4 * sendBatch
	// handFor is how long they may be: a connection to the mail server comes after it, within the lease.
	handFor = lease / 4
)

// hand is where new messages wait for this process to send them. They are in the database as claimed by it:
// to claim them later would write each of them whole once more, and find them again. Those that the process
// loses, or does not come to in time, are due there when their lease ends.
type hand struct {
	mu       sync.Mutex
	messages []Message
}

// hasRoom reports whether some more messages may be put in.
func (h *hand) hasRoom(n int) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.messages)+n <= handRoom
}

func (h *hand) isEmpty() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.messages) == 0
}

func (h *hand) put(messages []keyed) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, m := range messages {
		h.messages = append(h.messages, m.Message)
	}
}

// take takes a batch. What has waited for too long is left to be claimed when its lease ends.
func (h *hand) take(now time.Time) (batch []Message) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for len(h.messages) > 0 && len(batch) < sendBatch {
		m := h.messages[0]
		h.messages = h.messages[1:]
		if now.UnixMilli()-m.CreatedAt < handFor.Milliseconds() {
			batch = append(batch, m)
		}
	}
	return batch
}

// enqueue queues new messages and has them sent. One with a known key stays as it is.
func (s *service) enqueue(ctx context.Context, tx *sqldb.Tx, messages ...keyed) error {
	inHand := s.takesMore(len(messages))
	for i := range messages {
		m := &messages[i].Message
		m.Status, m.CreatedAt = Queued, m.NextAt
		if inHand {
			m.NextAt += lease.Milliseconds()
		}
	}
	added, err := queue(ctx, tx, messages)
	if err == nil && inHand && added < len(messages) { // which of them are new is only in the database
		inHand, err = false, release(ctx, tx, messages)
	}
	tx.AfterCommit(func() {
		if inHand {
			s.hand.put(messages)
		}
		s.sending.Wake()
	})
	return err
}

// takesMore reports whether messages can be put in hand; a process that is about to stop leaves them to
// others.
func (s *service) takesMore(n int) bool {
	select {
	case <-s.host.Draining():
		return false
	default:
		return s.hand.hasRoom(n)
	}
}

// release makes messages due that were queued as claimed.
func release(ctx context.Context, tx *sqldb.Tx, messages []keyed) error {
	for _, m := range messages {
		if err := notifydb.New(tx).Release(ctx, m.ID); err != nil {
			return err
		}
	}
	return nil
}
