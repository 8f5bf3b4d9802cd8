package host_test

import (
	"context"
	"slices"
	"testing"
	"testing/fstest"
	"time"

	"github.com/artisan-eats/artisan/audit"
	auditv1 "github.com/artisan-eats/artisan/gen/artisan/audit/v1"
	"github.com/artisan-eats/artisan/gen/artisan/audit/v1/auditv1connect"
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
			audit.With(t.Context(), audit.Actor{
				Kind: "member", ID: "cus_1", Address: "192.0.2.7",
				Sealed: "c2VhbGVk",
			}),
			audit.With(t.Context(), audit.Actor{Kind: "guest", Address: "192.0.2.8"}), t.Context(),
		} {
			if _, err := client.ListTroubles(ctx, &troublev1.ListTroublesRequest{}); err != nil {
				t.Fatal(err)
			}
		}
		answer, err := auditv1connect.NewAuditServiceClient(p.Client("clerk")).ListEntries(t.Context(),
			&auditv1.ListEntriesRequest{Limit: 10})
		if err != nil {
			t.Fatal(err)
		}
		var got []audit.Actor
		for _, e := range answer.GetEntries() {
			got = append(got, audit.Actor{
				Kind: e.GetActorKind(), ID: e.GetActorId(), Address: e.GetAddress(),
				Sealed: e.GetSealedAddress(),
			})
		}
		want := []audit.Actor{
			{},
			{Kind: "guest", Address: "192.0.2.8"},
			{Kind: "member", ID: "cus_1", Sealed: "c2VhbGVk"},
		}
		if !slices.Equal(got, want) {
			t.Errorf("the log says that it was %+v", got)
		}
	})
}

// What jobs do is not the doing of whoever started the process.
func TestAJobIsTheShopsOwnDoing(t *testing.T) {
	acts := make(chan audit.Actor, 1)
	var job *host.Job
	services := []host.Service{{Name: "clerk", New: func(h *host.Host) error {
		job = h.Every("look", time.Hour, func(ctx context.Context) error {
			select {
			case acts <- audit.ActorOf(ctx):
			default:
			}
			return nil
		})
		return nil
	}}}
	p := hosttest.Open(t, sqldb.SQLite, services)
	p.Work(audit.With(t.Context(), audit.Actor{Kind: audit.Command, ID: "root"}))
	job.Wake()
	if got := <-acts; got != (audit.Actor{}) {
		t.Errorf("it is done by %+v", got)
	}
	if err := p.Stop(); err != nil {
		t.Error(err)
	}
}
