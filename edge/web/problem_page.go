package web

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

// ErrorPage tells a person what went wrong. Who has to sign in is sent there.
func (s *Site) ErrorPage(r *http.Request, f *fault.Error) *Reply {
	if f.Code == errSignIn.Code && r.Method == http.MethodGet {
		return Redirect("/sign-in?next=" + url.QueryEscape(r.URL.RequestURI()))
	}
	to, label := s.toProve(r, f)
	if to != "" && r.Method == http.MethodGet {
		return Redirect(to)
	}
	status := StatusOf(f)
	heading := headings[status]
	if to != "" {
		heading = locale.Key("Is it you?")
	}
	if heading == "" {
		heading = locale.Key("That did not work")
	}
	var in *Market
	if status == http.StatusNotFound {
		in = s.nearby(r)
	}
	wait := retryAfter()
	busy := IsBusy(status) || status == http.StatusInternalServerError
	says := s.tongue(r, !busy)
	if in != nil {
		says = in.Locale
	}
	model := page.Problem{
		Frame: s.Frame(says.Text(heading), in), Heading: heading, Message: f.Message,
		To: to, Label: label,
	}
	model.Locale = says
	for _, field := range f.Fields {
		if field.Message != f.Message {
			model.Fields = append(model.Fields, field.Message)
		}
	}
	if status == http.StatusNotFound && strings.HasPrefix(r.URL.Path, "/orders/") {
		model.To, model.Label = "/find-order", locale.Key("Find my order")
		model.Again = says.Text(
			"An order opens on the device that it was ordered on, by the link in its letters, or for whoever is signed in with its e-mail address. We can mail you the link again.")
	}
	if IsBusy(status) {
		model.Again = comeBack(says, wait)
	}
	out, err := Render(r.Context(), status, page.ProblemPage(model))
	if err != nil {
		out = &Reply{Status: status, ContentType: "text/plain; charset=utf-8", Body: []byte(f.Message)}
	}
	if out.Advising(f); IsBusy(status) {
		out.Set("Retry-After", strconv.Itoa(wait))
	}
	return out
}

// nearbyPatience bounds looking for a market to go on in.
const nearbyPatience = 300 * time.Millisecond

// nearby is the market that an address of nothing is of, or the only one; nil when there is
// no telling.
func (s *Site) nearby(r *http.Request) *Market { return s.marketOrOnly(r, marketIn(r.URL.Path)) }

// marketOrOnly is that of a code, or the only one; nil where there is neither.
func (s *Site) marketOrOnly(r *http.Request, code string) *Market {
	ctx, cancel := context.WithTimeout(r.Context(), nearbyPatience)
	defer cancel()
	if code != "" {
		if in, err := s.Market(ctx, code); err == nil {
			return in
		}
	}
	answer, err := s.Catalog.ListMarkets(ctx, &catalogv1.ListMarketsRequest{})
	if err != nil || len(answer.GetMarkets()) != 1 {
		return nil
	}
	return MarketOf(answer.GetMarkets()[0])
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
