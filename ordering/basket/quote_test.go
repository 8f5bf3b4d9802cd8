package basket

import (
	"testing"
	"time"

	"github.com/artisan-eats/artisan/fault"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	"github.com/artisan-eats/artisan/money"
	"github.com/artisan-eats/artisan/ordering/order"
)

func TestAPriceThatWasShownIsKept(t *testing.T) {
	noon := time.Date(2026, 6, 6, 12, 0, 0, 0, time.UTC)
	lines := []order.Line{
		{VariantID: "v", ProductTitle: "Bread", Price: money.New(500, "USD"), QuotedAt: noon},
	}
	quotes := map[string]*catalogv1.Quote{
		"v": {Variant: &catalogv1.Variant{Price: money.New(600, "USD").Proto()}},
	}
	if err := comparePrices(lines, quotes, noon.Add(priceHonoured)); err != nil {
		t.Errorf("within its time: %v", err)
	}
	if err := comparePrices(lines, quotes, noon.Add(priceHonoured+time.Second)); !fault.Is(err,
		"price_changed") {
		t.Errorf("after its time: %v", err)
	}
	if err := comparePrices(lines, nil, noon); !fault.Is(err, "out_of_stock") {
		t.Errorf("withdrawn: %v", err)
	}
}
