package share

import (
	"context"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/artisan-eats/artisan/valkey"
)

// Together is a pace, and a share of a line, that a client has at all of a shop's front doors at once,
// counted in Valkey. It is for what is dear: each count is a question to another process. While Valkey is
// away, each front door counts for itself, as it does anyway. A nil Together counts nothing.
type Together struct {
	v *valkey.Client
	// PerUnit is how long each unit of work lasts.
	PerUnit time.Duration
	paced   *prometheus.CounterVec
}

// NewTogether makes a pace of clients, as dear as that of one front door; nil without a Valkey.
func NewTogether(v *valkey.Client) *Together {
	if v == nil {
		return nil
	}
	return &Together{v: v, PerUnit: perUnit, paced: prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "artisan_share_together_total",
		Help: "Dear requests and places in line, as all front doors count them: due, paced, refused, or " +
			"alone without Valkey.",
	}, []string{"outcome"})}
}

// Register has its figures collected.
func (t *Together) Register(r prometheus.Registerer) error {
	if t == nil {
		return nil
	}
	return r.Register(t.paced)
}

// A client's work is due one after another, by Valkey's clock in microseconds, but for a burst; see
// Client.reserve. The answer is how long to wait, -1 for too long.
var reserves = valkey.NewScript(`local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local due = math.max(tonumber(redis.call('GET', KEYS[1]) or 0), now) + tonumber(ARGV[1])
local wait = due - now - tonumber(ARGV[2])
if wait > tonumber(ARGV[3]) then return -1 end
redis.call('SET', KEYS[1], string.format('%.0f', due), 'PX', math.ceil((due - now) / 1000) + 1)
return math.max(wait, 0)`)

// Pace counts work of so many units at all front doors, and waits where the client is ahead of what it may.
// It fails like Client.Pace. Who the client is, is veiled.
func (t *Together) Pace(ctx context.Context, c *Client, units int) error {
	if t == nil || c == nil {
		return nil
	}
	lasts := time.Duration(units) * t.PerUnit
	wait, err := t.reserve(ctx, "pace", c, slots{lasts, burst * t.PerUnit, paceFor})
	if err != nil {
		return ctx.Err()
	}
	return c.await(ctx, wait)
}

// Apart is Client.Apart as all front doors count it.
func (t *Together) Apart(ctx context.Context, c *Client, s Spread) (behind time.Duration, ok bool) {
	own, ok := c.Apart(s)
	if t == nil || c == nil || !ok {
		return own, ok
	}
	wait, err := t.reserve(ctx, "line", c, slots{s.Each, time.Duration(s.AtOnce) * s.Each, s.Most})
	if err != nil {
		return own, true
	}
	return wait, wait >= 0
}

// slots are what is reserved: for how long it takes, what may be taken at once, and how late it may be due.
type slots struct{ takes, burst, most time.Duration }

// reserve asks when something of a client's is due; below zero is too late.
func (t *Together) reserve(ctx context.Context, what string, c *Client, s slots) (time.Duration, error) {
	micros := func(d time.Duration) string { return strconv.FormatInt(d.Microseconds(), 10) }
	answer, err := t.v.Run(ctx, reserves, []string{what + " " + t.v.Veil(c.key.String())}, micros(s.takes),
		micros(s.burst), micros(s.most))
	wait := time.Duration(answer.Int(0)) * time.Microsecond
	switch {
	case err != nil:
		t.paced.WithLabelValues("alone").Inc()
	case wait == 0:
		t.paced.WithLabelValues("due").Inc()
	case wait < 0:
		t.paced.WithLabelValues("refused").Inc()
	default:
		t.paced.WithLabelValues("paced").Inc()
	}
	return wait, err
}
