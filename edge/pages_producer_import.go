package edge

import (
	"cmp"
	"net/http"
	"strconv"
	"time"

	"github.com/artisan-eats/artisan/edge/page"
	"github.com/artisan-eats/artisan/fault"
)

// promptly is how long an upload waits for its file to be read before it shows how far that is.
const promptly = 2 * time.Second

// formats are the files that can be read.
var formats = []page.Choice{
	{Value: "auto", Label: "Find out by itself"},
	{Value: "shopify", Label: "Shopify"},
	{Value: "woocommerce", Label: "WooCommerce"},
	{Value: "square", Label: "Square"},
	{Value: "ofn", Label: "Open Food Network"},
}

// desk names what is kept for this visitor at this desk.
func (d *desk) desk() string { return d.account.GetId() + " " + d.producer.GetId() }

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
	reading, err := d.edge.imports.try(d.desk(), sentFile{
		key: d.edge.newKey(), file: sent, market: d.in.code, producer: d.producer.GetId(), format: format,
	})
	if err != nil {
		return d.importRefused(err, format)
	}
	select {
	case <-reading.done:
	case <-time.After(promptly):
	case <-d.Context().Done():
	}
	return redirect(d.at("/producer/import")), nil
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
	if err := d.edge.imports.run(d.desk(), form.Get("key")); err != nil {
		return d.importRefused(err, "")
	}
	return redirect(d.at("/producer/import")), nil
}

// dropImport lets go of the file, for another one.
func (d *desk) dropImport() (*reply, error) {
	d.edge.imports.drop(d.desk())
	return redirect(d.at("/producer/import")), nil
}

func (d *desk) showImport(status int, format string, problem *fault.Error) (*reply, error) {
	b, err := d.bench("Import", "/producer/import")
	if err != nil {
		return nil, err
	}
	model := page.Import{
		Bench: b, Here: d.at("/producer/import"), Run: d.at("/producer/import/run"), Drop: d.at("/producer/import/drop"), Products: d.at("/producer/products"),
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
	} else if f := d.edge.imports.find(d.desk()); f != nil {
		d.fillImport(&model, f)
	}
	return render(d.Context(), status, page.ImportPage(model))
}

// fillImport tells how a file stands.
func (d *desk) fillImport(model *page.Import, f *sentFile) {
	state := f.reading.state()
	model.Key, model.Name, model.Format, model.Tried = f.key, f.file.name, state.format, state.dryRun
	if !state.over {
		model.Running, model.Refresh = true, true
		model.Rows, model.Percent = count(state.rows), strconv.FormatInt(min(99, state.bytes*100/max(1, int64(len(f.file.content)))), 10)
		return
	}
	if state.err != nil {
		d.edge.imports.drop(d.desk())
		model.Wrong = fault.Of(state.err).Message
		if fault.Of(state.err).Kind == fault.Internal {
			model.Wrong = "Something went wrong on our side. What was imported so far stays; the same file again takes it from there."
		}
		return
	}
	model.Over = true
	n := state.counts
	model.Counts = []page.Count{
		{Label: "New products", Number: n.GetProducts()},
		{Label: "New variants", Number: n.GetVariants()},
		{Label: "Changed", Number: n.GetUpdated()},
		{Label: "Refused rows", Number: n.GetFailed()},
		{Label: "Skipped rows", Number: n.GetSkipped()},
	}
	model.Nothing = n.GetProducts()+n.GetVariants()+n.GetUpdated() == 0
	for _, c := range state.changes {
		model.Changes = append(model.Changes, page.Change{Row: count(c.GetRow()), New: c.GetWhat() == "new", Title: c.GetTitle(), Details: c.GetDetails()})
	}
	for _, i := range state.issues {
		model.Issues = append(model.Issues, page.Issue{Row: count(i.GetRow()), Column: i.GetColumn(), Message: i.GetMessage(), Refused: i.GetRefused()})
	}
	model.MoreChanges, model.MoreIssues = more(state.allChanges), more(state.allIssues)
}

// more is how many are not shown; "" when all are.
func more(all int) string {
	if all <= shownRows {
		return ""
	}
	return count(int64(all - shownRows))
}

// count is a number for people.
func count(n int64) string { return strconv.FormatInt(n, 10) }
