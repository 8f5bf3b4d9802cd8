package api_test

import (
	"context"
	"strings"
	"testing"

	"github.com/artisan-eats/artisan/edge/edgetest"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	"github.com/artisan-eats/artisan/gen/artisan/catalog/v1/catalogv1connect"
	"github.com/artisan-eats/artisan/sqldb"
)

// raises makes the piece a dollar dearer.
func raises(t *testing.T, m *edgetest.Market) {
	t.Helper()
	p := m.ProductNow(t)
	p.GetVariants()[0].Price.Amount += 100
	if _, err := catalogv1connect.NewCatalogServiceClient(m.Process.Client("catalog")).PutProduct(t.Context(),
		&catalogv1.PutProductRequest{Product: p}); err != nil {
		t.Fatal(err)
	}
}

// TestAProgramPaysThePriceThatItWasShown has a cart that is old, of a piece that has become dearer since, and
// may do so once more.
func TestAProgramPaysThePriceThatItWasShown(t *testing.T) {
	edgetest.OpenMarket(t, func(t *testing.T, m *edgetest.Market) {
		for name, c := range map[string]struct {
			says, dearerOnceMore bool
			status               int
		}{
			"as-shown": {true, false, 201}, "dearer-once-more": {true, true, 409},
			"unsaid": {false, false, 409},
		} {
			cart := m.Ask(t, 201,
				edgetest.Call{
					Method: "POST", Path: "/api/v1/carts",
					Body: `{"market": "portland"}`,
				})["id"].(string)
			kept := m.Ask(t, 200, edgetest.Call{
				Method: "PUT", Path: "/api/v1/carts/" + cart + "/lines/" + m.Piece,
				Body: `{"quantity": 1}`,
			})
			if kept["shown"] != nil {
				t.Errorf("%s: what is kept to is shown as %v", name, kept["shown"])
			}
			err := m.Process.Host("ordering").DB().Tx(t.Context(),
				func(ctx context.Context, tx *sqldb.Tx) error {
					_, err := tx.ExecContext(ctx, "UPDATE cart_lines SET quoted_at = 1 WHERE cart_id = $1",
						cart)
					return err
				})
			if err != nil {
				t.Fatal(err)
			}
			raises(t, m)
			seen := m.Ask(t, 200, edgetest.Call{Method: "GET", Path: "/api/v1/carts/" + cart})
			body := strings.Replace(edgetest.Buying, edgetest.Saturday, m.Windows, 1)
			if shown, _ := seen["shown"].(string); c.says {
				body = strings.Replace(body, "{", `{"shown": "`+shown+`", `, 1)
			}
			if c.dearerOnceMore {
				raises(t, m)
			}
			answer := m.Ask(t, c.status, edgetest.Call{
				Method: "POST", Path: "/api/v1/carts/" + cart + "/checkout",
				Header: []string{"Idempotency-Key", name}, Body: body,
			})
			if total := seen["total"].(map[string]any)["amount"]; c.status == 201 &&
				answer["total"].(map[string]any)["amount"] != total || c.status == 409 &&
				answer["code"] != "price_changed" {
				t.Errorf("%s: shown at %v it is answered %v", name, total, answer)
			}
		}
	})
}
