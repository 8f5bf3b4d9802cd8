package book

import (
	"context"
	"fmt"
	"time"

	"github.com/artisan-eats/artisan/fault"
	"github.com/artisan-eats/artisan/gen/sql/orderingdb"
	"github.com/artisan-eats/artisan/money"
	"github.com/artisan-eats/artisan/ordering/order"
	"github.com/artisan-eats/artisan/sqldb"
)

// Cart reads a cart with its lines; it is ErrNoCart where there is none.
func (s *Book) Cart(ctx context.Context, id string) (order.Cart, error) {
	return readCart(ctx, orderingdb.New(s.DB.Read()), id)
}

func readCart(ctx context.Context, q *orderingdb.Queries, id string) (order.Cart, error) {
	rows, err := q.GetCart(ctx, id)
	if err != nil {
		return order.Cart{}, fmt.Errorf("read cart: %w", sqldb.Classify(err))
	}
	if len(rows) == 0 {
		return order.Cart{}, ErrNoCart
	}
	first := rows[0]
	cart := order.Cart{
		ID: first.ID, Market: first.Market, CustomerID: first.CustomerID, OrderID: first.OrderID,
		Revision: first.Revision, CreatedAt: time.UnixMilli(first.CreatedAt).UTC(),
		Kept: order.KeptPlace{
			OrderID: first.KeptOrder, WindowID: first.KeptWindow,
			Until: time.UnixMilli(first.KeptUntil).UTC(),
		},
	}
	for _, l := range rows {
		if l.Quantity == 0 {
			break
		}
		line, err := lineFromRow(l)
		if err != nil {
			return order.Cart{}, fmt.Errorf("read cart: %w", err)
		}
		cart.Lines = append(cart.Lines, line)
	}
	return cart, nil
}

// ErrCartOrdered is for who changes a cart that became an order.
var ErrCartOrdered = fault.New(fault.Conflict, "cart_ordered",
	"This cart is ordered already. Start a new one.")

// lineTypes are of the columns of a lineToRow.
var lineTypes = []string{
	"TEXT", "TEXT", "BIGINT", "BIGINT", "TEXT", "BIGINT", "TEXT", "TEXT", "TEXT", "TEXT", "TEXT", "TEXT",
	"TEXT", "TEXT", "DOUBLE PRECISION", "TEXT",
}

func lineToRow(cartID string, l order.Line) []any {
	return []any{
		cartID, l.VariantID, l.Quantity, l.Price.Minor, l.Price.Currency, l.QuotedAt.UnixMilli(), l.ProductID,
		l.ProductTitle, l.VariantTitle, l.ProducerID, l.ProducerName, l.SoldBy, l.Image, l.Unit, l.UnitValue,
		string(l.Declared),
	}
}

func lineFromRow(l orderingdb.GetCartRow) (order.Line, error) {
	line := order.Line{
		VariantID: l.VariantID, Quantity: l.Quantity, Price: money.New(l.Price, l.Currency),
		ProductID: l.ProductID, ProductTitle: l.ProductTitle, VariantTitle: l.VariantTitle,
		ProducerID: l.ProducerID, ProducerName: l.ProducerName, SoldBy: l.SoldBy, Image: l.Image,
		Unit: l.Unit, UnitValue: l.UnitValue, Declared: order.Declared(l.Declared),
		QuotedAt: time.UnixMilli(l.QuotedAt).UTC(),
	}
	return line, line.SetTotal()
}

// dayOf is the day of a time, since 1970.
func dayOf(t time.Time) int64 { return t.Unix() / (24 * 60 * 60) }
