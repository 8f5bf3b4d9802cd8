package ordering

import (
	"time"

	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/gen/sql/orderingdb"
	"github.com/artisan-eats/artisan/money"
)

// lineFromQuote is a line of goods as they are quoted now.
func lineFromQuote(q *catalogv1.Quote, quantity int64, now time.Time) (Line, error) {
	v := q.GetVariant()
	line := Line{
		VariantID: v.GetId(), Quantity: quantity, Price: money.FromProto(v.GetPrice()),
		ProductID: q.GetProductId(), ProductTitle: q.GetProductTitle(), VariantTitle: v.GetTitle(),
		ProducerID: q.GetProducerId(), ProducerName: q.GetProducerName(), SoldBy: v.GetSoldBy(),
		Image: q.GetImage(), Unit: v.GetUnit(), UnitValue: v.GetUnitValue(),
		Declared: declaredIn(q), quotedAt: now,
	}
	return line, line.price()
}

// lineTypes are of the columns of a lineToRow.
var lineTypes = []string{
	"TEXT", "TEXT", "BIGINT", "BIGINT", "TEXT", "BIGINT", "TEXT", "TEXT", "TEXT", "TEXT", "TEXT", "TEXT",
	"TEXT", "TEXT", "DOUBLE PRECISION", "TEXT",
}

func lineToRow(cartID string, l Line) []any {
	return []any{
		cartID, l.VariantID, l.Quantity, l.Price.Minor, l.Price.Currency, l.quotedAt.UnixMilli(), l.ProductID,
		l.ProductTitle, l.VariantTitle, l.ProducerID, l.ProducerName, l.SoldBy, l.Image, l.Unit, l.UnitValue,
		string(l.Declared),
	}
}

func lineFromRow(l orderingdb.GetCartRow) (Line, error) {
	line := Line{
		VariantID: l.VariantID, Quantity: l.Quantity, Price: money.New(l.Price, l.Currency),
		ProductID: l.ProductID, ProductTitle: l.ProductTitle, VariantTitle: l.VariantTitle,
		ProducerID: l.ProducerID, ProducerName: l.ProducerName, SoldBy: l.SoldBy, Image: l.Image,
		Unit: l.Unit, UnitValue: l.UnitValue, Declared: Declared(l.Declared),
		quotedAt: time.UnixMilli(l.QuotedAt).UTC(),
	}
	return line, line.price()
}

func lineToCart(l Line) *orderingv1.CartLine {
	return &orderingv1.CartLine{
		VariantId: l.VariantID, Quantity: l.Quantity, Price: l.Price.Proto(), Total: l.Total.Proto(),
		ProductId: l.ProductID, ProductTitle: l.ProductTitle, VariantTitle: l.size(), Unit: l.Unit,
		UnitValue: l.UnitValue, Image: l.Image,
		ProducerId: l.ProducerID, ProducerName: l.ProducerName, SoldBy: l.SoldBy,
		Allergens: l.Declared.codes(), AllergensStated: l.Declared.stated(),
	}
}

// lineToProto is a line of the order: as in a cart, with what may be packed of it, and what was.
func (o Order) lineToProto(l Line) *orderingv1.OrderLine {
	in := lineToCart(l)
	out := &orderingv1.OrderLine{
		VariantId: in.GetVariantId(), Quantity: in.GetQuantity(), Price: in.GetPrice(), Total: in.GetTotal(),
		ProductId: in.GetProductId(), ProductTitle: in.GetProductTitle(), VariantTitle: in.GetVariantTitle(),
		Unit: in.GetUnit(), UnitValue: in.GetUnitValue(),
		ProducerId: in.GetProducerId(), ProducerName: in.GetProducerName(), SoldBy: in.GetSoldBy(),
		Image:     in.GetImage(),
		Allergens: in.GetAllergens(), AllergensStated: in.AllergensStated, Lots: lotsToProto(l.Lots),
	}
	out.PackedLeast, out.PackedMost = l.packedRange()
	if o.isPacked(l) {
		out.Packed, out.PackedQuantity, out.Short, out.ShortReason = true, l.Packed, l.short(), l.ShortReason
	}
	return out
}
