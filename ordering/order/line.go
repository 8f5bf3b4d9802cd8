package order

import (
	"time"

	"github.com/artisan-eats/artisan/fault"
	"github.com/artisan-eats/artisan/money"
	"github.com/artisan-eats/artisan/size"
)

const (
	// MaxLines is how many lines an order has at the most.
	MaxLines = 100
	// MaxQuantity is the most of one variant in a cart, in thousandths of a piece or kilogram.
	MaxQuantity = 1_000 * money.Milli
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
	// QuotedAt is when the price was shown.
	QuotedAt time.Time `json:"-"`
}

// Lot is what a line is taken from, for a recall.
type Lot struct {
	ID         string `json:"id"`
	Code       string `json:"code,omitempty"`
	BestBefore string `json:"best_before,omitempty"`
	Quantity   int64  `json:"quantity"`
}

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

// Size tells a line's variant from its product's others.
func (l Line) Size() string {
	return size.Name(l.VariantTitle, l.UnitValue, l.Unit, l.SoldBy == "weight")
}

// Name is a line's goods by name.
func (l Line) Name() string {
	if size := l.Size(); size != "" {
		return l.ProductTitle + ", " + size
	}
	return l.ProductTitle
}

// SetTotal sets a line's total from its price and quantity.
func (l *Line) SetTotal() (err error) {
	l.Total, err = l.Price.Times(l.Quantity)
	return err
}

// Of is a line of another quantity, at its price.
func (l Line) Of(quantity int64) (Line, error) {
	if err := CheckQuantity(quantity, l.SoldBy); err != nil {
		return l, err
	}
	l.Quantity, l.Lots = quantity, nil
	return l, l.SetTotal()
}

// CheckQuantity says what is wrong with a quantity of goods sold this way.
func CheckQuantity(quantity int64, soldBy string) error {
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
