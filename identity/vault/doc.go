// Package vault keeps what personal data is sealed with, and what is sealed. Each customer has a key; the
// database has it wrapped under the master key. Who destroys a customer's key has erased every copy of what
// was sealed for them, wherever it is.
//
// It owns the keys of customers and of indexes (tables customer_keys, index_keys), and the addresses of
// accounts. It seals contacts, which other services keep as bytes, and the network addresses of security
// logs. It refuses contacts and addresses that are none. It gives keyed hashes, by which something is found
// or counted without being told.
//
// It knows nothing of accounts but whether there is one, with which address, and under which name.
package vault
