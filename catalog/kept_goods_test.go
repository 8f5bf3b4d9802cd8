package catalog

import (
	"fmt"
	"testing"

	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
)

func TestGoodsAreRememberedUntilTheMarketChanges(t *testing.T) {
	var k keptGoods
	answer := &catalogv1.ListGoodsResponse{}
	if k.get("pro_a", 1) != nil {
		t.Error("nothing is remembered")
	}
	k.put("pro_a", 1, answer)
	if k.get("pro_a", 1) != answer || k.get("pro_a", 2) != nil || k.get("pro_b", 1) != nil {
		t.Error("it is forgotten, or of another version or producer")
	}
	for i := range 3 * mostKeptGoods {
		k.put(fmt.Sprint("pro_", i), 2, answer)
	}
	last := fmt.Sprint("pro_", 3*mostKeptGoods-1)
	if len(k.kept) > mostKeptGoods || k.get(last, 2) != answer {
		t.Errorf("%d producers' goods are remembered", len(k.kept))
	}
	if k.put(last, 3, answer); len(k.kept) != mostKeptGoods {
		t.Errorf("goods that are read anew leave %d producers' remembered", len(k.kept))
	}
}
