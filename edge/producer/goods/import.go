package goods

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/artisan-eats/artisan/edge/desk"
	"github.com/artisan-eats/artisan/edge/page"
	"github.com/artisan-eats/artisan/edge/producer"
	"github.com/artisan-eats/artisan/edge/producer/view"
	"github.com/artisan-eats/artisan/edge/web"
	"github.com/artisan-eats/artisan/fault"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
)

const (
	// MaxImport bounds a file to import, in bytes, with the form around it.
	MaxImport = 32 << 20
	// promptly is how long an upload waits for its file to be read before it shows how far that is.
	promptly = 2 * time.Second
	// chunkSize is how much of a file is sent at once, in bytes.
	chunkSize = 256 << 10
)

// formats are the files that can be read.
var formats = []page.Choice{
	{Value: "auto", Label: "Find out by itself"},
	{Value: "shopify", Label: "Shopify"},
	{Value: "woocommerce", Label: "WooCommerce"},
	{Value: "square", Label: "Square"},
	{Value: "ofn", Label: "Open Food Network"},
}

// ImportPage shows how the desk's file stands, or asks for one.
func ImportPage(d *producer.Desk) (*web.Reply, error) { return showImport(d, http.StatusOK, "", nil) }

// SendFile takes a file in and tries it; nothing is changed yet.
func SendFile(d *producer.Desk) (*web.Reply, error) {
	form, sent, err := d.Visit.Parts()
	if err == nil && len(sent.Content) == 0 {
		err = web.Invalid("file", "Choose a file first.")
	}
	format := cmp.Or(form.Get("format"), "auto")
	if err != nil {
		return importRefused(d, err, format)
	}
	if err := tryFile(d, sent, format); err != nil {
		return importRefused(d, err, format)
	}
	awaitReading(d)
	return web.Redirect(d.At("/producer/import")), nil
}

// awaitReading waits for a while for a file to be read. What becomes of it, the page tells.
func awaitReading(d *producer.Desk) {
	_, _ = d.Visit.Site.Catalog.GetImport(d.Visit.Context(), &catalogv1.GetImportRequest{
		Sender: d.Visit.Account.GetId(), ProducerId: d.Producer.GetId(),
		WaitMs: int32(promptly.Milliseconds()),
	})
}

// tryFile gives a file to catalog, which keeps it and begins to read it.
func tryFile(d *producer.Desk, sent web.File, format string) error {
	stream, err := d.Visit.Site.Catalog.TryImport(d.Visit.Context())
	if err != nil {
		return err
	}
	header := &catalogv1.SentImport{
		Key: d.Visit.Site.NewKey(), Sender: d.Visit.Account.GetId(), Market: d.In.Code,
		ProducerId: d.Producer.GetId(), Format: format, Name: sent.Name,
	}
	err = stream.Send(&catalogv1.TryImportRequest{Part: &catalogv1.TryImportRequest_File{File: header}})
	for chunk := range slices.Chunk(sent.Content, chunkSize) {
		if err != nil {
			break // why the file is not taken is what the answer says
		}
		err = stream.Send(&catalogv1.TryImportRequest{Part: &catalogv1.TryImportRequest_Chunk{Chunk: chunk}})
	}
	_, err = stream.CloseAndReceive()
	return err
}

// keptImport is the file that is kept for this visitor at this desk; nil when there is none any more.
func keptImport(d *producer.Desk) (*catalogv1.KeptImport, error) {
	answer, err := d.Visit.Site.Catalog.GetImport(d.Visit.Context(),
		&catalogv1.GetImportRequest{Sender: d.Visit.Account.GetId(), ProducerId: d.Producer.GetId()})
	return answer.GetKept(), err
}

// importRefused shows the form again, with what is wrong with the file.
func importRefused(d *producer.Desk, err error, format string) (*web.Reply, error) {
	f := fault.Of(err)
	if f.Kind != fault.Invalid && f.Kind != fault.Conflict && f.Kind != fault.Unavailable {
		return nil, err
	}
	out, err := showImport(d, web.StatusOf(f), format, f)
	if err != nil {
		return nil, err
	}
	return out.Advising(f), nil
}

// RunImport imports the file that was tried.
func RunImport(d *producer.Desk) (*web.Reply, error) {
	form, err := d.Visit.Form()
	if err != nil {
		return nil, err
	}
	_, err = d.Visit.Site.Catalog.RunImport(d.Visit.Context(), &catalogv1.RunImportRequest{
		Sender: d.Visit.Account.GetId(), ProducerId: d.Producer.GetId(), Key: form.Get("key"),
		ShowNew: form.Get("new") == "show",
	})
	if err != nil {
		return importRefused(d, err, "")
	}
	return web.Redirect(d.At("/producer/import")), nil
}

// DropImport lets go of the file, for another one.
func DropImport(d *producer.Desk) (*web.Reply, error) {
	_, err := d.Visit.Site.Catalog.DropImport(d.Visit.Context(),
		&catalogv1.DropImportRequest{Sender: d.Visit.Account.GetId(), ProducerId: d.Producer.GetId()})
	if err != nil {
		return nil, err
	}
	return web.Redirect(d.At("/producer/import")), nil
}

func showImport(d *producer.Desk, status int, format string, problem *fault.Error) (*web.Reply, error) {
	b, err := d.Bench("Import", "/producer/import")
	if err != nil {
		return nil, err
	}
	model := view.Import{
		Bench: b, Here: d.At("/producer/import"), Run: d.At("/producer/import/run"),
		Drop: d.At("/producer/import/drop"), Products: d.At(producer.GoodsAt),
		Hidden: d.At(producer.GoodsAt, "state", goodsHidden),
		Goods:  d.ExportForm("goods", "", "All your goods"),
	}
	for _, f := range formats {
		f.Chosen = f.Value == cmp.Or(format, "auto")
		model.Formats = append(model.Formats, f)
	}
	if problem != nil {
		model.Wrong = problem.Message
		if len(problem.Fields) > 0 {
			model.Wrong = problem.Fields[0].Message
		}
	} else if kept, err := keptImport(d); err != nil {
		return nil, err
	} else if kept != nil {
		fillImport(&model, kept)
	}
	return web.Render(d.Visit.Context(), status, view.ImportPage(model))
}

// fillImport tells how a file stands.
func fillImport(model *view.Import, kept *catalogv1.KeptImport) {
	model.Key, model.Name, model.Format, model.Tried = kept.GetKey(), kept.GetName(), kept.GetFormat(),
		kept.GetDryRun()
	if !kept.GetOver() {
		at := kept.GetProgress()
		model.Running, model.Refresh = true, true
		model.Rows, model.Percent = desk.Digits(at.GetRows()),
			strconv.FormatInt(min(99, at.GetBytes()*100/max(1, kept.GetSize())), 10)
		return
	}
	if kept.GetTrouble() != "" {
		model.Wrong, model.Again = kept.GetTrouble(), kept.GetAgain()
		return
	}
	model.Over = true
	n := kept.GetCounts()
	model.Counts = []view.Count{
		{Label: "New products", Number: n.GetProducts()},
		{Label: "New variants", Number: n.GetVariants()},
		{Label: "Changed", Number: n.GetUpdated()},
		{Label: "Refused rows", Number: n.GetFailed()},
		{Label: "Skipped rows", Number: n.GetSkipped()},
	}
	model.Fresh, model.AsksNew = n.GetProducts(), n.GetProducts() > 0 && kept.GetHidesNew()
	model.NotShown = model.AsksNew && !kept.GetDryRun() && !kept.GetShowNew()
	model.Nothing = n.GetProducts()+n.GetVariants()+n.GetUpdated() == 0
	for _, c := range kept.GetChanges() {
		model.Changes = append(model.Changes,
			view.Change{
				Row: desk.Digits(c.GetRow()), New: c.GetWhat() == "new", Title: c.GetTitle(),
				Details: c.GetDetails(),
			})
	}
	for _, i := range kept.GetIssues() {
		model.Issues = append(model.Issues, view.Issue{
			Row: desk.Digits(i.GetRow()), Column: i.GetColumn(),
			Message: i.GetMessage(), Refused: i.GetRefused(),
		})
	}
	model.MoreChanges, model.MoreIssues = more(kept.GetAllChanges(), len(kept.GetChanges())),
		more(kept.GetAllIssues(), len(kept.GetIssues()))
}

// more is how many are not shown; "" when all are.
func more(all int64, shown int) string {
	if all <= int64(shown) {
		return ""
	}
	return desk.Digits(all - int64(shown))
}
