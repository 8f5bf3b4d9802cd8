package edge

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/artisan-eats/artisan/audit"
	"github.com/artisan-eats/artisan/edge/page"
	"github.com/artisan-eats/artisan/fault"
	auditv1 "github.com/artisan-eats/artisan/gen/artisan/audit/v1"
	"github.com/artisan-eats/artisan/gen/artisan/audit/v1/auditv1connect"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	orderingv1 "github.com/artisan-eats/artisan/gen/artisan/ordering/v1"
	"github.com/artisan-eats/artisan/host"
)

// logging are the services that have a security log. The front door's own lines are in identity's.
var logging = []string{"identity", "catalog", "inventory", "delivery", "ordering", "payments", "notify"}

// logClients are each service's security log.
func logClients(h *host.Host) map[string]auditv1connect.AuditServiceClient {
	clients := map[string]auditv1connect.AuditServiceClient{}
	for _, service := range logging {
		clients[service] = auditv1connect.NewAuditServiceClient(h.Peer(service))
	}
	return clients
}

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

// log shows what happened, in all services or one, the newest first.
func (o *office) log() (*reply, error) {
	s, err := o.logSearch()
	if err != nil {
		return nil, err
	}
	model := page.OfficeLog{Bench: o.desk("Log", "/operator/log"), Code: o.in.code, Typed: map[string]string{}, Wrong: s.wrong, Nobody: s.nobody}
	for _, name := range logParams {
		model.Typed[name] = o.param(name)
	}
	o.addLogChoices(&model)
	status := http.StatusOK
	if len(s.wrong) > 0 {
		status = http.StatusUnprocessableEntity
	} else if s.nobody == "" {
		found := o.happened(s, readLogCursor(o.cursor()), deskPage)
		model.Silent = found.silent
		model.Lines = o.logLines(found.entries)
		if found.next != "" {
			model.Next = o.logAddress("/operator/log", "cursor", found.next)
		}
	}
	model.CSV, model.JSON = o.logAddress("/operator/log.csv"), o.logAddress("/operator/log.jsonl")
	if !o.fresh() {
		model.CSV, model.JSON = ask(o.logAddress("/operator/log")), ask(o.logAddress("/operator/log"))
	}
	return render(o.Context(), status, page.LogPage(model))
}

// logAddress is an address of this list, with parameters more.
func (o *office) logAddress(path string, params ...string) string {
	for _, other := range logParams {
		params = append(params, other, o.param(other))
	}
	return o.at(path, params...)
}

func (o *office) addLogChoices(model *page.OfficeLog) {
	choose := func(name, any string, of [][2]string) []page.Choice {
		list := []page.Choice{{Label: any, Chosen: o.param(name) == ""}}
		for _, c := range of {
			list = append(list, page.Choice{Value: c[0], Label: c[1], Chosen: c[0] == o.param(name)})
		}
		return list
	}
	var services [][2]string
	for _, service := range logging {
		services = append(services, [2]string{service, service})
	}
	model.Kinds, model.Actions = choose("kind", "Anybody", actorWords), choose("action", "Anything", logActions(o.param("action")))
	model.Services = choose("service", "Any", services)
	model.Outcomes = choose("outcome", "Any way", [][2]string{{string(audit.Done), "Done"}, {string(audit.Refused), "Refused"}, {string(audit.Failed), "Failed"}})
}

func (o *office) logSearch() (*logSearch, error) {
	s := &logSearch{wrong: map[string]string{}, service: o.param("service"), request: &auditv1.ListEntriesRequest{
		ActorKind: o.param("kind"), Action: o.param("action"), Outcome: o.param("outcome"), Subject: o.param("subject"),
	}}
	from, until := o.day("from", s.wrong), o.day("to", s.wrong)
	if !from.IsZero() {
		s.request.From = from.UnixMilli()
	}
	if !until.IsZero() {
		s.request.Before = until.AddDate(0, 0, 1).UnixMilli()
	}
	if !from.IsZero() && !until.IsZero() && until.Before(from) {
		s.wrong["to"] = "This day is before the first."
	}
	if s.service != "" && !slices.Contains(logging, s.service) {
		return nil, errNoPage
	}
	if err := o.searchActor(s); err != nil {
		return nil, err
	}
	return s, o.searchSubject(s)
}

// searchActor reads who is looked for: an e-mail address, or an account's ID.
func (o *office) searchActor(s *logSearch) error {
	who := o.param("who")
	if !strings.Contains(who, "@") {
		if who != "" {
			s.request.ActorIds = []string{who}
		}
		return nil
	}
	answer, err := o.site.identity.FindCustomers(o.Context(), &identityv1.FindCustomersRequest{Email: who})
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
func (o *office) searchSubject(s *logSearch) error {
	subject := s.request.GetSubject()
	if subject == "" || strings.ContainsAny(subject, "_:/ ") || slices.ContainsFunc(o.markets, func(m *catalogv1.Market) bool { return m.GetCode() == subject }) {
		return nil
	}
	answer, err := o.site.ordering.ListOrders(o.Context(), &orderingv1.ListOrdersRequest{Market: o.in.code, Number: subject, Limit: 1})
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

// happened asks all services at once, and puts what they say in order. Before says, for each, where the page before ended.
func (o *office) happened(s *logSearch, before map[string]int64, most int) logFound {
	ctx, cancel := context.WithTimeout(o.Context(), troublePatience)
	defer cancel()
	asked := logging
	if s.service != "" {
		asked = []string{s.service}
	}
	var asking sync.WaitGroup
	answers, failures := make([][]*auditv1.Entry, len(asked)), make([]error, len(asked))
	for i, service := range asked {
		asking.Go(func() {
			request := &auditv1.ListEntriesRequest{
				ActorKind: s.request.GetActorKind(), ActorIds: s.request.GetActorIds(), Action: s.request.GetAction(), Subject: s.request.GetSubject(),
				Outcome: s.request.GetOutcome(), From: s.request.GetFrom(), Before: s.request.GetBefore(), BeforeSeq: before[service], Limit: int32(most) + 1,
			}
			answer, err := o.site.logs[service].ListEntries(ctx, request)
			answers[i], failures[i] = answer.GetEntries(), err
		})
	}
	asking.Wait()
	var found logFound
	for i, service := range asked {
		if o.site.missing(o.Context(), "the log of "+service, failures[i]) != nil {
			found.silent = append(found.silent, service)
		} else if len(answers[i]) > 0 && before[service] == 0 {
			before[service] = answers[i][0].GetSeq() + 1 // what happens from now on is on none of the pages to come
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
	for _, service := range logging {
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
		if seq, err := strconv.ParseInt(text, 10, 64); err == nil && seq > 0 && slices.Contains(logging, service) {
			before[service] = seq
		}
	}
	return before
}
