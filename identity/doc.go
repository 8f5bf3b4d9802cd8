// Package identity is the service that knows people: accounts, passwords, sessions,
// roles, addresses and the keys of their personal data.
//
// It owns every name, e-mail address and postal address. Other services keep an
// order's contact only as sealed bytes, which Seal makes and Open reads, under a key
// that each customer has here. Erase destroys the key, and with it every copy of what
// was sealed, backups included.
//
// A customer is whoever orders: an account's ID is its customer ID, and a guest is a
// customer with a key and nothing else, one for each order.
//
// It refuses to tell whether an e-mail address has an account, except to who signs up
// with it; to try a password more than ten times in a quarter of an hour; and to hash more
// passwords at once than memory allows. It publishes and consumes no events.
package identity
