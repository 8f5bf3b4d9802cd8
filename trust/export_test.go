package trust

// TokensFrom are signed with the certificate's key, and say that they are from other services.
func (i *Identity) TokensFrom(services ...string) *Tokens { return newTokens(services, i, i.now) }
