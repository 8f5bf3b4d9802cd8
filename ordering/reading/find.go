package reading

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/artisan-eats/artisan/ordering/book"
	"github.com/artisan-eats/artisan/ordering/order"
	"github.com/artisan-eats/artisan/sqldb"
)

// list reads the orders that a filter asks for, newest first.
func (s *Reader) list(ctx context.Context, f filter) (orders []order.Order, err error) {
	q := search{filter: f, on: s.book.DB.Read()}
	text := q.of("o.document")
	err = book.EachDocument(ctx, q.on, text, q.args, func(o order.Order) error {
		orders = append(orders, o)
		return nil
	})
	return orders, err
}

// search writes the query of a filter so that an index serves it, whatever is combined, on engines that
// know nothing of the data. What the filter names decides the index; the orders found
// by it are a table of their own, which no planner mixes with the rest.
type search struct {
	filter
	on   sqldb.Querier
	args []any
}

// unique is the unique part of an ID, as the index on it has it.
func unique(column string) string { return "substr(" + column + ", length(" + column + ") - 25)" }

// of is the query for some columns of the orders.
func (q *search) of(columns string) string {
	found, rest := q.found()
	//nolint:misspell // it is SQL
	return fmt.Sprintf(`WITH found AS MATERIALIZED (%s)
		SELECT %s FROM (SELECT id FROM found WHERE %s ORDER BY %s DESC LIMIT %d) AS page
		JOIN orders AS o ON o.id = page.id
		ORDER BY %s DESC`, found, columns, all(rest), unique("id"), q.limit, unique("o.id"))
}

// candidate are the columns that the conditions of the whole filter are on.
const candidate = "SELECT id, market, status, customer_id, window_id FROM orders WHERE "

// found is the query of the candidates' IDs, and what is left to ask of them. Where there may be many it
// is complete and has one page of them, in order.
func (q *search) found() (query string, rest []string) {
	switch {
	case q.number != "":
		end := q.number[len(q.number)-minNumber:]
		return candidate + "market = " + q.arg(q.market) + " AND substr(id, length(id) - 5) = " + q.arg(end),
			q.all()
	case !q.stuckSince.IsZero():
		return candidate + "moved_at < " + q.arg(q.stuckSince.UnixMilli()) + " AND " + flying, q.all()
	case len(q.customerIDs) > 0:
		return candidate + q.in("customer_id", q.customerIDs), q.all()
	case q.customerID != "" && len(q.guestIDs) > 0:
		own := q.page("orders", "id", "customer_id = "+q.arg(q.customerID), q.ofStatus("status"),
			q.ofWindow())
		theirs := q.page("orders", "id", q.in("customer_id", q.guestIDs), q.ofStatus("status"), q.ofWindow())
		return "SELECT id FROM (" + own + ") AS own UNION ALL SELECT id FROM (" + theirs + ") AS theirs", nil
	case q.customerID != "":
		return q.page("orders", "id", "customer_id = "+q.arg(q.customerID), q.ofStatus("status"),
			q.ofWindow()), nil
	case q.producerID != "" && q.windowID != "":
		return q.page("order_parts", "order_id", "producer_id = "+q.arg(q.producerID), q.ofWindow(),
			q.ofStatus("order_status"), q.ofPart("status")), nil
	case q.producerID != "":
		return q.pages("order_parts", "order_id", "order_status",
			all([]string{"producer_id = " + q.arg(q.producerID), q.ofPart("status")})), nil
	case q.windowID != "":
		return q.page("orders", "id", q.ofWindow(), q.ofStatus("status")), nil
	default:
		return q.pages("orders", "id", "status", "market = "+q.arg(q.market)), nil
	}
}

// flying is the predicate of the index on orders in flight, word for word.
const flying = "status IN ('placed', 'held', 'authorised', 'releasing')"

// all are the conditions of the whole filter, on candidates.
func (q *search) all() []string {
	conditions := append(q.bounds("id"), q.ofStatus("status"), q.ofWindow())
	if q.market != "" {
		conditions = append(conditions, "market = "+q.arg(q.market))
	}
	if q.number != "" {
		conditions = append(conditions, "id LIKE "+q.arg("%"+q.number))
	}
	if len(q.customerIDs) > 0 {
		conditions = append(conditions, q.in("customer_id", q.customerIDs))
	}
	if q.customerID != "" {
		conditions = append(conditions, "customer_id = "+q.arg(q.customerID))
	}
	if q.producerID != "" {
		conditions = append(conditions, "EXISTS (SELECT 1 FROM order_parts AS p WHERE p.producer_id = "+
			q.arg(q.producerID)+" AND p.order_id = found.id AND "+all([]string{q.ofPart("p.status")})+")")
	}
	return conditions
}

// page is the newest candidates of a table, as a query; column is where it has the order's ID.
func (q *search) page(table, column string, conditions ...string) string {
	conditions = append(conditions, q.bounds(column)...)
	return fmt.Sprintf("SELECT %s AS id FROM %s WHERE %s ORDER BY %s DESC LIMIT %d", column, table,
		all(conditions), unique(column), q.limit)
}

// pages is the newest candidates of each status: an index that has the status before the order finds them at
// once.
func (q *search) pages(table, column, status, condition string) string {
	var each []string
	for i, one := range q.statuses {
		page := q.page(table, column, condition, status+" = "+q.arg(one))
		each = append(each, "SELECT id FROM ("+page+") AS page"+strconv.Itoa(i))
	}
	return strings.Join(each, " UNION ALL ")
}

// bounds are the conditions of time.
func (q *search) bounds(column string) (conditions []string) {
	if q.from != "" {
		conditions = append(conditions, unique(column)+" >= "+q.arg(q.from))
	}
	if q.before != "" {
		conditions = append(conditions, unique(column)+" < "+q.arg(q.before))
	}
	return conditions
}

func (q *search) ofWindow() string {
	if q.windowID == "" {
		return ""
	}
	return "window_id = " + q.arg(q.windowID)
}

func (q *search) ofPart(column string) string {
	if len(q.parts) == 0 {
		return ""
	}
	return q.in(column, q.parts)
}

func (q *search) ofStatus(column string) string { return q.in(column, q.statuses) }

func (q *search) in(column string, these []string) string {
	text, arg := sqldb.In(q.on, column, len(q.args)+1, these)
	q.args = append(q.args, arg)
	return text
}

func (q *search) arg(value any) string {
	q.args = append(q.args, value)
	return "$" + strconv.Itoa(len(q.args))
}

// all joins conditions; an empty one says nothing.
func all(conditions []string) string {
	said := slices.DeleteFunc(slices.Clone(conditions),
		func(condition string) bool { return condition == "" })
	if len(said) == 0 {
		return "TRUE"
	}
	return strings.Join(said, " AND ")
}
