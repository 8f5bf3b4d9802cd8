package catalog

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
	"github.com/artisan-eats/artisan/naming"
	"github.com/artisan-eats/artisan/sqldb"
)

// titles are the products of a producer that came from elsewhere than files of the
// import's dialect, by the identity of their titles; empty for a title that several have.
type titles map[string]string

// find finds the products that the file's are, in their order; nil for new ones. A product is
// found by its import key. One that has no such key, because it was made by hand or came from
// another program, is found by what an export of it says: the slug for Shopify, the title for others.
func (im *importer) find(ctx context.Context, batch []*feed.Product) ([]*Product, error) {
	found := make([]*Product, len(batch))
	used := map[string]bool{}
	if err := im.findByKey(ctx, batch, found, used); err != nil {
		return nil, err
	}
	slugs, err := im.productsBySlug(ctx, batch, found)
	if err != nil {
		return nil, err
	}
	for i, p := range batch {
		if found[i] != nil {
			continue
		}
		before, err := im.findByName(ctx, p, slugs)
		if err != nil {
			return nil, err
		}
		if before != nil && !used[before.ID] {
			found[i], used[before.ID] = before, true
		}
		if _, taken := slugs[p.Handle]; taken || !validSlug(p.Handle) {
			p.Handle = "" // it gets one of its title
		}
	}
	return found, nil
}

func (im *importer) findByKey(ctx context.Context, batch []*feed.Product, found []*Product, used map[string]bool) error {
	own, former := make([][]makerKey, len(batch)), make([][]makerKey, len(batch))
	var all []makerKey
	for i, p := range batch {
		maker := im.producers[naming.Identity(p.Producer)].ID
		own[i] = []makerKey{{maker, importKey(p.Key)}}
		for _, key := range formerKeys(p.Key, p.Former) {
			former[i] = append(former[i], makerKey{maker, key})
		}
		all = append(append(all, own[i]...), former[i]...)
	}
	stored, err := im.importedUnder(ctx, all)
	if err != nil {
		return err
	}
	for _, keys := range [][][]makerKey{own, former} { // what is known by its own key is nobody else's
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
func (im *importer) importedUnder(ctx context.Context, keys []makerKey) (map[makerKey]*Product, error) {
	ids, err := im.intake.store.importedIDs(ctx, keys)
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	products, err := im.intake.store.products(ctx, ids)
	stored := make(map[makerKey]*Product, len(products))
	for i := range products {
		stored[makerKey{products[i].ProducerID, products[i].ImportKey}] = &products[i]
	}
	return stored, err
}

// makerKey is a producer's ID and an import key.
type makerKey struct{ producerID, key string }

// importedIDs finds the products that were imported under some keys.
func (s *store) importedIDs(ctx context.Context, keys []makerKey) ([]string, error) {
	pairs := make([][]any, len(keys))
	for i, k := range keys {
		pairs[i] = []any{k.producerID, k.key}
	}
	return s.idsByPair(ctx, "import_key <> '' AND (producer_id, import_key)", pairs)
}

// idsByPair finds the products of which two columns are one of some pairs. That they are pairs makes PostgreSQL
// look each up in the index of both, whatever it believes of a table that is being filled.
func (s *store) idsByPair(ctx context.Context, columns string, pairs [][]any) (ids []string, err error) {
	if len(pairs) == 0 {
		return nil, nil
	}
	wanted, args := sqldb.Rows(s.db.Engine, pairs, "TEXT", "TEXT")
	err = sqldb.EachRow(ctx, s.db.Read(), "SELECT id FROM product WHERE "+columns+" IN ("+wanted+")", args, func(scan sqldb.Scanner) error {
		var productID string
		err := scan(&productID)
		ids = append(ids, productID)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("find products: %w", err)
	}
	return ids, nil
}

// productsBySlug reads the products that have the file's handles for slugs.
func (im *importer) productsBySlug(ctx context.Context, batch []*feed.Product, found []*Product) (map[string]*Product, error) {
	var handles [][]any
	for i, p := range batch {
		if found[i] == nil && p.Handle != "" {
			handles = append(handles, []any{im.market.Code, p.Handle})
		}
	}
	ids, err := im.intake.store.idsByPair(ctx, "(market, slug)", handles)
	if err != nil {
		return nil, err
	}
	products, err := im.intake.store.products(ctx, ids)
	bySlug := make(map[string]*Product, len(products))
	for i := range products {
		bySlug[products[i].Slug] = &products[i]
	}
	return bySlug, err
}

func (im *importer) findByName(ctx context.Context, p *feed.Product, slugs map[string]*Product) (*Product, error) {
	producerID := im.producers[naming.Identity(p.Producer)].ID
	if p.Handle != "" {
		if before := slugs[p.Handle]; before != nil && before.ProducerID == producerID {
			return before, nil
		}
		return nil, nil
	}
	if im.format == feed.WooCommerce {
		return nil, nil
	}
	known, err := im.titlesOf(ctx, producerID)
	if err != nil || known[naming.Identity(p.Title)] == "" {
		return nil, err
	}
	before, err := im.intake.store.product(ctx, known[naming.Identity(p.Title)])
	return &before, err
}

// titlesOf reads a producer's titles, once.
func (im *importer) titlesOf(ctx context.Context, producerID string) (titles, error) {
	if known, ok := im.titles[producerID]; ok {
		return known, nil
	}
	known := titles{}
	err := sqldb.EachRow(ctx, im.intake.store.db.Read(), "SELECT id, title FROM product WHERE producer_id = $1 AND import_key NOT LIKE $2",
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

// formerKeys are the keys under which earlier versions may have stored what has a key now: with the file's entities, and with
// characters that are not composed.
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
	if utf8.RuneCountInString(key) <= maxImportKey {
		return key
	}
	digest := sha256.Sum256([]byte(key))
	return naming.Cut(key, 100) + "|" + hex.EncodeToString(digest[:])
}
