package operator_test

// What pages and cookies call things, as whoever uses them knows it.
const (
	ofLine = "line:"
	ofPart = "part:"
)
