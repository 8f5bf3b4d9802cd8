package operator

import (
	"net/http"
	"slices"

	"github.com/artisan-eats/artisan/edge/operator/view"
	"github.com/artisan-eats/artisan/edge/page"
	"github.com/artisan-eats/artisan/edge/web"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
)

// Office is a visit to the operator's desk, in one of the markets.
type Office struct {
	Visit   *web.Visit
	In      *web.Market
	Markets []*catalogv1.Market
}

// At opens the desk in the market that the address names, or in the first.
func At(work func(*Office) (*web.Reply, error)) func(*web.Visit) (*web.Reply, error) {
	return func(v *web.Visit) (*web.Reply, error) {
		markets, err := v.Site.Markets(v.Context())
		if err != nil {
			return nil, err
		}
		if len(markets) == 0 {
			return web.Render(v.Context(), http.StatusOK,
				view.NoMarketPage(v.Site.Frame("The market's desk", nil)))
		}
		o := &Office{Visit: v, In: web.MarketOf(markets[0]).Desk(), Markets: markets}
		if wanted := v.Request.URL.Query().Get("market"); wanted != "" && !o.MoveTo(wanted) {
			return nil, web.ErrNoPage
		}
		return work(o)
	}
}

// MoveTo goes on in another market, if there is such a one.
func (o *Office) MoveTo(market string) bool {
	i := slices.IndexFunc(o.Markets, func(m *catalogv1.Market) bool { return m.GetCode() == market })
	if i >= 0 {
		o.In = web.MarketOf(o.Markets[i]).Desk()
	}
	return i >= 0
}

// At is the address of a page of this desk, with parameters: name, value, ... Empty ones are left out.
func (o *Office) At(path string, params ...string) string {
	market := o.In.Code
	if market == o.Markets[0].GetCode() {
		market = ""
	}
	return web.AddressWith(path, append([]string{"market", market}, params...)...)
}

// officeTabs are the parts of the desk.
var officeTabs = []page.Choice{
	{Value: "/operator/today", Label: "Today"},
	{Value: "/operator", Label: "Orders"},
	{Value: "/operator/waiting", Label: "Unconfirmed"},
	{Value: "/operator/producers", Label: "Producers"},
	{Value: "/operator/calendar", Label: "Calendar"},
	{Value: "/operator/security", Label: "Sign-in"},
	{Value: "/operator/mail", Label: "Mail"},
	{Value: "/operator/stuck", Label: "Stuck"},
	{Value: "/operator/log", Label: "Log"},
}

// Desk is what every page of the desk begins with.
func (o *Office) Desk(title, tab string) page.Bench {
	b := page.Bench{
		Frame: o.Visit.Site.DeskFrame(title), Heading: title, Over: o.In.Name, Switch: "market",
		Home: tab,
	}
	b.Locale = o.In.Locale
	for _, t := range officeTabs {
		b.Tabs = append(b.Tabs, page.Choice{Value: o.At(t.Value), Label: t.Label, Chosen: t.Value == tab})
	}
	for _, m := range o.Markets {
		b.Desks = append(b.Desks,
			page.Choice{Value: m.GetCode(), Label: m.GetName(), Chosen: m.GetCode() == o.In.Code})
	}
	return b
}
