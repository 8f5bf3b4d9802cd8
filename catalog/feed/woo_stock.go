package feed

import "strings"

// wooStock is what a row's cells say of stock.
type wooStock struct{ quantity, inStock, backorders string }

func (w *woo) stockCells(row row) wooStock {
	return wooStock{row.at(w.stock), row.at(w.inStock), row.at(w.backorders)}
}

// isParents reports whether a variation has no stock of its own, but its product's.
func (s wooStock) isParents() bool { return strings.EqualFold(s.quantity, "parent") }

// of is the stock of a variation that shares its product's.
func (s wooStock) of(product wooStock) wooStock {
	if yes, known := yesOrNo(s.inStock); s.inStock != "" && known && !yes {
		return wooStock{inStock: s.inStock} // its own word that there is none
	}
	return product
}

// stockOf reads the quantity. What is in stock without one, or may be ordered back, is unlimited.
func (w *woo) stockOf(row row, cells wooStock, v *Variant) error {
	quantity, err := parseAmount(cells.quantity, row.reading(w.stock, v.counts()))
	if err != nil {
		return fail(w.stock, err)
	}
	inStock, said, backordered, err := w.states(cells)
	switch counted := cells.quantity != ""; {
	case err != nil:
		return err
	case said && !inStock:
		return v.count(w.stock, 0)
	case quantity <= 0 && backordered, !counted && said:
		v.Stock = Unlimited
	case counted:
		return v.count(w.stock, max(quantity, 0))
	}
	return nil
}

// states are whether goods are in stock, if that is said, and whether they may be ordered back.
func (w *woo) states(cells wooStock) (inStock, said, backordered bool, err error) {
	if cells.backorders != "" {
		var known bool
		if backordered, known = yesOrNo(cells.backorders); !known {
			return false, false, false, fail(w.backorders, errNoAnswer)
		}
	}
	switch fold(cells.inStock) {
	case "":
		return false, false, backordered, nil
	case "backorder", "onbackorder":
		return true, false, true, nil
	}
	inStock, said = yesOrNo(cells.inStock)
	if !said {
		err = fail(w.inStock, errNoAnswer)
	}
	return inStock, said, backordered, err
}
