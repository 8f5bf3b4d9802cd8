package vault

import (
	"github.com/artisan-eats/artisan/host"
	"github.com/artisan-eats/artisan/sqldb"
)

// Service answers what has to do with what is sealed. Its methods with a request are RPCs of identity's
// contracts.
type Service struct {
	host    *host.Host
	db      *sqldb.DB
	vault   *Vault
	guests  *sqldb.Group[guest, []byte]
	origins *origins
}

// New makes the service on its host, whose security log has its addresses sealed by it from then on.
func New(h *host.Host, v *Vault) *Service {
	s := &Service{host: h, db: h.DB(), vault: v}
	s.origins = &origins{service: s, known: map[string][]byte{}}
	h.SealAddresses(s.origins.seal)
	s.guests = sqldb.NewGroup(s.db, maxGuestBatch, s.guestKeys)
	return s
}
