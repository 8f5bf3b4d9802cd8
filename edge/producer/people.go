package producer

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/artisan-eats/artisan/edge/page"
	"github.com/artisan-eats/artisan/edge/producer/view"
	"github.com/artisan-eats/artisan/edge/web"
	"github.com/artisan-eats/artisan/fault"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	"github.com/artisan-eats/artisan/rights"
)

// PeopleAt and InvitationsAt are the addresses of who works for a maker, and who may come to.
const (
	PeopleAt      = "/producer/people"
	InvitationsAt = "/producer/invitations"
)

// rightWords are what the rights are called, and what they let do.
var rightWords = []struct{ right, label, lets string }{
	{rights.Owner, "Owner", "everything, these pages too"},
	{rights.Goods, "Goods", "products, prices, stock, import"},
	{rights.Orders, "Orders", "accept, pack and hand over, with the names of who ordered"},
}

func rightsRead(may []string) string {
	var words []string
	for _, r := range rightWords {
		if slices.Contains(may, r.right) {
			words = append(words, r.label)
		}
	}
	return strings.Join(words, " and ")
}

// rightChoices are what somebody may be let do: one of the rights, or both that are less than an owner's.
func rightChoices(may string) (choices []page.Choice) {
	for _, r := range rightWords {
		choices = append(choices,
			page.Choice{Value: r.right, Label: r.label + ": " + r.lets, Chosen: may == r.right})
	}
	both := rights.Goods + "," + rights.Orders
	return append(choices, page.Choice{Value: both, Label: "Goods and orders", Chosen: may == both})
}

func chosenRights(typed url.Values) []string { return strings.Split(typed.Get("rights"), ",") }

// People shows who works for the producer, and who is asked to.
func (d *Desk) People() (*web.Reply, error) {
	return d.showPeople(http.StatusOK, freshInvitation(), nil)
}

// freshInvitation is the form that asks somebody, as it is at first.
func freshInvitation() url.Values { return url.Values{"rights": {rights.Goods}} }

func (d *Desk) showPeople(status int, typed url.Values, problem *fault.Error) (*web.Reply, error) {
	b, err := d.Bench("People", PeopleAt)
	if err != nil {
		return nil, err
	}
	answer, err := d.Visit.Site.Staff.ListPeople(d.Visit.Context(),
		&identityv1.ListPeopleRequest{SessionToken: d.Visit.SessionToken(), ProducerId: d.Producer.GetId()})
	if err != nil {
		return nil, err
	}
	wrong, of := map[string]string{}, typed.Get("of")
	if problem != nil {
		b.Alert, wrong = problem.Message, web.FieldsOf(problem)
	}
	if of != "" {
		typed = freshInvitation()
	}
	model := view.People{
		Bench: b, Invite: d.At(PeopleAt), Rights: rightChoices(typed.Get("rights")),
		Email: web.Input(typed, wrong, page.Input{
			Name: "email", Label: "E-mail", Type: "email",
			Autocomplete: "off", MaxLength: "254", Required: true,
		}),
		Said: map[string]string{
			"asked": "They are asked by mail. The link is good for a week.",
			"saved": "Saved.",
		}[d.Visit.Request.URL.Query().Get("said")],
	}
	if status != http.StatusOK {
		model.Said = ""
	}
	if of == "" {
		model.RightsWrong = wrong["rights"]
	}
	for _, p := range answer.GetPeople() {
		person := d.person(p)
		if person.ID == of {
			person.Wrong = wrong["rights"]
		}
		model.People = append(model.People, person)
	}
	for _, i := range answer.GetInvitations() {
		model.Invited = append(model.Invited, view.Person{
			ID: i.GetId(), Email: i.GetEmail(), May: rightsRead(i.GetRights()),
			When:   "the link is good until " + d.In.Locale.Date(d.In.At(i.GetExpiresAt())),
			Remove: d.At(InvitationsAt + "/" + i.GetId() + "/delete"),
		})
	}
	return web.Render(d.Visit.Context(), status, view.PeoplePage(model))
}

func (d *Desk) person(p *identityv1.Person) view.Person {
	at := PeopleAt + "/" + p.GetAccountId()
	out := view.Person{
		ID: p.GetAccountId(), Name: cmp.Or(p.GetName(), p.GetEmail()), Email: p.GetEmail(),
		May: rightsRead(p.GetRights()), Rights: rightChoices(strings.Join(p.GetRights(), ",")),
		Seen: strings.Join(p.GetRights(), ","), Save: d.At(at), Remove: d.At(at + "/remove"),
		Self: p.GetAccountId() == d.Visit.Account.GetId(), When: "not signed in",
	}
	if p.GetSignedInAt() > 0 {
		out.When = "signed in " + d.In.Locale.DateTime(web.TimeOf(p.GetSignedInAt()).In(d.In.Zone))
	}
	return out
}

// settle answers a change of who works here: with the page again, and why where it was refused.
func (d *Desk) settle(err error, said string, typed url.Values) (*web.Reply, error) {
	if err == nil {
		return web.Redirect(d.At(PeopleAt, "said", said)), nil
	}
	f := fault.Of(err)
	if slices.Contains([]fault.Kind{fault.Invalid, fault.Conflict, fault.Exhausted}, f.Kind) {
		return d.showPeople(web.StatusOf(f), typed, f)
	}
	return nil, err
}

// Invite asks somebody to work here.
func (d *Desk) Invite() (*web.Reply, error) {
	typed, err := d.Visit.Form()
	if err != nil {
		return nil, err
	}
	_, err = d.Visit.Site.Staff.InvitePerson(d.Visit.Context(), &identityv1.InvitePersonRequest{
		SessionToken: d.Visit.SessionToken(), ProducerId: d.Producer.GetId(),
		Email: strings.TrimSpace(typed.Get("email")), Rights: chosenRights(typed),
	})
	return d.settle(err, "asked", typed)
}

// DropInvitation takes an invitation back.
func (d *Desk) DropInvitation() (*web.Reply, error) {
	_, err := d.Visit.Site.Staff.DropInvitation(d.Visit.Context(),
		&identityv1.DropInvitationRequest{
			SessionToken: d.Visit.SessionToken(),
			ProducerId:   d.Producer.GetId(), Id: d.Visit.Request.PathValue("id"),
		})
	return d.settle(err, "saved", freshInvitation())
}

// LetDo changes what somebody may do.
func (d *Desk) LetDo() (*web.Reply, error) {
	typed, err := d.Visit.Form()
	if err != nil {
		return nil, err
	}
	_, err = d.Visit.Site.Staff.SetPersonRights(d.Visit.Context(), &identityv1.SetPersonRightsRequest{
		SessionToken: d.Visit.SessionToken(), ProducerId: d.Producer.GetId(),
		AccountId: d.Visit.Request.PathValue("person"), Rights: chosenRights(typed),
		Seen: strings.FieldsFunc(typed.Get("seen"), func(c rune) bool { return c == ',' }),
	})
	return d.settle(err, "saved", url.Values{"of": {d.Visit.Request.PathValue("person")}})
}

// Removing asks before somebody works here no more.
func (d *Desk) Removing() (*web.Reply, error) {
	answer, err := d.Visit.Site.Staff.ListPeople(d.Visit.Context(),
		&identityv1.ListPeopleRequest{SessionToken: d.Visit.SessionToken(), ProducerId: d.Producer.GetId()})
	if err != nil {
		return nil, err
	}
	at := slices.IndexFunc(answer.GetPeople(),
		func(p *identityv1.Person) bool { return p.GetAccountId() == d.Visit.Request.PathValue("person") })
	if at < 0 {
		return nil, web.ErrNoPage
	}
	b, err := d.Bench("Remove "+d.person(answer.GetPeople()[at]).Name+"?", PeopleAt)
	if err != nil {
		return nil, err
	}
	return web.Render(d.Visit.Context(), http.StatusOK,
		view.RemovePersonPage(view.Removing{
			Bench: b, Person: d.person(answer.GetPeople()[at]),
			Back: d.At(PeopleAt),
		}))
}

// Remove has somebody work here no more.
func (d *Desk) Remove() (*web.Reply, error) {
	_, err := d.Visit.Site.Staff.RemovePerson(d.Visit.Context(),
		&identityv1.RemovePersonRequest{
			SessionToken: d.Visit.SessionToken(), ProducerId: d.Producer.GetId(),
			AccountId: d.Visit.Request.PathValue("person"),
		})
	if err == nil && d.Visit.Request.PathValue("person") == d.Visit.Account.GetId() {
		return web.Redirect("/account"), nil
	}
	return d.settle(err, "saved", freshInvitation())
}
