package checkout

import (
	"bytes"
	"cmp"
	"context"
	"strconv"
	"time"

	"github.com/artisan-eats/artisan/edge/checkout/view"
	"github.com/artisan-eats/artisan/edge/trade"
	"github.com/artisan-eats/artisan/edge/web"
	"github.com/artisan-eats/artisan/fault"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/gen/artisan/ordering/v1/orderingv1connect"
	"github.com/artisan-eats/artisan/locale"
)

const (
	// heartbeat is how often an open page hears that the shop is there, so that nothing
	// in between takes the connection for dead.
	heartbeat = 15 * time.Second
	// liveFor is how long a page is told without asking again who it is.
	liveFor = 30 * time.Minute
	// lookEvery is how often it is looked whether the session that a page is open under is still there.
	lookEvery = 2 * time.Second
)

// OrderNews tells an open page how its order stands, whenever that changes.
func OrderNews(v *web.Visit) (*web.News, error) {
	order, err := trade.Order(v, v.Request.PathValue("id"))
	if err != nil {
		return nil, err
	}
	return &web.News{Kind: "order", Id: order.GetId(), Tell: func(to *web.Stream) { tell(v, to, order) }}, nil
}

// tell writes news until the order is over, the page is closed, or the shop stops.
func tell(v *web.Visit, to *web.Stream, order *orderingv1.Order) {
	ctx, stop := context.WithTimeout(v.Context(), liveFor)
	defer stop()
	in, err := v.Site.Market(ctx, order.GetMarket())
	if err != nil || !to.Begin() {
		return
	}
	shown := cmp.Or(v.Request.Header.Get("Last-Event-ID"), v.Request.URL.Query().Get("version"))
	news := watch(v, ctx, order.GetId())
	beat, look := time.NewTicker(heartbeat), time.NewTicker(lookEvery)
	defer beat.Stop()
	defer look.Stop()
	for {
		select {
		case changed, open := <-news:
			if !open || (version(changed) != shown && !write(v, to, in, changed)) {
				return
			}
		case <-beat.C:
			if !to.Write([]byte(": still here\n\n")) {
				return
			}
		case <-look.C:
			if HasLeft(v, ctx) {
				return
			}
		case <-v.Site.Host.Draining():
			return
		case <-ctx.Done():
			return
		}
	}
}

// HasLeft reports whether the session of a visitor who was signed in has ended, here or elsewhere. While
// nobody can tell, it has not.
func HasLeft(v *web.Visit, ctx context.Context) bool {
	if v.Account == nil {
		return false
	}
	now, err := v.Site.Identity.GetSession(ctx, &identityv1.GetSessionRequest{SessionToken: v.SessionToken()})
	return (err == nil && now.GetAccount().GetId() != v.Account.GetId()) ||
		(err != nil && fault.KindOf(err) == fault.Unauthenticated)
}

// watch gives an order whenever it changes, and is closed when there is no more to come.
func watch(v *web.Visit, ctx context.Context, orderID string) <-chan *orderingv1.Order {
	news := make(chan *orderingv1.Order)
	viewer, err := v.Viewer()
	var stream orderingv1connect.OrderingServiceWatchOrderClientStream
	if err == nil {
		stream, err = v.Site.Ordering.WatchOrder(ctx,
			&orderingv1.WatchOrderRequest{Id: orderID, Viewer: viewer})
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
func write(v *web.Visit, to *web.Stream, in *web.Market, o *orderingv1.Order) bool {
	var html bytes.Buffer
	if err := view.StandingPart(standing(v, in, o)).Render(locale.With(v.Context(), in.Locale),
		&html); err != nil {
		return false
	}
	if !to.Write(web.Event("", version(o), html.Bytes())) {
		return false
	}
	if trade.IsOver(o) {
		to.Write(web.Event("over", "", []byte("over")))
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
