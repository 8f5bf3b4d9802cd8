// Package events carries what happened in one service to the services that
// subscribe to it, without a broker. Publishing writes a row for each subscriber
// in the transaction that makes the change (the outbox). A Publisher pushes batches of
// rows to each subscriber and deletes those it gives a receipt for. The subscriber
// writes what it did, and that it did it, in one transaction (the inbox). So an event is sent at
// least once and takes effect exactly once, and the events of one aggregate
// take effect in order: each has the version after the one before.
//
// What a subscriber keeps refusing is kept, with the reason, and tried again ever
// more slowly, up to once an hour; nothing is dropped.
package events

import (
	"embed"
	"io/fs"
	"time"

	eventsv1 "github.com/artisan-eats/artisan/gen/artisan/events/v1"
	"github.com/artisan-eats/artisan/sqldb"
)

// Event is something that happened to an aggregate.
type Event struct {
	ID         string
	Publisher  string // a service's name; filled in on delivery
	Type       string // "order.confirmed"
	Aggregate  string // an ID
	Version    int64  // contiguous from 1 within the aggregate
	OccurredAt time.Time
	Payload    []byte // a protobuf message that the type implies

	foremost bool // none of its aggregate before it waits for the subscriber's receipt
}

//go:embed migrations/*.sql
var embedded embed.FS

// Migrations make the tables outbox and inbox in a service's database.
func Migrations() fs.FS { return sqldb.Migrations(embedded, "migrations") }

func toProto(publisher string, e Event) *eventsv1.Event {
	return &eventsv1.Event{
		Id: e.ID, Publisher: publisher, Type: e.Type, Aggregate: e.Aggregate,
		Version: e.Version, OccurredAt: e.OccurredAt.UnixMilli(), Payload: e.Payload,
		Foremost: e.foremost,
	}
}

func fromProto(e *eventsv1.Event) Event {
	return Event{
		ID: e.GetId(), Publisher: e.GetPublisher(), Type: e.GetType(), Aggregate: e.GetAggregate(),
		Version: e.GetVersion(), OccurredAt: time.UnixMilli(e.GetOccurredAt()).UTC(), Payload: e.GetPayload(),
		foremost: e.GetForemost(),
	}
}
