package edge

import (
	"context"
	"strings"
	"testing"

	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	"github.com/artisan-eats/artisan/gen/artisan/catalog/v1/catalogv1connect"
	"github.com/artisan-eats/artisan/sqldb"
)

// raises makes the piece a dollar dearer.
func (m *market) raises(t *testing.T) {
	t.Helper()
	p := m.productNow(t)
	p.GetVariants()[0].Price.Amount += 100
	if _, err := catalogv1connect.NewCatalogServiceClient(m.process.Client("catalog")).PutProduct(t.Context(),
		&catalogv1.PutProductRequest{Product: p}); err != nil {
		t.Fatal(err)
	}
}

// TestAProgramPaysThePriceThatItWasShown has a cart that is old, of a piece that has become dearer since, and
// may do so once more.
func TestAProgramPaysThePriceThatItWasShown(t *testing.T) {
	openMarket(t, func(t *testing.T, m *market) {
		for name, c := range map[string]struct {
			says, dearerOnceMore bool
			status               int
		}{
			"as-shown": {true, false, 201}, "dearer-once-more": {true, true, 409},
			"unsaid": {false, false, 409},
		} {
			cart := m.ask(t, 201,
				call{method: "POST", path: "/api/v1/carts", body: `{"market": "portland"}`})["id"].(string)
			kept := m.ask(t, 200, call{
				method: "PUT", path: "/api/v1/carts/" + cart + "/lines/" + m.piece,
				body: `{"quantity": 1}`,
			})
			if kept["shown"] != nil {
				t.Errorf("%s: what is kept to is shown as %v", name, kept["shown"])
			}
			err := m.process.Host("ordering").DB().Tx(t.Context(),
				func(ctx context.Context, tx *sqldb.Tx) error {
					_, err := tx.ExecContext(ctx, "UPDATE cart_lines SET quoted_at = 1 WHERE cart_id = $1",
						cart)
					return err
				})
			if err != nil {
				t.Fatal(err)
			}
			m.raises(t)
			seen := m.ask(t, 200, call{method: "GET", path: "/api/v1/carts/" + cart})
			body := strings.Replace(buying, saturday, m.windows, 1)
			if shown, _ := seen["shown"].(string); c.says {
				body = strings.Replace(body, "{", `{"shown": "`+shown+`", `, 1)
			}
			if c.dearerOnceMore {
				m.raises(t)
			}
			answer := m.ask(t, c.status, call{
				method: "POST", path: "/api/v1/carts/" + cart + "/checkout",
				header: []string{"Idempotency-Key", name}, body: body,
			})
			if total := seen["total"].(map[string]any)["amount"]; c.status == 201 &&
				answer["total"].(map[string]any)["amount"] != total || c.status == 409 &&
				answer["code"] != "price_changed" {
				t.Errorf("%s: shown at %v it is answered %v", name, total, answer)
			}
		}
	})
}
