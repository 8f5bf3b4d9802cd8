package inventory

import (
	"cmp"
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/artisan-eats/artisan/fault"
	inventoryv1 "github.com/artisan-eats/artisan/gen/artisan/inventory/v1"
	"github.com/artisan-eats/artisan/gen/sql/inventorydb"
	"github.com/artisan-eats/artisan/hold"
	"github.com/artisan-eats/artisan/id"
)

func checkVariant(field, variant string) error {
	if _, err := id.Market(id.Variant, variant); err != nil {
		return fault.InvalidField(field, "This is not the ID of a variant.")
	}
	return nil
}

func checkVariants(variants []string) error {
	if len(variants) > MaxAsked {
		return fault.InvalidField("variant_ids", "At most %d at a time.", MaxAsked)
	}
	for i, variant := range variants {
		if checkVariant("", variant) != nil {
			return checkVariant(fmt.Sprintf("variant_ids[%d]", i), variant)
		}
	}
	return nil
}

// checkLines refuses a variant that is there twice and a quantity out of range.
func checkLines(field string, lines []Line, least, most int64) error {
	seen := make(map[string]bool, len(lines))
	for i, line := range lines {
		name := fmt.Sprintf("%s[%d]", field, i)
		if err := checkVariant(name+".variant_id", line.Variant); err != nil {
			return err
		}
		if seen[line.Variant] {
			return fault.InvalidField(name+".variant_id", "This variant is there twice.")
		}
		if line.Quantity < least || line.Quantity > most {
			return fault.InvalidField(name, "A quantity is from %d to %d thousandths.", least, most)
		}
		seen[line.Variant] = true
	}
	return nil
}

func holdRequest(m *inventoryv1.HoldRequest) (request, error) {
	r := request{
		order: m.GetOrderId(), ttl: m.GetTtlMs(), percent: int64(m.GetUnconfirmedPercent()),
		newly: int64(m.GetNewcomerPercent()), addsTo: m.GetAddsTo(),
	}
	err := cmp.Or(hold.CheckOrder(r.order), hold.CheckOrder(cmp.Or(r.addsTo, r.order)), hold.CheckTTL(r.ttl),
		hold.CheckShare("unconfirmed_percent", r.percent), hold.CheckShare("newcomer_percent", r.newly))
	if err != nil {
		return r, err
	}
	if n := len(m.GetLines()); n == 0 || n > MaxLines {
		return r, fault.InvalidField("lines", "A hold has from 1 to %d lines.", MaxLines)
	}
	for _, line := range m.GetLines() {
		r.lines = append(r.lines, Line{line.GetVariantId(), line.GetQuantity()})
	}
	return r, checkLines("lines", r.lines, 1, MaxLineQuantity)
}

func levelsFromProto(messages []*inventoryv1.StockLevel) ([]Line, error) {
	if len(messages) > MaxBatch {
		return nil, fault.InvalidField("levels", "At most %d at a time.", MaxBatch)
	}
	levels := make([]Line, len(messages))
	for i, m := range messages {
		levels[i] = Line{m.GetVariantId(), m.GetAvailable()}
	}
	return levels, checkLines("levels", levels, 0, MaxLotQuantity)
}

func lotsFromProto(messages []*inventoryv1.Lot) ([]Lot, error) {
	if len(messages) > MaxBatch {
		return nil, fault.InvalidField("lots", "At most %d at a time.", MaxBatch)
	}
	lots := make([]Lot, len(messages))
	for i, m := range messages {
		lots[i] = Lot{
			ID: m.GetId(), Variant: m.GetVariantId(), Code: m.GetCode(),
			BestBefore: m.GetBestBefore(), Received: m.GetReceived(),
		}
		if err := checkLot(fmt.Sprintf("lots[%d]", i), lots[i]); err != nil {
			return nil, err
		}
	}
	return lots, nil
}

func checkLot(field string, lot Lot) error {
	if _, err := id.Market(id.Lot, lot.ID); err != nil {
		return fault.InvalidField(field+".id", "This is not the ID of a lot.")
	}
	if err := checkVariant(field+".variant_id", lot.Variant); err != nil {
		return err
	}
	if len(lot.Code) > maxCode || !utf8.ValidString(lot.Code) ||
		strings.ContainsFunc(lot.Code, unicode.IsControl) {
		return fault.InvalidField(field+".code", "A code is plain text of at most %d bytes.", maxCode)
	}
	if _, err := time.Parse(time.DateOnly, lot.BestBefore); err != nil && lot.BestBefore != "" {
		return fault.InvalidField(field+".best_before", "A date looks like 2026-12-31.")
	}
	if lot.Received < 1 || lot.Received > MaxLotQuantity {
		return fault.InvalidField(field+".received", "A quantity is from 1 to %d thousandths.",
			MaxLotQuantity)
	}
	return nil
}

func allocationsToProto(allocations []Allocation) []*inventoryv1.Allocation {
	messages := make([]*inventoryv1.Allocation, len(allocations))
	for i, a := range allocations {
		messages[i] = &inventoryv1.Allocation{
			VariantId: a.Variant, LotId: a.Lot, LotCode: a.Code,
			BestBefore: a.BestBefore, Quantity: a.Quantity,
		}
	}
	return messages
}

func availabilityToProto(variants []string, found map[string]Availability) *inventoryv1.AvailabilityResponse {
	m := &inventoryv1.AvailabilityResponse{Variants: make([]*inventoryv1.Availability, len(variants))}
	for i, variant := range variants {
		a := found[variant]
		m.Variants[i] = &inventoryv1.Availability{
			VariantId: variant, Available: a.Available, Held: a.Held,
			Sold: a.Sold, Unpacked: a.Unpacked, BestBefore: a.BestBefore,
		}
	}
	return m
}

func (n News) proto() *inventoryv1.StockChange {
	m := &inventoryv1.StockChange{VariantId: n.Variant, InStock: n.GoodUntil != "", Version: n.Version}
	if n.GoodUntil != undated {
		m.GoodUntil = n.GoodUntil
	}
	return m
}

func lotsToProto(rows []inventorydb.Lot) *inventoryv1.ListLotsResponse {
	m := &inventoryv1.ListLotsResponse{Lots: make([]*inventoryv1.Lot, len(rows))}
	for i, row := range rows {
		m.Lots[i] = &inventoryv1.Lot{
			Id: row.ID, VariantId: row.VariantID, Code: row.Code, BestBefore: row.BestBefore,
			Received: row.Received, Remaining: row.Remaining,
		}
	}
	return m
}
