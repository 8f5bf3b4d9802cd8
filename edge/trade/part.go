package trade

// States of a producer's part of an order.
const (
	PartNew      = "new"
	PartAccepted = "accepted"
	PartPacked   = "packed"
	PartReady    = "ready"
	PartDone     = "done"
)

// Progress is the way of a part, in order.
var Progress = []string{PartNew, PartAccepted, PartPacked, PartReady, PartDone}

// PartWords are what a producer calls the states of a part.
var PartWords = map[string]string{
	PartNew: "New", PartAccepted: "To pack", PartPacked: "Packed", PartReady: "Ready", PartDone: "Handed over", "cancelled": "Cancelled",
}
