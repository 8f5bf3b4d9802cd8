package payments

import (
	"context"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"time"

	"github.com/artisan-eats/artisan/audit"
	"github.com/artisan-eats/artisan/host"
	"github.com/artisan-eats/artisan/sqldb"
)

//go:embed migrations/*.sql
var embedded embed.FS

// Migrations make the service's tables.
func Migrations() fs.FS { return sqldb.Migrations(embedded, "migrations") }

// change is one step of one payment. apply is a pure function: it may run more than once.
type change struct {
	orderID string
	apply   func(p Payment, now int64) (Payment, []Entry, error)
	// told is what the security log is told where the change enters something in the books.
	told []audit.Entry
}

// step is what a change did.
type step struct{ before, after Payment }

// maxBatch bounds the changes that one transaction makes.
const maxBatch = 64

// store keeps payments and their ledger. Whatever changes a payment goes through
// apply, so that a payment and its entries are never apart.
type store struct {
	db    *sqldb.DB
	now   func() time.Time
	wake  func()
	audit func(context.Context, *sqldb.Tx, ...audit.Entry) error
	news  func(context.Context, *sqldb.Tx, []step) error
	group *sqldb.Group[change, step]
}

// newStore makes the store on a host's database; wake is called when a payment has work that is due.
func newStore(h *host.Host, wake func()) *store {
	s := &store{db: h.DB(), now: h.Now, wake: wake, audit: h.Audit, news: refundNews(h)}
	s.group = sqldb.NewGroup(s.db, maxBatch, s.apply)
	return s
}

// errRaced is a payment that another process changed in between.
var errRaced = errors.New("payments: another process changed the payment first")

const maxRaces = 5

// change makes one change, in one transaction with those that come at the same time.
func (s *store) change(
	ctx context.Context, orderID string, apply func(p Payment, now int64) (Payment, []Entry, error),
	told ...audit.Entry,
) (step, error) {
	for race := 0; ; race++ {
		done, err := s.group.Do(ctx, change{orderID, apply, told})
		if !errors.Is(err, errRaced) || race == maxRaces {
			return done, err
		}
	}
}

// apply makes changes in a transaction, those of one payment one after the other.
func (s *store) apply(ctx context.Context, tx *sqldb.Tx, batch []change) ([]sqldb.Outcome[step], error) {
	held, err := s.load(ctx, tx, batch)
	if err != nil {
		return nil, err
	}
	now, out := s.now().UnixMilli(), make([]sqldb.Outcome[step], len(batch))
	var entries []Entry
	var told []audit.Entry
	var made []step
	for i, c := range batch {
		before := held[c.orderID]
		after, posted, err := c.apply(before, now)
		if err == nil && !balanced(posted) {
			err = fmt.Errorf("payments: entries of %s do not sum to zero", c.orderID)
		}
		if err != nil {
			out[i].Err = err
			continue
		}
		held[c.orderID] = after
		entries = append(entries, posted...)
		if len(posted) > 0 {
			told = append(told, c.told...)
		}
		out[i].Value = step{before, after}
		made = append(made, out[i].Value)
	}
	if err := s.save(ctx, tx, held, now); err != nil {
		return nil, err
	}
	if err := errors.Join(s.audit(ctx, tx, told...), s.news(ctx, tx, made)); err != nil {
		return nil, err
	}
	return out, post(ctx, tx, entries)
}

const columns = `order_id, method, status, currency, authorised, captured, refunded, confirmed, reserved, details,
	next_at, attempts, failure, created_at, updated_at, version`

// load reads the payments of a batch and locks them in one order; one that is not there has status none.
func (s *store) load(ctx context.Context, tx *sqldb.Tx, batch []change) (map[string]Payment, error) {
	held := make(map[string]Payment, len(batch))
	for _, c := range batch {
		held[c.orderID] = Payment{OrderID: c.orderID, Status: None}
	}
	ofOrders, ids := sqldb.In(tx.Querier, "order_id", 1, slices.Sorted(maps.Keys(held)))
	err := eachPayment(ctx, tx, ofOrders+" ORDER BY order_id FOR UPDATE", ids,
		func(p Payment) { held[p.OrderID] = p })
	return held, err
}

// eachPayment reads payments; where is what comes after WHERE, with one parameter.
func eachPayment(ctx context.Context, q sqldb.Queryer, where string, arg any, take func(Payment)) error {
	err := sqldb.EachRow(ctx, q, "SELECT "+columns+" FROM payments WHERE "+where, []any{arg},
		func(scan sqldb.Scanner) error {
			p, err := scanned(scan)
			if err == nil {
				take(p)
			}
			return err
		})
	if err != nil {
		return fmt.Errorf("read payments: %w", err)
	}
	return nil
}

func scanned(scan sqldb.Scanner) (p Payment, err error) {
	var details string
	err = scan(&p.OrderID, &p.Method, &p.Status, &p.Currency, &p.Authorised, &p.Captured, &p.Refunded,
		&p.Confirmed, &p.Reserved,
		&details, &p.NextAt, &p.Attempts, &p.Failure, &p.CreatedAt, &p.UpdatedAt, &p.Version)
	if err == nil {
		p.Details, err = decode(details)
	}
	return p, err
}

// save writes the payments that were changed, each over the version that was read.
func (s *store) save(ctx context.Context, tx *sqldb.Tx, held map[string]Payment, now int64) error {
	var rows [][]any
	due := false
	for _, orderID := range slices.Sorted(maps.Keys(held)) {
		p := held[orderID]
		if !p.changed {
			continue
		}
		details, err := encode(p.Details)
		if err != nil {
			return err
		}
		rows = append(rows, []any{
			p.OrderID, p.Method, string(p.Status), p.Currency, p.Authorised, p.Captured, p.Refunded,
			sqldb.Flag(p.Confirmed), sqldb.Flag(p.Reserved),
			details, p.NextAt, p.Attempts, p.Failure, p.CreatedAt, p.UpdatedAt, p.Version + 1,
		})
		due = due || (p.waiting() && p.NextAt <= now)
	}
	if due {
		tx.AfterCommit(s.wake)
	}
	return upsert(ctx, tx, rows)
}

var columnTypes = []string{
	"TEXT", "TEXT", "TEXT", "TEXT", "BIGINT", "BIGINT", "BIGINT", "BIGINT", "BIGINT", "TEXT",
	"BIGINT", "BIGINT", "TEXT", "BIGINT", "BIGINT", "BIGINT",
}

func upsert(ctx context.Context, tx *sqldb.Tx, rows [][]any) error {
	wrote, err := sqldb.ExecRows(ctx, tx, rows, columnTypes, func(rows string) string {
		return "INSERT INTO payments (" + columns + ") " + rows + ` ON CONFLICT (order_id) DO UPDATE SET
			method = excluded.method, status = excluded.status, currency = excluded.currency,
			authorised = excluded.authorised, captured = excluded.captured, refunded = excluded.refunded,
			confirmed = excluded.confirmed,
			reserved = excluded.reserved, details = excluded.details, next_at = excluded.next_at,
			attempts = excluded.attempts,
			failure = excluded.failure, updated_at = excluded.updated_at, version = excluded.version
			WHERE payments.version = excluded.version - 1`
	})
	if err != nil {
		return fmt.Errorf("write payments: %w", err)
	}
	if wrote != int64(len(rows)) {
		return errRaced
	}
	return nil
}

func encode(d Details) (string, error) {
	if d.Sale.Total == 0 && len(d.Refunds) == 0 && len(d.Reserved) == 0 && d.Trim == nil &&
		len(d.Done) == 0 && d.Of+d.PartOf == "" {
		return "", nil
	}
	text, err := json.Marshal(d)
	return string(text), err
}

func decode(text string) (d Details, err error) {
	if text != "" {
		err = json.Unmarshal([]byte(text), &d)
	}
	return d, err
}

// post writes ledger entries. Their key makes entering a step twice an error.
func post(ctx context.Context, tx *sqldb.Tx, entries []Entry) error {
	rows := make([][]any, len(entries))
	for i, e := range entries {
		rows[i] = []any{e.Transaction, e.Account, e.Minor, e.Currency, e.OrderID, e.At}
	}
	_, err := sqldb.ExecRows(ctx, tx, rows, []string{"TEXT", "TEXT", "BIGINT", "TEXT", "TEXT", "BIGINT"},
		func(rows string) string {
			return "INSERT INTO entries (txn, account, amount, currency, order_id, at) " + rows
		})
	if err != nil {
		return fmt.Errorf("write the ledger: %w", err)
	}
	return nil
}

// get reads one payment; one that is not there has status none.
func (s *store) get(ctx context.Context, orderID string) (Payment, error) {
	found := Payment{OrderID: orderID, Status: None}
	err := eachPayment(ctx, s.db.Read(), "order_id = $1", orderID, func(p Payment) { found = p })
	return found, err
}
