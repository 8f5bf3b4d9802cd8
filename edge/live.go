package edge

import (
	"bytes"
	"cmp"
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/artisan-eats/artisan/audit"
	"github.com/artisan-eats/artisan/edge/page"
	"github.com/artisan-eats/artisan/fault"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/gen/artisan/ordering/v1/orderingv1connect"
	"github.com/artisan-eats/artisan/locale"
	"github.com/artisan-eats/artisan/share"
)

const (
	// maxLive bounds how many pages are told of news at once. Beyond it a page just stays as it is.
	maxLive = 1024
	// maxLiveOfOne bounds how many of those one client has, and maxLiveOfOrder how many pages of one order are told.
	maxLiveOfOne, maxLiveOfOrder = 64, 8
	// heartbeat is how often an open page hears that the shop is there, so that nothing
	// in between takes the connection for dead.
	heartbeat = 15 * time.Second
	// liveFor is how long a page is told without asking again who it is.
	liveFor = 30 * time.Minute
	// lookEvery is how often it is looked whether the session that a page is open under is still there.
	lookEvery = 2 * time.Second
)

// serveLive tells an open page how its order stands, whenever that changes, as server-sent events. Who
// asks is looked at within the route's tier; the waiting has places of its own.
func (e *edge) serveLive(w http.ResponseWriter, r *http.Request, rt *route) (status int) {
	v := e.visit(r, rt.tier)
	defer v.end()
	if err := v.client.Pace(r.Context(), rt.units()); err != nil {
		return e.fail(w, r, err)
	}
	if err := e.live.Enter(v.client); err != nil {
		return e.fail(w, r, err)
	}
	defer e.live.Leave(v.client)
	order, err := v.liveOrder(rt)
	if err != nil {
		return e.fail(w, r, err)
	}
	told := e.clients.Acquire(share.Named("order", order.GetId()))
	defer told.Release()
	if !told.Take(share.Live, maxLiveOfOrder) {
		return e.fail(w, r, share.ErrShare)
	}
	defer told.Leave(share.Live)
	e.metrics.live.Inc()
	defer e.metrics.live.Dec()
	v.tell(&liveWriter{w: w, to: http.NewResponseController(w)}, order)
	return http.StatusOK
}

// liveOrder is the order that the page is of, for who may see it.
func (v *visit) liveOrder(rt *route) (*orderingv1.Order, error) {
	if err := v.edge.admit(v.Context(), v.client, rt.tier); err != nil {
		return nil, err
	}
	defer v.edge.dismiss(v.client, rt.tier)
	ctx, cancel := context.WithTimeout(v.Context(), answerTimeout)
	defer cancel()
	whole := v.Context()
	defer func() { v.Request = v.WithContext(audit.With(whole, audit.ActorOf(v.Context()))) }()
	v.Request = v.WithContext(ctx)
	return v.order(v.PathValue("id"))
}

// tell writes news until the order is over, the page is closed, or the shop stops.
func (v *visit) tell(to *liveWriter, order *orderingv1.Order) {
	ctx, stop := context.WithTimeout(v.Context(), liveFor)
	defer stop()
	in, err := v.edge.place(ctx, order.GetMarket())
	if err != nil || !to.begin() {
		return
	}
	shown := cmp.Or(v.Header.Get("Last-Event-ID"), v.URL.Query().Get("version"))
	news := v.watch(ctx, order.GetId())
	beat, look := time.NewTicker(heartbeat), time.NewTicker(lookEvery)
	defer beat.Stop()
	defer look.Stop()
	for {
		select {
		case changed, open := <-news:
			if !open || (version(changed) != shown && !v.write(to, in, changed)) {
				return
			}
		case <-beat.C:
			if !to.write([]byte(": still here\n\n")) {
				return
			}
		case <-look.C:
			if v.hasLeft(ctx) {
				return
			}
		case <-v.edge.host.Draining():
			return
		case <-ctx.Done():
			return
		}
	}
}

// hasLeft reports whether the session of a visitor who was signed in has ended, here or elsewhere. While nobody can tell, it has not.
func (v *visit) hasLeft(ctx context.Context) bool {
	if v.account == nil {
		return false
	}
	now, err := v.edge.identity.GetSession(ctx, &identityv1.GetSessionRequest{SessionToken: v.sessionToken()})
	return (err == nil && now.GetAccount().GetId() != v.account.GetId()) || (err != nil && fault.KindOf(err) == fault.Unauthenticated)
}

// watch gives an order whenever it changes, and is closed when there is no more to come.
func (v *visit) watch(ctx context.Context, orderID string) <-chan *orderingv1.Order {
	news := make(chan *orderingv1.Order)
	viewer, err := v.viewer()
	var stream orderingv1connect.OrderingServiceWatchOrderClientStream
	if err == nil {
		stream, err = v.edge.ordering.WatchOrder(ctx, &orderingv1.WatchOrderRequest{Id: orderID, Viewer: viewer})
	}
	if err != nil {
		close(news)
		return news
	}
	go func() {
		defer close(news)
		defer func() { _ = stream.Close() }()
		for {
			answer, err := stream.Receive()
			if err != nil {
				return
			}
			select {
			case news <- answer.GetOrder():
			case <-ctx.Done():
				return
			}
		}
	}()
	return news
}

// write tells how an order stands. It reports false when there is no more to tell.
func (v *visit) write(to *liveWriter, in *place, o *orderingv1.Order) bool {
	var html bytes.Buffer
	if err := page.StandingPart(v.standing(in, o)).Render(locale.With(v.Context(), in.Locale), &html); err != nil {
		return false
	}
	if !to.write(event("", version(o), html.Bytes())) {
		return false
	}
	if isOver(o) {
		to.write(event("over", "", []byte("over")))
		return false
	}
	return true
}

// version tells what an order is from what it was. Before it is confirmed it changes without news to others.
func version(o *orderingv1.Order) string {
	told := strconv.FormatInt(o.GetVersion(), 10)
	if o.GetConfirmedAt() == 0 {
		told += "-" + o.GetStatus()
	}
	return told
}

// event is one server-sent event.
func event(name, id string, data []byte) []byte {
	var out bytes.Buffer
	if name != "" {
		out.WriteString("event: " + name + "\n")
	}
	if id != "" {
		out.WriteString("id: " + id + "\n")
	}
	for line := range bytes.SplitSeq(data, []byte("\n")) {
		out.WriteString("data: ")
		out.Write(bytes.TrimSuffix(line, []byte("\r")))
		out.WriteByte('\n')
	}
	out.WriteByte('\n')
	return out.Bytes()
}

// liveWriter sends each piece at once.
type liveWriter struct {
	w  http.ResponseWriter
	to *http.ResponseController
}

func (l *liveWriter) begin() bool {
	h := l.w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Accel-Buffering", "no")
	return l.write([]byte("retry: 3000\n\n"))
}

func (l *liveWriter) write(piece []byte) bool {
	hasToRead(l.w)
	_, err := l.w.Write(piece)
	if err != nil || l.to.Flush() != nil {
		return false
	}
	return l.to.SetWriteDeadline(time.Time{}) == nil // what waits for news writes nothing, and HTTP/2 ends what is late at once
}
