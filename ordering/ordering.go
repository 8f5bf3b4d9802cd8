package ordering

import (
	"slices"
	"time"

	"github.com/artisan-eats/artisan/fault"
	"github.com/artisan-eats/artisan/gen/state"
	"github.com/artisan-eats/artisan/money"
	"github.com/artisan-eats/artisan/size"
)

// The states of an order, as the contract has them. It is in flight from Placed to Authorised, and in
// Releasing; Awaiting is neither that nor acknowledged.
const (
	Placed     = state.OrderPlaced
	Held       = state.OrderHeld
	Authorised = state.OrderAuthorised
	Awaiting   = state.OrderAwaitingConfirmation
	Confirmed  = state.OrderConfirmed
	Packed     = state.OrderPacked
	Done       = state.OrderDone
	Releasing  = state.OrderReleasing
	Failed     = state.OrderFailed
	Cancelled  = state.OrderCancelled
)

// The states of a part. PartCancelled comes with the order.
const (
	PartNew       = state.PartNew
	PartAccepted  = state.PartAccepted
	PartPacked    = state.PartPacked
	PartReady     = state.PartReady
	PartDone      = state.PartDone
	PartCancelled = state.PartCancelled
)

const (
	maxLines = 100
	// MaxQuantity is the most of one variant in a cart, in thousandths of a piece or kilogram.
	MaxQuantity = 1_000 * money.Milli
	// priceHonoured is how long a price that was shown is kept to.
	priceHonoured = 15 * time.Minute
	// weightBuffer is authorised above the estimate of goods sold by weight, in hundredths of a percent.
	weightBuffer = 1_000
)

// Line is goods in a cart or an order. Quantities are thousandths of the unit.
type Line struct {
	VariantID    string       `json:"variant_id"`
	Quantity     int64        `json:"quantity"`
	Price        money.Amount `json:"price"` // of a piece or a kilogram
	Total        money.Amount `json:"total"`
	ProductID    string       `json:"product_id"`
	ProductTitle string       `json:"product_title"`
	VariantTitle string       `json:"variant_title"`
	ProducerID   string       `json:"producer_id"`
	ProducerName string       `json:"producer_name"`
	SoldBy       string       `json:"sold_by"`
	Image        string       `json:"image,omitempty"`
	// Unit and UnitValue are what a piece holds; empty and zero where that is not known.
	Unit      string  `json:"unit,omitempty"`
	UnitValue float64 `json:"unit_value,omitempty"`
	// Declared is what its maker had said of allergens when it was priced last; in an order, when it was
	// ordered.
	Declared Declared `json:"declared,omitempty"`
	Lots     []Lot    `json:"lots,omitempty"`
	// Packed is what was packed; zero before, and where there is none. ShortReason is why it is less than was
	// ordered.
	Packed      int64  `json:"packed,omitempty"`
	ShortReason string `json:"short_reason,omitempty"`
	// quotedAt is when the price was shown.
	quotedAt time.Time
}

// Lot is what a line is taken from, for a recall.
type Lot struct {
	ID         string `json:"id"`
	Code       string `json:"code,omitempty"`
	BestBefore string `json:"best_before,omitempty"`
	Quantity   int64  `json:"quantity"`
}

// Cart is what a shopper has chosen.
type Cart struct {
	ID, Market, CustomerID string
	// OrderID is the order that it became or is becoming; empty before, and again when that failed.
	OrderID   string
	Revision  int64
	CreatedAt time.Time
	Lines     []Line
	// kept is the place that is kept for it.
	kept keptPlace
	// unkept: it says prices of today that were not kept.
	unkept bool
}

// Total sums a cart's lines; an empty cart has the zero Amount.
func (c Cart) Total() (money.Amount, error) { return sumLines(c.Lines) }

func sumLines(lines []Line) (money.Amount, error) {
	if len(lines) == 0 {
		return money.Amount{}, nil
	}
	total := money.New(0, lines[0].Price.Currency)
	for _, line := range lines {
		var err error
		if total, err = total.Add(line.Total); err != nil {
			return money.Amount{}, err
		}
	}
	return total, nil
}

// size tells a line's variant from its product's others.
func (l Line) size() string {
	return size.Name(l.VariantTitle, l.UnitValue, l.Unit, l.SoldBy == "weight")
}

// name is a line's goods by name.
func (l Line) name() string {
	if size := l.size(); size != "" {
		return l.ProductTitle + ", " + size
	}
	return l.ProductTitle
}

// price sets a line's total from its price and quantity.
func (l *Line) price() (err error) {
	l.Total, err = l.Price.Times(l.Quantity)
	return err
}

// checkQuantity says what is wrong with a quantity of goods sold this way.
func checkQuantity(quantity int64, soldBy string) error {
	switch {
	case quantity < 0:
		return fault.InvalidAlone("quantity", "A quantity cannot be negative.")
	case quantity > MaxQuantity:
		return fault.InvalidAlone("quantity", "One order can have 1,000 of a kind at the most.")
	case soldBy == "each" && quantity%money.Milli != 0:
		return fault.InvalidAlone("quantity", "This is sold by the piece: the quantity is a whole number.")
	}
	return nil
}

// Order is the document of an order: everything but the cart's claim and the lease.
type Order struct {
	ID         string `json:"id"`
	Market     string `json:"market"`
	CartID     string `json:"cart_id"`
	CustomerID string `json:"customer_id"`
	// PlacedFrom is a keyed hash of who placed it: the account, or a guest's network.
	PlacedFrom string       `json:"placed_from,omitempty"`
	Status     string       `json:"status"`
	Total      money.Amount `json:"total"`
	Authorised money.Amount `json:"authorised"` // the most that may be captured
	Fee        money.Amount `json:"fee"`
	Lines      []Line       `json:"lines"`
	Parts      []Part       `json:"parts"`
	Window     Window       `json:"window"`
	// MovedFrom is what Window was before it was moved last.
	MovedFrom *Window `json:"moved_from,omitempty"`
	// MarketSays is why the market moved it to another window, or cancelled it.
	MarketSays    string `json:"market_says,omitempty"`
	SealedContact []byte `json:"sealed_contact"`
	PaymentMethod string `json:"payment_method"`
	// Trial is set for an order that nobody has to be believed: one that its shopper has to confirm.
	Trial *Trial `json:"trial,omitempty"`
	// NewcomerShare is set for an order that is paid on pickup by who has never picked one up: what it takes
	// at the most of what there is, in hundredths.
	NewcomerShare int64 `json:"newcomer_share,omitempty"`
	// HoldsUntil is when the first of its holds expires.
	HoldsUntil  time.Time `json:"holds_until"`
	PlacedAt    time.Time `json:"placed_at"`
	ConfirmedAt time.Time `json:"confirmed_at"`
	CancelledAt time.Time `json:"cancelled_at"`
	Failure     *Failure  `json:"failure,omitempty"`
	// KeepPlace asks to keep the place where the payment is declined; KeptUntil is until when that is done,
	// and InsteadOf the order of the same cart whose place this one takes.
	KeepPlace bool      `json:"keep_place,omitempty"`
	KeptUntil time.Time `json:"kept_until,omitzero"`
	InsteadOf string    `json:"instead_of,omitempty"`
	// Change is set while a change of it is under way. Changes counts those that were done, and Charges those
	// with a charge of their own.
	Change  *Change `json:"change,omitempty"`
	Changes int     `json:"changes,omitempty"`
	Charges int     `json:"charges,omitempty"`
	// Events counts those it has published.
	Events int64  `json:"events"`
	Steps  []Step `json:"steps"`

	// Epoch and Revision fence writes: a save needs both as they were read.
	Epoch    int64 `json:"-"`
	Revision int64 `json:"-"`
	// partOnly: it is what a producer may know of it.
	partOnly bool
	// viewerMay is what whoever it was read for may do with it as who ordered it.
	viewerMay scope
}

// Part is what one producer packs.
type Part struct {
	ID           string       `json:"id"`
	ProducerID   string       `json:"producer_id"`
	ProducerName string       `json:"producer_name"`
	Status       string       `json:"status"`
	Total        money.Amount `json:"total"`
	// Moves counts how often it was taken on or back, or changed.
	Moves int64 `json:"moves,omitempty"`
	// Changes are what its shopper changed since the producer last took it on, and ChangedAt is when; both
	// stay until it is packed.
	Changes       []LineChange `json:"changes,omitempty"`
	WindowChanged bool         `json:"window_changed,omitempty"`
	ChangedAt     time.Time    `json:"changed_at,omitzero"`
}

// LineChange is a line that a shopper changed: from nothing, to nothing, or to another quantity.
type LineChange struct {
	VariantID    string `json:"variant_id"`
	ProductTitle string `json:"product_title"`
	VariantTitle string `json:"variant_title"`
	SoldBy       string `json:"sold_by"`
	Before       int64  `json:"before"`
	After        int64  `json:"after"`
}

// Window is when and where an order is handed over.
type Window struct {
	ID       string    `json:"id"`
	Kind     string    `json:"kind"`
	StartsAt time.Time `json:"starts_at"`
	EndsAt   time.Time `json:"ends_at"`
	Place    string    `json:"place,omitempty"`
}

// Step is one change of an order's state.
type Step struct {
	Status string    `json:"status"`
	At     time.Time `json:"at"`
	Note   string    `json:"note,omitempty"`
	// ByKind and ByID are who did it; empty where the shop itself did.
	ByKind string `json:"by_kind,omitempty"`
	ByID   string `json:"by_id,omitempty"`
}

// Failure is why an order was refused: the fault that its checkout answers with.
type Failure struct {
	Kind    fault.Kind    `json:"kind"`
	Code    string        `json:"code"`
	Message string        `json:"message"`
	Fields  []fault.Field `json:"fields,omitempty"`
}

// passing reports whether the same checkout may succeed later: nothing about it was wrong.
func (f Failure) passing() bool {
	return f.Kind == fault.Unavailable || f.Kind == fault.Unknown || f.Kind == fault.Internal ||
		f.Kind == fault.Exhausted
}

func (f Failure) fault() error { return fault.New(f.Kind, f.Code, f.Message, f.Fields...) }

// failureOf keeps of an error what people may see.
func failureOf(err error) Failure {
	f := fault.Of(err)
	return Failure{Kind: f.Kind, Code: f.Code, Message: f.Message, Fields: f.Fields}
}

// InFlight reports whether an order is between its intent and its outcome.
func (o Order) InFlight() bool {
	return slices.Contains(inFlight, o.Status)
}

var inFlight = []string{Placed, Held, Authorised, Releasing}

// acknowledged are the states that a shopper is told of.
var acknowledged = []string{Confirmed, Packed, Done, Cancelled}

// newOrder is the intent to buy what is in a cart.
func newOrder(id string, cart Cart, fee money.Amount, now time.Time) (Order, error) {
	if len(cart.Lines) == 0 {
		return Order{}, fault.InvalidAlone("lines", "The cart is empty.")
	}
	o := Order{ID: id, Market: cart.Market, CartID: cart.ID, Lines: cart.Lines, PlacedAt: now, Epoch: 1}
	goods, err := sumLines(o.Lines)
	if err != nil {
		return Order{}, err
	}
	if fee.Currency == "" {
		fee.Currency = goods.Currency
	}
	buffer, err := bufferOf(o.Lines)
	if err != nil {
		return Order{}, err
	}
	o.Fee = fee
	if o.Total, err = goods.Add(fee); err != nil {
		return Order{}, err
	}
	if o.Authorised, err = o.Total.Add(buffer); err != nil {
		return Order{}, err
	}
	o.enter(Placed, now, "")
	return o, nil
}

// bufferOf is what may be captured above the estimate, for goods sold by weight.
func bufferOf(lines []Line) (money.Amount, error) {
	buffer := money.New(0, lines[0].Price.Currency)
	for _, line := range lines {
		if line.SoldBy != "weight" {
			continue
		}
		share, err := line.Total.BasisPoints(weightBuffer)
		if err != nil {
			return buffer, err
		}
		if buffer, err = buffer.Add(share); err != nil {
			return buffer, err
		}
	}
	return buffer, nil
}

// most is what may be captured for a line at the most. It was summed when the order was placed, so it is
// there.
func (l Line) most() money.Amount {
	most, _ := l.Price.Times(l.Quantity)
	if l.SoldBy == "weight" {
		buffer, _ := most.BasisPoints(weightBuffer)
		most.Minor += buffer.Minor
	}
	return most
}

// splitParts gives each producer of an order its part, in the order of the lines.
func (o *Order) splitParts(newID func() string) error {
	for _, line := range o.Lines {
		at := slices.IndexFunc(o.Parts, func(p Part) bool { return p.ProducerID == line.ProducerID })
		if at < 0 {
			at = len(o.Parts)
			o.Parts = append(o.Parts, Part{
				ID: newID(), ProducerID: line.ProducerID, ProducerName: line.ProducerName,
				Status: PartNew, Total: money.New(0, line.Price.Currency),
			})
		}
		var err error
		if o.Parts[at].Total, err = o.Parts[at].Total.Add(line.Total); err != nil {
			return err
		}
	}
	return nil
}

// movedAt is when an order last moved on.
func (o Order) movedAt() time.Time { return o.Steps[len(o.Steps)-1].At }

// enter notes a new state.
func (o *Order) enter(status string, now time.Time, note string) {
	o.Status = status
	o.Steps = append(slices.Clip(o.Steps), Step{Status: status, At: now, Note: note})
}
