package inventory_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"

	inventoryv1 "github.com/artisan-eats/artisan/gen/artisan/inventory/v1"
	"github.com/artisan-eats/artisan/gen/artisan/inventory/v1/inventoryv1connect"
	"github.com/artisan-eats/artisan/host"
	"github.com/artisan-eats/artisan/host/hosttest"
	"github.com/artisan-eats/artisan/id"
	"github.com/artisan-eats/artisan/inventory"
	"github.com/artisan-eats/artisan/sqldb/sqldbtest"
)

// heard are an inventory and a service that subscribes to it. Nothing is delivered.
var heard = []host.Service{services[0], {
	Name: "listener", Consumes: []string{"inventory"}, New: func(*host.Host) error { return nil },
}}

func eachHeard(t *testing.T, test func(s store)) {
	t.Helper()
	for _, engine := range sqldbtest.Engines {
		t.Run(string(engine), func(t *testing.T) {
			p := hosttest.Open(t, engine, heard)
			s := store{t, inventoryv1connect.NewInventoryServiceClient(p.Client("inventory")), p}
			test(s)
			s.balanced()
		})
	}
}

// wantTold compares all that subscribers are told of a variant: "1 2026-12-01, 2 none".
func (s store) wantTold(variant, want string) {
	s.Helper()
	rows, err := s.p.Host("inventory").DB().Read().QueryContext(s.Context(),
		"SELECT type, payload FROM outbox")
	s.must(err)
	defer func() { _ = rows.Close() }()
	told := map[int64]string{}
	for rows.Next() {
		var kind string
		var payload []byte
		s.must(rows.Scan(&kind, &payload))
		var m inventoryv1.StockEvent
		s.must(proto.Unmarshal(payload, &m))
		for _, c := range m.GetChanges() {
			if kind == "stock.changed" && c.GetVariantId() == variant {
				told[c.GetVersion()] = fmt.Sprint(c.GetVersion(), " ", saw(c))
			}
		}
	}
	s.must(rows.Err())
	var all []string
	for _, version := range slices.Sorted(maps.Keys(told)) {
		all = append(all, told[version])
	}
	if got := strings.Join(all, ", "); got != want {
		s.Errorf("told %q, want %q", got, want)
	}
}

func saw(m *inventoryv1.StockChange) string {
	switch {
	case !m.GetInStock():
		return "none"
	case m.GetGoodUntil() == "":
		return "undated"
	}
	return m.GetGoodUntil()
}

func TestOnlyWhatChangesInKindIsTold(t *testing.T) {
	soon, later := time.Now().AddDate(0, 0, 3).Format(time.DateOnly),
		time.Now().AddDate(0, 0, 30).Format(time.DateOnly)
	eachHeard(t, func(s store) {
		variant := newID(id.Variant)
		s.lot(variant, soon, 5_000)
		s.lot(variant, soon, 5_000)
		s.wantTold(variant, "1 "+soon)
		s.lot(variant, later, 1_000)
		orders := []string{newID(id.Order), newID(id.Order), newID(id.Order)}
		for i, quantity := range []int64{3_000, 7_500, 500} {
			_, err := s.hold(orders[i], variant, quantity)
			s.must(err)
		}
		s.wantTold(variant, "1 "+soon+", 2 "+later+", 3 none")
		s.must(s.release(orders[1]))
		s.set(variant, 20_000)
		s.set(variant, 0)
		s.wantTold(variant, "1 "+soon+", 2 "+later+", 3 none, 4 "+later+", 5 undated, 6 none")
	})
}

func TestGoodsThatAnExpiredOrCancelledOrderGivesBackAreTold(t *testing.T) {
	eachHeard(t, func(s store) {
		variant := newID(id.Variant)
		s.set(variant, 1_000)
		expiring, cancelled := newID(id.Order), newID(id.Order)
		_, err := s.hold(expiring, variant, 1_000)
		s.must(err)
		s.overdue(expiring)
		inventory.ExpireNow(t, s.p.Host("inventory"))
		_, err = s.hold(cancelled, variant, 1_000)
		s.must(err)
		s.deliver("order.cancelled", cancelled, 1)
		s.wantTold(variant, "1 undated, 2 none, 3 undated, 4 none, 5 undated")
	})
}

func TestARefusedRequestTellsNothing(t *testing.T) {
	eachHeard(t, func(s store) {
		variant := newID(id.Variant)
		s.set(variant, 1_000)
		if _, err := s.hold(newID(id.Order), variant, 2_000); err == nil {
			t.Error("more was held than there is")
		}
		s.wantTold(variant, "1 undated")
	})
}

func TestStockFromBeforeAnybodyListenedIsToldOnce(t *testing.T) {
	eachHeard(t, func(s store) {
		variant, soldOut := newID(id.Variant), newID(id.Variant)
		s.set(variant, 1_000)
		s.set(soldOut, 0)
		s.exec("DELETE FROM outbox")
		s.exec("UPDATE stock SET told = '', told_version = 0")
		for range 2 {
			inventory.TellOfStockNow(t, s.p.Host("inventory"))
		}
		s.wantTold(variant, "1 undated")
		s.wantTold(soldOut, "")
	})
}
