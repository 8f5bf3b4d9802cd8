package producer

import (
	"cmp"
	"net/http"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/artisan-eats/artisan/edge/producer/view"
	"github.com/artisan-eats/artisan/edge/web"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
)

const (
	// makeDays is how far ahead the make list looks.
	makeDays = 7
	// listsAtOnce bounds how many windows' lists are asked for at the same time.
	listsAtOnce = 4
)

// MakeList shows how much of each product has to be there in the coming week, together and window by window.
func (d *Desk) MakeList() (*web.Reply, error) {
	b, err := d.Bench("Make list", "/producer/make")
	if err != nil {
		return nil, err
	}
	work, lists, err := d.weekLists()
	if err != nil {
		return nil, err
	}
	model := view.Make{Bench: b}
	rows := map[string]*made{}
	for i, w := range work {
		model.Windows = append(model.Windows, d.In.Locale.DayTime(d.In.At(w.GetWindowStartsAt())))
		for _, item := range lists[i] {
			row := rows[item.GetVariantId()]
			if row == nil {
				row = &made{item: item, each: make([]int64, len(work))}
				rows[item.GetVariantId()] = row
			}
			row.add(i, item)
		}
	}
	for _, row := range rows {
		model.Rows = append(model.Rows, row.page(d.In))
	}
	slices.SortFunc(model.Rows, func(a, b view.MakeRow) int {
		return cmp.Or(cmp.Compare(strings.ToLower(a.Title), strings.ToLower(b.Title)),
			cmp.Compare(a.Variant, b.Variant))
	})
	return web.Render(d.Visit.Context(), http.StatusOK, view.MakePage(model))
}

// weekLists are the windows of the coming week, and what is packed for each.
func (d *Desk) weekLists() ([]*orderingv1.Work, [][]*orderingv1.PackItem, error) {
	answer, err := d.Visit.Site.Ordering.ListWork(d.Visit.Context(),
		&orderingv1.ListWorkRequest{ProducerId: d.Producer.GetId()})
	if err != nil {
		return nil, nil, err
	}
	until := d.Visit.Site.Host.Now().AddDate(0, 0, makeDays).UnixMilli()
	work := slices.DeleteFunc(answer.GetWork(),
		func(w *orderingv1.Work) bool { return w.GetWindowStartsAt() > until })
	lists := make([][]*orderingv1.PackItem, len(work))
	var asking errgroup.Group
	asking.SetLimit(listsAtOnce)
	for i, w := range work {
		asking.Go(func() error {
			list, err := d.Visit.Site.Ordering.PackList(d.Visit.Context(),
				&orderingv1.PackListRequest{
					ProducerId: d.Producer.GetId(), WindowId: w.GetWindowId(),
					ItemsOnly: true,
				})
			lists[i] = list.GetItems()
			return err
		})
	}
	return work, lists, asking.Wait()
}

// made is a size of a product, and how much of it is ordered for each window.
type made struct {
	item          *orderingv1.PackItem
	all, unpacked int64
	each          []int64
}

func (m *made) add(window int, item *orderingv1.PackItem) {
	m.all += item.GetQuantity()
	m.unpacked += item.GetToPack()
	m.each[window] += item.GetQuantity()
}

func (m *made) page(in *web.Market) view.MakeRow {
	words := func(milli int64) string {
		if milli == 0 {
			return ""
		}
		return in.Kept(milli, m.item.GetSoldBy())
	}
	row := view.MakeRow{
		Title: m.item.GetProductTitle(), Variant: m.item.GetVariantTitle(), All: words(m.all),
		Unpacked: cmp.Or(words(m.unpacked), "none"),
	}
	for _, milli := range m.each {
		row.Each = append(row.Each, words(milli))
	}
	return row
}
