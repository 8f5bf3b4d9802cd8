package catalog

import (
	"sync"

	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
)

// mostKeptGoods is of how many producers a process remembers the goods.
const mostKeptGoods = 8

// keptGoods remembers what ListGoods has answered, until something in the market is another: a desk asks for
// all of it with each view, and to read ten thousand products takes most of that view's time. An answer that
// is kept is not changed by anybody.
type keptGoods struct {
	mu   sync.Mutex
	kept map[string]goodsAt
}

type goodsAt struct {
	version int64 // of the market
	answer  *catalogv1.ListGoodsResponse
}

// get is a producer's goods at a version of the market; nil where they are not known.
func (k *keptGoods) get(producerID string, version int64) *catalogv1.ListGoodsResponse {
	k.mu.Lock()
	defer k.mu.Unlock()
	if at, ok := k.kept[producerID]; ok && at.version == version {
		return at.answer
	}
	return nil
}

// put remembers a producer's goods, in place of any other's where there are many. They were read after the
// version was.
func (k *keptGoods) put(producerID string, version int64, answer *catalogv1.ListGoodsResponse) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.kept == nil {
		k.kept = map[string]goodsAt{}
	}
	delete(k.kept, producerID) // or another has to go for what is there already
	for other := range k.kept {
		if len(k.kept) < mostKeptGoods {
			break
		}
		delete(k.kept, other)
	}
	k.kept[producerID] = goodsAt{version, answer}
}
