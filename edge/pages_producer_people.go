package edge

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/artisan-eats/artisan/edge/page"
	"github.com/artisan-eats/artisan/fault"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	"github.com/artisan-eats/artisan/rights"
)

const (
	peopleAt      = "/producer/people"
	invitationsAt = "/producer/invitations"
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
		choices = append(choices, page.Choice{Value: r.right, Label: r.label + ": " + r.lets, Chosen: may == r.right})
	}
	both := rights.Goods + "," + rights.Orders
	return append(choices, page.Choice{Value: both, Label: "Goods and orders", Chosen: may == both})
}

func chosenRights(typed url.Values) []string { return strings.Split(typed.Get("rights"), ",") }

// people shows who works for the producer, and who is asked to.
func (d *desk) people() (*reply, error) { return d.showPeople(http.StatusOK, freshInvitation(), nil) }

// freshInvitation is the form that asks somebody, as it is at first.
func freshInvitation() url.Values { return url.Values{"rights": {rights.Goods}} }

func (d *desk) showPeople(status int, typed url.Values, problem *fault.Error) (*reply, error) {
	b, err := d.bench("People", peopleAt)
	if err != nil {
		return nil, err
	}
	answer, err := d.site.staff.ListPeople(d.Context(), &identityv1.ListPeopleRequest{SessionToken: d.sessionToken(), ProducerId: d.producer.GetId()})
	if err != nil {
		return nil, err
	}
	wrong, of := map[string]string{}, typed.Get("of")
	if problem != nil {
		b.Alert, wrong = problem.Message, fieldsOf(problem)
	}
	if of != "" {
		typed = freshInvitation()
	}
	model := page.People{
		Bench: b, Invite: d.at(peopleAt), Rights: rightChoices(typed.Get("rights")),
		Email: input(typed, wrong, page.Input{Name: "email", Label: "E-mail", Type: "email", Autocomplete: "off", MaxLength: "254", Required: true}),
		Said:  map[string]string{"asked": "They are asked by mail. The link is good for a week.", "saved": "Saved."}[d.URL.Query().Get("said")],
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
		model.Invited = append(model.Invited, page.Person{
			ID: i.GetId(), Email: i.GetEmail(), May: rightsRead(i.GetRights()), When: "the link is good until " + d.in.Date(d.in.at(i.GetExpiresAt())), Remove: d.at(invitationsAt + "/" + i.GetId() + "/delete"),
		})
	}
	return render(d.Context(), status, page.PeoplePage(model))
}

func (d *desk) person(p *identityv1.Person) page.Person {
	at := peopleAt + "/" + p.GetAccountId()
	out := page.Person{
		ID: p.GetAccountId(), Name: cmp.Or(p.GetName(), p.GetEmail()), Email: p.GetEmail(), May: rightsRead(p.GetRights()), Rights: rightChoices(strings.Join(p.GetRights(), ",")),
		Seen: strings.Join(p.GetRights(), ","), Save: d.at(at), Remove: d.at(at + "/remove"), Self: p.GetAccountId() == d.account.GetId(), When: "not signed in",
	}
	if p.GetSignedInAt() > 0 {
		out.When = "signed in " + d.in.DateTime(timeOf(p.GetSignedInAt()).In(d.in.zone))
	}
	return out
}

// settle answers a change of who works here: with the page again, and why where it was refused.
func (d *desk) settle(err error, said string, typed url.Values) (*reply, error) {
	if err == nil {
		return redirect(d.at(peopleAt, "said", said)), nil
	}
	f := fault.Of(err)
	if slices.Contains([]fault.Kind{fault.Invalid, fault.Conflict, fault.Exhausted}, f.Kind) {
		return d.showPeople(statusOf(f), typed, f)
	}
	return nil, err
}

// invite asks somebody to work here.
func (d *desk) invite() (*reply, error) {
	typed, err := d.form()
	if err != nil {
		return nil, err
	}
	_, err = d.site.staff.InvitePerson(d.Context(), &identityv1.InvitePersonRequest{
		SessionToken: d.sessionToken(), ProducerId: d.producer.GetId(), Email: strings.TrimSpace(typed.Get("email")), Rights: chosenRights(typed),
	})
	return d.settle(err, "asked", typed)
}

// dropInvitation takes an invitation back.
func (d *desk) dropInvitation() (*reply, error) {
	_, err := d.site.staff.DropInvitation(d.Context(), &identityv1.DropInvitationRequest{SessionToken: d.sessionToken(), ProducerId: d.producer.GetId(), Id: d.PathValue("id")})
	return d.settle(err, "saved", freshInvitation())
}

// letDo changes what somebody may do.
func (d *desk) letDo() (*reply, error) {
	typed, err := d.form()
	if err != nil {
		return nil, err
	}
	_, err = d.site.staff.SetPersonRights(d.Context(), &identityv1.SetPersonRightsRequest{
		SessionToken: d.sessionToken(), ProducerId: d.producer.GetId(), AccountId: d.PathValue("person"), Rights: chosenRights(typed), Seen: strings.FieldsFunc(typed.Get("seen"), func(c rune) bool { return c == ',' }),
	})
	return d.settle(err, "saved", url.Values{"of": {d.PathValue("person")}})
}

// removing asks before somebody works here no more.
func (d *desk) removing() (*reply, error) {
	answer, err := d.site.staff.ListPeople(d.Context(), &identityv1.ListPeopleRequest{SessionToken: d.sessionToken(), ProducerId: d.producer.GetId()})
	if err != nil {
		return nil, err
	}
	at := slices.IndexFunc(answer.GetPeople(), func(p *identityv1.Person) bool { return p.GetAccountId() == d.PathValue("person") })
	if at < 0 {
		return nil, errNoPage
	}
	b, err := d.bench("Remove "+d.person(answer.GetPeople()[at]).Name+"?", peopleAt)
	if err != nil {
		return nil, err
	}
	return render(d.Context(), http.StatusOK, page.RemovePersonPage(page.Removing{Bench: b, Person: d.person(answer.GetPeople()[at]), Back: d.at(peopleAt)}))
}

// remove has somebody work here no more.
func (d *desk) remove() (*reply, error) {
	_, err := d.site.staff.RemovePerson(d.Context(), &identityv1.RemovePersonRequest{SessionToken: d.sessionToken(), ProducerId: d.producer.GetId(), AccountId: d.PathValue("person")})
	if err == nil && d.PathValue("person") == d.account.GetId() {
		return redirect("/account"), nil
	}
	return d.settle(err, "saved", freshInvitation())
}
