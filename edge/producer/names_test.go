package producer_test

// What pages and cookies call things, as whoever uses them knows it.
const (
	packedField = "packed."
	piecesField = "pieces."
	whyField    = "why."
)
