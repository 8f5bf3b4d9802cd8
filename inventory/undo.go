package inventory

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/artisan-eats/artisan/audit"
	"github.com/artisan-eats/artisan/fault"
	inventoryv1 "github.com/artisan-eats/artisan/gen/artisan/inventory/v1"
	"github.com/artisan-eats/artisan/idempotency"
	"github.com/artisan-eats/artisan/rights"
	"github.com/artisan-eats/artisan/sqldb"
)

// lotChange is what was left of a lot before an adjustment, and what is left since.
type lotChange struct {
	lot     string
	was, is int64
}

// outcome is what came of an adjustment: why it was refused, or what it changed.
type outcome struct {
	refused string
	lots    []lotChange
	again   bool // its form has come before
}

// changesOf begins an outcome's text that is no refusal.
const changesOf = "lots:"

// String is an outcome as it is kept with its form's key; readOutcome reads it.
func (o outcome) String() string {
	if len(o.lots) == 0 {
		return o.refused
	}
	parts := []string{changesOf}
	for _, c := range o.lots {
		parts = append(parts, fmt.Sprintf("%s=%d=%d", c.lot, c.was, c.is))
	}
	return strings.Join(parts, " ")
}

func readOutcome(text string) (o outcome, err error) {
	lots, changed := strings.CutPrefix(text, changesOf)
	if !changed {
		return outcome{refused: text}, nil
	}
	for part := range strings.FieldsSeq(lots) {
		fields := strings.Split(part, "=")
		if len(fields) != 3 {
			return o, fmt.Errorf("read what an adjustment changed: %q", text)
		}
		c := lotChange{lot: fields[0]}
		if c.was, err = strconv.ParseInt(fields[1], 10, 64); err == nil {
			c.is, err = strconv.ParseInt(fields[2], 10, 64)
		}
		if err != nil {
			return o, fmt.Errorf("read what an adjustment changed: %w", err)
		}
		o.lots = append(o.lots, c)
	}
	return o, nil
}

func (o outcome) proto(variant string) *inventoryv1.AdjustedStock {
	out := &inventoryv1.AdjustedStock{VariantId: variant, Refused: o.refused, Again: o.again}
	for _, c := range o.lots {
		out.Lots = append(out.Lots, &inventoryv1.LotChange{LotId: c.lot, Was: c.was, Is: c.is})
	}
	return out
}

// watched does something with a variant's stock, and tells what that changes of its lots.
func (s *workingSet) watched(variant string, change func() error) (lots []lotChange, err error) {
	before := map[string]int64{}
	for _, lot := range s.lots[variant] {
		before[lot.ID] = lot.Remaining
	}
	if err := change(); err != nil {
		return nil, err
	}
	for _, lot := range s.lots[variant] {
		if was := before[lot.ID]; was != lot.Remaining {
			lots = append(lots, lotChange{lot.ID, was, lot.Remaining})
		}
	}
	return lots, nil
}

var errSoldSince = fault.New(fault.Invalid, "changed_since",
	"It stays as it is: some of it was sold or changed since.")

// putBackAs makes what is left of a variant's lots what it was, if all of them are as they were left.
func (s *workingSet) putBackAs(variant string, lots []lotChange) error {
	for _, c := range lots {
		lot := s.lot[c.lot]
		if lot == nil || lot.Variant != variant || lot.Remaining != c.is || c.was < 0 ||
			c.was > lot.Received {
			return errSoldSince
		}
	}
	for _, c := range lots {
		s.stock[variant].add(c.was - c.is)
		s.lot[c.lot].Remaining, s.lot[c.lot].changed = c.was, true
	}
	return nil
}

// stand reports whether a variant's lots are as an adjustment has left them. Of one that was not loaded
// nothing is left.
func (s *workingSet) stand(lots []lotChange) bool {
	return !slices.ContainsFunc(lots, func(c lotChange) bool {
		left := int64(0)
		if lot := s.lot[c.lot]; lot != nil {
			left = lot.Remaining
		}
		return left != c.is
	})
}

// UndoStocks takes adjustments back, each for itself; see the contract.
func (s *service) UndoStocks(
	ctx context.Context, m *inventoryv1.UndoStocksRequest,
) (*inventoryv1.UndoStocksResponse, error) {
	if err := rights.Check(ctx, "", rights.Goods); err != nil {
		return nil, err
	}
	about, err := undoneFromProto(m)
	if err != nil || len(about.variants) == 0 {
		return &inventoryv1.UndoStocksResponse{}, err
	}
	var answer []*inventoryv1.AdjustedStock
	err = s.db.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) (err error) {
		answer, err = s.undo(ctx, tx, about, m)
		return err
	})
	return &inventoryv1.UndoStocksResponse{Stocks: answer}, err
}

// undoneFromProto is what a request to undo is about.
func undoneFromProto(m *inventoryv1.UndoStocksRequest) (about scope, err error) {
	if len(m.GetStocks()) > MaxBatch {
		return about, fault.InvalidField("stocks", "At most %d at a time.", MaxBatch)
	}
	for i, each := range m.GetStocks() {
		field := fmt.Sprintf("stocks[%d].variant_id", i)
		if err := checkVariant(field, each.GetVariantId()); err != nil {
			return about, err
		}
		if slices.Contains(about.variants, each.GetVariantId()) {
			return about, fault.InvalidField(field, "This variant is there twice.")
		}
		about.variants = append(about.variants, each.GetVariantId())
		var lots []string
		for _, c := range each.GetLots() {
			if slices.Contains(lots, c.GetLotId()) { // or it would be put back twice, and counted once
				return about, fault.InvalidField(field, "A lot is there twice.")
			}
			lots = append(lots, c.GetLotId())
		}
		about.lots = append(about.lots, lots...)
	}
	return about, nil
}

// undo takes them back under the locks of all.
func (s *service) undo(
	ctx context.Context, tx *sqldb.Tx, about scope, m *inventoryv1.UndoStocksRequest,
) (answer []*inventoryv1.AdjustedStock, err error) {
	done := 0
	err = s.restock(ctx, tx, about, func(working *workingSet) error {
		for _, each := range m.GetStocks() {
			refused, err := working.undoOnce(ctx, tx, each, m.GetKey(), &done)
			if err != nil {
				return err
			}
			answer = append(answer,
				&inventoryv1.AdjustedStock{VariantId: each.GetVariantId(), Refused: refused})
		}
		return nil
	})
	if err != nil || done == 0 {
		return answer, err
	}
	return answer, s.h.Audit(ctx, tx, audit.Entry{
		Action: "stock.undo", Subject: ofOne(about.variants), Outcome: audit.Done,
		Detail: map[string]string{"undone": strconv.Itoa(done)},
	})
}

// undoOnce takes one of them back, unless its form has come before, and counts it.
func (s *workingSet) undoOnce(
	ctx context.Context, tx *sqldb.Tx, m *inventoryv1.AdjustedStock, key string, done *int,
) (refused string, err error) {
	form := idempotency.Form{Owner: m.GetVariantId(), Key: key}
	if form.Hash, err = idempotency.HashOf(m); err != nil {
		return "", err
	}
	var lots []lotChange
	for _, c := range m.GetLots() {
		lots = append(lots, lotChange{c.GetLotId(), c.GetWas(), c.GetIs()})
	}
	refused, err = idempotency.Do(ctx, tx, form, func() (string, error) {
		refused, err := refusal(s.putBackAs(m.GetVariantId(), lots))
		if err == nil && refused == "" {
			*done++
		}
		return refused, err
	})
	if fault.Is(err, idempotency.Reused) {
		return refusal(err)
	}
	return refused, err
}
