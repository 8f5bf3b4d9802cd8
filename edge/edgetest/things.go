package edgetest

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"testing"

	moneyv1 "github.com/artisan-eats/artisan/gen/artisan/money/v1"
)

// What the peers of these tests know, which are about the front door: how it asks and how it tells. What real
// services decide is tested with real ones (OpenMarket).
const (
	unique      = "01k8y6v0xq7d3mz1n5r2t9w4bc"
	Cheese      = "prd_portland_" + unique
	Wheel       = "var_portland_" + unique
	Slice       = "var_portland_01k8y6v0xq7d3mz1n5r2t9w4bd"
	Dairy       = "pro_portland_" + unique
	GuestCart   = "crt_portland_" + unique
	MembersCart = "crt_portland_01k8y6v0xq7d3mz1n5r2t9w4be"
	PlacedOrder = "ord_portland_" + unique
	OnePart     = "prt_portland_" + unique
	Saturday    = "win_portland_" + unique
	Evening     = "win_portland_01k8y6v0xq7d3mz1n5r2t9w4bf"
	Sundays     = "sch_portland_01k8y6v0xq7d3mz1n5r2t9w4bh"
	sunday      = "win_portland_01k8y6v0xq7d3mz1n5r2t9w4bg"
	HomeAddress = "adr_x_" + unique
	OnePasskey  = "key_x_" + unique
	OrderToken  = "order-token"
	// LetterOf is the token of the letter of the order that is there.
	LetterOf = "the-letters-token"
	// HappenedAt is 21 November 2026, 9:00 in Portland.
	HappenedAt = 1_795_280_400_000
)

// Dollars is an amount of cents.
func Dollars(cents int64) *moneyv1.Money { return &moneyv1.Money{Amount: cents, Currency: "USD"} }

// Btoi is 1 for what is so.
func Btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// OrderIDs are so many orders' IDs, each another.
func OrderIDs(n int) (orderIDs []string) {
	for i := range n {
		orderIDs = append(orderIDs, fmt.Sprintf("ord_portland_01k8y6v0xq7d3mz1n5r2t9w%03d", i))
	}
	return orderIDs
}

// Dot is a small picture.
func Dot(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 8, 8))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
