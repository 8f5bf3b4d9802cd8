package accounts

import identityv1 "github.com/artisan-eats/artisan/gen/artisan/identity/v1"

// Proto is the account as the contract has it.
func (a Account) Proto() *identityv1.Account {
	account := &identityv1.Account{
		Id: a.ID, Email: a.Email, Name: a.Name, Roles: a.Roles, ProducerIds: a.ProducerIDs,
		CreatedAt:     a.CreatedAt.UnixMilli(),
		EmailVerified: !a.VerifiedAt.IsZero(),
	}
	for _, producer := range a.ProducerIDs {
		if may, limited := a.Limits[producer]; limited {
			account.ProducerRights = append(account.ProducerRights,
				&identityv1.ProducerRights{ProducerId: producer, Rights: may})
		}
	}
	return account
}
