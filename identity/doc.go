// Package identity is the service that knows people: accounts, passwords, sessions,
// roles, addresses and the keys of their personal data.
//
// This package answers the RPCs of signing in and up, of sessions, mailed links, customers, operators and the
// people of a producer. What it stands on has rooms of its own, each of which knows those before it only:
// vault (keys, and what is sealed with them), guard (what a password has to be, and how often it is tried),
// accounts (who there is, and their sessions), factor (what they show beside a password). Those that answer
// RPCs are registered as they are. All share one database, whose tables are in migrations/.
//
// It owns every name, e-mail address and postal address. Other services keep an
// order's contact only as sealed bytes, which Seal makes and Open reads, under a key
// that each customer has here. Erase destroys the key, and with it every copy of what
// was sealed, backups included.
//
// A customer is whoever orders: an account's ID is its customer ID, and a guest is a
// customer with a key, one for each order, and a keyed hash of the e-mail address, by which the
// operator finds whose orders an address has. It is erased with the key.
//
// A new password is set by a link that is mailed: its token is known to its reader only, here is its
// hash, and it works once, within an hour, whoever asks for another. Accounts begin, and change their
// address, by mailed links too, which are good for a day, and only the newest of a kind: what they
// wait for is in the table links.
//
// Beside a password an account may have passkeys and an authenticator app, with recovery codes; then the
// password opens a pending sign-in only. A session knows when who has it last showed who they are: what
// matters most asks for that within ten minutes. Each such change is told to the account by letter.
//
// It refuses to tell whether an e-mail address has an account; to try passwords, or to mail letters, more
// often than guard says; passwords that everybody tries; and to hash more passwords at once than memory
// allows, or more of one client than of another.
//
// It publishes customer.links_ended: when a customer is erased, has another password, or signs out
// everywhere, the links to their orders that were made until then are good no more. It consumes no events.
package identity
