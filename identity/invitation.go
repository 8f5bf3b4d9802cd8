package identity

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/artisan-eats/artisan/audit"
	"github.com/artisan-eats/artisan/contact"
	"github.com/artisan-eats/artisan/fault"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	notifyv1 "github.com/artisan-eats/artisan/gen/artisan/notify/v1"
	"github.com/artisan-eats/artisan/gen/sql/identitydb"
	"github.com/artisan-eats/artisan/id"
	"github.com/artisan-eats/artisan/identity/accounts"
	"github.com/artisan-eats/artisan/identity/factor"
	"github.com/artisan-eats/artisan/identity/guard"
	"github.com/artisan-eats/artisan/locale"
	"github.com/artisan-eats/artisan/sqldb"
)

// linkJoin is the kind of the link of who is asked to act for a producer, and joinLife how long it is good
// for.
const (
	linkJoin = "join"
	joinLife = 7 * 24 * time.Hour
)

// What whoever follows an invitation has to do; see the contract.
const (
	needsPress  = "press"
	needsSignIn = "sign_in"
	needsSignUp = "sign_up"
)

var errOtherAccount = fault.New(fault.Denied, "other_account",
	"This invitation is for another e-mail address. Please sign in with the account of that address, and follow the link again.")

// putInvitation writes an invitation down, instead of the address's one of before.
func (s *service) putInvitation(
	ctx context.Context, tx *sqldb.Tx, producerID, email string, may []string, people int,
) error {
	q, now := identitydb.New(tx), s.host.Now()
	invited, err := q.MakerInvitationsOf(ctx,
		identitydb.MakerInvitationsOfParams{ProducerID: producerID, Now: now.UnixMilli()})
	if err != nil {
		return err
	}
	others := slices.DeleteFunc(invited, func(i identitydb.MakerInvitation) bool { return i.Email == email })
	if people+len(others) >= maxPeople {
		return errManyPeople
	}
	err = q.PutMakerInvitation(ctx, identitydb.PutMakerInvitationParams{
		ID: s.host.NewID(id.Invitation, id.Global), ProducerID: producerID, Email: email,
		Rights: strings.Join(may, ","), Locale: locale.Tag(ctx),
		Now: now.UnixMilli(), ExpiresAt: now.Add(joinLife).UnixMilli(),
	})
	if err != nil {
		return err
	}
	tx.AfterCommit(s.mailing.Wake)
	return s.auditPerson(ctx, tx, "person.invite", producerID, producerID, may)
}

// mailInvitations mails those that are due.
func (s *service) mailInvitations(ctx context.Context) error {
	for ctx.Err() == nil {
		var due []identitydb.MakerInvitation
		err := s.db.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) (err error) {
			now := s.host.Now()
			due, err = identitydb.New(tx).ClaimMakerInvitations(ctx,
				identitydb.ClaimMakerInvitationsParams{
					Now:   now.UnixMilli(),
					Until: now.Add(accounts.MailPause).UnixMilli(), Most: mailBatch,
				})
			return err
		})
		if err != nil {
			return fmt.Errorf("claim invitations to mail: %w", err)
		}
		if len(due) == 0 {
			return nil
		}
		accounts.Each(ctx, s.host.Now, due, s.mailJoin, func(i identitydb.MakerInvitation, err error) {
			s.host.Log().WarnContext(ctx, "an invitation was not mailed", "producer", i.ProducerID, "error",
				err)
		})
	}
	return nil
}

// mailJoin makes a link and mails it. Only the hash of its token is stored, so another try makes another
// link.
func (s *service) mailJoin(ctx context.Context, i identitydb.MakerInvitation) error {
	ctx = locale.WithTag(ctx, i.Locale)
	token, err := s.accounts.NewToken()
	if err != nil {
		return err
	}
	hash, _ := accounts.HashToken(token)
	var n int64
	err = s.db.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) (err error) {
		n, err = identitydb.New(tx).SetMakerInvitationToken(ctx,
			identitydb.SetMakerInvitationTokenParams{ID: i.ID, TokenHash: someText(hash)})
		return err
	})
	if err != nil || n == 0 {
		return err
	}
	taken, err := s.accounts.ByEmail(ctx, i.Email)
	if err != nil {
		return err
	}
	text := joinLetter(locale.From(ctx), s.host.Config().BaseURL, token)
	_, err = s.notify.Send(ctx, &notifyv1.SendRequest{
		Key: "join:" + hash, To: i.Email, Subject: text.subject, Text: text.body, Secret: true,
		Cause: linkJoin, Verified: taken.VerifiedAt > 0,
	})
	if err != nil {
		return fmt.Errorf("mail an invitation: %w", err)
	}
	return s.db.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		return identitydb.New(tx).MakerInvitationMailed(ctx, someText(hash))
	})
}

func (s *service) readInvitation(ctx context.Context, token string) (identitydb.MakerInvitation, error) {
	hash, ok := accounts.HashToken(token)
	if !ok {
		return identitydb.MakerInvitation{}, errLinkExpired
	}
	row, err := identitydb.New(s.db.Read()).MakerInvitationByToken(ctx,
		identitydb.MakerInvitationByTokenParams{TokenHash: someText(hash), Now: s.host.Now().UnixMilli()})
	if sqldb.IsNone(err) {
		return row, errLinkExpired
	}
	if err != nil {
		return row, fmt.Errorf("read an invitation: %w", sqldb.Classify(err))
	}
	return row, nil
}

// needs says what whoever follows an invitation has to do. It is told to who reads the address's mail only.
func (s *service) needs(
	ctx context.Context, row identitydb.MakerInvitation, session string,
) (what string, account identitydb.Account, err error) {
	account, err = s.accounts.ByEmail(ctx, row.Email)
	if err != nil || account.ID == "" {
		return needsSignUp, account, err
	}
	holds, err := s.holds(ctx, session, account.ID)
	if holds {
		return needsPress, account, err
	}
	return needsSignIn, account, err
}

// GetInvitation answers what an invitation is for; nothing happens yet.
func (s *service) GetInvitation(
	ctx context.Context, r *identityv1.GetInvitationRequest,
) (*identityv1.GetInvitationResponse, error) {
	row, err := s.readInvitation(ctx, r.GetToken())
	if err != nil {
		return nil, err
	}
	needs, _, err := s.needs(ctx, row, r.GetSessionToken())
	if err != nil {
		return nil, err
	}
	return &identityv1.GetInvitationResponse{
		ProducerId: row.ProducerID, Email: row.Email,
		Rights: strings.Split(row.Rights, ","), Needs: needs,
	}, nil
}

// FollowInvitation has an account act for a producer. One that is made by it is its owner's: only they read
// the address's mail.
func (s *service) FollowInvitation(
	ctx context.Context, r *identityv1.FollowInvitationRequest,
) (*identityv1.FollowInvitationResponse, error) {
	row, err := s.readInvitation(ctx, r.GetToken())
	if err != nil {
		return nil, err
	}
	needs, stored, err := s.needs(ctx, row, r.GetSessionToken())
	if err != nil {
		return nil, err
	}
	var in accounts.Session
	switch needs {
	case needsPress:
		in, err = s.joins(ctx, row, stored.ID, r.GetSessionToken())
	case needsSignUp:
		in, stored.ID, err = s.joinsAnew(ctx, row, r)
	default:
		err = errOtherAccount
	}
	if sqldb.IsUnique(err) {
		err = errEmailTaken
	}
	if err != nil {
		return nil, s.accounts.Refused(ctx, "person.join", row.ProducerID, err)
	}
	answer := &identityv1.FollowInvitationResponse{
		ProducerId: row.ProducerID, SessionToken: in.Token,
		ExpiresAt: in.Ends(),
	}
	if needs == needsSignUp {
		answer.DeviceToken, err = s.accounts.DeviceToken(in, stored.ID)
	}
	return answer, err
}

// joins has an account act for a producer, whose session goes on under another token.
func (s *service) joins(
	ctx context.Context, row identitydb.MakerInvitation, accountID, token string,
) (in accounts.Session, err error) {
	err = s.db.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		q := identitydb.New(tx)
		if err := s.useInvitation(ctx, tx, row); err != nil {
			return err
		}
		stored, err := q.LockAccountByID(ctx, accountID)
		if sqldb.IsNone(err) || err == nil && stored.Email != row.Email {
			return errLinkExpired
		}
		if err != nil {
			return err
		}
		account, err := s.join(ctx, tx, row, stored)
		if err != nil {
			return err
		}
		in, err = s.accounts.RenewSession(ctx, tx, account, token, accounts.RenewalGrace)
		return err
	})
	return in, err
}

// joinsAnew makes the account, verified, with its key and its first session.
func (s *service) joinsAnew(
	ctx context.Context, row identitydb.MakerInvitation, r *identityv1.FollowInvitationRequest,
) (in accounts.Session, accountID string, err error) {
	now := s.host.Now()
	account := accounts.Account{
		ID: s.host.NewID(id.Customer, id.Global), Email: row.Email, Roles: []string{accounts.Shopper},
		CreatedAt: now, VerifiedAt: now,
	}
	var check contact.Check
	account.Name = check.Line("name", r.GetName(), contact.MaxName)
	check.Fields = append(check.Fields, guard.CheckPassword(r.GetPassword(), row.Email)...)
	if err := check.Err(); err != nil {
		return in, "", err
	}
	hash, err := s.guard.Hash(ctx, guard.Client(ctx), r.GetPassword())
	if err != nil {
		return in, "", err
	}
	at := accounts.ClientInfoOf(ctx, r.GetDevice())
	err = s.db.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		if err := s.useInvitation(ctx, tx, row); err != nil {
			return err
		}
		if err := s.accounts.Insert(ctx, tx, account, hash); err != nil {
			return err
		}
		if err := s.host.Audit(ctx, tx,
			audit.Entry{Action: "sign_up", Subject: account.ID, Outcome: audit.Done}); err != nil {
			return err
		}
		stored, err := identitydb.New(tx).AccountByID(ctx, account.ID)
		if err != nil {
			return err
		}
		if _, err := s.join(ctx, tx, row, stored); err != nil {
			return err
		}
		if stored, err = identitydb.New(tx).AccountByID(ctx, account.ID); err != nil {
			return err
		}
		in, err = s.accounts.StartSession(ctx, tx, stored, factor.ByPassword, at)
		return err
	})
	return in, account.ID, err
}

// useInvitation uses it up, and refuses where the producer has enough people by now.
func (s *service) useInvitation(ctx context.Context, tx *sqldb.Tx, row identitydb.MakerInvitation) error {
	q := identitydb.New(tx)
	people, err := q.LockPeopleOf(ctx, row.ProducerID)
	if err != nil {
		return err
	}
	if len(people) >= maxPeople {
		return errManyPeople
	}
	n, err := q.UseMakerInvitation(ctx, identitydb.UseMakerInvitationParams{
		TokenHash: row.TokenHash,
		Now:       s.host.Now().UnixMilli(),
	})
	if err == nil && n == 0 {
		err = errLinkExpired
	}
	return err
}

// join writes that an account acts for a producer. One that does already keeps what it may do. Its address is
// verified by the link.
func (s *service) join(
	ctx context.Context, tx *sqldb.Tx, row identitydb.MakerInvitation, stored identitydb.Account,
) (accounts.Account, error) {
	before, err := accounts.FromRow(stored)
	if err != nil || slices.Contains(before.ProducerIDs, row.ProducerID) {
		return before, err
	}
	account, err := before.ActingFor(row.ProducerID)
	if err != nil {
		return account, err
	}
	may := strings.Split(row.Rights, ",")
	account = account.LetDo(row.ProducerID, may)
	if err := s.accounts.Update(ctx, tx, account, stored.PasswordHash, ""); err != nil {
		return account, err
	}
	if account.VerifiedAt.IsZero() {
		account.VerifiedAt = s.host.Now()
		if err := identitydb.New(tx).VerifyAccount(ctx,
			identitydb.VerifyAccountParams{
				ID:         account.ID,
				VerifiedAt: account.VerifiedAt.UnixMilli(),
			}); err != nil {
			return account, err
		}
	}
	return account, s.auditPerson(ctx, tx, "person.join", account.ID, row.ProducerID, may)
}
