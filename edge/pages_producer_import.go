package edge

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/artisan-eats/artisan/edge/page"
	"github.com/artisan-eats/artisan/fault"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
)

const (
	// maxImport bounds a file to import, in bytes, with the form around it.
	maxImport = 32 << 20
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

// importPage shows how the desk's file stands, or asks for one.
func (d *desk) importPage() (*reply, error) { return d.showImport(http.StatusOK, "", nil) }

// sendFile takes a file in and tries it; nothing is changed yet.
func (d *desk) sendFile() (*reply, error) {
	form, sent, err := d.parts()
	if err == nil && len(sent.content) == 0 {
		err = invalid("file", "Choose a file first.")
	}
	format := cmp.Or(form.Get("format"), "auto")
	if err != nil {
		return d.importRefused(err, format)
	}
	if err := d.tryFile(sent, format); err != nil {
		return d.importRefused(err, format)
	}
	d.awaitReading()
	return redirect(d.at("/producer/import")), nil
}

// awaitReading waits for a while for a file to be read. What becomes of it, the page tells.
func (d *desk) awaitReading() {
	_, _ = d.site.catalog.GetImport(d.Context(), &catalogv1.GetImportRequest{
		Sender: d.account.GetId(), ProducerId: d.producer.GetId(), WaitMs: int32(promptly.Milliseconds()),
	})
}

// tryFile gives a file to catalog, which keeps it and begins to read it.
func (d *desk) tryFile(sent file, format string) error {
	stream, err := d.site.catalog.TryImport(d.Context())
	if err != nil {
		return err
	}
	header := &catalogv1.SentImport{
		Key: d.site.newKey(), Sender: d.account.GetId(), Market: d.in.code, ProducerId: d.producer.GetId(), Format: format, Name: sent.name,
	}
	err = stream.Send(&catalogv1.TryImportRequest{Part: &catalogv1.TryImportRequest_File{File: header}})
	for chunk := range slices.Chunk(sent.content, chunkSize) {
		if err != nil {
			break // why the file is not taken is what the answer says
		}
		err = stream.Send(&catalogv1.TryImportRequest{Part: &catalogv1.TryImportRequest_Chunk{Chunk: chunk}})
	}
	_, err = stream.CloseAndReceive()
	return err
}

// keptImport is the file that is kept for this visitor at this desk; nil when there is none any more.
func (d *desk) keptImport() (*catalogv1.KeptImport, error) {
	answer, err := d.site.catalog.GetImport(d.Context(), &catalogv1.GetImportRequest{Sender: d.account.GetId(), ProducerId: d.producer.GetId()})
	return answer.GetKept(), err
}

// importRefused shows the form again, with what is wrong with the file.
func (d *desk) importRefused(err error, format string) (*reply, error) {
	f := fault.Of(err)
	if f.Kind != fault.Invalid && f.Kind != fault.Conflict && f.Kind != fault.Unavailable {
		return nil, err
	}
	out, err := d.showImport(statusOf(f), format, f)
	if err != nil {
		return nil, err
	}
	return out.advising(f), nil
}

// runImport imports the file that was tried.
func (d *desk) runImport() (*reply, error) {
	form, err := d.form()
	if err != nil {
		return nil, err
	}
	_, err = d.site.catalog.RunImport(d.Context(), &catalogv1.RunImportRequest{
		Sender: d.account.GetId(), ProducerId: d.producer.GetId(), Key: form.Get("key"), ShowNew: form.Get("new") == "show",
	})
	if err != nil {
		return d.importRefused(err, "")
	}
	return redirect(d.at("/producer/import")), nil
}

// dropImport lets go of the file, for another one.
func (d *desk) dropImport() (*reply, error) {
	_, err := d.site.catalog.DropImport(d.Context(), &catalogv1.DropImportRequest{Sender: d.account.GetId(), ProducerId: d.producer.GetId()})
	if err != nil {
		return nil, err
	}
	return redirect(d.at("/producer/import")), nil
}

func (d *desk) showImport(status int, format string, problem *fault.Error) (*reply, error) {
	b, err := d.bench("Import", "/producer/import")
	if err != nil {
		return nil, err
	}
	model := page.Import{
		Bench: b, Here: d.at("/producer/import"), Run: d.at("/producer/import/run"), Drop: d.at("/producer/import/drop"), Products: d.at(goodsAt), Hidden: d.at(goodsAt, "state", goodsHidden), Goods: d.exportForm("goods", "", "All your goods"),
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
	} else if kept, err := d.keptImport(); err != nil {
		return nil, err
	} else if kept != nil {
		fillImport(&model, kept)
	}
	return render(d.Context(), status, page.ImportPage(model))
}

// fillImport tells how a file stands.
func fillImport(model *page.Import, kept *catalogv1.KeptImport) {
	model.Key, model.Name, model.Format, model.Tried = kept.GetKey(), kept.GetName(), kept.GetFormat(), kept.GetDryRun()
	if !kept.GetOver() {
		at := kept.GetProgress()
		model.Running, model.Refresh = true, true
		model.Rows, model.Percent = count(at.GetRows()), strconv.FormatInt(min(99, at.GetBytes()*100/max(1, kept.GetSize())), 10)
		return
	}
	if kept.GetTrouble() != "" {
		model.Wrong, model.Again = kept.GetTrouble(), kept.GetAgain()
		return
	}
	model.Over = true
	n := kept.GetCounts()
	model.Counts = []page.Count{
		{Label: "New products", Number: n.GetProducts()},
		{Label: "New variants", Number: n.GetVariants()},
		{Label: "Changed", Number: n.GetUpdated()},
		{Label: "Refused rows", Number: n.GetFailed()},
		{Label: "Skipped rows", Number: n.GetSkipped()},
	}
	model.Fresh, model.NotShown = n.GetProducts(), !kept.GetDryRun() && !kept.GetShowNew() && n.GetProducts() > 0
	model.Nothing = n.GetProducts()+n.GetVariants()+n.GetUpdated() == 0
	for _, c := range kept.GetChanges() {
		model.Changes = append(model.Changes, page.Change{Row: count(c.GetRow()), New: c.GetWhat() == "new", Title: c.GetTitle(), Details: c.GetDetails()})
	}
	for _, i := range kept.GetIssues() {
		model.Issues = append(model.Issues, page.Issue{Row: count(i.GetRow()), Column: i.GetColumn(), Message: i.GetMessage(), Refused: i.GetRefused()})
	}
	model.MoreChanges, model.MoreIssues = more(kept.GetAllChanges(), len(kept.GetChanges())), more(kept.GetAllIssues(), len(kept.GetIssues()))
}

// more is how many are not shown; "" when all are.
func more(all int64, shown int) string {
	if all <= int64(shown) {
		return ""
	}
	return count(all - int64(shown))
}

// count is a number for people.
func count(n int64) string { return strconv.FormatInt(n, 10) }
