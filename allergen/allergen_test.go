package allergen

import "testing"

// TestAllergensKeepTheirBits holds what is stored: a database of years ago has these bits.
func TestAllergensKeepTheirBits(t *testing.T) {
	stored := []Allergen{
		{"gluten", "Cereals containing gluten"},
		{"crustaceans", "Crustaceans"},
		{"egg", "Eggs"},
		{"fish", "Fish"},
		{"peanuts", "Peanuts"},
		{"soy", "Soybeans"},
		{"milk", "Milk"},
		{"nuts", "Nuts"},
		{"celery", "Celery"},
		{"mustard", "Mustard"},
		{"sesame", "Sesame"},
		{"sulphites", "Sulphur dioxide and sulphites"},
		{"lupin", "Lupin"},
		{"molluscs", "Molluscs"},
	}
	if len(All) != len(stored) {
		t.Fatalf("the contract has %d allergens", len(All))
	}
	for bit, a := range stored {
		if All[bit] != a {
			t.Errorf("bit %d is %v, not %v", bit, All[bit], a)
		}
	}
}
