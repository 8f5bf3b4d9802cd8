package inventory

import (
	"context"
	"fmt"
	"strconv"

	"github.com/artisan-eats/artisan/audit"
	"github.com/artisan-eats/artisan/fault"
	inventoryv1 "github.com/artisan-eats/artisan/gen/artisan/inventory/v1"
	"github.com/artisan-eats/artisan/idempotency"
	"github.com/artisan-eats/artisan/rights"
	"github.com/artisan-eats/artisan/sqldb"
)

// What the security log calls what a person says of a stock.
const (
	stockCount   = "stock.count"
	stockCorrect = "stock.correct"
)

// AdjustStock takes a stock-taking or a correction down; see the contract. What is sold meanwhile is lost in
// neither.
func (s *service) AdjustStock(
	ctx context.Context, m *inventoryv1.AdjustStockRequest,
) (*inventoryv1.AdjustStockResponse, error) {
	if err := rights.Check(ctx, "", rights.Goods); err != nil {
		return nil, err
	}
	a, err := adjustmentFromProto(m)
	if err != nil {
		return nil, err
	}
	about := scope{variants: []string{a.variant}, lots: []string{countedLot(a.variant)}}
	err = s.stock(ctx, a.form, about, a.change,
		audit.Entry{Action: a.action, Subject: a.variant, Outcome: audit.Done})
	return &inventoryv1.AdjustStockResponse{}, err
}

// adjustment is what a person says of a variant's stock: what that does to the stock, and what the security
// log calls it.
type adjustment struct {
	variant, action string
	form            idempotency.Form
	change          func(*workingSet) error
}

func adjustmentFromProto(m *inventoryv1.AdjustStockRequest) (a adjustment, err error) {
	a.variant = m.GetVariantId()
	if err := checkVariant("variant_id", a.variant); err != nil {
		return a, err
	}
	a.form = idempotency.Form{Owner: a.variant, Key: m.GetKey()}
	if a.form.Hash, err = idempotency.HashOf(m); err != nil {
		return a, err
	}
	switch m.GetAdjustment().(type) {
	case *inventoryv1.AdjustStockRequest_Counted:
		if m.GetCounted() < 0 || m.GetCounted() > MaxLotQuantity {
			return a,
				fault.InvalidField("counted", "What is counted is not negative, and not more than a million.")
		}
		a.action, a.change = stockCount,
			func(working *workingSet) error { return working.counted(a.variant, m.GetCounted()) }
		return a, nil
	case *inventoryv1.AdjustStockRequest_By:
		if m.GetBy() == 0 || m.GetBy() < -MaxLotQuantity || m.GetBy() > MaxLotQuantity {
			return a,
				fault.InvalidField("by",
					"Say how much more there is, such as 3, or how much less, such as -2.")
		}
		a.action, a.change = stockCorrect,
			func(working *workingSet) error { return working.correct(a.variant, m.GetBy()) }
		return a, nil
	}
	return a, fault.New(fault.Invalid, "invalid", "Say what was counted, or how much more or less there is.")
}

// AdjustStocks takes down what a person says of many stocks, each for itself; see the contract.
func (s *service) AdjustStocks(
	ctx context.Context, m *inventoryv1.AdjustStocksRequest,
) (*inventoryv1.AdjustStocksResponse, error) {
	if err := rights.Check(ctx, "", rights.Goods); err != nil {
		return nil, err
	}
	if len(m.GetAdjustments()) > MaxBatch {
		return nil, fault.InvalidField("adjustments", "At most %d at a time.", MaxBatch)
	}
	var batch adjusting
	seen := map[string]bool{}
	for i, each := range m.GetAdjustments() {
		field := fmt.Sprintf("adjustments[%d].variant_id", i)
		if err := checkVariant(field, each.GetVariantId()); err != nil {
			return nil, err
		}
		if seen[each.GetVariantId()] {
			return nil, fault.InvalidField(field, "This variant is there twice.")
		}
		seen[each.GetVariantId()] = true
		a, err := adjustmentFromProto(each)
		if err == nil {
			batch.add(a)
			continue
		}
		refused, err := refusal(err)
		if err != nil {
			return nil, err
		}
		batch.answer = append(batch.answer,
			&inventoryv1.AdjustedStock{VariantId: each.GetVariantId(), Refused: refused})
	}
	if len(batch.all) == 0 {
		return &inventoryv1.AdjustStocksResponse{Stocks: batch.answer}, nil
	}
	err := s.db.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error { return s.adjust(ctx, tx, &batch) })
	return &inventoryv1.AdjustStocksResponse{Stocks: batch.answer}, err
}

// refusal is what a person is told of an adjustment that cannot be; any other failure stays one.
func refusal(err error) (string, error) {
	f := fault.Of(err)
	switch {
	case err == nil:
		return "", nil
	case f.Kind != fault.Invalid && f.Code != idempotency.Reused:
		return "", err
	case len(f.Fields) > 0:
		return f.Fields[0].Message, nil
	}
	return f.Message, nil
}

// adjusting is many adjustments, and what comes of them.
type adjusting struct {
	all    []adjustment
	places []int // where each is answered
	about  scope
	answer []*inventoryv1.AdjustedStock
	done   map[string]int // by what the security log calls them
}

func (b *adjusting) add(a adjustment) {
	b.places = append(b.places, len(b.answer))
	b.all, b.answer = append(b.all, a), append(b.answer, &inventoryv1.AdjustedStock{VariantId: a.variant})
	b.about.variants, b.about.lots = append(b.about.variants, a.variant),
		append(b.about.lots, countedLot(a.variant))
}

// adjust does them all under the locks of all.
func (s *service) adjust(ctx context.Context, tx *sqldb.Tx, batch *adjusting) error {
	batch.done = map[string]int{}
	err := s.restock(ctx, tx, batch.about, func(working *workingSet) error {
		for i, a := range batch.all {
			came, err := batch.apply(ctx, tx, working, a)
			if err != nil {
				return err
			}
			batch.answer[batch.places[i]] = came.proto(a.variant)
		}
		return nil
	})
	if err != nil || len(batch.done) == 0 {
		return err
	}
	return s.h.Audit(ctx, tx, batch.told())
}

// apply does one of them, unless its form has come before. What came of it is kept with the form's key, so
// that the same form has the same answer, but for what cannot be taken back any more.
func (b *adjusting) apply(
	ctx context.Context, tx *sqldb.Tx, working *workingSet, a adjustment,
) (came outcome, err error) {
	again := true
	kept, err := idempotency.Do(ctx, tx, a.form, func() (string, error) {
		again = false
		lots, err := working.watched(a.variant, func() error { return a.change(working) })
		came := outcome{lots: lots}
		if came.refused, err = refusal(err); err == nil && came.refused == "" {
			b.done[a.action]++
		}
		return came.String(), err
	})
	if fault.Is(err, idempotency.Reused) {
		kept, err = refusal(err)
	}
	if err != nil {
		return outcome{}, err
	}
	came, err = readOutcome(kept)
	if came.again = again; !working.stand(came.lots) {
		came.lots = nil
	}
	return came, err
}

// told is what the security log says of them.
func (b *adjusting) told() audit.Entry {
	detail := map[string]string{
		"counted":   strconv.Itoa(b.done[stockCount]),
		"corrected": strconv.Itoa(b.done[stockCorrect]),
	}
	return audit.Entry{
		Action: "stock.adjust", Subject: ofOne(b.about.variants), Outcome: audit.Done,
		Detail: detail,
	}
}
