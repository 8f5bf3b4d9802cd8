package producer

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/artisan-eats/artisan/audit"
	"github.com/artisan-eats/artisan/edge/desk"
	"github.com/artisan-eats/artisan/edge/input"
	"github.com/artisan-eats/artisan/edge/page"
	"github.com/artisan-eats/artisan/edge/producer/view"
	"github.com/artisan-eats/artisan/edge/trade"
	"github.com/artisan-eats/artisan/edge/web"
	"github.com/artisan-eats/artisan/fault"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/money"
)

const (
	// maxGoods bounds a file of goods, in bytes.
	maxGoods = 32 << 20
	// maxOrders is how many orders a file has at the most, and ordersAtOnce how many are read at once.
	maxOrders    = 5_000
	ordersAtOnce = 100
)

// goodsFormats are the dialects that goods are handed out in, and sheetFormats those of tables: what parts
// the cells.
var (
	goodsFormats = []page.Choice{
		{Value: "shopify", Label: "Shopify"},
		{Value: "ofn", Label: "Open Food Network"},
		{Value: "google", Label: "Google Merchant"},
	}
	sheetFormats = []page.Choice{
		{Value: "comma", Label: "Commas"},
		{Value: "semicolon", Label: "Semicolons (Excel in much of Europe)"},
		{Value: "tab", Label: "Tabs"},
	}
	separators = map[string]rune{"": ',', "comma": ',', "semicolon": ';', "tab": '\t'}
)

var (
	errTooManyGoods  = fault.New(fault.Invalid, "too_long", "That is more than a file of 32 MiB holds.")
	errTooManyOrders = fault.New(fault.Invalid, "too_long",
		"That is more than 5,000 orders. Please take them window by window.")
)

// Export hands out the desk's own goods, orders, or a window's pack list, in the dialect that is asked for.
func (d *Desk) Export() (*web.Reply, error) {
	q := d.Visit.Request.URL.Query()
	separator, known := separators[q.Get("for")]
	switch what := q.Get("what"); {
	case what == "" || what == "goods":
		return d.exportGoods(cmp.Or(q.Get("for"), goodsFormats[0].Value))
	case what == "orders" && known:
		return d.exportOrders(q.Get("window"), separator)
	case what == "pack" && known:
		return d.exportPack(q.Get("window"), separator)
	}
	return nil, web.ErrNoPage
}

func (d *Desk) exportGoods(format string) (*web.Reply, error) {
	stream, err := d.Visit.Site.Catalog.Export(d.Visit.Context(), &catalogv1.ExportRequest{
		Market: d.In.Code,
		Format: format, BaseUrl: d.Visit.Site.Base, ProducerId: d.Producer.GetId(),
	})
	if err != nil {
		return nil, err
	}
	defer func() { _ = stream.Close() }()
	var body bytes.Buffer
	for {
		part, err := stream.Receive()
		if errors.Is(err, io.EOF) {
			return d.file("goods-"+format, body.Bytes(), format == "google")
		}
		if err != nil {
			return nil, err
		}
		if body.Write(part.GetChunk()); body.Len() > maxGoods {
			return nil, errTooManyGoods
		}
	}
}

// OrderColumns head the file of orders.
var OrderColumns = []string{
	"order", "placed", "state", "from", "until", "place", "customer", "product", "size", "quantity", "packed",
	"unit", "price", "total", "currency", "lots",
}

// exportOrders hands out the orders of a window, or of all, a row for each line of the desk's own.
func (d *Desk) exportOrders(window string, separator rune) (*web.Reply, error) {
	orders, err := d.allOrders(window)
	if err != nil {
		return nil, err
	}
	if err := d.tellExport("orders", len(orders)); err != nil {
		return nil, err
	}
	rows := [][]string{OrderColumns}
	for i, contact := range allContacts(d.Visit, orders) {
		rows = append(rows, d.orderRows(orders[i], strings.Join(contact, ", "))...)
	}
	return d.sheet("orders", rows, separator)
}

func (d *Desk) allOrders(window string) (all []*orderingv1.Order, err error) {
	for cursor := ""; ; {
		answer, err := d.Visit.Site.Ordering.ListOrders(d.Visit.Context(), &orderingv1.ListOrdersRequest{
			ProducerId: d.Producer.GetId(), WindowId: window, Cursor: cursor, Limit: ordersAtOnce,
		})
		if err != nil {
			return nil, err
		}
		if all = append(all, answer.GetOrders()...); len(all) > maxOrders {
			return nil, errTooManyOrders
		}
		if cursor = answer.GetNextCursor(); cursor == "" {
			return all, nil
		}
	}
}

func (d *Desk) orderRows(o *orderingv1.Order, customer string) (rows [][]string) {
	head := []string{
		trade.OrderNumber(o.GetId()), d.stamp(o.GetPlacedAt()), trade.PartWords[d.part(o).GetStatus()],
		d.stamp(o.GetWindowStartsAt()), d.stamp(o.GetWindowEndsAt()), o.GetWindowPlace(), customer,
	}
	for _, l := range o.GetLines() {
		if l.GetProducerId() != d.Producer.GetId() {
			continue
		}
		packed := ""
		if l.GetPackedQuantity() != 0 {
			packed = input.Quantity(l.GetPackedQuantity()).String()
		}
		rows = append(rows, append(head[:len(head):len(head)],
			l.GetProductTitle(), l.GetVariantTitle(), input.Quantity(l.GetQuantity()).String(), packed,
			unitWord(l.GetSoldBy()),
			money.FromProto(l.GetPrice()).Decimal(), money.FromProto(l.GetTotal()).Decimal(),
			l.GetTotal().GetCurrency(), lotList(l.GetLots())))
	}
	return rows
}

// PackColumns head the file of a pack list.
var PackColumns = []string{"product", "size", "quantity", "unit", "orders", "lots"}

// exportPack hands out what is packed for a window, by product.
func (d *Desk) exportPack(window string, separator rune) (*web.Reply, error) {
	list, err := d.Visit.Site.Ordering.PackList(d.Visit.Context(),
		&orderingv1.PackListRequest{ProducerId: d.Producer.GetId(), WindowId: window})
	if err != nil {
		return nil, err
	}
	if err := d.tellExport("pack", len(list.GetItems())); err != nil {
		return nil, err
	}
	rows := [][]string{PackColumns}
	for _, i := range list.GetItems() {
		rows = append(rows, []string{
			i.GetProductTitle(), i.GetVariantTitle(), input.Quantity(i.GetQuantity()).String(),
			unitWord(i.GetSoldBy()), strconv.FormatInt(i.GetOrders(), 10), lotList(i.GetLots()),
		})
	}
	return d.sheet("pack-list", rows, separator)
}

// stamp is a time in the market's zone, as spreadsheets read it; empty for none.
func (d *Desk) stamp(ms int64) string {
	if ms == 0 {
		return ""
	}
	return web.TimeOf(ms).In(d.In.Zone).Format("2006-01-02 15:04")
}

func unitWord(soldBy string) string {
	if soldBy == web.ByWeight {
		return "kg"
	}
	return "piece"
}

// lotList is the codes of lots, with how much is of each.
func lotList(lots []*orderingv1.Lot) string {
	var words []string
	for _, lot := range lots {
		if lot.GetCode() != "" {
			words = append(words, lot.GetCode()+" ("+input.Quantity(lot.GetQuantity()).String()+")")
		}
	}
	return strings.Join(words, ", ")
}

// tellExport writes to the security log that orders are handed out, before they are.
func (d *Desk) tellExport(what string, rows int) error {
	return d.Visit.Site.Host.AuditSurely(d.Visit.Context(), audit.Entry{
		Action: "orders.export", Subject: d.Producer.GetId(), Outcome: audit.Done,
		Detail: map[string]string{"what": what, "rows": strconv.Itoa(rows)},
	})
}

// sheet is a table as a file, guarded against formulas. What tells spreadsheets that it is UTF-8 comes first.
func (d *Desk) sheet(name string, rows [][]string, separator rune) (*web.Reply, error) {
	var out bytes.Buffer
	out.WriteString("\ufeff")
	w := csv.NewWriter(&out)
	w.Comma = separator
	for _, row := range rows {
		for i, cell := range row {
			row[i] = desk.Guarded(cell)
		}
	}
	if err := w.WriteAll(rows); err != nil {
		return nil, err
	}
	return d.file(name, out.Bytes(), separator == '\t')
}

// file is a download that is named after what it is and the day.
func (d *Desk) file(name string, body []byte, tabs bool) (*web.Reply, error) {
	kind, ending := "text/csv; charset=utf-8", ".csv"
	if tabs {
		kind, ending = "text/tab-separated-values; charset=utf-8", ".tsv"
	}
	answer := &web.Reply{Status: http.StatusOK, ContentType: kind, Body: body}
	return answer.Set("Content-Disposition", `attachment; filename="`+name+"-"+
		d.Visit.Site.Host.Now().In(d.In.Zone).Format("2006-01-02")+ending+`"`), nil
}

// ExportForm asks for a dialect to take something in.
func (d *Desk) ExportForm(what, window, label string) view.Export {
	e := view.Export{
		Action: "/producer/export", ProducerID: d.Producer.GetId(), What: what, Window: window,
		Label: label, Formats: sheetFormats,
	}
	if what == "goods" {
		e.Formats = goodsFormats
	}
	return e
}
