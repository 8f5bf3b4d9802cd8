package trust

import "slices"

// Line is what the table of services says of one.
type Line struct {
	Service string
	// Calls are the services that it calls, Hears those whose events it takes.
	Calls, Hears []string
	// Front is the front door, which people come to.
	Front bool
}

// Table says who may call what.
type Table []Line

// What every service has beside its own contracts.
const (
	eventContract   = "artisan.events.v1.EventService"
	logContract     = "artisan.audit.v1.AuditService"
	troubleContract = "artisan.trouble.v1.TroubleService"
)

// May reports whether a process of some services may call a contract of a service: one of them has to. Events
// are delivered by those whose events it takes; security logs and troubles are the front door's to ask for,
// which shows them to the operator; all else is for those whose line names the service.
func (t Table) May(callers []string, service, contract string) bool {
	return slices.ContainsFunc(callers, func(caller string) bool {
		from, to := t.line(caller), t.line(service)
		switch contract {
		case eventContract:
			return slices.Contains(to.Hears, caller)
		case logContract, troubleContract:
			return from.Front && slices.Contains(from.Calls, service)
		}
		return slices.Contains(from.Calls, service)
	})
}

func (t Table) line(service string) Line {
	at := slices.IndexFunc(t, func(l Line) bool { return l.Service == service })
	if at < 0 {
		return Line{}
	}
	return t[at]
}

// Reach are the services that a call of one may come to: itself, those that it calls, those that they call,
// and so on; sorted. They are the audience of a token that goes to it.
func (t Table) Reach(service string) []string {
	reached := []string{service}
	for i := 0; i < len(reached); i++ {
		for _, next := range t.line(reached[i]).Calls {
			if !slices.Contains(reached, next) {
				reached = append(reached, next)
			}
		}
	}
	slices.Sort(reached)
	return reached
}

// Front is the front door's name; empty where there is none.
func (t Table) Front() string {
	at := slices.IndexFunc(t, func(l Line) bool { return l.Front })
	if at < 0 {
		return ""
	}
	return t[at].Service
}
