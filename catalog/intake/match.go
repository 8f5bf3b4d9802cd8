package intake

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/artisan-eats/artisan/catalog/feed"
	"github.com/artisan-eats/artisan/catalog/goods"
	"github.com/artisan-eats/artisan/naming"
	"github.com/artisan-eats/artisan/sqldb"
)

// titles are the products of a producer that came from elsewhere than files of the
// import's dialect, by the identity of their titles; empty for a title that several have.
type titles map[string]string

// find finds the products that the file's are, in their order; nil for new ones. A product is
// found by its import key. One that has no such key, because it was made by hand or came from
// another program, is found by what an export of it says: the slug for Shopify, the title for others.
func (im *importer) find(ctx context.Context, batch []*feed.Product) ([]*goods.Product, error) {
	found := make([]*goods.Product, len(batch))
	used := map[string]bool{}
	if err := im.findByKey(ctx, batch, found, used); err != nil {
		return nil, err
	}
	slugs, err := im.productsBySlug(ctx, batch, found)
	if err != nil {
		return nil, err
	}
	named, err := im.findByName(ctx, batch, found, slugs)
	if err != nil {
		return nil, err
	}
	for i, p := range batch {
		if found[i] != nil {
			continue
		}
		if before := named[i]; before != nil && !used[before.ID] {
			found[i], used[before.ID] = before, true
		}
		if _, taken := slugs[p.Handle]; taken || !goods.ValidSlug(p.Handle) {
			p.Handle = "" // it gets one of its title
		}
	}
	return found, nil
}

func (im *importer) findByKey(
	ctx context.Context, batch []*feed.Product, found []*goods.Product, used map[string]bool,
) error {
	own, former := make([][]goods.MakerKey, len(batch)), make([][]goods.MakerKey, len(batch))
	var all []goods.MakerKey
	for i, p := range batch {
		maker := im.producers[naming.Identity(p.Producer)].ID
		own[i] = []goods.MakerKey{{ProducerID: maker, Key: importKey(p.Key)}}
		for _, key := range formerKeys(p.Key, p.Former) {
			former[i] = append(former[i], goods.MakerKey{ProducerID: maker, Key: key})
		}
		all = append(append(all, own[i]...), former[i]...)
	}
	stored, err := im.importedUnder(ctx, all)
	if err != nil {
		return err
	}
	for _, keys := range [][][]goods.MakerKey{own, former} { // what is known by its own key is nobody else's
		for i := range batch {
			for _, key := range keys[i] {
				if before := stored[key]; before != nil && found[i] == nil && !used[before.ID] {
					found[i], used[before.ID] = before, true
				}
			}
		}
	}
	return nil
}

// importedUnder reads the products that were imported under some keys.
func (im *importer) importedUnder(
	ctx context.Context, keys []goods.MakerKey,
) (map[goods.MakerKey]*goods.Product, error) {
	ids, err := im.intake.store.ImportedIDs(ctx, keys)
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	products, err := im.intake.store.Products(ctx, ids)
	stored := make(map[goods.MakerKey]*goods.Product, len(products))
	for i := range products {
		stored[goods.MakerKey{ProducerID: products[i].ProducerID, Key: products[i].ImportKey}] = &products[i]
	}
	return stored, err
}

// productsBySlug reads the products that have the file's handles for slugs.
func (im *importer) productsBySlug(
	ctx context.Context, batch []*feed.Product, found []*goods.Product,
) (map[string]*goods.Product, error) {
	var handles [][]any
	for i, p := range batch {
		if found[i] == nil && p.Handle != "" {
			handles = append(handles, []any{im.market.Code, p.Handle})
		}
	}
	ids, err := im.intake.store.IdsByPair(ctx, "(market, slug)", handles)
	if err != nil {
		return nil, err
	}
	products, err := im.intake.store.Products(ctx, ids)
	bySlug := make(map[string]*goods.Product, len(products))
	for i := range products {
		bySlug[products[i].Slug] = &products[i]
	}
	return bySlug, err
}

// findByName finds those that have no key of their own, by what an export says of them. All of a batch are
// read at once.
func (im *importer) findByName(
	ctx context.Context, batch []*feed.Product, found []*goods.Product, slugs map[string]*goods.Product,
) ([]*goods.Product, error) {
	named, titled := make([]*goods.Product, len(batch)), make([]string, len(batch))
	for i, p := range batch {
		producerID := im.producers[naming.Identity(p.Producer)].ID
		switch before := slugs[p.Handle]; {
		case found[i] != nil:
		case p.Handle != "" && before != nil && before.ProducerID == producerID:
			named[i] = before
		case p.Handle == "" && im.format != feed.WooCommerce:
			known, err := im.titlesOf(ctx, producerID)
			if err != nil {
				return nil, err
			}
			titled[i] = known[naming.Identity(p.Title)]
		}
	}
	byID, err := im.readProducts(ctx, titled)
	for i, productID := range titled {
		if productID != "" {
			named[i] = byID[productID]
		}
	}
	return named, err
}

// readProducts reads products by their IDs, some of which are empty.
func (im *importer) readProducts(ctx context.Context, ids []string) (map[string]*goods.Product, error) {
	wanted := goods.Distinct(slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return id == "" }),
		func(id string) string { return id })
	products, err := im.intake.store.Products(ctx, wanted)
	byID := make(map[string]*goods.Product, len(products))
	for i := range products {
		byID[products[i].ID] = &products[i]
	}
	return byID, err
}

// titlesOf reads a producer's titles, once.
func (im *importer) titlesOf(ctx context.Context, producerID string) (titles, error) {
	if known, ok := im.titles[producerID]; ok {
		return known, nil
	}
	known := titles{}
	err := sqldb.EachRow(ctx, im.intake.store.DB.Read(),
		"SELECT id, title FROM product WHERE producer_id = $1 AND import_key NOT LIKE $2",
		[]any{producerID, string(im.format) + ":%"}, func(scan sqldb.Scanner) error {
			var productID, title string
			err := scan(&productID, &title)
			title = naming.Identity(title)
			if _, twice := known[title]; twice {
				productID = ""
			}
			known[title] = productID
			return err
		})
	if err != nil {
		return nil, fmt.Errorf("read titles: %w", err)
	}
	im.titles[producerID] = known
	return known, nil
}

// formerKeys are the keys under which earlier versions may have stored what has a key now: with the file's
// entities, and with characters that are not composed.
func formerKeys(key, former string) (keys []string) {
	for _, k := range []string{former, norm.NFD.String(key)} {
		if k = importKey(k); k != "" && k != importKey(key) && !slices.Contains(keys, k) {
			keys = append(keys, k)
		}
	}
	return keys
}

// prefixed is a key behind its prefix; empty when there is none.
func prefixed(prefix, key string) string {
	if key == "" {
		return ""
	}
	return prefix + key
}

// importKey is a file's key as it is stored: printable, and of limited length.
func importKey(key string) string {
	key = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return '|'
		}
		return r
	}, key)
	if utf8.RuneCountInString(key) <= goods.MaxImportKey {
		return key
	}
	digest := sha256.Sum256([]byte(key))
	return naming.Cut(key, 100) + "|" + hex.EncodeToString(digest[:])
}
