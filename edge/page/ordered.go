package page

// Ordered is a line of an order as desks show it: Packed is what was packed, where that is not the Quantity
// that was ordered, and Why why.
type Ordered struct {
	Title, Variant, Quantity, Packed, Why string
}
