package edge

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/artisan-eats/artisan/edge/page"
	"github.com/artisan-eats/artisan/fault"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	"github.com/artisan-eats/artisan/id"
	"github.com/artisan-eats/artisan/locale"
)

// headings are what pages of errors are called.
var headings = map[int]string{
	http.StatusNotFound:            locale.Key("There is nothing here"),
	http.StatusForbidden:           locale.Key("This is not for you"),
	http.StatusServiceUnavailable:  locale.Key("One moment, please"),
	http.StatusTooManyRequests:     locale.Key("One moment, please"),
	http.StatusInternalServerError: locale.Key("That is our fault"),
}

// errorPage tells a person what went wrong. Who has to sign in is sent there.
func (e *site) errorPage(r *http.Request, f *fault.Error) *reply {
	if f.Code == errSignIn.Code && r.Method == http.MethodGet {
		return redirect("/sign-in?next=" + url.QueryEscape(r.URL.RequestURI()))
	}
	to, label := e.toProve(r, f)
	if to != "" && r.Method == http.MethodGet {
		return redirect(to)
	}
	status := statusOf(f)
	heading := headings[status]
	if to != "" {
		heading = locale.Key("Is it you?")
	}
	if heading == "" {
		heading = locale.Key("That did not work")
	}
	var in *place
	if status == http.StatusNotFound {
		in = e.nearby(r)
	}
	wait := retryAfter()
	busy := isBusy(status) || status == http.StatusInternalServerError
	says := e.tongue(r, !busy)
	if in != nil {
		says = in.Locale
	}
	model := page.Problem{Frame: e.frame(says.Text(heading), in), Heading: heading, Message: f.Message, To: to, Label: label}
	model.Locale = says
	for _, field := range f.Fields {
		if field.Message != f.Message {
			model.Fields = append(model.Fields, field.Message)
		}
	}
	if status == http.StatusNotFound && strings.HasPrefix(r.URL.Path, "/orders/") {
		model.To, model.Label = "/find-order", locale.Key("Find my order")
		model.Again = says.Text("An order opens on the device that it was ordered on, by the link in its letters, or for whoever is signed in with its e-mail address. We can mail you the link again.")
	}
	if isBusy(status) {
		model.Again = says.Count(int64(wait), "Come back in {n} second: what you had in your basket stays there.", "Come back in {n} seconds: what you had in your basket stays there.")
	}
	out, err := render(r.Context(), status, page.ProblemPage(model))
	if err != nil {
		out = &reply{status: status, contentType: "text/plain; charset=utf-8", body: []byte(f.Message)}
	}
	if out.advising(f); isBusy(status) {
		out.set("Retry-After", strconv.Itoa(wait))
	}
	return out
}

// nearbyPatience bounds looking for a market to go on in.
const nearbyPatience = 300 * time.Millisecond

// nearby is the market that an address of nothing is of, or the only one; nil when there is
// no telling.
func (e *site) nearby(r *http.Request) *place { return e.market(r, marketIn(r.URL.Path)) }

// market is that of a code, or the only one; nil where there is neither.
func (e *site) market(r *http.Request, code string) *place {
	ctx, cancel := context.WithTimeout(r.Context(), nearbyPatience)
	defer cancel()
	if code != "" {
		if in, err := e.place(ctx, code); err == nil {
			return in
		}
	}
	answer, err := e.catalog.ListMarkets(ctx, &catalogv1.ListMarketsRequest{})
	if err != nil || len(answer.GetMarkets()) != 1 {
		return nil
	}
	return placeOf(answer.GetMarkets()[0])
}

// marketIn is the market's code in an address: /m/portland/nothing, /p/prd_portland_01k8.
func marketIn(path string) string {
	first, rest, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	code, _, _ := strings.Cut(rest, "/")
	if first != "m" {
		_, rest, _ = strings.Cut(code, "_")
		code, _, _ = strings.Cut(rest, "_")
	}
	if !id.ValidMarket(code) {
		return ""
	}
	return code
}
