package edgetest

// Addresses of the first of each thing.
const (
	ListAt     = "/api/v1/products?market=portland"
	LineAt     = "/api/v1/carts/" + GuestCart + "/lines/" + Wheel
	CheckoutAt = "/api/v1/carts/" + GuestCart + "/checkout"
	OrderAt    = "/orders/" + PlacedOrder
	WareAt     = "/producer/products/" + Cheese
	ImportAt   = "/producer/import"
)

// Cookies of whoever has the basket, has ordered, is signed in, or sits at the maker's desk.
const (
	WithCart    = "cart=" + GuestCart
	WithOrder   = "order=" + OrderToken
	AsAnn       = "session=shopper"
	MakerCookie = "session=producer"
)
