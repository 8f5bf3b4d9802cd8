package intake

import (
	"fmt"

	"google.golang.org/protobuf/encoding/protojson"

	"github.com/artisan-eats/artisan/fault"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
)

var errHeaderFirst = fault.New(fault.Invalid, "header_first",
	"An import begins with its header, and has one.")

func wishFromProto(h *catalogv1.ImportHeader) wish {
	return wish{
		market: h.GetMarket(), producerID: h.GetProducerId(), producer: h.GetProducer(),
		format: h.GetFormat(), dryRun: h.GetDryRun(), hideNew: h.GetHideNew(),
	}
}

// partsOf are the bytes of a file that comes behind its header.
func partsOf(receive func() (*catalogv1.ImportRequest, error)) func() ([]byte, error) {
	return func() ([]byte, error) {
		m, err := receive()
		if err == nil && m.GetHeader() != nil {
			err = errHeaderFirst
		}
		return m.GetChunk(), err
	}
}

// stream tells whoever sent a file what is found in it.
type stream func(*catalogv1.ImportResponse) error

func (s stream) tellFormat(dialect string) error {
	return s(&catalogv1.ImportResponse{Part: &catalogv1.ImportResponse_Format{Format: dialect}})
}

func (s stream) tellProgress(at progress) error {
	return s(&catalogv1.ImportResponse{Part: &catalogv1.ImportResponse_Progress{Progress: at.proto()}})
}

func (s stream) tellIssue(i issue) error {
	return s(&catalogv1.ImportResponse{Part: &catalogv1.ImportResponse_Issue{Issue: i.proto()}})
}

func (s stream) tellChange(c change) error {
	return s(&catalogv1.ImportResponse{Part: &catalogv1.ImportResponse_Change{Change: c.proto()}})
}

func (s stream) tellCounts(n counts) error {
	return s(&catalogv1.ImportResponse{Part: &catalogv1.ImportResponse_Done{Done: n.proto()}})
}

func (at progress) proto() *catalogv1.ImportProgress {
	return &catalogv1.ImportProgress{Bytes: at.bytes, Rows: at.rows}
}

func (i issue) proto() *catalogv1.ImportIssue {
	return &catalogv1.ImportIssue{Row: i.row, Column: i.column, Message: i.message, Refused: i.refused}
}

func (c change) proto() *catalogv1.ImportChange {
	what := "changed"
	if c.fresh {
		what = "new"
	}
	return &catalogv1.ImportChange{Row: c.row, What: what, Title: c.title, Details: c.details}
}

func (n counts) proto() *catalogv1.ImportCounts {
	return &catalogv1.ImportCounts{
		Products: n.products, Variants: n.variants, Updated: n.updated,
		Skipped: n.skipped, Failed: n.failed,
	}
}

func (f findings) proto() *catalogv1.KeptImport {
	out := &catalogv1.KeptImport{
		Format: f.format, Progress: f.progress.proto(), AllIssues: f.allIssues, AllChanges: f.allChanges,
		Trouble: f.trouble, Again: f.again, HidesNew: f.hidesNew,
	}
	for _, i := range f.issues {
		out.Issues = append(out.Issues, i.proto())
	}
	for _, c := range f.changes {
		out.Changes = append(out.Changes, c.proto())
	}
	if f.done {
		out.Counts = f.counts.proto()
	}
	return out
}

// stored are findings as the table has them, which older versions read too.
func (f findings) stored() string { return protojson.Format(f.proto()) }

// findingsOf reads stored findings.
func findingsOf(stored string) (f findings, err error) {
	kept := &catalogv1.KeptImport{}
	if err := (protojson.UnmarshalOptions{DiscardUnknown: true}).Unmarshal([]byte(stored), kept); err != nil {
		return f, fmt.Errorf("read what was found in a file: %w", err)
	}
	f = findings{
		format:    kept.GetFormat(),
		progress:  progress{kept.GetProgress().GetBytes(), kept.GetProgress().GetRows()},
		allIssues: kept.GetAllIssues(), allChanges: kept.GetAllChanges(), trouble: kept.GetTrouble(),
		again: kept.GetAgain(), done: kept.GetCounts() != nil, hidesNew: kept.GetHidesNew(),
	}
	for _, i := range kept.GetIssues() {
		f.issues = append(f.issues, issue{i.GetRow(), i.GetColumn(), i.GetMessage(), i.GetRefused()})
	}
	for _, c := range kept.GetChanges() {
		f.changes = append(f.changes, change{c.GetRow(), c.GetWhat() == "new", c.GetTitle(), c.GetDetails()})
	}
	n := kept.GetCounts()
	f.counts = counts{n.GetProducts(), n.GetVariants(), n.GetUpdated(), n.GetSkipped(), n.GetFailed()}
	return f, nil
}

func (s standing) proto() *catalogv1.KeptImport {
	out := s.findings.proto()
	out.Key, out.Name, out.Size, out.DryRun, out.Over, out.ShowNew = s.key, s.name, s.size, s.dryRun, s.over,
		s.showNew
	return out
}
