package notify

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/artisan-eats/artisan/audit"
	"github.com/artisan-eats/artisan/fault"
	notifyv1 "github.com/artisan-eats/artisan/gen/artisan/notify/v1"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/gen/sql/notifydb"
	"github.com/artisan-eats/artisan/gen/state"
	"github.com/artisan-eats/artisan/host"
	"github.com/artisan-eats/artisan/id"
	"github.com/artisan-eats/artisan/sqldb"
)

const (
	// tellEvery finds what ordering could not be told at once.
	tellEvery = 10 * time.Second
	tellPause = 30 * time.Second
	tellBatch = 50
)

// stopsFor is how long letters are stopped. A link to set a password is wanted again soon, whoever asked for
// the last one.
func stopsFor(cause string) time.Duration {
	switch cause {
	case causeOrder, causeSale:
		return 180 * 24 * time.Hour
	case "reset":
		return 24 * time.Hour
	}
	return 30 * 24 * time.Hour
}

// The causes of letters that are made here.
const (
	causeOrder = "order"
	causeSale  = "sale"
)

var (
	errLinkEnded = fault.New(fault.NotFound, "link_ended",
		"This link is no longer good. If you get letters that are not for you, please write to the market.")
	errUnwanted = problem{
		text: "the recipient said that such letters are not for them", final: true,
		hopeless: true,
	}
)

// NotMe looks at a claim, or acts on it; see the contract.
func (s *service) NotMe(
	ctx context.Context, request *notifyv1.NotMeRequest,
) (*notifyv1.NotMeResponse, error) {
	c, ok := s.post.read(request.GetToken(), s.host.Now())
	if !ok {
		return nil, errLinkEnded
	}
	var err error
	switch request.GetDo() {
	case "look":
	case "stop", "disown":
		err = s.stop(ctx, c, request.GetDo() == "disown" && c.cause == causeOrder)
	case "undo":
		err = s.undo(ctx, c)
	default:
		return nil, fault.New(fault.Invalid, "invalid", "A link can look, stop, disown or undo.",
			fault.Field{Name: "do", Message: "A link can look, stop, disown or undo."})
	}
	if err != nil {
		return nil, fmt.Errorf("this was not me: %w", err)
	}
	until, err := notifydb.New(s.host.DB().Read()).UnwantedUntil(ctx,
		notifydb.UnwantedUntilParams{Address: c.address, Cause: c.cause})
	if err != nil {
		return nil, fmt.Errorf("look which letters are stopped: %w", sqldb.Classify(err))
	}
	if until <= s.host.Now().UnixMilli() {
		until = 0
	}
	return &notifyv1.NotMeResponse{Cause: c.cause, OrderId: c.orderID, StoppedUntil: until}, nil
}

// stop stops letters of a cause to an address. Ordering is told of an order that is disowned by a job, since
// it may be down.
func (s *service) stop(ctx context.Context, c claimed, disown bool) error {
	now := s.host.Now()
	row := notifydb.PutUnwantedParams{
		ID: s.host.NewID(id.Event, id.Global), Address: c.address, Cause: c.cause, OrderID: c.orderID,
		At: now.UnixMilli(), EndsAt: now.Add(stopsFor(c.cause)).UnixMilli(),
	}
	if disown {
		row.TellAt = now.UnixMilli()
	}
	return s.host.DB().Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		tx.AfterCommit(s.telling.Wake)
		if err := notifydb.New(tx).PutUnwanted(ctx, row); err != nil {
			return err
		}
		return s.host.Audit(ctx, tx, audit.Entry{
			Action: "letter.not_me", Subject: c.orderID,
			Outcome: audit.Done, Detail: map[string]string{"cause": c.cause},
		})
	})
}

// undo lets letters come again.
func (s *service) undo(ctx context.Context, c claimed) error {
	return s.host.DB().Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		n, err := notifydb.New(tx).EndUnwanted(ctx,
			notifydb.EndUnwantedParams{Address: c.address, Cause: c.cause, Now: s.host.Now().UnixMilli()})
		if err != nil || n == 0 {
			return err
		}
		return s.host.Audit(ctx, tx, audit.Entry{
			Action: "letter.wanted_again", Subject: c.orderID,
			Outcome: audit.Done, Detail: map[string]string{"cause": c.cause},
		})
	})
}

// tellOrdering tells which orders were disowned, until there are none.
func (s *service) tellOrdering(ctx context.Context) error {
	for ctx.Err() == nil {
		due, err := s.claimUnwanted(ctx)
		if err != nil || len(due) == 0 {
			return err
		}
		for _, row := range due {
			if err := s.tellOf(ctx, row); err != nil && ctx.Err() == nil {
				s.host.Log().WarnContext(ctx, "an order that was disowned waits", "order", row.OrderID,
					"error", err)
			}
		}
	}
	return nil
}

func (s *service) claimUnwanted(ctx context.Context) (due []notifydb.Unwanted, err error) {
	err = s.host.DB().Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		now := s.host.Now()
		due, err = notifydb.New(tx).ClaimUnwanted(ctx, notifydb.ClaimUnwantedParams{
			Now:   now.UnixMilli(),
			Until: now.Add(tellPause).UnixMilli(), Most: tellBatch,
		})
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("claim what was disowned: %w", err)
	}
	return due, nil
}

func (s *service) tellOf(ctx context.Context, row notifydb.Unwanted) error {
	answer, err := s.orders.DisownOrder(ctx, &orderingv1.DisownOrderRequest{Id: row.OrderID})
	outcome := answer.GetOrder().GetStatus()
	if fault.KindOf(err) == fault.NotFound {
		outcome, err = "gone", nil
	}
	if err != nil {
		return err
	}
	return s.host.DB().Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		return notifydb.New(tx).UnwantedTold(ctx, notifydb.UnwantedToldParams{ID: row.ID, Outcome: outcome})
	})
}

// disowned tells the operator what recipients said was not for them.
func (s *service) disowned(ctx context.Context) ([]host.Trouble, error) {
	rows, err := notifydb.New(s.host.DB().Read()).UnseenUnwanted(ctx, host.MaxTroubles)
	if err != nil {
		return nil, fmt.Errorf("list what was disowned: %w", sqldb.Classify(err))
	}
	var found []host.Trouble
	for _, row := range rows {
		found = append(found,
			host.Trouble{
				ID: row.ID, About: row.OrderID, Since: time.UnixMilli(row.At).UTC(),
				What: disownedWords(row),
			})
	}
	return found, nil
}

func disownedWords(row notifydb.Unwanted) string {
	switch {
	case row.OrderID == "":
		return "Somebody who was sent a letter (" + row.Cause +
			") says that it was not for them. No more such letters go to the address for now."
	case slices.Contains([]string{state.OrderCancelled, state.OrderFailed, state.OrderReleasing},
		row.Outcome):
		return "Whoever was written to about this order says that it is not theirs. Nobody had paid for it: it is called off."
	case row.TellAt > 0:
		return "Whoever was written to about this order says that it is not theirs. It is being called off, if nobody has paid for it."
	}
	return "Whoever was written to about this order says that it is not theirs, and gets no more letters about it. The order stands: perhaps its shopper has mistyped the address."
}

// seeDisowned marks as seen what a recipient said.
func (s *service) seeDisowned(ctx context.Context, rowID string) error {
	if _, err := id.Market(id.Event, rowID); err != nil {
		return nil //nolint:nilerr // there is no such trouble
	}
	return s.host.DB().Tx(ctx,
		func(ctx context.Context, tx *sqldb.Tx) error { return notifydb.New(tx).SeeUnwanted(ctx, rowID) })
}

// stopped answers which of some addresses, as hashes, want no letters of which causes: their keys of
// unwantedKey.
func (s *service) stopped(ctx context.Context, addresses []string) (map[string]bool, error) {
	found := map[string]bool{}
	if len(addresses) == 0 {
		return found, nil
	}
	these, arg := sqldb.In(s.host.DB().Read(), "address", 2, addresses)
	query := "SELECT address, cause FROM unwanted WHERE ends_at > $1 AND " + these
	err := sqldb.EachRow(ctx, s.host.DB().Read(), query, []any{s.host.Now().UnixMilli(), arg},
		func(scan sqldb.Scanner) error {
			var address, cause string
			err := scan(&address, &cause)
			found[unwantedKey(address, cause)] = true
			return err
		})
	if err != nil {
		return nil, fmt.Errorf("look which letters are stopped: %w", err)
	}
	return found, nil
}

func unwantedKey(address, cause string) string { return cause + "@" + address }
