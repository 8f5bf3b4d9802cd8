package naming

// The most characters that texts of a catalogue have.
const (
	MaxName  = 200
	MaxText  = 20_000
	MaxLabel = 80
)
