// Package sealing has the contact of an order sealed. Identity does that; while it cannot be reached the
// contact is sealed here to its public key, and sealed anew by identity once it is back, so that who is
// erased there is erased everywhere (ADR 57).
//
// It keeps identity's public key and a list of the orders whose contact is sealed to one (tables sealing_key,
// sealed_to_key). It tells identity which keys it may destroy.
package sealing
