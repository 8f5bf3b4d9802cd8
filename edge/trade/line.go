package trade

import moneyv1 "github.com/artisan-eats/artisan/gen/artisan/money/v1"

// Goods is what a line of a basket and one of an order say alike.
type Goods interface {
	GetVariantId() string
	GetQuantity() int64
	GetPrice() *moneyv1.Money
	GetTotal() *moneyv1.Money
	GetProductId() string
	GetProductTitle() string
	GetVariantTitle() string
	GetProducerId() string
	GetProducerName() string
	GetSoldBy() string
	GetUnit() string
	GetUnitValue() float64
	GetImage() string
	GetAllergens() []string
}
