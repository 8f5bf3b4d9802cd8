package category

import (
	"strings"
	"unicode"
)

// Category is a department of the shop. The tree has two levels.
type Category struct {
	Slug   string
	Name   string
	Parent string // a slug, or empty
}

// Other is the category of what has none.
const Other = "other"

// All are those that every market has, parents before their children. Products may
// have others, made by imports from the producers' own names; those have no parent.
var All = []Category{
	{"bakery", "Bakery", ""},
	{"bread", "Bread", "bakery"},
	{"pastries", "Pastries", "bakery"},
	{"cakes", "Cakes", "bakery"},
	{"biscuits", "Biscuits & crackers", "bakery"},
	{"dairy", "Dairy & eggs", ""},
	{"cheese", "Cheese", "dairy"},
	{"milk-cream", "Milk & cream", "dairy"},
	{"butter", "Butter", "dairy"},
	{"yoghurt", "Yoghurt & kefir", "dairy"},
	{"eggs", "Eggs", "dairy"},
	{"ice-cream", "Ice cream", "dairy"},
	{"produce", "Fruit & vegetables", ""},
	{"vegetables", "Vegetables", "produce"},
	{"fruit", "Fruit", "produce"},
	{"salad-herbs", "Salad & herbs", "produce"},
	{"mushrooms", "Mushrooms", "produce"},
	{"meat", "Meat & poultry", ""},
	{"beef", "Beef & veal", "meat"},
	{"pork", "Pork", "meat"},
	{"lamb", "Lamb & goat", "meat"},
	{"poultry", "Poultry", "meat"},
	{"game", "Game", "meat"},
	{"charcuterie", "Charcuterie & sausages", "meat"},
	{"seafood", "Fish & seafood", ""},
	{"fresh-fish", "Fresh fish", "seafood"},
	{"shellfish", "Shellfish", "seafood"},
	{"smoked-fish", "Smoked & cured fish", "seafood"},
	{"pantry", "Pantry", ""},
	{"preserves", "Jams & preserves", "pantry"},
	{"honey", "Honey", "pantry"},
	{"pickles", "Pickles & ferments", "pantry"},
	{"oil-vinegar", "Oil & vinegar", "pantry"},
	{"sauces", "Sauces & condiments", "pantry"},
	{"grains", "Flour, grains & pulses", "pantry"},
	{"pasta", "Pasta & noodles", "pantry"},
	{"spices", "Salt & spices", "pantry"},
	{"nuts-seeds", "Nuts & seeds", "pantry"},
	{"sweets", "Chocolate & sweets", ""},
	{"chocolate", "Chocolate", "sweets"},
	{"confectionery", "Sweets", "sweets"},
	{"drinks", "Drinks", ""},
	{"juice", "Juice & cordials", "drinks"},
	{"coffee", "Coffee", "drinks"},
	{"tea", "Tea", "drinks"},
	{"kombucha", "Kombucha & soft drinks", "drinks"},
	{"cider-beer", "Cider & beer", "drinks"},
	{"wine-spirits", "Wine & spirits", "drinks"},
	{"prepared", "Prepared food", ""},
	{"meals", "Ready meals", "prepared"},
	{"soups", "Soups & broths", "prepared"},
	{"pies", "Pies & quiches", "prepared"},
	{"dips", "Dips & spreads", "prepared"},
	{"hampers", "Hampers & gifts", ""},
	{Other, "Everything else", ""},
}

var categoryBySlug = func() map[string]Category {
	bySlug := make(map[string]Category, len(All))
	for _, c := range All {
		bySlug[c.Slug] = c
	}
	return bySlug
}()

// IsFixed reports whether a slug is of a category that every market has.
func IsFixed(slug string) bool {
	_, fixed := categoryBySlug[slug]
	return fixed
}

// Of is the category with a slug. One that is not in All gets a name from its slug.
func Of(slug string) Category {
	if c, ok := categoryBySlug[slug]; ok {
		return c
	}
	name := []rune(strings.ReplaceAll(slug, "-", " "))
	if len(name) > 0 {
		name[0] = unicode.ToUpper(name[0])
	}
	return Category{Slug: slug, Name: string(name)}
}

// OwnName is what a market calls a category of its own; empty for those that every market has.
func OwnName(c Category) string {
	if IsFixed(c.Slug) {
		return ""
	}
	return c.Name
}

// Named is Of a slug with the name that its market gave it; empty when it gave none.
func Named(slug, name string) Category {
	c := Of(slug)
	if !IsFixed(slug) && strings.TrimSpace(name) != "" {
		c.Name = name
	}
	return c
}
