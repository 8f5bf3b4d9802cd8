package intake

import (
	"context"
	"time"
)

const (
	// maxWait bounds how long whoever asks for a file waits for it to be read.
	maxWait = 5 * time.Second
	// lookEvery finds what another process has read, which notifies nobody here.
	lookEvery = time.Second / 2
)

// await is what is kept of a sender for a producer, once it is read, or when some time is over.
func (s *Service) await(
	ctx context.Context, sender, producerID string, most time.Duration,
) (*sentFile, error) {
	over, late := s.after(min(most, maxWait)), most <= 0
	notified, stop := s.over.Listen(producerID)
	defer stop()
	for {
		file, err := s.files.find(ctx, sender, producerID)
		if err != nil || file == nil || !file.running() || late {
			return file, err
		}
		select {
		case <-notified:
		case <-s.after(lookEvery):
		case <-over:
			late = true
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}
