package edgetest

// What pages and cookies call things, as whoever uses them knows it.
const (
	NotMeDisown  = "disown"
	NotMeStop    = "stop"
	containsNone = "none"
	containsSome = "some"
	notStated    = "unsaid"
	askField     = "asked_for"
	TakeNow      = "now"
	TakeYours    = "yours"
	OrdersCookie = "orders"
	ProofsCookie = "proofs"
	MaxSent      = 1 << 20
)
