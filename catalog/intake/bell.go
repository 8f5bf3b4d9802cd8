package intake

import (
	"context"
	"sync"
	"time"
)

// bell tells those of this process who wait that a reading is over.
type bell struct {
	mu   sync.Mutex
	rung chan struct{} // nil while nobody waits
}

// next is closed when the bell rings next.
func (b *bell) next() <-chan struct{} {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.rung == nil {
		b.rung = make(chan struct{})
	}
	return b.rung
}

func (b *bell) ring() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.rung != nil {
		close(b.rung)
		b.rung = nil
	}
}

const (
	// maxWait bounds how long whoever asks for a file waits for it to be read.
	maxWait = 5 * time.Second
	// lookEvery finds what another process has read, whose bell is not heard here.
	lookEvery = time.Second / 2
)

// await is what is kept of a sender for a producer, once it is read, or when some time is over.
func (s *Service) await(ctx context.Context, sender, producerID string, most time.Duration) (*sentFile, error) {
	over, late := s.after(min(most, maxWait)), most <= 0
	for {
		rung := s.over.next()
		file, err := s.files.sent(ctx, sender, producerID)
		if err != nil || file == nil || !file.running() || late {
			return file, err
		}
		select {
		case <-rung:
		case <-s.after(lookEvery):
		case <-over:
			late = true
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}
