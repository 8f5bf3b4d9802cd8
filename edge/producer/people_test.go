package producer_test

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"github.com/artisan-eats/artisan/edge/edgetest"
	"github.com/artisan-eats/artisan/edge/producer"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	"github.com/artisan-eats/artisan/gen/artisan/catalog/v1/catalogv1connect"
	inventoryv1 "github.com/artisan-eats/artisan/gen/artisan/inventory/v1"
	"github.com/artisan-eats/artisan/gen/artisan/inventory/v1/inventoryv1connect"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/gen/artisan/ordering/v1/orderingv1connect"
	"github.com/artisan-eats/artisan/rights"
	"github.com/artisan-eats/artisan/sqldb"
)

// TestServicesKnowWhoMayDoWhat goes past the front door.
func TestServicesKnowWhoMayDoWhat(t *testing.T) {
	edgetest.OpenMarket(t, func(t *testing.T, m *edgetest.Market) {
		for right, deeds := range deeds(t, m) {
			for _, other := range rights.All {
				ctx := rights.With(t.Context(), rights.Limits{m.Producer: {other}})
				for name, do := range deeds {
					err := do(ctx)
					if refused := err != nil &&
						strings.Contains(err.Error(),
							"You may not do this here"); refused != (other != right &&
						other != rights.Owner) {
						t.Errorf("%s as %s: %v", name, other, err)
					}
				}
			}
		}
	})
}

// TestSomebodyIsAskedAndJoins goes from the form to the desk, by the letter's link.
func TestSomebodyIsAskedAndJoins(t *testing.T) {
	edgetest.OpenMarket(t, func(t *testing.T, m *edgetest.Market) {
		cookie, _ := m.Desks(t)
		m.Member(t, "bob@example.org", edgetest.Password, "Bob")
		ask := m.Tab(t, cookie, producer.PeopleAt, producer.PeopleAt)
		for _, refused := range []url.Values{
			{"email": {"bob@example.org"}},
			{"email": {"bob"}, "rights": {"goods"}},
		} {
			if v := m.Open(t, producer.PeopleAt, cookie,
				refused); v.Status != http.StatusUnprocessableEntity ||
				len(v.Find("p", "class", "wrong")) == 0 {
				t.Errorf("%v is answered with %d: %s", refused, v.Status, v.Text())
			}
		}
		ask.Saves(t, "email", "bob@example.org", "rights", "goods")
		if v := m.Open(t, producer.PeopleAt, cookie, nil); !strings.Contains(v.Text(),
			"bob@example.orgGoods · the link is good until ") {
			t.Errorf("it does not say who is asked: %s", v.Text())
		}
		link := "/join?token=" + joinToken(t, m, "bob@example.org")
		if v := m.Open(t, link, "", nil); v.Status != http.StatusOK ||
			!strings.Contains(v.Text(), "Hill Dairy asks you") ||
			!strings.Contains(v.Text(), "sign in to it first") {
			t.Errorf("a stranger finds %d: %s", v.Status, v.Text())
		}
		bob := "session=" + m.Token(t, "bob@example.org")
		v := m.Tab(t, bob, link, "/join").Send(t)
		if v.Status != http.StatusSeeOther {
			t.Fatalf("following is answered with %d: %s", v.Status, v.Text())
		}
		hers := "session=" + m.Token(t, "bob@example.org")
		if v := m.Open(t, "/producer/products", hers, nil); v.Status != http.StatusOK ||
			strings.Contains(v.Text(), "Pack list") || strings.Contains(v.Text(), "People") ||
			!strings.Contains(v.Text(), "Import") {
			t.Errorf("his desk (%d) is %s", v.Status, v.Text())
		}
		if v := m.Open(t, "/producer/orders", hers, nil); v.Status != http.StatusForbidden ||
			!strings.Contains(v.Text(), "for those who look after the orders") {
			t.Errorf("the orders are answered with %d: %s", v.Status, v.Text())
		}
		account := m.Ask(t, 200, edgetest.Call{
			Method: "GET", Path: "/api/v1/account",
			Header: []string{"Authorization", "Bearer " +
				strings.TrimPrefix(hers, "session=")},
		})["id"].(string)
		at := producer.PeopleAt + "/" + account
		m.Tab(t, cookie, producer.PeopleAt, at).Saves(t, "rights", "orders")
		if v := m.Open(t, at, cookie,
			url.Values{"rights": {"owner"}, "seen": {"goods"}}); v.Status != http.StatusConflict {
			t.Errorf("an older page is answered with %d: %s", v.Status, v.Text())
		}
		again := "session=" + m.Token(t, "bob@example.org")
		if v := m.Open(t, "/producer/orders", again, nil); v.Status != http.StatusOK {
			t.Errorf("the orders are answered with %d", v.Status)
		}
		m.Tab(t, cookie, at+"/remove", at+"/remove").Saves(t)
		if v := m.Open(t, "/producer/orders", again, nil); v.Status != http.StatusForbidden &&
			v.Status != http.StatusOK || strings.Contains(v.Text(), "Hill Dairy") {
			t.Errorf("who is removed finds %d: %s", v.Status, v.Text())
		}
		m.Tab(t, cookie, producer.PeopleAt, producer.PeopleAt).Saves(t, "email", "cleo@example.org")
		take := m.Open(t, producer.PeopleAt, cookie, nil).Find("form")
		asked := slices.IndexFunc(take,
			func(n *html.Node) bool {
				return strings.HasPrefix(edgetest.Attr(n, "action"),
					producer.InvitationsAt)
			})
		if v := m.Open(t, edgetest.Attr(take[asked], "action"), cookie,
			url.Values{}); v.Status != http.StatusSeeOther ||
			strings.Contains(m.Open(t, producer.PeopleAt, cookie, nil).Text(), "cleo@example.org") {
			t.Errorf("an invitation that is taken back is answered with %d", v.Status)
		}
		own := m.Open(t, producer.PeopleAt, cookie, nil).Find("a")
		mine := slices.IndexFunc(own,
			func(n *html.Node) bool { return strings.HasSuffix(edgetest.Attr(n, "href"), "/remove") })
		if v := m.Open(t, edgetest.Attr(own[mine], "href"), cookie,
			url.Values{}); v.Status != http.StatusConflict ||
			!strings.Contains(v.Text(), "last owner") {
			t.Errorf("the last owner's leaving is answered with %d: %s", v.Status, v.Text())
		}
	})
}

// joinToken waits until an invitation is mailed, and gives it a token that is known here: the letter's is
// nowhere but in the letter.
func joinToken(t *testing.T, m *edgetest.Market, email string) string {
	t.Helper()
	db, due := m.Process.Host("identity").DB(), int64(1)
	for end := time.Now().Add(20 * time.Second); due != 0 && time.Now().Before(end); {
		if err := db.Read().QueryRowContext(t.Context(),
			"SELECT mail_at FROM maker_invitations WHERE email = $1", email).Scan(&due); err != nil {
			t.Fatal(err)
		}
	}
	raw := sha256.Sum256([]byte(email))
	hash := sha256.Sum256(raw[:])
	err := db.Tx(t.Context(), func(ctx context.Context, tx *sqldb.Tx) error {
		_, err := tx.ExecContext(ctx,
			"UPDATE maker_invitations SET token_hash = $2 WHERE email = $1 AND mail_at = 0", email,
			hex.EncodeToString(hash[:]))
		return err
	})
	if err != nil || due != 0 {
		t.Fatal("it is not mailed", err)
	}
	return base64.RawURLEncoding.EncodeToString(raw[:])
}

// deeds are what services do for a producer, by the right that it wants.
func deeds(t *testing.T, m *edgetest.Market) map[string]map[string]func(context.Context) error {
	t.Helper()
	goods, stock := catalogv1connect.NewCatalogServiceClient(m.Process.Client("catalog")),
		inventoryv1connect.NewInventoryServiceClient(m.Process.Client("inventory"))
	orders := orderingv1connect.NewOrderingServiceClient(m.Process.Client("ordering"))
	product := m.ProductNow(t)
	return map[string]map[string]func(context.Context) error{
		rights.Owner: {
			"EditProducer": func(ctx context.Context) error {
				_, err := goods.EditProducer(ctx,
					&catalogv1.EditProducerRequest{Id: m.Producer, Town: "Sandy"})
				return err
			},
			"DropImage": func(ctx context.Context) error {
				_, err := goods.DropImage(ctx,
					&catalogv1.DropImageRequest{ProducerId: m.Producer, Key: strings.Repeat("0", 64)})
				return err
			},
			"PutImage of the producer": func(ctx context.Context) error {
				_, err := goods.PutImage(ctx,
					&catalogv1.PutImageRequest{ProducerId: m.Producer, Content: []byte("x")})
				return err
			},
		},
		rights.Goods: {
			"PutProduct": func(ctx context.Context) error {
				_, err := goods.PutProduct(ctx, &catalogv1.PutProductRequest{Product: product})
				return err
			},
			"SetPrices": func(ctx context.Context) error {
				_, err := goods.SetPrices(ctx, &catalogv1.SetPricesRequest{ProducerId: m.Producer})
				return err
			},
			"SetPublished": func(ctx context.Context) error {
				_, err := goods.SetPublished(ctx, &catalogv1.SetPublishedRequest{
					ProducerId: m.Producer,
					ProductIds: []string{m.Product}, Published: true,
				})
				return err
			},
			"PutImage of a product": func(ctx context.Context) error {
				_, err := goods.PutImage(ctx,
					&catalogv1.PutImageRequest{ProductId: m.Product, Content: []byte("x")})
				return err
			},
			"GetImport": func(ctx context.Context) error {
				_, err := goods.GetImport(ctx, &catalogv1.GetImportRequest{ProducerId: m.Producer})
				return err
			},
			"RunImport": func(ctx context.Context) error {
				_, err := goods.RunImport(ctx, &catalogv1.RunImportRequest{ProducerId: m.Producer})
				return err
			},
			"DropImport": func(ctx context.Context) error {
				_, err := goods.DropImport(ctx, &catalogv1.DropImportRequest{ProducerId: m.Producer})
				return err
			},
			"SetStock": func(ctx context.Context) error {
				_, err := stock.SetStock(ctx, &inventoryv1.SetStockRequest{})
				return err
			},
			"AdjustStock": func(ctx context.Context) error {
				_, err := stock.AdjustStock(ctx, &inventoryv1.AdjustStockRequest{VariantId: m.Piece})
				return err
			},
			"UndoStocks": func(ctx context.Context) error {
				_, err := stock.UndoStocks(ctx, &inventoryv1.UndoStocksRequest{})
				return err
			},
			"AdjustStocks": func(ctx context.Context) error {
				_, err := stock.AdjustStocks(ctx,
					&inventoryv1.AdjustStocksRequest{
						Adjustments: []*inventoryv1.AdjustStockRequest{{VariantId: m.Piece}},
					})
				return err
			},
			"Receive": func(ctx context.Context) error {
				_, err := stock.Receive(ctx, &inventoryv1.ReceiveRequest{})
				return err
			},
		},
		rights.Orders: {
			"ListWork": func(ctx context.Context) error {
				_, err := orders.ListWork(ctx, &orderingv1.ListWorkRequest{ProducerId: m.Producer})
				return err
			},
			"PackList": func(ctx context.Context) error {
				_, err := orders.PackList(ctx,
					&orderingv1.PackListRequest{ProducerId: m.Producer, WindowId: m.Windows})
				return err
			},
			"Tally": func(ctx context.Context) error {
				_, err := orders.Tally(ctx,
					&orderingv1.TallyRequest{ProducerId: m.Producer, Bounds: []int64{1, 2}})
				return err
			},
			"ListOrders": func(ctx context.Context) error {
				_, err := orders.ListOrders(ctx, &orderingv1.ListOrdersRequest{ProducerId: m.Producer})
				return err
			},
			"StepParts": func(ctx context.Context) error {
				_, err := orders.StepParts(ctx, &orderingv1.StepPartsRequest{ProducerId: m.Producer})
				return err
			},
		},
	}
}
