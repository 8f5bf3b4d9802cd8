package payments

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/artisan-eats/artisan/fault"
	"github.com/artisan-eats/artisan/gen/sql/paymentsdb"
	"github.com/artisan-eats/artisan/money"
	"github.com/artisan-eats/artisan/sqldb"
)

// The tokens that the test provider takes.
const (
	tokenOK          = "ok"
	tokenDeclined    = "declined"
	tokenTimeout     = "timeout"     // the effect happens, the answer does not come
	tokenUnavailable = "unavailable" // no effect
)

var (
	errNoAnswer = fault.New(fault.Unknown, "payment_timeout", "The payment provider did not answer.")
	errBadToken = fault.New(fault.Invalid, "invalid", "This is no payment token.",
		fault.Field{Name: "token", Message: "The payment provider does not know this."})
	errBadCapture = fault.New(fault.Conflict, "provider_refused",
		"The payment provider refused to collect this payment.")
	errBadVoid = fault.New(fault.Conflict, "provider_refused",
		"The payment provider refused to give this authorisation back.")
	errBadRefund = fault.New(fault.Conflict, "provider_refused",
		"The payment provider refused to refund this payment.")
)

// testProvider plays a payment provider. It keeps its own record in its own
// transactions, so that its effects outlive a crash of ours as those of a real one do.
type testProvider struct {
	db    *sqldb.DB
	group *sqldb.Group[newCharge, made]
}

type newCharge struct {
	key    string
	amount money.Amount
	state  ChargeState
}

// made is the charge of a key, and whether this request made it.
type made struct {
	charge Charge
	first  bool
}

func newTestProvider(db *sqldb.DB) *testProvider {
	t := &testProvider{db: db}
	t.group = sqldb.NewGroup(db, maxBatch, t.make)
	return t
}

func (t *testProvider) Authorise(
	ctx context.Context, key string, amount money.Amount, token string,
) (Charge, error) {
	request := newCharge{key, amount, ChargeAuthorised}
	switch token {
	case tokenOK, tokenTimeout:
	case tokenDeclined:
		request.state = ChargeDeclined
	case tokenUnavailable:
		return Charge{}, errUnavailable
	default:
		return Charge{}, errBadToken
	}
	done, err := t.group.Do(ctx, request)
	for race := 0; errors.Is(err, errRaced) && race < maxRaces; race++ {
		done, err = t.group.Do(ctx, request)
	}
	if err == nil && done.first && token == tokenTimeout {
		err = errNoAnswer
	}
	return done.charge, err
}

// make records new charges; a key that has one keeps it.
func (t *testProvider) make(
	ctx context.Context, tx *sqldb.Tx, batch []newCharge,
) ([]sqldb.Outcome[made], error) {
	known, err := charges(ctx, tx.Querier, batch)
	if err != nil {
		return nil, err
	}
	out := make([]sqldb.Outcome[made], len(batch))
	var rows [][]any
	for i, c := range batch {
		charge, there := known[c.key]
		if !there {
			charge = Charge{State: c.state, Amount: c.amount}
			known[c.key] = charge
			rows = append(rows, []any{c.key, string(c.state), c.amount.Minor, c.amount.Currency})
		}
		out[i].Value = made{charge, !there}
	}
	wrote, err := sqldb.ExecRows(ctx, tx, rows, []string{"TEXT", "TEXT", "BIGINT", "TEXT"},
		func(rows string) string {
			return "INSERT INTO test_charges (id, state, amount, currency) " + rows +
				" ON CONFLICT (id) DO NOTHING"
		})
	if err == nil && wrote != int64(len(rows)) {
		err = errRaced
	}
	return out, err
}

// charges finds those charges that the keys of a batch have already.
func charges(ctx context.Context, db sqldb.Querier, batch []newCharge) (map[string]Charge, error) {
	keys := make([]string, len(batch))
	for i, c := range batch {
		keys[i] = c.key
	}
	these, arg := sqldb.In(db, "id", 1, keys)
	there, err := sqldb.Column[string](ctx, db, "SELECT id FROM test_charges WHERE "+these, arg)
	if err != nil {
		return nil, err
	}
	found := map[string]Charge{}
	for _, key := range there {
		if found[key], err = find(ctx, db, key); err != nil {
			return nil, err
		}
	}
	return found, nil
}

func find(ctx context.Context, db paymentsdb.DBTX, key string) (Charge, error) {
	row, err := paymentsdb.New(db).GetCharge(ctx, key)
	if errors.Is(err, sql.ErrNoRows) {
		return Charge{}, nil
	}
	if err != nil {
		return Charge{}, fmt.Errorf("read a charge: %w", sqldb.Classify(err))
	}
	return Charge{ChargeState(row.State), money.New(row.Amount, row.Currency), row.Captured, row.Refunded},
		nil
}

func (t *testProvider) Lookup(ctx context.Context, key string) (charge Charge, err error) {
	return find(ctx, t.db.Read(), key)
}

// update changes a charge in a transaction of the provider's own.
func (t *testProvider) update(
	ctx context.Context, key string,
	apply func(ctx context.Context, db *paymentsdb.Queries, c Charge) (Charge, error),
) error {
	return t.db.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		db := paymentsdb.New(tx)
		if err := db.LockCharge(ctx, key); err != nil {
			return err
		}
		c, err := find(ctx, tx, key)
		if err != nil {
			return err
		}
		if c, err = apply(ctx, db, c); err != nil {
			return err
		}
		return db.PutCharge(ctx, paymentsdb.PutChargeParams{
			ID: key, State: string(c.State),
			Amount: c.Amount.Minor, Currency: c.Amount.Currency, Captured: c.Captured,
		})
	})
}

func (t *testProvider) Capture(ctx context.Context, key string, minor int64) error {
	return t.update(ctx, key, func(_ context.Context, _ *paymentsdb.Queries, c Charge) (Charge, error) {
		if c.State == ChargeCaptured && c.Captured == minor {
			return c, nil
		}
		if c.State != ChargeAuthorised || minor < 0 || minor > c.Amount.Minor {
			return c, errBadCapture
		}
		c.State, c.Captured = ChargeCaptured, minor
		return c, nil
	})
}

func (t *testProvider) Reduce(ctx context.Context, key string, minor int64) error {
	return t.update(ctx, key, func(_ context.Context, _ *paymentsdb.Queries, c Charge) (Charge, error) {
		switch {
		case c.State == ChargeVoided && minor == 0:
		case c.State != ChargeAuthorised || minor < 0:
			return c, errBadVoid
		case minor == 0:
			c.State = ChargeVoided
		default:
			c.Amount.Minor = min(c.Amount.Minor, minor)
		}
		return c, nil
	})
}

func (t *testProvider) Void(ctx context.Context, key string) error {
	return t.update(ctx, key, func(_ context.Context, _ *paymentsdb.Queries, c Charge) (Charge, error) {
		if c.State == ChargeCaptured {
			return c, errBadVoid
		}
		if c.State != ChargeDeclined {
			c.State = ChargeVoided
		}
		return c, nil
	})
}

func (t *testProvider) Refund(ctx context.Context, key, refundKey string, minor int64) error {
	return t.update(ctx, key, func(ctx context.Context, db *paymentsdb.Queries, c Charge) (Charge, error) {
		if c.State != ChargeCaptured || minor < 0 {
			return c, errBadRefund
		}
		n, err := db.PutRefund(ctx, paymentsdb.PutRefundParams{ChargeID: key, ID: refundKey, Amount: minor})
		if err == nil && n > 0 && minor > c.Captured-c.Refunded {
			err = errBadRefund
		}
		return c, err
	})
}
