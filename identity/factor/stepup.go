package factor

import (
	"context"
	"time"

	"github.com/artisan-eats/artisan/audit"
	identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"
	"github.com/artisan-eats/artisan/gen/sql/identitydb"
	"github.com/artisan-eats/artisan/identity/accounts"
	"github.com/artisan-eats/artisan/sqldb"
)

// Holder is who has a session, and what they have shown in it.
type Holder struct {
	Account  identitydb.Account
	hash     string // of the session's token
	provedAt int64
	proofs   string
}

// Holder answers whose a session is. It fails with accounts.ErrNoSession for what is none.
func (s *Service) Holder(ctx context.Context, token string) (Holder, error) {
	row, _, err := s.accounts.ReadSession(ctx, token)
	if err != nil {
		return Holder{}, err
	}
	return Holder{row.Account, row.Session.TokenHash, row.Session.ProvedAt, row.Session.Proofs}, nil
}

// Fresh is the holder of a session who has just shown who they are. It fails with fault.Denied
// "step_up_required" for anybody else.
func (s *Service) Fresh(ctx context.Context, token string) (Holder, error) {
	h, err := s.Holder(ctx, token)
	if err == nil && !s.host.Now().Before(steppedUpUntil(h.provedAt, h.proofs, h.Account.Factors)) {
		err = errStepUp
	}
	return h, err
}

// prove writes down what a session has shown now.
func (s *Service) prove(ctx context.Context, q *identitydb.Queries, h Holder, by string) error {
	return q.ProveSession(ctx, identitydb.ProveSessionParams{
		TokenHash: h.hash,
		ProvedAt:  s.host.Now().UnixMilli(), Proofs: proofs(h.proofs, by),
	})
}

// StepUp takes the password of who has nothing else, and of everybody else a second factor.
func (s *Service) StepUp(
	ctx context.Context, r *identityv1.StepUpRequest,
) (*identityv1.StepUpResponse, error) {
	h, err := s.Holder(ctx, r.GetSessionToken())
	if err != nil {
		return nil, err
	}
	if h.Account.Factors != "" && r.GetProof().GetPassword() != "" {
		return nil, errSecondFactor
	}
	given, err := s.readProof(ctx, h.Account, r.GetProof(), forStepUp, h.hash)
	if err == nil {
		err = s.db.Tx(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
			if err := s.useProof(ctx, tx, h.Account, given); err != nil {
				return err
			}
			if err := s.prove(ctx, identitydb.New(tx), h, given.by); err != nil {
				return err
			}
			return s.host.Audit(ctx, tx, audit.Entry{
				Action: "step_up", Subject: h.Account.ID,
				Outcome: audit.Done, Detail: map[string]string{"by": given.by},
			})
		})
	}
	if err != nil {
		return nil, s.refused(ctx, "step_up", h.Account.ID, err)
	}
	return &identityv1.StepUpResponse{Until: s.host.Now().Add(stepUpLife).UnixMilli()}, nil
}

// Standing says in a session's answer what it may.
func (s *Service) Standing(
	ctx context.Context, account accounts.Account, row identitydb.SessionRow,
	answer *identityv1.GetSessionResponse,
) error {
	answer.SteppedUpUntil = steppedUpUntil(row.Session.ProvedAt, row.Session.Proofs,
		row.Account.Factors).UnixMilli()
	answer.Factors, answer.TwoFactors = factors(row.Account.Factors), twoFactors(row.Session.Proofs)
	since, err := s.requiredSince(ctx, identitydb.New(s.db.Read()), account)
	if err == nil && !since.IsZero() {
		answer.FactorRequiredSince = since.UnixMilli()
	}
	return err
}

// requiredSince is since when an account has to have a second factor; the zero time when it need not. Who has
// no desk is not looked up.
func (s *Service) requiredSince(
	ctx context.Context, q *identitydb.Queries, account accounts.Account,
) (time.Time, error) {
	if len(account.Roles) <= 1 {
		return time.Time{}, nil
	}
	desks, err := s.desks(ctx, q)
	if err != nil {
		return time.Time{}, err
	}
	since, _ := desks.since(account.Roles, s.host.Now())
	return since, nil
}
