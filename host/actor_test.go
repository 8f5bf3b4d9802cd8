package host_test

import (
	"context"
	"testing"
	"testing/fstest"

	"github.com/artisan-eats/artisan/audit"
	troublev1 "github.com/artisan-eats/artisan/gen/artisan/trouble/v1"
	"github.com/artisan-eats/artisan/gen/artisan/trouble/v1/troublev1connect"
	"github.com/artisan-eats/artisan/host"
	"github.com/artisan-eats/artisan/host/hosttest"
	"github.com/artisan-eats/artisan/sqldb"
)

func TestWhoActsIsKnownWhereTheCallArrives(t *testing.T) {
	table := fstest.MapFS{"00001_none.sql": {Data: []byte("-- +goose Up\nSELECT 1;\n")}}
	services := []host.Service{{Name: "clerk", Migrations: table, New: func(h *host.Host) error {
		h.Troubles("nothing", func(ctx context.Context) ([]host.Trouble, error) {
			return nil, h.DB().Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
				return h.Audit(ctx, tx, audit.Entry{Action: "look", Subject: "the desk", Outcome: audit.Done})
			})
		}, nil)
		return nil
	}}}
	hosttest.Each(t, services, func(t *testing.T, p *host.Process) {
		client := troublev1connect.NewTroubleServiceClient(p.Client("clerk"))
		for _, ctx := range []context.Context{
			audit.With(t.Context(), audit.Actor{Kind: "member", ID: "cus_1", Address: "192.0.2.7"}), t.Context(),
		} {
			if _, err := client.ListTroubles(ctx, &troublev1.ListTroublesRequest{}); err != nil {
				t.Fatal(err)
			}
		}
		rows, err := p.Host("clerk").DB().Read().QueryContext(t.Context(), `SELECT actor_kind, actor_id, address FROM audit ORDER BY seq`)
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
		var got []audit.Actor
		for rows.Next() {
			var a audit.Actor
			if err := rows.Scan(&a.Kind, &a.ID, &a.Address); err != nil {
				t.Fatal(err)
			}
			got = append(got, a)
		}
		if len(got) != 2 || got[0] != (audit.Actor{Kind: "member", ID: "cus_1", Address: "192.0.2.7"}) || got[1] != (audit.Actor{}) {
			t.Errorf("the log says that it was %+v", got)
		}
	})
}
