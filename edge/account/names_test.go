package account_test

// What pages and cookies call things, as whoever uses them knows it.
const (
	notMeLook    = "look"
	notMeUndo    = "undo"
	deviceCookie = "device"
	visitCookie  = "visit"
)
