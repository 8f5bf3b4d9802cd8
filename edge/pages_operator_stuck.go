package edge

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/artisan-eats/artisan/edge/page"
	troublev1 "github.com/artisan-eats/artisan/gen/artisan/trouble/v1"
	"github.com/artisan-eats/artisan/gen/artisan/trouble/v1/troublev1connect"
	"github.com/artisan-eats/artisan/host"
	"github.com/artisan-eats/artisan/id"
)

// troubled are the services that are asked what is stuck.
var troubled = []string{"ordering", "payments", "inventory", "delivery", "notify", "identity", "catalog"}

// troubleClients are each service's troubles.
func troubleClients(h *host.Host) map[string]troublev1connect.TroubleServiceClient {
	clients := map[string]troublev1connect.TroubleServiceClient{}
	for _, service := range troubled {
		clients[service] = troublev1connect.NewTroubleServiceClient(h.Peer(service))
	}
	return clients
}

// troublePatience bounds how long a service is waited for: the others are shown without it.
const troublePatience = 2 * time.Second

// stuck shows what services could not do by themselves. All are asked at once.
func (o *office) stuck() (*reply, error) {
	ctx, cancel := context.WithTimeout(o.Context(), troublePatience)
	defer cancel()
	model := page.Stuck{Bench: o.desk("Stuck", "/operator/stuck")}
	var asking sync.WaitGroup
	answers, failures := make([][]*troublev1.Trouble, len(troubled)), make([]error, len(troubled))
	for i, service := range troubled {
		asking.Go(func() {
			answer, err := o.site.troubles[service].ListTroubles(ctx, &troublev1.ListTroublesRequest{})
			answers[i], failures[i] = answer.GetTroubles(), err
		})
	}
	asking.Wait()
	for i, service := range troubled {
		if o.site.missing(o.Context(), "troubles of "+service, failures[i]) != nil {
			model.Silent = append(model.Silent, service)
		}
	}
	all := slices.Concat(answers...)
	slices.SortStableFunc(all, func(a, b *troublev1.Trouble) int { return cmp.Compare(a.GetSince(), b.GetSince()) })
	for _, t := range all {
		model.Snags = append(model.Snags, o.trouble(t))
	}
	return render(o.Context(), http.StatusOK, page.StuckPage(model))
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

func (o *office) trouble(t *troublev1.Trouble) page.Snag {
	words, ok := troubleWords[t.GetKind()]
	if !ok {
		words = [2]string{t.GetKind(), "Try again"}
	}
	out := page.Snag{ID: t.GetId(), Action: o.at("/operator/stuck/" + t.GetService()), Heading: words[0], Button: words[1], What: t.GetWhat(), About: t.GetAbout(), Since: o.in.when(t.GetSince())}
	if t.GetAttempts() > 0 {
		out.Attempts = plural(t.GetAttempts(), "attempt", "attempts")
	}
	if !t.GetRetryable() {
		out.Button = ""
	}
	if strings.HasPrefix(t.GetAbout(), id.Order+"_") {
		out.Address, out.About = o.at("/operator/orders/"+t.GetAbout()), "Order "+number(t.GetAbout())
	}
	if strings.HasPrefix(t.GetAbout(), id.Window+"_") {
		out.Address, out.About = o.at("/operator/windows/"+t.GetAbout()), "The window"
	}
	return out
}

// retry does something about a trouble now.
func (o *office) retry() (*reply, error) {
	form, err := o.form()
	if err != nil {
		return nil, err
	}
	client := o.site.troubles[o.PathValue("service")]
	if client == nil {
		return nil, errNoPage
	}
	if _, err := client.Retry(o.Context(), &troublev1.RetryRequest{Id: form.Get("id")}); err != nil {
		return nil, err
	}
	return redirect(o.at("/operator/stuck")), nil
}
