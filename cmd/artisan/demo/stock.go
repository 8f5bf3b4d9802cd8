package demo

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"math"
	"slices"
	"time"

	deliveryv1 "github.com/artisan-eats/artisan/gen/artisan/delivery/v1"
	inventoryv1 "github.com/artisan-eats/artisan/gen/artisan/inventory/v1"
	moneyv1 "github.com/artisan-eats/artisan/gen/artisan/money/v1"
	"github.com/artisan-eats/artisan/id"
)

// batch is how many variants are booked in by one call, with all their lots.
const batch = 200

// receiveLots books in the lots of variants, given by SKU, that never had any stock.
func (s *seeder) receiveLots(ctx context.Context, ids map[string]string) error {
	zone, err := time.LoadLocation(s.market.TimeZone)
	if err != nil {
		return err
	}
	for variants := range slices.Chunk(s.market.variants(), batch) {
		if err := s.receiveBatch(ctx, variants, ids, s.now.In(zone)); err != nil {
			return fmt.Errorf("book in lots: %w", err)
		}
	}
	return nil
}

func (s *seeder) receiveBatch(
	ctx context.Context, variants []variant, ids map[string]string, today time.Time,
) error {
	stocked, err := s.stocked(ctx, variants, ids)
	if err != nil {
		return err
	}
	request := &inventoryv1.ReceiveRequest{}
	for _, v := range variants {
		for _, l := range v.Lots {
			if variantID := ids[v.SKU]; !stocked[variantID] {
				request.Lots = append(request.Lots, l.proto(s.market.Code, variantID, today))
			}
		}
	}
	if len(request.Lots) == 0 {
		return nil
	}
	_, err = s.inventory.Receive(ctx, request)
	return err
}

// stocked are the IDs of those variants that have, or had, stock.
func (s *seeder) stocked(
	ctx context.Context, variants []variant, ids map[string]string,
) (map[string]bool, error) {
	request := &inventoryv1.AvailabilityRequest{}
	for _, v := range variants {
		request.VariantIds = append(request.VariantIds, ids[v.SKU])
	}
	found, err := s.inventory.Availability(ctx, request)
	if err != nil {
		return nil, err
	}
	stocked := map[string]bool{}
	for _, v := range found.GetVariants() {
		stocked[v.GetVariantId()] = v.GetAvailable()+v.GetHeld()+v.GetSold() > 0
	}
	return stocked, nil
}

func (m *market) variants() []variant {
	var all []variant
	for _, maker := range m.Producers {
		for _, p := range maker.Products {
			all = append(all, p.Variants...)
		}
	}
	return all
}

func (l lot) proto(market, variantID string, today time.Time) *inventoryv1.Lot {
	message := &inventoryv1.Lot{
		Id: lotID(market, variantID, l.Code), VariantId: variantID, Code: l.Code,
		Received: int64(math.Round(l.Quantity * 1000)),
	}
	if l.Days > 0 {
		message.BestBefore = today.AddDate(0, 0, l.Days).Format(time.DateOnly)
	}
	return message
}

// lotID is always the same for a lot, so that it is booked in once.
func lotID(market, variantID, code string) string {
	sum := sha256.Sum256([]byte(variantID + "\x00" + code))
	return id.New(id.Lot, market, time.UnixMilli(0), bytes.NewReader(sum[:]))
}

// putSchedules makes the schedules that are missing.
func (s *seeder) putSchedules(ctx context.Context) error {
	list, err := s.delivery.ListSchedules(ctx, &deliveryv1.ListSchedulesRequest{Market: s.market.Code})
	if err != nil {
		return fmt.Errorf("list schedules: %w", err)
	}
	there := map[string]bool{}
	for _, found := range list.GetSchedules() {
		there[scheduleKey(found)] = true
	}
	for _, wanted := range s.market.schedules() {
		if there[scheduleKey(wanted)] {
			continue
		}
		if _, err := s.delivery.PutSchedule(ctx,
			&deliveryv1.PutScheduleRequest{Schedule: wanted}); err != nil {
			return fmt.Errorf("put a schedule: %w", err)
		}
	}
	return nil
}

// scheduleKey tells the market's schedules apart.
func scheduleKey(m *deliveryv1.Schedule) string {
	return fmt.Sprint(m.GetKind(), m.GetWeekday(), m.GetStarts(), m.GetPlace())
}

// schedules are those of the market, one a day of the week.
func (m *market) schedules() []*deliveryv1.Schedule {
	var all []*deliveryv1.Schedule
	for _, s := range m.Schedules {
		for _, weekday := range s.Weekdays {
			all = append(all, &deliveryv1.Schedule{
				Market: m.Code, Kind: s.Kind, Weekday: weekday, Starts: s.Starts, Ends: s.Ends,
				CutoffHours: s.CutoffHours, Capacity: s.Capacity,
				Place: s.Place, TimeZone: m.TimeZone,
				Fee:     &moneyv1.Money{Amount: s.Fee, Currency: m.Currency},
				Minimum: &moneyv1.Money{Amount: s.Minimum, Currency: m.Currency},
			})
		}
	}
	return all
}
