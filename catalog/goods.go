package catalog

import (
	"context"
	"fmt"

	"github.com/artisan-eats/artisan/catalog/goods"
	"github.com/artisan-eats/artisan/fault"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	"github.com/artisan-eats/artisan/id"
	"github.com/artisan-eats/artisan/idempotency"
	"github.com/artisan-eats/artisan/rights"
	"github.com/artisan-eats/artisan/sqldb"
)

const (
	// maxGoods bounds an answer of ListGoods.
	maxGoods = 10_000
	// maxShown bounds one call of SetPublished.
	maxShown = 200
	// maxAskedFor bounds the IDs that a list is asked for.
	maxAskedFor = 200
)

// ListGoods lists what a producer makes, by title; see the contract.
func (s *service) ListGoods(
	ctx context.Context, r *catalogv1.ListGoodsRequest,
) (*catalogv1.ListGoodsResponse, error) {
	market, err := id.Market(id.Producer, r.GetProducerId())
	if err != nil {
		return nil, err
	}
	version, _, err := s.store.MarketVersion(ctx, market)
	if err != nil {
		return nil, err
	}
	out := s.goods.get(r.GetProducerId(), version)
	if out == nil {
		if out, err = s.listGoods(ctx, r.GetProducerId()); err != nil {
			return nil, err
		}
		s.goods.put(r.GetProducerId(), version, out)
	}
	return out, nil
}

func (s *service) listGoods(ctx context.Context, producerID string) (*catalogv1.ListGoodsResponse, error) {
	out := &catalogv1.ListGoodsResponse{}
	var last *catalogv1.Goods
	err := sqldb.EachRow(ctx, s.store.DB.Read(), `SELECT p.id, p.published, COALESCE(v.id, ''),
		COALESCE(v.sku, '')
		FROM (SELECT id, title_key, published FROM product WHERE producer_id = $1
		ORDER BY title_key, id LIMIT $2) p
		LEFT JOIN variant v ON v.product_id = p.id AND v.withdrawn = 0
		ORDER BY p.title_key, p.id, v.position`,
		[]any{producerID, maxGoods + 1}, func(scan sqldb.Scanner) error {
			next, size := &catalogv1.Goods{}, &catalogv1.GoodsSize{}
			if err := scan(&next.ProductId, &next.Published, &size.VariantId, &size.Sku); err != nil {
				return err
			}
			if last.GetProductId() != next.GetProductId() {
				out.Goods, last = append(out.Goods, next), next
			}
			if size.GetVariantId() != "" {
				last.Sizes = append(last.Sizes, size)
			}
			return nil
		})
	if err != nil {
		return nil, fmt.Errorf("list goods: %w", err)
	}
	if len(out.GetGoods()) > maxGoods {
		out.Goods, out.Cut = out.GetGoods()[:maxGoods], true
	}
	return out, nil
}

// SetPublished shows products of a producer, or takes them out of the shop, all of them or none.
func (s *service) SetPublished(
	ctx context.Context, r *catalogv1.SetPublishedRequest,
) (*catalogv1.SetPublishedResponse, error) {
	market, err := ownMarket(ctx, r.GetProducerId(), rights.Goods)
	if err != nil {
		return nil, err
	}
	if err := checkProductIDs("product_ids", r.GetProductIds(), maxShown); err != nil {
		return nil, err
	}
	ids := goods.Distinct(r.GetProductIds(), func(s string) string { return s })
	if len(ids) == 0 {
		return &catalogv1.SetPublishedResponse{}, nil
	}
	hash, err := idempotency.HashOf(r)
	if err != nil {
		return nil, err
	}
	defer s.quotes.forget()
	again, err := s.store.SetPublished(ctx, market, r.GetProducerId(), ids, r.GetPublished(),
		idempotency.Form{Owner: r.GetProducerId(), Key: r.GetKey(), Hash: hash})
	return &catalogv1.SetPublishedResponse{Again: again}, err
}

func checkProductIDs(field string, ids []string, most int) error {
	if len(ids) > most {
		return fault.New(fault.Invalid, "invalid", "Too much is asked for at once.",
			fault.Field{Name: field, Message: fmt.Sprintf("There may be at most %d.", most)})
	}
	for _, productID := range ids {
		if _, err := id.Market(id.Product, productID); err != nil {
			return err
		}
	}
	return nil
}

// asked are the products that a list is asked for by their IDs, as far as it may have them.
func (s *service) asked(ctx context.Context, l listing, ids []string) (listed, error) {
	products, err := s.store.Products(ctx, ids)
	if err != nil {
		return listed{}, err
	}
	var answer listed
	for _, p := range products {
		if p.Market == l.market && (p.Listed || l.filter.unlisted) &&
			(l.filter.producer == "" || l.filter.producer == p.ProducerID) {
			answer.products = append(answer.products, p)
		}
	}
	return answer, nil
}
