// Package contact is whom an order is for: what a name, a telephone number and an address may be, how a
// contact is written down, and how it is sealed to a public key by who cannot ask identity to seal it (ADR
// 57).
package contact
