package accounts

import (
	"context"
	"fmt"

	"google.golang.org/protobuf/proto"

	"github.com/artisan-eats/artisan/events"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	"github.com/artisan-eats/artisan/gen/sql/identitydb"
	"github.com/artisan-eats/artisan/sqldb"
)

// EndOrderLinks ends the links to a customer's orders that were made up to now: the change and the event that
// tells of it are one transaction. A customer without a key has no orders and no links.
func (s *Store) EndOrderLinks(ctx context.Context, tx *sqldb.Tx, customer string, erased bool) error {
	epoch, err := identitydb.New(tx).EndLinks(ctx, customer)
	if sqldb.IsNone(err) {
		return nil
	}
	if err != nil {
		return err
	}
	payload, err := proto.Marshal(&identityv1.CustomerEvent{CustomerId: customer, Erased: erased})
	if err != nil {
		return fmt.Errorf("tell that links ended: %w", err)
	}
	return s.host.Publish(ctx, tx, events.Event{
		Type: "customer.links_ended", Aggregate: customer, Version: epoch, OccurredAt: s.host.Now(),
		Payload: payload,
	})
}
