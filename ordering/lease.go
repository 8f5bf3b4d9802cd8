package ordering

import (
	"fmt"
	"time"

	"github.com/artisan-eats/artisan/sqldb"
)

// leaseFor is how long an order in flight is its process's own without a sign of life, by the database's
// clock.
const leaseFor = 15 * time.Second

// newLease is a lease that begins when it is written.
var newLease time.Time

// leaseValue is a lease as a statement has it. On PostgreSQL a negative value is how far ahead of the
// database's clock a new one ends, so that nobody has to ask what it is.
func (b batchWriter) leaseValue(until time.Time) (int64, error) {
	switch {
	case !until.IsZero():
		return until.UnixMilli(), nil
	case b.tx.Engine == sqldb.Postgres:
		return -leaseFor.Milliseconds(), nil
	}
	now, err := b.tx.Now(b.ctx)
	return now.Add(leaseFor).UnixMilli(), err
}

// leaseColumn reads a lease's value from a column.
func (b batchWriter) leaseColumn(column string) string {
	if b.tx.Engine != sqldb.Postgres {
		return column
	}
	return fmt.Sprintf("CASE WHEN %[1]s < 0 THEN %[2]s - %[1]s ELSE %[1]s END", column, sqldb.PostgresClock)
}
