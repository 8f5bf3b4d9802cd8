package identity_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/artisan-eats/artisan/fault"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	"github.com/artisan-eats/artisan/gen/artisan/identity/v1/identityv1connect"
	"github.com/artisan-eats/artisan/id"
)

var joinLink = regexp.MustCompile(`http://shop\.test/join\?token=([-_A-Za-z0-9]{43})\n`)

// farm is a producer with an owner, who has a session.
type farm struct {
	shop
	identityv1connect.PeopleServiceClient
	id, owner, token string
}

func (s shop) farm(t *testing.T) *farm {
	t.Helper()
	up := s.signUp(t, "ann@example.org")
	f := &farm{
		shop: s, PeopleServiceClient: identityv1connect.NewPeopleServiceClient(s.Process.Client("identity")),
		id:    s.Process.Host("identity").NewID(id.Producer, "portland"),
		owner: up.GetAccount().GetId(),
	}
	made, err := s.AddProducer(t.Context(),
		&identityv1.AddProducerRequest{
			CustomerId: f.owner, ProducerId: f.id,
			SessionToken: up.GetSessionToken(),
		})
	if err != nil {
		t.Fatal(err)
	}
	f.token = made.GetSessionToken()
	s.Clock.Advance(time.Second) // accounts are listed by their age
	return f
}

// ask invites somebody and answers the token of the letter.
func (f *farm) ask(t *testing.T, email string, may ...string) string {
	t.Helper()
	_, err := f.InvitePerson(f.from(t, nextClient()),
		&identityv1.InvitePersonRequest{SessionToken: f.token, ProducerId: f.id, Email: email, Rights: may})
	if err != nil {
		t.Fatal(err)
	}
	return f.mailed(t, joinLink)
}

// hire has somebody who has an account join, and answers the account and its session.
func (f *farm) hire(t *testing.T, email string, may ...string) (account, token string) {
	t.Helper()
	up := f.signUp(t, email)
	in, err := f.FollowInvitation(t.Context(),
		&identityv1.FollowInvitationRequest{
			Token:        f.ask(t, email, may...),
			SessionToken: up.GetSessionToken(),
		})
	if err != nil {
		t.Fatal(err)
	}
	f.Clock.Advance(time.Second)
	return up.GetAccount().GetId(), in.GetSessionToken()
}

// staff is who works there, and what each may do.
func (f *farm) staff(t *testing.T) string {
	t.Helper()
	answer, err := f.ListPeople(t.Context(),
		&identityv1.ListPeopleRequest{SessionToken: f.token, ProducerId: f.id})
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, p := range answer.GetPeople() {
		all = append(all, p.GetEmail()+" "+strings.Join(p.GetRights(), "+"))
	}
	for _, i := range answer.GetInvitations() {
		all = append(all, i.GetEmail()+" asked "+strings.Join(i.GetRights(), "+"))
	}
	return strings.Join(all, ", ")
}

// may is what a session's account may do for the producer: nothing, everything, or what is said.
func (f *farm) may(t *testing.T, token string) string {
	t.Helper()
	got, err := f.Session(t.Context(), token)
	if err != nil {
		return fault.Of(err).Code
	}
	if !slices.Contains(got.GetAccount().GetProducerIds(), f.id) {
		return fmt.Sprint("nothing, as ", got.GetAccount().GetRoles())
	}
	for _, r := range got.GetAccount().GetProducerRights() {
		if r.GetProducerId() == f.id {
			return strings.Join(r.GetRights(), "+")
		}
	}
	return "everything"
}

func TestSomebodyJoinsByTheLinkOfALetter(t *testing.T) {
	each(t, func(t *testing.T, s shop) {
		f := s.farm(t)
		if got := f.may(t, f.token); got != "everything" {
			t.Fatalf("who was there before may do %s", got)
		}
		bob := f.signUp(t, "bob@example.org")
		f.Clock.Advance(time.Second)
		link := f.ask(t, "Bob@example.org", "orders", "goods", "goods")
		letter := f.Post.Last()
		for _, word := range []string{f.id, "ann@example.org", "Ann Baker"} {
			if strings.Contains(letter.GetText()+letter.GetSubject(), word) {
				t.Errorf("the letter says %q, which somebody has chosen", word)
			}
		}
		if got := f.staff(t); got != "ann@example.org owner, bob@example.org asked goods+orders" {
			t.Errorf("then there are %s", got)
		}
		asked, err := f.GetInvitation(t.Context(),
			&identityv1.GetInvitationRequest{Token: link, SessionToken: bob.GetSessionToken()})
		if err != nil || asked.GetNeeds() != "press" || asked.GetProducerId() != f.id ||
			asked.GetEmail() != "bob@example.org" {
			t.Errorf("the link is for %v, %v", asked, err)
		}
		// Another's session is not enough, nor none: the address has an account.
		for _, token := range []string{"", f.token} {
			asked, err := f.GetInvitation(t.Context(),
				&identityv1.GetInvitationRequest{Token: link, SessionToken: token})
			if err != nil || asked.GetNeeds() != "sign_in" {
				t.Errorf("the link asks for %v, %v", asked, err)
			}
			_, err = f.FollowInvitation(t.Context(),
				&identityv1.FollowInvitationRequest{Token: link, SessionToken: token, Password: password})
			wantCode(t, "another follows it", err, fault.Denied, "other_account")
		}
		in, err := f.FollowInvitation(t.Context(),
			&identityv1.FollowInvitationRequest{Token: link, SessionToken: bob.GetSessionToken()})
		if err != nil || in.GetProducerId() != f.id || in.GetSessionToken() == bob.GetSessionToken() {
			t.Fatalf("followed: %v, %v", in, err)
		}
		if got := f.may(t, in.GetSessionToken()); got != "goods+orders" {
			t.Errorf("he may do %s", got)
		}
		_, err = f.FollowInvitation(t.Context(),
			&identityv1.FollowInvitationRequest{Token: link, SessionToken: in.GetSessionToken()})
		wantCode(t, "the link again", err, fault.NotFound, "link_expired")

		// Who has no account makes one by it.
		link = f.ask(t, "cleo@example.org", "owner", "goods")
		_, err = f.FollowInvitation(t.Context(),
			&identityv1.FollowInvitationRequest{Token: link, Password: "short"})
		wantCode(t, "a bad password", err, fault.Invalid, "invalid")
		made, err := f.FollowInvitation(t.Context(),
			&identityv1.FollowInvitationRequest{Token: link, Password: newPassword, Name: "Cleo"})
		if err != nil || f.may(t, made.GetSessionToken()) != "everything" {
			t.Fatalf("an account is made: %v", err)
		}
		if got := f.staff(
			t); got != "ann@example.org owner, bob@example.org goods+orders, cleo@example.org owner" {
			t.Errorf("in the end there are %s", got)
		}
		for action, n := range map[string]int{"person.invite": 2, "person.join": 2} {
			done := slices.DeleteFunc(f.logged(t, action),
				func(line string) bool { return !strings.HasSuffix(line, " done") })
			if len(done) != n {
				t.Errorf("%s is told as %q, want %d", action, done, n)
			}
		}
	})
}

func TestRightsEndAtOnceAndSomebodyStaysAnOwner(t *testing.T) {
	each(t, func(t *testing.T, s shop) {
		f := s.farm(t)
		bob, session := f.hire(t, "bob@example.org", "goods")
		set := func(token, account string, seen []string, may ...string) error {
			_, err := f.SetPersonRights(t.Context(), &identityv1.SetPersonRightsRequest{
				SessionToken: token,
				ProducerId:   f.id, AccountId: account, Rights: may, Seen: seen,
			})
			return err
		}
		remove := func(token, account string) error {
			_, err := f.RemovePerson(t.Context(),
				&identityv1.RemovePersonRequest{SessionToken: token, ProducerId: f.id, AccountId: account})
			return err
		}
		_, err := f.ListPeople(t.Context(),
			&identityv1.ListPeopleRequest{SessionToken: session, ProducerId: f.id})
		wantCode(t, "who looks after goods lists people", err, fault.Denied, "denied")
		wantCode(t, "and makes himself an owner", set(session, bob, nil, "owner"), fault.Denied, "denied")
		wantCode(t, "and removes the owner", remove(session, f.owner), fault.Denied, "denied")
		wantCode(t, "the last owner looks after goods", set(f.token, f.owner, nil, "goods"), fault.Conflict,
			"last_owner")
		wantCode(t, "the last owner leaves", remove(f.token, f.owner), fault.Conflict, "last_owner")
		wantCode(t, "no rights", set(f.token, bob, nil), fault.Invalid, "invalid")
		wantCode(t, "no right", set(f.token, bob, nil, "money"), fault.Invalid, "invalid")
		wantCode(t, "nobody", set(f.token, f.owner+"0", nil, "goods"), fault.NotFound, "no_person")
		wantCode(t, "an older page", set(f.token, bob, []string{"orders"}, "owner"), fault.Conflict,
			"changed_since")
		if err := set(f.token, bob, []string{"goods"}, "orders"); err != nil ||
			f.may(t, session) != "no_session" {
			t.Errorf("who may something else is not signed out: %v, %s", err, f.may(t, session))
		}
		in, err := f.signIn(t.Context(), "bob@example.org", password)
		if err != nil || f.may(t, in.GetSessionToken()) != "orders" {
			t.Fatalf("he may do %s: %v", f.may(t, in.GetSessionToken()), err)
		}
		for range 2 { // what is said twice is done once
			if err := remove(f.token, bob); err != nil {
				t.Fatal(err)
			}
		}
		if got := f.may(t, in.GetSessionToken()); got != "nothing, as [shopper]" {
			t.Errorf("who is removed may do %s", got)
		}
		if got := f.contacts(t, f.id); !slices.Equal(got, []string{"ann@example.org"}) {
			t.Errorf("letters of the producer go to %v", got)
		}
		if told := f.logged(t, "person.remove"); len(told) != 2 { // the last owner's refusal, and bob
			t.Errorf("told %q", told)
		}
		f.Clock.Advance(11 * time.Minute)
		wantCode(t, "without a proof", remove(f.token, f.owner), fault.Denied, "step_up_required")
	})
}

func TestOnlyWhoLooksAfterOrdersIsWrittenToOfThem(t *testing.T) {
	each(t, func(t *testing.T, s shop) {
		f := s.farm(t)
		f.hire(t, "bob@example.org", "goods")
		f.hire(t, "cleo@example.org", "orders")
		if got := f.contacts(t, f.id); !slices.Equal(got, []string{"ann@example.org", "cleo@example.org"}) {
			t.Errorf("letters go to %v", got)
		}
	})
}

func TestInvitationsAreBounded(t *testing.T) {
	each(t, func(t *testing.T, s shop) {
		f := s.farm(t)
		invite := func(email string) error {
			_, err := f.InvitePerson(f.from(t, nextClient()),
				&identityv1.InvitePersonRequest{
					SessionToken: f.token, ProducerId: f.id, Email: email,
					Rights: []string{"goods"},
				})
			return err
		}
		wantCode(t, "who is there", invite("ann@example.org"), fault.Conflict, "acts_already")
		wantCode(t, "no address", invite("bob"), fault.Invalid, "invalid")
		for i := range 19 {
			if err := invite(fmt.Sprintf("bob%d@example.org", i)); err != nil {
				t.Fatal(err)
			}
		}
		if err := invite("bob3@example.org"); err != nil {
			t.Errorf("the same again: %v", err)
		}
		wantCode(t, "one more", invite("cleo@example.org"), fault.Conflict, "too_many_people")
		list := func() []*identityv1.Invitation {
			answer, err := f.ListPeople(t.Context(),
				&identityv1.ListPeopleRequest{SessionToken: f.token, ProducerId: f.id})
			if err != nil {
				t.Fatal(err)
			}
			return answer.GetInvitations()
		}
		f.Post.Empty()
		f.mail(t)
		if n := len(f.Post.Sent()); n != 19 {
			t.Errorf("%d letters were written, want one for each", n)
		}
		for range 2 {
			if _, err := f.DropInvitation(t.Context(),
				&identityv1.DropInvitationRequest{
					SessionToken: f.token, ProducerId: f.id,
					Id: list()[0].GetId(),
				}); err != nil {
				t.Fatal(err)
			}
		}
		if n := len(list()); n != 17 {
			t.Errorf("%d are asked, want 17", n)
		}
		last := joinLink.FindStringSubmatch(f.Post.Last().GetText())[1]
		f.Clock.Advance(7*24*time.Hour + time.Millisecond)
		_, err := f.GetInvitation(t.Context(), &identityv1.GetInvitationRequest{Token: last})
		wantCode(t, "the link after a week", err, fault.NotFound, "link_expired")
	})
}
