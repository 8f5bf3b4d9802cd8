package identity

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/artisan-eats/artisan/audit"
	"github.com/artisan-eats/artisan/fault"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	"github.com/artisan-eats/artisan/gen/sql/identitydb"
	"github.com/artisan-eats/artisan/identity/accounts"
	"github.com/artisan-eats/artisan/identity/factor"
	"github.com/artisan-eats/artisan/mailbox"
	"github.com/artisan-eats/artisan/rights"
	"github.com/artisan-eats/artisan/sqldb"
	"github.com/artisan-eats/artisan/stamp"
)

// maxPeople is how many act for a producer or are asked to.
const maxPeople = 20

var (
	errLastOwner = fault.New(fault.Conflict, "last_owner",
		"This is the last owner of the producer. Nothing is changed: make somebody else an owner first.")
	errManyPeople = fault.New(fault.Conflict, "too_many_people",
		"At most 20 people work for a producer, those who are asked to included.")
	errActsAlready = fault.New(fault.Conflict, "acts_already", "This person works for the producer already.")
	errNoPerson    = fault.New(fault.NotFound, "no_person", "This person does not work for the producer.")
)

// keeper is the holder of a session who may say who acts for a producer.
func (s *service) keeper(ctx context.Context, token, producerID string, fresh bool) (factor.Holder, error) {
	if err := checkProducers(producerID); err != nil {
		return factor.Holder{}, err
	}
	ask := s.factors.Holder
	if fresh {
		ask = s.factors.Fresh
	}
	h, err := ask(ctx, token)
	if err != nil {
		return h, err
	}
	account, err := accounts.FromRow(h.Account)
	if err == nil && !account.Owns(producerID) {
		err = s.accounts.Refused(ctx, "people", producerID, rights.Denied(rights.Owner))
	}
	return h, err
}

// ListPeople lists them, the oldest account first.
func (s *service) ListPeople(
	ctx context.Context, r *identityv1.ListPeopleRequest,
) (*identityv1.ListPeopleResponse, error) {
	if _, err := s.keeper(ctx, r.GetSessionToken(), r.GetProducerId(), false); err != nil {
		return nil, err
	}
	q := identitydb.New(s.db.Read())
	rows, err := q.PeopleOf(ctx, r.GetProducerId())
	if err != nil {
		return nil, fmt.Errorf("list who acts for a producer: %w", sqldb.Classify(err))
	}
	answer := &identityv1.ListPeopleResponse{}
	for _, row := range rows {
		account, err := accounts.FromRow(row.Account)
		if err != nil {
			return nil, err
		}
		answer.People = append(answer.People, &identityv1.Person{
			AccountId: account.ID, Email: account.Email, Name: account.Name,
			Rights: account.RightsFor(r.GetProducerId()), SignedInAt: row.SignedInAt,
		})
	}
	invited, err := q.MakerInvitationsOf(ctx,
		identitydb.MakerInvitationsOfParams{ProducerID: r.GetProducerId(), Now: s.host.Now().UnixMilli()})
	if err != nil {
		return nil, fmt.Errorf("list who is asked to act for a producer: %w", sqldb.Classify(err))
	}
	for _, row := range invited {
		answer.Invitations = append(answer.Invitations, &identityv1.Invitation{
			Id: row.ID, Email: row.Email,
			Rights: strings.Split(row.Rights, ","), ExpiresAt: row.ExpiresAt,
		})
	}
	return answer, nil
}

// people are the accounts that act for a producer, locked. Whoever changes them still has to be one who may.
func (s *service) people(
	ctx context.Context, tx *sqldb.Tx, producerID string, by factor.Holder,
) ([]accounts.Account, error) {
	rows, err := identitydb.New(tx).LockPeopleOf(ctx, producerID)
	if err != nil {
		return nil, err
	}
	var people []accounts.Account
	keeps := false
	for _, row := range rows {
		account, err := accounts.FromRow(row)
		if err != nil {
			return nil, err
		}
		people = append(people, account)
		keeps = keeps || account.ID == by.Account.ID && account.Owns(producerID)
	}
	now, err := accounts.FromRow(by.Account)
	if err == nil && !keeps && !slices.Contains(now.Roles, accounts.Operator) {
		err = rights.Denied(rights.Owner)
	}
	return people, err
}

// person finds one of them, and refuses to leave the others without an owner.
func person(people []accounts.Account, accountID, producerID string, may []string) (accounts.Account, error) {
	at := slices.IndexFunc(people, func(a accounts.Account) bool { return a.ID == accountID })
	if at < 0 {
		return accounts.Account{}, errNoPerson
	}
	others := slices.ContainsFunc(people, func(a accounts.Account) bool {
		return a.ID != accountID && slices.Contains(a.RightsFor(producerID), rights.Owner)
	})
	if !others && !slices.Contains(may, rights.Owner) &&
		slices.Contains(people[at].RightsFor(producerID), rights.Owner) {
		return people[at], errLastOwner
	}
	return people[at], nil
}

// SetPersonRights changes what somebody may do.
func (s *service) SetPersonRights(
	ctx context.Context, r *identityv1.SetPersonRightsRequest,
) (*identityv1.SetPersonRightsResponse, error) {
	may, err := checkRights(r.GetRights())
	if err != nil {
		return nil, err
	}
	by, err := s.keeper(ctx, r.GetSessionToken(), r.GetProducerId(), true)
	if err != nil {
		return nil, err
	}
	err = s.db.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		people, err := s.people(ctx, tx, r.GetProducerId(), by)
		if err != nil {
			return err
		}
		account, err := person(people, r.GetAccountId(), r.GetProducerId(), may)
		had := account.RightsFor(r.GetProducerId())
		if err != nil || slices.Equal(had, may) {
			return err
		}
		if seen := r.GetSeen(); len(seen) > 0 {
			if err := stamp.Check(strings.Join(seen, "+"), strings.Join(had, "+")); err != nil {
				return err
			}
		}
		return s.letDo(ctx, tx, account, r.GetProducerId(), may)
	})
	if err != nil {
		return nil, s.accounts.Refused(ctx, "person.rights", r.GetAccountId(), err)
	}
	return &identityv1.SetPersonRightsResponse{}, nil
}

// letDo writes what an account may do for a producer. One that may more than before is signed out: see
// Account.more.
func (s *service) letDo(
	ctx context.Context, tx *sqldb.Tx, account accounts.Account, producerID string, may []string,
) error {
	had := account.RightsFor(producerID)
	q := identitydb.New(tx)
	if err := accounts.SetLimits(ctx, q, account.LetDo(producerID, may)); err != nil {
		return err
	}
	more := slices.ContainsFunc(may, func(right string) bool {
		return !slices.Contains(had, right) &&
			!slices.Contains(had, rights.Owner)
	})
	if more {
		if err := s.accounts.EndSessions(ctx, tx, account.ID); err != nil {
			return err
		}
	}
	return s.auditPerson(ctx, tx, "person.rights", account.ID, producerID, may)
}

func (s *service) auditPerson(
	ctx context.Context, tx *sqldb.Tx, action, subject, producerID string, may []string,
) error {
	return s.host.Audit(ctx, tx, audit.Entry{
		Action: action, Subject: subject, Outcome: audit.Done,
		Detail: map[string]string{"producer": producerID, "rights": strings.Join(may, ", ")},
	})
}

// RemovePerson takes all that somebody may do for a producer. Their sessions go on, as those of a shopper or
// of other producers' people.
func (s *service) RemovePerson(
	ctx context.Context, r *identityv1.RemovePersonRequest,
) (*identityv1.RemovePersonResponse, error) {
	by, err := s.keeper(ctx, r.GetSessionToken(), r.GetProducerId(), true)
	if err != nil {
		return nil, err
	}
	err = s.db.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		people, err := s.people(ctx, tx, r.GetProducerId(), by)
		if err != nil {
			return err
		}
		account, err := person(people, r.GetAccountId(), r.GetProducerId(), nil)
		if fault.Is(err, errNoPerson.Code) {
			return nil
		}
		if err != nil {
			return err
		}
		row, err := identitydb.New(tx).AccountByID(ctx, account.ID)
		if err != nil {
			return err
		}
		if err := s.accounts.Update(ctx, tx, account.Leaving(r.GetProducerId()), row.PasswordHash,
			""); err != nil {
			return err
		}
		return s.auditPerson(ctx, tx, "person.remove", account.ID, r.GetProducerId(),
			account.RightsFor(r.GetProducerId()))
	})
	if err != nil {
		return nil, s.accounts.Refused(ctx, "person.remove", r.GetAccountId(), err)
	}
	return &identityv1.RemovePersonResponse{}, nil
}

func checkRights(given []string) ([]string, error) {
	may, ok := rights.Normal(given)
	if !ok {
		return nil, fault.InvalidField("rights", "Choose what they may do.")
	}
	return may, nil
}

// checkInvited is who is asked to act for a producer.
func checkInvited(r *identityv1.InvitePersonRequest) (email string, may []string, err error) {
	email, ok := mailbox.Normal(r.GetEmail())
	if !ok {
		return "", nil, fault.InvalidField("email", "Enter an e-mail address, like name@example.org.")
	}
	may, err = checkRights(r.GetRights())
	return email, may, err
}

// InvitePerson writes down who is asked; the job that it wakes mails the link.
func (s *service) InvitePerson(
	ctx context.Context, r *identityv1.InvitePersonRequest,
) (*identityv1.InvitePersonResponse, error) {
	email, may, err := checkInvited(r)
	if err != nil {
		return nil, err
	}
	by, err := s.keeper(ctx, r.GetSessionToken(), r.GetProducerId(), true)
	if err != nil {
		return nil, err
	}
	if err := s.guard.CountMail(ctx, linkJoin, email); err != nil {
		return nil, err
	}
	err = s.db.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		people, err := s.people(ctx, tx, r.GetProducerId(), by)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(people, func(a accounts.Account) bool { return a.Email == email }) {
			return errActsAlready
		}
		return s.putInvitation(ctx, tx, r.GetProducerId(), email, may, len(people))
	})
	if err != nil {
		return nil, s.accounts.Refused(ctx, "person.invite", r.GetProducerId(), err)
	}
	return &identityv1.InvitePersonResponse{}, nil
}

// DropInvitation takes an invitation back.
func (s *service) DropInvitation(
	ctx context.Context, r *identityv1.DropInvitationRequest,
) (*identityv1.DropInvitationResponse, error) {
	if _, err := s.keeper(ctx, r.GetSessionToken(), r.GetProducerId(), true); err != nil {
		return nil, err
	}
	err := s.db.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		n, err := identitydb.New(tx).DropMakerInvitation(ctx,
			identitydb.DropMakerInvitationParams{ID: r.GetId(), ProducerID: r.GetProducerId()})
		if err != nil || n == 0 {
			return err
		}
		return s.auditPerson(ctx, tx, "person.uninvite", r.GetProducerId(), r.GetProducerId(), nil)
	})
	if err != nil {
		return nil, fmt.Errorf("take an invitation back: %w", err)
	}
	return &identityv1.DropInvitationResponse{}, nil
}
