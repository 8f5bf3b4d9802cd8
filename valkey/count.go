package valkey

import (
	"context"
	"strconv"
	"time"
)

// counts adds to a counter, which begins anew when its window is over.
var counts = NewScript(`local n = redis.call('INCRBY', KEYS[1], ARGV[1])
if redis.call('PTTL', KEYS[1]) < 0 then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
return n`)

// Count adds to a counter and answers what it has come to. A counter begins at zero, and again a window after
// the first that was added.
func (c *Client) Count(ctx context.Context, name string, add int64, window time.Duration) (int64, error) {
	answer, err := c.Run(ctx, counts, []string{name}, strconv.FormatInt(add, 10),
		strconv.FormatInt(window.Milliseconds(), 10))
	if err != nil {
		return 0, err
	}
	return answer.Int(0), nil
}
