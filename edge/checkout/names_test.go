package checkout_test

// What pages and cookies call things, as whoever uses them knows it.
const (
	justOrdered = "?new=1"
	maxLine     = 75
	maxKept     = 20
	maxProofs   = 3
)
