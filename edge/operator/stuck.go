package operator

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/artisan-eats/artisan/edge/desk"
	"github.com/artisan-eats/artisan/edge/operator/view"
	"github.com/artisan-eats/artisan/edge/trade"
	"github.com/artisan-eats/artisan/edge/web"
	troublev1 "github.com/artisan-eats/artisan/gen/artisan/trouble/v1"
	"github.com/artisan-eats/artisan/id"
)

// TroublePatience bounds how long a service is waited for: the others are shown without it.
const TroublePatience = 2 * time.Second

// Stuck shows what services could not do by themselves. All are asked at once.
func (o *Office) Stuck() (*web.Reply, error) {
	ctx, cancel := context.WithTimeout(o.Visit.Context(), TroublePatience)
	defer cancel()
	model := view.Stuck{Bench: o.Desk("Stuck", "/operator/stuck")}
	var asking sync.WaitGroup
	answers, failures := make([][]*troublev1.Trouble, len(web.Troubled)), make([]error, len(web.Troubled))
	for i, service := range web.Troubled {
		asking.Go(func() {
			answer, err := o.Visit.Site.Troubles[service].ListTroubles(ctx, &troublev1.ListTroublesRequest{})
			answers[i], failures[i] = answer.GetTroubles(), err
		})
	}
	asking.Wait()
	for i, service := range web.Troubled {
		if o.Visit.Site.Missing(o.Visit.Context(), "troubles of "+service, failures[i]) != nil {
			model.Silent = append(model.Silent, service)
		}
	}
	all := slices.Concat(answers...)
	slices.SortStableFunc(all,
		func(a, b *troublev1.Trouble) int { return cmp.Compare(a.GetSince(), b.GetSince()) })
	for _, t := range all {
		model.Snags = append(model.Snags, o.trouble(t))
	}
	return web.Render(o.Visit.Context(), http.StatusOK, view.StuckPage(model))
}

// troubleWords are what kinds of trouble are called, and what can be done about each.
var troubleWords = map[string][2]string{
	"event":            {"News that is not taken", "Send it again"},
	"subscriber":       {"A service that does not answer", ""},
	"order":            {"An order that does not move on", "Take it on"},
	"change":           {"A change of an order that does not move on", "Take it on"},
	"shortage":         {"Goods that are missing", "Seen"},
	"overbooking":      {"Too many for a window", "Seen"},
	"money":            {"Money that is not where it should be", "Try again"},
	"cancelled_window": {"Orders that stay in a cancelled window", ""},
	"mail":             {"A message that was not sent", "Send it again"},
}

func (o *Office) trouble(t *troublev1.Trouble) view.Snag {
	words, ok := troubleWords[t.GetKind()]
	if !ok {
		words = [2]string{t.GetKind(), "Try again"}
	}
	out := view.Snag{
		ID: t.GetId(), Action: o.At("/operator/stuck/" + t.GetService()), Heading: words[0],
		Button: words[1], What: t.GetWhat(), About: t.GetAbout(), Since: desk.When(o.In, t.GetSince()),
	}
	if t.GetAttempts() > 0 {
		out.Attempts = trade.Plural(t.GetAttempts(), "attempt", "attempts")
	}
	if !t.GetRetryable() {
		out.Button = ""
	}
	if strings.HasPrefix(t.GetAbout(), id.Order+"_") {
		out.Address, out.About = o.At("/operator/orders/"+t.GetAbout()), "Order "+
			trade.OrderNumber(t.GetAbout())
	}
	if strings.HasPrefix(t.GetAbout(), id.Window+"_") {
		out.Address, out.About = o.At("/operator/windows/"+t.GetAbout()), "The window"
	}
	return out
}

// Retry does something about a trouble now.
func (o *Office) Retry() (*web.Reply, error) {
	form, err := o.Visit.Form()
	if err != nil {
		return nil, err
	}
	client := o.Visit.Site.Troubles[o.Visit.Request.PathValue("service")]
	if client == nil {
		return nil, web.ErrNoPage
	}
	if _, err := client.Retry(o.Visit.Context(), &troublev1.RetryRequest{Id: form.Get("id")}); err != nil {
		return nil, err
	}
	return web.Redirect(o.At("/operator/stuck")), nil
}
