package securitylog

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/artisan-eats/artisan/audit"
	"github.com/artisan-eats/artisan/edge/operator"
	"github.com/artisan-eats/artisan/edge/operator/view"
	"github.com/artisan-eats/artisan/edge/page"
	"github.com/artisan-eats/artisan/edge/web"
	"github.com/artisan-eats/artisan/fault"
	auditv1 "github.com/artisan-eats/artisan/gen/artisan/audit/v1"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
)

// logParams are the parameters of the list of what happened.
var logParams = []string{"who", "kind", "action", "subject", "outcome", "service", "from", "to"}

// logSearch is what the log was asked for, and what is wrong with that.
type logSearch struct {
	request *auditv1.ListEntriesRequest
	service string
	wrong   map[string]string
	// nobody says why nothing can be found.
	nobody string
}

// Log shows what happened, in all services or one, the newest first.
func Log(o *operator.Office) (*web.Reply, error) {
	s, err := readSearch(o)
	if err != nil {
		return nil, err
	}
	model := view.OfficeLog{
		Bench: o.Desk("Log", "/operator/log"), Code: o.In.Code,
		Typed: map[string]string{}, Wrong: s.wrong, Nobody: s.nobody,
	}
	for _, name := range logParams {
		model.Typed[name] = o.Visit.Param(name)
	}
	addLogChoices(o, &model)
	status := http.StatusOK
	if len(s.wrong) > 0 {
		status = http.StatusUnprocessableEntity
	} else if s.nobody == "" {
		found := happened(o, s, readLogCursor(o.Visit.Cursor()), web.DeskPage)
		model.Silent = found.silent
		model.Lines = logLines(o, found.entries)
		if found.next != "" {
			model.Next = logAddress(o, "/operator/log", "cursor", found.next)
		}
	}
	model.CSV, model.JSON = logAddress(o, "/operator/log.csv"), logAddress(o, "/operator/log.jsonl")
	if !o.Visit.Fresh() {
		model.CSV, model.JSON = web.Ask(logAddress(o, "/operator/log")),
			web.Ask(logAddress(o, "/operator/log"))
	}
	return web.Render(o.Visit.Context(), status, view.LogPage(model))
}

// logAddress is an address of this list, with parameters more.
func logAddress(o *operator.Office, path string, params ...string) string {
	for _, other := range logParams {
		params = append(params, other, o.Visit.Param(other))
	}
	return o.At(path, params...)
}

func addLogChoices(o *operator.Office, model *view.OfficeLog) {
	choose := func(name, any string, of [][2]string) []page.Choice {
		list := []page.Choice{{Label: any, Chosen: o.Visit.Param(name) == ""}}
		for _, c := range of {
			list = append(list, page.Choice{Value: c[0], Label: c[1], Chosen: c[0] == o.Visit.Param(name)})
		}
		return list
	}
	var services [][2]string
	for _, service := range web.Logging {
		services = append(services, [2]string{service, service})
	}
	model.Kinds, model.Actions = choose("kind", "Anybody", operator.ActorWords),
		choose("action", "Anything", logActions(o.Visit.Param("action")))
	model.Services = choose("service", "Any", services)
	model.Outcomes = choose("outcome", "Any way",
		[][2]string{
			{string(audit.Done), "Done"},
			{string(audit.Refused), "Refused"},
			{string(audit.Failed), "Failed"},
		})
}

func readSearch(o *operator.Office) (*logSearch, error) {
	s := &logSearch{
		wrong: map[string]string{}, service: o.Visit.Param("service"),
		request: &auditv1.ListEntriesRequest{
			ActorKind: o.Visit.Param("kind"), Action: o.Visit.Param("action"),
			Outcome: o.Visit.Param("outcome"),
			Subject: o.Visit.Param("subject"),
		},
	}
	from, until := o.Day("from", s.wrong), o.Day("to", s.wrong)
	if !from.IsZero() {
		s.request.From = from.UnixMilli()
	}
	if !until.IsZero() {
		s.request.Before = until.AddDate(0, 0, 1).UnixMilli()
	}
	if !from.IsZero() && !until.IsZero() && until.Before(from) {
		s.wrong["to"] = "This day is before the first."
	}
	if s.service != "" && !slices.Contains(web.Logging, s.service) {
		return nil, web.ErrNoPage
	}
	if err := searchActor(o, s); err != nil {
		return nil, err
	}
	return s, searchSubject(o, s)
}

// searchActor reads who is looked for: an e-mail address, or an account's ID.
func searchActor(o *operator.Office, s *logSearch) error {
	who := o.Visit.Param("who")
	if !strings.Contains(who, "@") {
		if who != "" {
			s.request.ActorIds = []string{who}
		}
		return nil
	}
	answer, err := o.Visit.Site.Identity.FindCustomers(o.Visit.Context(),
		&identityv1.FindCustomersRequest{Email: who})
	if f := fault.Of(err); err != nil && f.Kind == fault.Invalid {
		s.wrong["who"] = "This is not an e-mail address."
		return nil
	}
	if s.request.ActorIds = answer.GetCustomerIds(); len(s.request.ActorIds) == 0 {
		s.nobody = "Nobody has this e-mail address."
	}
	return err
}

// searchSubject reads what it was done to: an ID, or an order's number.
func searchSubject(o *operator.Office, s *logSearch) error {
	subject := s.request.GetSubject()
	if subject == "" || strings.ContainsAny(subject, "_:/ ") ||
		slices.ContainsFunc(o.Markets, func(m *catalogv1.Market) bool { return m.GetCode() == subject }) {
		return nil
	}
	answer, err := o.Visit.Site.Ordering.ListOrders(o.Visit.Context(),
		&orderingv1.ListOrdersRequest{Market: o.In.Code, Number: subject, Limit: 1})
	if f := fault.Of(err); err != nil && f.Kind == fault.Invalid {
		s.wrong["subject"] = "This is neither the number of an order nor an ID."
		return nil
	}
	if len(answer.GetOrders()) == 0 {
		s.nobody = "No order has this number."
		return err
	}
	s.request.Subject = answer.GetOrders()[0].GetId()
	return err
}

// logFound is a page of what happened.
type logFound struct {
	entries []*auditv1.Entry
	silent  []string
	next    string
}

// happened asks all services at once, and puts what they say in order. Before says, for each, where the page
// before ended.
func happened(o *operator.Office, s *logSearch, before map[string]int64, most int) logFound {
	ctx, cancel := context.WithTimeout(o.Visit.Context(), operator.TroublePatience)
	defer cancel()
	asked := web.Logging
	if s.service != "" {
		asked = []string{s.service}
	}
	var asking sync.WaitGroup
	answers, failures := make([][]*auditv1.Entry, len(asked)), make([]error, len(asked))
	for i, service := range asked {
		asking.Go(func() {
			request := &auditv1.ListEntriesRequest{
				ActorKind: s.request.GetActorKind(), ActorIds: s.request.GetActorIds(),
				Action: s.request.GetAction(), Subject: s.request.GetSubject(),
				Outcome: s.request.GetOutcome(), From: s.request.GetFrom(), Before: s.request.GetBefore(),
				BeforeSeq: before[service], Limit: int32(most) + 1,
			}
			answer, err := o.Visit.Site.Logs[service].ListEntries(ctx, request)
			answers[i], failures[i] = answer.GetEntries(), err
		})
	}
	asking.Wait()
	var found logFound
	for i, service := range asked {
		if o.Visit.Site.Missing(o.Visit.Context(), "the log of "+service, failures[i]) != nil {
			found.silent = append(found.silent, service)
		} else if len(answers[i]) > 0 && before[service] == 0 {
			// what happens from now on is on none of the pages to come
			before[service] = answers[i][0].GetSeq() + 1
		}
	}
	all := slices.Concat(answers...)
	slices.SortStableFunc(all, func(a, b *auditv1.Entry) int { return cmp.Compare(b.GetAt(), a.GetAt()) })
	found.entries = all[:min(len(all), most)]
	for _, e := range found.entries {
		before[e.GetService()] = e.GetSeq()
	}
	if len(all) > most {
		found.next = logCursor(before)
	}
	return found
}

// logCursor is where the page of each service ended: "identity.120~catalog.7".
func logCursor(before map[string]int64) string {
	var parts []string
	for _, service := range web.Logging {
		if seq := before[service]; seq > 0 {
			parts = append(parts, service+"."+strconv.FormatInt(seq, 10))
		}
	}
	return strings.Join(parts, "~")
}

// readLogCursor is the way back; what it does not know begins at the newest.
func readLogCursor(cursor string) map[string]int64 {
	before := map[string]int64{}
	for _, part := range strings.Split(cursor, "~") {
		service, text, _ := strings.Cut(part, ".")
		if seq, err := strconv.ParseInt(text, 10, 64); err == nil && seq > 0 &&
			slices.Contains(web.Logging, service) {
			before[service] = seq
		}
	}
	return before
}
