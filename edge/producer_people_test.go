package edge

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

	"github.com/artisan-eats/artisan/edge/producer"
	"github.com/artisan-eats/artisan/edge/web"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	"github.com/artisan-eats/artisan/gen/artisan/catalog/v1/catalogv1connect"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	"github.com/artisan-eats/artisan/gen/artisan/identity/v1/identityv1connect"
	inventoryv1 "github.com/artisan-eats/artisan/gen/artisan/inventory/v1"
	"github.com/artisan-eats/artisan/gen/artisan/inventory/v1/inventoryv1connect"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/gen/artisan/ordering/v1/orderingv1connect"
	"github.com/artisan-eats/artisan/rights"
	"github.com/artisan-eats/artisan/sqldb"
)

// hired is an account that works for the producer, and may do something.
func (m *market) hired(t *testing.T, email string, may ...string) (session string) {
	t.Helper()
	account, err := identityv1connect.NewIdentityServiceClient(m.process.Client("identity")).EnsureAccount(
		t.Context(), &identityv1.EnsureAccountRequest{
			Email: email, Password: walkPassword, Name: "Hand", Roles: []string{"producer"},
			ProducerIds: []string{m.producer},
		})
	if err != nil {
		t.Fatal(err)
	}
	_, err = identityv1connect.NewPeopleServiceClient(m.process.Client("identity")).SetPersonRights(
		t.Context(), &identityv1.SetPersonRightsRequest{
			SessionToken: m.token(t, "dairy@example.org"), ProducerId: m.producer,
			AccountId: account.GetAccount().GetId(), Rights: may,
		})
	if err != nil {
		t.Fatal(err)
	}
	return m.token(t, email)
}

// handsAt is what those who look after the goods and after the orders find at each address of the desk, in
// this order: allowed, denied, or nothing there.
var handsAt = map[string]string{
	"GET /producer": "aa", "POST /producer/windows/{window}/accept": "da", "GET /producer/orders": "da",
	"POST /producer/orders": "da", "GET /producer/orders/{id}": "da",
	"GET /producer/pack": "da", "GET /producer/pack/{window}": "da", "GET /producer/make": "da",
	"POST /producer/orders/{id}/parts/{part}": "na",
	"GET /producer/products":                  "ad", "POST /producer/products": "ad",
	"GET /producer/new":           "ad",
	"GET /producer/products/{id}": "ad", "POST /producer/products/{id}": "ad",
	"POST /producer/products/{id}/pictures": "ad", "POST /producer/products/{id}/pictures/{key}": "nd",
	"POST /producer/products/{id}/publish":            "ad",
	"POST /producer/products/{id}/variants/{variant}": "ad", "GET /producer/products/{id}/lots": "ad",
	"POST /producer/products/{id}/variants/{variant}/lots": "ad",
	"POST /producer/goods":                                 "ad", "POST /producer/goods/bulk": "ad",
	"GET /producer/products/{id}/preview": "ad",
	"GET /producer/import":                "ad", "POST /producer/import": "ad",
	"POST /producer/import/run":  "ad",
	"POST /producer/import/drop": "ad", "GET /producer/export": "ad",
	"GET /producer/page": "dd", "POST /producer/page": "dd", "POST /producer/page/picture": "dd",
	"POST /producer/page/picture/remove": "dd",
	"GET /producer/people":               "dd", "POST /producer/people": "dd",
	"POST /producer/people/{person}":        "dd",
	"GET /producer/people/{person}/remove":  "dd",
	"POST /producer/people/{person}/remove": "dd", "POST /producer/invitations/{id}/delete": "dd",
	"PUT /api/v1/producers/{id}": "dd", "GET /api/v1/producers/{id}/orders": "da",
	"POST /api/v1/orders/{id}/parts/{part}/advance": "na",
}

// TestEachHandFindsTheirPartOfTheDesk walks every address of the desk as who looks after the goods, and as
// who looks after the orders.
func TestEachHandFindsTheirPartOfTheDesk(t *testing.T) {
	openMarket(t, func(t *testing.T, m *market) {
		w := m.prepareWalk(t)
		hands := []string{"hand of goods", "hand of orders"}
		w.sessions[hands[0]], w.sessions[hands[1]] = m.hired(t, "goods@example.org", "goods"),
			m.hired(t, "orders@example.org", "orders")
		for i, who := range hands {
			for _, rt := range w.edge.routes {
				_, path, _ := strings.Cut(rt.Pattern, " ")
				if rt.Rule != web.Producing {
					continue
				}
				want, ok := handsAt[rt.Pattern]
				if !ok {
					t.Errorf("%s is not in the table of hands", rt.Pattern)
					continue
				}
				if got := w.visit(t, who, rt.Pattern, ""); got != rune(want[i]) {
					t.Errorf("%s (%s) as %s: %c, want %c", rt.Pattern, path, who, got, want[i])
				}
			}
		}
	})
}

// TestServicesKnowWhoMayDoWhat goes past the front door.
func TestServicesKnowWhoMayDoWhat(t *testing.T) {
	openMarket(t, func(t *testing.T, m *market) {
		for right, deeds := range m.deeds(t) {
			for _, other := range rights.All {
				ctx := rights.With(t.Context(), rights.Limits{m.producer: {other}})
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
	openMarket(t, func(t *testing.T, m *market) {
		cookie, _ := m.desks(t)
		m.member(t, "bob@example.org", walkPassword, "Bob")
		ask := m.tab(t, cookie, producer.PeopleAt, producer.PeopleAt)
		for _, refused := range []url.Values{
			{"email": {"bob@example.org"}},
			{"email": {"bob"}, "rights": {"goods"}},
		} {
			if v := m.open(t, producer.PeopleAt, cookie,
				refused); v.status != http.StatusUnprocessableEntity ||
				len(v.find("p", "class", "wrong")) == 0 {
				t.Errorf("%v is answered with %d: %s", refused, v.status, v.text())
			}
		}
		ask.saves(t, "email", "bob@example.org", "rights", "goods")
		if v := m.open(t, producer.PeopleAt, cookie, nil); !strings.Contains(v.text(),
			"bob@example.orgGoods · the link is good until ") {
			t.Errorf("it does not say who is asked: %s", v.text())
		}
		link := "/join?token=" + m.joinToken(t, "bob@example.org")
		if v := m.open(t, link, "", nil); v.status != http.StatusOK ||
			!strings.Contains(v.text(), "Hill Dairy asks you") ||
			!strings.Contains(v.text(), "sign in to it first") {
			t.Errorf("a stranger finds %d: %s", v.status, v.text())
		}
		bob := "session=" + m.token(t, "bob@example.org")
		v := m.tab(t, bob, link, "/join").send(t)
		if v.status != http.StatusSeeOther {
			t.Fatalf("following is answered with %d: %s", v.status, v.text())
		}
		hers := "session=" + m.token(t, "bob@example.org")
		if v := m.open(t, "/producer/products", hers, nil); v.status != http.StatusOK ||
			strings.Contains(v.text(), "Pack list") || strings.Contains(v.text(), "People") ||
			!strings.Contains(v.text(), "Import") {
			t.Errorf("his desk (%d) is %s", v.status, v.text())
		}
		if v := m.open(t, "/producer/orders", hers, nil); v.status != http.StatusForbidden ||
			!strings.Contains(v.text(), "for those who look after the orders") {
			t.Errorf("the orders are answered with %d: %s", v.status, v.text())
		}
		account := m.ask(t, 200, call{
			method: "GET", path: "/api/v1/account",
			header: []string{"Authorization", "Bearer " +
				strings.TrimPrefix(hers, "session=")},
		})["id"].(string)
		at := producer.PeopleAt + "/" + account
		m.tab(t, cookie, producer.PeopleAt, at).saves(t, "rights", "orders")
		if v := m.open(t, at, cookie,
			url.Values{"rights": {"owner"}, "seen": {"goods"}}); v.status != http.StatusConflict {
			t.Errorf("an older page is answered with %d: %s", v.status, v.text())
		}
		again := "session=" + m.token(t, "bob@example.org")
		if v := m.open(t, "/producer/orders", again, nil); v.status != http.StatusOK {
			t.Errorf("the orders are answered with %d", v.status)
		}
		m.tab(t, cookie, at+"/remove", at+"/remove").saves(t)
		if v := m.open(t, "/producer/orders", again, nil); v.status != http.StatusForbidden &&
			v.status != http.StatusOK || strings.Contains(v.text(), "Hill Dairy") {
			t.Errorf("who is removed finds %d: %s", v.status, v.text())
		}
		m.tab(t, cookie, producer.PeopleAt, producer.PeopleAt).saves(t, "email", "cleo@example.org")
		take := m.open(t, producer.PeopleAt, cookie, nil).find("form")
		asked := slices.IndexFunc(take,
			func(n *html.Node) bool { return strings.HasPrefix(named(n, "action"), producer.InvitationsAt) })
		if v := m.open(t, named(take[asked], "action"), cookie,
			url.Values{}); v.status != http.StatusSeeOther ||
			strings.Contains(m.open(t, producer.PeopleAt, cookie, nil).text(), "cleo@example.org") {
			t.Errorf("an invitation that is taken back is answered with %d", v.status)
		}
		own := m.open(t, producer.PeopleAt, cookie, nil).find("a")
		mine := slices.IndexFunc(own,
			func(n *html.Node) bool { return strings.HasSuffix(named(n, "href"), "/remove") })
		if v := m.open(t, named(own[mine], "href"), cookie, url.Values{}); v.status != http.StatusConflict ||
			!strings.Contains(v.text(), "last owner") {
			t.Errorf("the last owner's leaving is answered with %d: %s", v.status, v.text())
		}
	})
}

// joinToken waits until an invitation is mailed, and gives it a token that is known here: the letter's is
// nowhere but in the letter.
func (m *market) joinToken(t *testing.T, email string) string {
	t.Helper()
	db, due := m.process.Host("identity").DB(), int64(1)
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
func (m *market) deeds(t *testing.T) map[string]map[string]func(context.Context) error {
	t.Helper()
	goods, stock := catalogv1connect.NewCatalogServiceClient(m.process.Client("catalog")),
		inventoryv1connect.NewInventoryServiceClient(m.process.Client("inventory"))
	orders := orderingv1connect.NewOrderingServiceClient(m.process.Client("ordering"))
	product := m.productNow(t)
	return map[string]map[string]func(context.Context) error{
		rights.Owner: {
			"EditProducer": func(ctx context.Context) error {
				_, err := goods.EditProducer(ctx,
					&catalogv1.EditProducerRequest{Id: m.producer, Town: "Sandy"})
				return err
			},
			"DropImage": func(ctx context.Context) error {
				_, err := goods.DropImage(ctx,
					&catalogv1.DropImageRequest{ProducerId: m.producer, Key: strings.Repeat("0", 64)})
				return err
			},
			"PutImage of the producer": func(ctx context.Context) error {
				_, err := goods.PutImage(ctx,
					&catalogv1.PutImageRequest{ProducerId: m.producer, Content: []byte("x")})
				return err
			},
		},
		rights.Goods: {
			"PutProduct": func(ctx context.Context) error {
				_, err := goods.PutProduct(ctx, &catalogv1.PutProductRequest{Product: product})
				return err
			},
			"SetPrices": func(ctx context.Context) error {
				_, err := goods.SetPrices(ctx, &catalogv1.SetPricesRequest{ProducerId: m.producer})
				return err
			},
			"SetPublished": func(ctx context.Context) error {
				_, err := goods.SetPublished(ctx, &catalogv1.SetPublishedRequest{
					ProducerId: m.producer,
					ProductIds: []string{m.product}, Published: true,
				})
				return err
			},
			"PutImage of a product": func(ctx context.Context) error {
				_, err := goods.PutImage(ctx,
					&catalogv1.PutImageRequest{ProductId: m.product, Content: []byte("x")})
				return err
			},
			"GetImport": func(ctx context.Context) error {
				_, err := goods.GetImport(ctx, &catalogv1.GetImportRequest{ProducerId: m.producer})
				return err
			},
			"RunImport": func(ctx context.Context) error {
				_, err := goods.RunImport(ctx, &catalogv1.RunImportRequest{ProducerId: m.producer})
				return err
			},
			"DropImport": func(ctx context.Context) error {
				_, err := goods.DropImport(ctx, &catalogv1.DropImportRequest{ProducerId: m.producer})
				return err
			},
			"SetStock": func(ctx context.Context) error {
				_, err := stock.SetStock(ctx, &inventoryv1.SetStockRequest{})
				return err
			},
			"AdjustStock": func(ctx context.Context) error {
				_, err := stock.AdjustStock(ctx, &inventoryv1.AdjustStockRequest{VariantId: m.piece})
				return err
			},
			"UndoStocks": func(ctx context.Context) error {
				_, err := stock.UndoStocks(ctx, &inventoryv1.UndoStocksRequest{})
				return err
			},
			"AdjustStocks": func(ctx context.Context) error {
				_, err := stock.AdjustStocks(ctx,
					&inventoryv1.AdjustStocksRequest{
						Adjustments: []*inventoryv1.AdjustStockRequest{{VariantId: m.piece}},
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
				_, err := orders.ListWork(ctx, &orderingv1.ListWorkRequest{ProducerId: m.producer})
				return err
			},
			"PackList": func(ctx context.Context) error {
				_, err := orders.PackList(ctx,
					&orderingv1.PackListRequest{ProducerId: m.producer, WindowId: m.windows})
				return err
			},
			"Tally": func(ctx context.Context) error {
				_, err := orders.Tally(ctx,
					&orderingv1.TallyRequest{ProducerId: m.producer, Bounds: []int64{1, 2}})
				return err
			},
			"ListOrders": func(ctx context.Context) error {
				_, err := orders.ListOrders(ctx, &orderingv1.ListOrdersRequest{ProducerId: m.producer})
				return err
			},
			"StepParts": func(ctx context.Context) error {
				_, err := orders.StepParts(ctx, &orderingv1.StepPartsRequest{ProducerId: m.producer})
				return err
			},
		},
	}
}
