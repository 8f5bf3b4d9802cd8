package identity

import (
	"context"
	"fmt"

	"github.com/artisan-eats/artisan/contact"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	"github.com/artisan-eats/artisan/identity/accounts"
	"github.com/artisan-eats/artisan/identity/guard"
	"github.com/artisan-eats/artisan/mailbox"
	"github.com/artisan-eats/artisan/sqldb"
)

// SignUp writes down who wants an account. It does the same for an address that has one as for one that has
// none: the job that mails the link is the first to look.
func (s *service) SignUp(
	ctx context.Context, r *identityv1.SignUpRequest,
) (*identityv1.SignUpResponse, error) {
	var check contact.Check
	email, ok := mailbox.Normal(r.GetEmail())
	check.Require(ok, "email", "Enter an e-mail address, like name@example.org.")
	name := check.Line("name", r.GetName(), contact.MaxName)
	check.Fields = append(check.Fields, guard.CheckPassword(r.GetPassword(), email)...)
	if err := check.Err(); err != nil {
		return nil, err
	}
	if err := s.guard.CountMail(ctx, linkSignUp, email); err != nil {
		return nil, err
	}
	hash, err := s.guard.Hash(ctx, guard.Client(ctx), r.GetPassword())
	if err != nil {
		return nil, err
	}
	browser, err := s.accounts.NewToken()
	if err != nil {
		return nil, err
	}
	browserHash, _ := accounts.HashToken(browser)
	err = s.db.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		return s.putLinks(ctx, tx, link{
			kind: linkSignUp, email: email, life: linkLife, name: name,
			passwordHash: hash, browserHash: browserHash,
		})
	})
	if err != nil {
		return nil, fmt.Errorf("sign up: %w", err)
	}
	return &identityv1.SignUpResponse{BrowserToken: browser}, nil
}
