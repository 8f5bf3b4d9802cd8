// Package trust is how the shop's processes know each other, and whom they believe.
//
// A process shows a certificate of the shop's own authority, which names its services (SPIFFE IDs), and looks
// at the one that it is shown: who calls, and whether who is called is the service that was meant (Identity).
// A table says which service may call which (Table). Who acts, the person for whom a call is made, comes as a
// short-lived token, which the front door signs and those on the way pass on (Tokens). And the authority
// itself is made here (Authority).
package trust
