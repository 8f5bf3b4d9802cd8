package trade

import "github.com/artisan-eats/artisan/gen/state"

// Progress is the way of a part, in order.
var Progress = []string{state.PartNew, state.PartAccepted, state.PartPacked, state.PartReady, state.PartDone}

// PartWords are what a producer calls the states of a part.
var PartWords = map[string]string{
	state.PartNew: "New", state.PartAccepted: "To pack", state.PartPacked: "Packed", state.PartReady: "Ready",
	state.PartDone: "Handed over", state.PartCancelled: "Cancelled",
}
