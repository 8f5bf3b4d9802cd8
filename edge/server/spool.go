package server

import (
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"runtime/debug"
	"sync/atomic"
	"time"

	"golang.org/x/sync/semaphore"

	"github.com/artisan-eats/artisan/edge/web"
)

const (
	// uploadRoom bounds the uploads that are in memory together, in bytes. One that is larger has it alone.
	uploadRoom = 12 << 20
	// roomPatience is how long an upload that has arrived waits for room.
	roomPatience = 10 * time.Second
)

// spool keeps uploads on disk while they arrive: many of them, and slow ones, take no memory.
type spool struct {
	dir  string
	room *semaphore.Weighted
	// let is how much was let go of since memory was last given back.
	let atomic.Int64
}

func newSpool(dir string) *spool { return &spool{dir: dir, room: semaphore.NewWeighted(uploadRoom)} }

// arrive takes an upload in, at most so many bytes of it, and has it in memory once there is room. It is in
// memory until it is let go.
func (s *spool) arrive(r *http.Request, from io.Reader, limit int64) (body []byte, letGo func(), err error) {
	waiting, err := os.CreateTemp(s.dir, "upload-*")
	if err != nil {
		return nil, nil, err
	}
	defer func() { _ = waiting.Close() }()
	if err := os.Remove(waiting.Name()); err != nil {
		//nolint:gosec // a name of our own. It has no name from here on, and ends with us
		return nil, nil, err
	}
	size, err := io.Copy(waiting, io.LimitReader(from, limit))
	if err != nil {
		return nil, nil, err
	}
	if letGo, err = s.enter(r.Context(), size); err != nil {
		return nil, nil, err
	}
	body = make([]byte, size)
	if _, err := waiting.ReadAt(body, 0); err != nil && !errors.Is(err, io.EOF) {
		letGo()
		return nil, nil, err
	}
	return body, letGo, nil
}

// enter waits for room. What was let go of is given back to the system now and then: these are the largest
// pieces of memory that there are, and without it they would be collected only when the heap has become three
// times as large.
func (s *spool) enter(ctx context.Context, size int64) (leave func(), err error) {
	ctx, cancel := context.WithTimeout(ctx, roomPatience)
	defer cancel()
	takes := min(size, uploadRoom)
	if s.room.Acquire(ctx, takes) != nil {
		return nil, web.ErrOverloaded
	}
	return func() {
		if s.let.Add(size) >= uploadRoom {
			s.let.Store(0)
			debug.FreeOSMemory()
		}
		s.room.Release(takes)
	}, nil
}
