// Package delivery owns order cycles, the windows in which orders are picked up or delivered,
// and the places in them.
//
// Windows roll three weeks ahead from weekly schedules, at the hours that the market's clocks show, also
// across daylight saving. A window's identity is its schedule and local date, so that rolling again makes
// nothing twice. A cycle is a market's week, Monday to Sunday by its calendar.
//
// It promises that no window is oversold: places taken and held never exceed its capacity. The
// database's own CHECK says so too. It refuses a place in a window that is full, or whose cut-off has passed
// by the database's clock; a place that is held already is honoured after the cut-off.
//
// It publishes window.changed, whenever a window gets other terms or times; who has a place in it keeps the
// place. It consumes ordering's events: order.confirmed makes a held place taken, order.cancelled gives it
// back, order.changed gives the order the place that is held under its change's ID. A confirmed order whose
// hold had expired gets a place if there is one; if not it is an overbooking, a trouble until the operator
// has seen it or the order is cancelled.
package delivery
