package edge

import (
	"net/http"
	"net/url"
	"slices"

	"github.com/artisan-eats/artisan/edge/page"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	moneyv1 "github.com/artisan-eats/artisan/gen/artisan/money/v1"
)

// deskPage is how many things a page of a desk's list has.
const deskPage = 25

// office is a visit to the operator's desk, in one of the markets.
type office struct {
	*visit
	in      *place
	markets []*catalogv1.Market
}

// atOffice opens the desk in the market that the address names, or in the first.
func atOffice(work func(*office) (*reply, error)) func(*visit) (*reply, error) {
	return func(v *visit) (*reply, error) {
		answer, err := v.site.catalog.ListMarkets(v.Context(), &catalogv1.ListMarketsRequest{})
		if err != nil {
			return nil, err
		}
		markets := answer.GetMarkets()
		if len(markets) == 0 {
			return render(v.Context(), http.StatusOK, page.NoMarketPage(v.site.frame("The market's desk", nil)))
		}
		o := &office{visit: v, in: placeOf(markets[0]).desk(), markets: markets}
		if wanted := v.URL.Query().Get("market"); wanted != "" && !o.moveTo(wanted) {
			return nil, errNoPage
		}
		return work(o)
	}
}

// moveTo goes on in another market, if there is such a one.
func (o *office) moveTo(market string) bool {
	i := slices.IndexFunc(o.markets, func(m *catalogv1.Market) bool { return m.GetCode() == market })
	if i >= 0 {
		o.in = placeOf(o.markets[i]).desk()
	}
	return i >= 0
}

// at is the address of a page of this desk, with parameters: name, value, ... Empty ones are left out.
func (o *office) at(path string, params ...string) string {
	market := o.in.code
	if market == o.markets[0].GetCode() {
		market = ""
	}
	return addressWith(path, append([]string{"market", market}, params...)...)
}

// addressWith is an address with parameters: name, value, ... Empty ones are left out.
func addressWith(path string, params ...string) string {
	query := url.Values{}
	for i := 0; i+1 < len(params); i += 2 {
		if params[i+1] != "" {
			query.Set(params[i], params[i+1])
		}
	}
	return address(path, query)
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

// desk is what every page of the desk begins with.
func (o *office) desk(title, tab string) page.Bench {
	b := page.Bench{Frame: o.site.deskFrame(title), Heading: title, Over: o.in.name, Switch: "market", Home: tab}
	b.Locale = o.in.Locale
	for _, t := range officeTabs {
		b.Tabs = append(b.Tabs, page.Choice{Value: o.at(t.Value), Label: t.Label, Chosen: t.Value == tab})
	}
	for _, m := range o.markets {
		b.Desks = append(b.Desks, page.Choice{Value: m.GetCode(), Label: m.GetName(), Chosen: m.GetCode() == o.in.code})
	}
	return b
}

// when is a time as the market's clocks show it; empty for none.
func (p *place) when(millis int64) string {
	if millis == 0 {
		return ""
	}
	return p.DateTime(p.at(millis))
}

// moneyIfAny is an amount as the market's people write it; empty for nothing.
func (p *place) moneyIfAny(m *moneyv1.Money) string {
	if m.GetAmount() == 0 {
		return ""
	}
	return p.money(m)
}
