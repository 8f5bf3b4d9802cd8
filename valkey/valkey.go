package valkey

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/redis/rueidis"
)

// Patience is how long a call waits for its answer.
const Patience = 100 * time.Millisecond

// enough is how many calls in a row go without an answer until nobody asks any more.
const enough = 5

// ErrAway is of a call while the server is not there, or of a shop that has none.
var ErrAway = errors.New("valkey: it is not there")

// Config says which server it is, and whose.
type Config struct {
	// URL is redis://user:password@host:port/database, or rediss:// over TLS; see ReadURL.
	URL string
	// Shop is what the replicas of a shop have in common and other shops have not.
	Shop string
	// Key is the shop's secret of 32 bytes, by which what is there is veiled and sealed.
	Key []byte
	Log *slog.Logger
}

// Client is a replica's way to the server. It is safe for concurrent use.
type Client struct {
	option  rueidis.ClientOption
	prefix  string
	key     []byte
	log     *slog.Logger
	metrics *metrics

	// server is there once usable was true.
	server   rueidis.Client
	usable   atomic.Bool
	missed   atomic.Int32
	look     chan struct{}
	watchers []watcher
}

// New makes a client. It asks nobody until Keep.
func New(c Config) (*Client, error) {
	option, err := ReadURL(c.URL)
	if err != nil {
		return nil, err
	}
	v := &Client{
		option: option, prefix: "artisan:" + c.Shop + ":", key: c.Key, log: c.Log,
		look: make(chan struct{}, 1),
	}
	v.metrics = newMetrics(v)
	v.option.OnInvalidations = v.changed
	return v, nil
}

// Usable reports whether the server answers, as far as is known.
func (c *Client) Usable() bool { return c != nil && c.usable.Load() }

// Register has the client's figures collected.
func (c *Client) Register(r prometheus.Registerer) error { return c.metrics.register(r) }

// Run has the server run a script with keys and arguments. Whether it did is not known where the call fails.
func (c *Client) Run(ctx context.Context, s *Script, keys []string, args ...string) (Answer, error) {
	return c.ask(ctx, s, false, keys, args)
}

// RunWatched is Run, and has who watches (Watch) be told, once, when something that the script has read
// changes.
func (c *Client) RunWatched(ctx context.Context, s *Script, keys []string, args ...string) (Answer, error) {
	return c.ask(ctx, s, true, keys, args)
}

// own are the keys as the server knows them.
func (c *Client) own(names []string) []string {
	keys := make([]string, len(names))
	for i, name := range names {
		keys[i] = c.prefix + name
	}
	return keys
}

// ask asks the server, if it is there, and notes whether it answers.
func (c *Client) ask(
	ctx context.Context, s *Script, watched bool, keys, args []string,
) (Answer, error) {
	if !c.Usable() {
		if c != nil {
			c.metrics.away.Inc()
		}
		return nil, ErrAway
	}
	within, cancel := context.WithTimeout(ctx, Patience)
	defer cancel()
	answer, err := readAnswer(c.run(within, s, watched, c.own(keys), args))
	switch {
	case err == nil:
		c.metrics.answered.Inc()
		c.missed.Store(0)
	case ctx.Err() != nil: // nobody waits for it any more, which says nothing of the server
	case errors.Is(err, context.DeadlineExceeded):
		c.metrics.late.Inc()
		c.miss(err)
	default:
		c.metrics.failed.Inc()
		c.miss(err)
	}
	return answer, err
}

// miss counts a call without an answer. After enough of them nobody asks.
func (c *Client) miss(err error) {
	if c.missed.Add(1) < enough || !c.usable.CompareAndSwap(true, false) {
		return
	}
	c.log.Warn("Valkey does not answer: the shop goes on without it", "error", err)
	c.lookSoon()
}

// lookSoon has the keeper look after the server.
func (c *Client) lookSoon() {
	select {
	case c.look <- struct{}{}:
	default:
	}
}

// watcher is told of keys that begin like its prefix.
type watcher struct {
	prefix string
	told   func(name string)
}

// Watch has a function be told the name of a key that has another value, or none, since this client read it
// by RunWatched; and the empty name where that is so of any of them, as when the connection was lost. It must
// not wait for anything, and is given before Keep only.
func (c *Client) Watch(prefix string, told func(name string)) {
	c.watchers = append(c.watchers, watcher{prefix, told})
}

// changed is told of keys that were changed; of all of them by none, also where the connection was lost.
func (c *Client) changed(keys []rueidis.RedisMessage) {
	if keys == nil {
		for _, w := range c.watchers {
			w.told("")
		}
		c.lookSoon()
		return
	}
	for i := range keys {
		key, err := keys[i].ToString()
		name, own := strings.CutPrefix(key, c.prefix)
		for _, w := range c.watchers {
			if err == nil && own && strings.HasPrefix(name, w.prefix) {
				w.told(name)
			}
		}
	}
}
