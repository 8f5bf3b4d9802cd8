package goods_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/artisan-eats/artisan/edge/edgetest"
	"github.com/artisan-eats/artisan/edge/producer/goods"
)

// TestWhatWasUndoneStaysUndone loads the page once more that told what was done with many, as a browser does
// that sends its form again: after the change nothing is done twice and the undo is there; after the undo it
// is not, and nothing is changed.
func TestWhatWasUndoneStaysUndone(t *testing.T) {
	edgetest.OpenMarket(t, func(t *testing.T, m *edgetest.Market) {
		maker, _ := m.Desks(t)
		product := m.ProductNow(t)
		now := func() (int64, int64, bool) {
			p := m.ProductNow(t)
			return p.GetVariants()[0].GetPrice().GetAmount(), stockNow(t, m).GetAvailable(), p.GetPublished()
		}
		price, stock, published := now()
		for what, first := range map[string]url.Values{
			"prices": {"do": {"price"}, "price_how": {"percent"}, "price_by": {"10"}},
			"stocks": {"do": {"stock"}, "all_how": {"by"}, "stock_by": {"1"}},
			"hidden": {"do": {"hide"}},
		} {
			first.Set("chosen", product.GetId())
			form := func(v *edgetest.View) url.Values {
				return edgetest.FilledIn(v.Find("form", "action", goods.BulkAt)[0])
			}
			send := func(form url.Values) *edgetest.View { return m.Open(t, goods.BulkAt, maker, form) }
			does := form(send(first))
			undo := form(send(does))
			changedPrice, changedStock, shown := now()
			if changedPrice == price && changedStock == stock && shown == published {
				t.Errorf("%s: nothing is changed", what)
			}
			if v := send(does); !strings.Contains(v.Text(), "Undo") {
				t.Errorf("%s: loaded again, the undo is gone: %s", what, v.Text())
			}
			if a, b, c := now(); a != changedPrice || b != changedStock || c != shown {
				t.Errorf("%s: loaded again, it is done again", what)
			}
			send(undo)
			for _, again := range []url.Values{undo, does, undo, does} {
				v := send(again)
				if a, b, c := now(); a != price || b != stock || c != published {
					t.Fatalf("%s: what was undone is done again: %d, %d, %t", what, a, b, c)
				}
				if again.Encode() == does.Encode() {
					v.Says(t, http.StatusOK, "This was done before")
					if strings.Contains(v.Text(), "Undo") {
						t.Errorf("%s: an undo is offered of what is undone", what)
					}
				}
			}
		}
	})
}
