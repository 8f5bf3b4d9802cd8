package feed

// toldOf is what the readers tell of the files in testdata.
var toldOf = map[string]string{
	"shopify_legacy.csv": `
shopify
4 skipped [] 
6 skipped [] The product is not published.
7 skipped [] 
8 refused [title] The product has no title.
9 refused [] Its product was refused on row 8.
10 refused [variant price] “about five”: This is not a number.
12 refused [] This is the same variant as row 11.
13 skipped [] A gift card is no goods.
2 "Raw Goat Cheese" by "Willow Dairy" in ["Cheese"] tags ["goat" "soft"] continued false
   "Soft, young & lemony.\n\nMade by hand.\nEat soon."
   2 "Small" WD-1 8.50 each 200g 12000 0012345678905
   3 "Large" WD-2 1034.00 each 1kg 0 
5 "Sourdough" by "Oak Bakery" in ["Bread"] tags [] continued false
   "• Rye\n• Wheat"
   5 "" SD-1 6 each 0 unlimited 
10 "Bad price" by "Oak Bakery" in ["Bread"] tags [] continued false
   11 "Half"  2.50 each 0 1000 
`,
	"shopify_middle.csv": `
shopify
3 skipped [] The product is not published.
4 refused [variant price] “1.250”: This can be 1250 or 1.25. Write the one that is meant.
2 "Crème brûlée" by "Pâtisserie Noël" in ["Food > Desserts"] tags ["sweet" "cream"] continued false
   "Schön süß – 5 €"
   2 ""  4.50 each 125.5g 7000 
5 "Grouped" by "Pâtisserie Noël" in [] tags [] continued false
   5 ""  1250.00EUR each 0 unlimited 
`,
	"shopify_current.csv": `
shopify
2 "Aged Gouda" by "Willow Dairy" in ["Cheese" "Food > Cheese"] tags ["hard" "cow"] continued false
   "Two years old."
   2 "Wedge" G-1 24.00 for 1 kg 0 12500 
   3 "Quarter" G-2 60.00 each 2500g 4000 
4 "Only a title" by "" in [] tags [] continued false
   4 ""   each 0 unlimited 
`,
	"woocommerce.csv": `
woocommerce
5 noted [sale price] The sale price holds for some days only; the regular price is used.
6 skipped [] This grouped product has no goods of its own.
7 skipped [] This external product has no goods of its own.
8 skipped [] The product is not published.
9 skipped [] The product is not published.
10 skipped [] 
11 refused [parent] “NOBODY”: The file has no such parent, or it stands too far away.
3 "Heather honey" by "" in ["Pantry > Honey" "Gifts"] tags ["sweet" "raw"] continued false
   "First paragraph.\n\nSecond paragraph."
   3 "" HON-1 8.50 each 1lb unlimited 
4 "Jam" by "" in ["Pantry > Jams, jellies"] tags [] continued false
   2 "Large / Plum"  12.00 each 2.5lb 5000 
   5 "Small" JAM-S 5.00 each 0.5lb 0 
12 refused [] None of the product's variations can be used.
13 "Backorder" by "" in [] tags [] continued false
   13 ""  3.00 each 0 unlimited 
`,
	"square.csv": `
square
5 refused [price] “variable”: The price is set at the till: without a price this cannot be sold here.
7 skipped [] The item is not for sale online.
8 refused [] This is the same variant as row 6.
2 "Apple butter" by "" in ["Jams"] tags [] continued false
   "Slow cooked."
   2 "" AB-1 7.25 each 0.5lb 13000 00012345678905
3 "Carrots" by "" in ["Vegetables"] tags [] continued false
   3 "Bunch" C-1 3.00 each 0 5000 
   4 "Loose" C-2 2.20 for 0.45359237 kg 0 4536 
6 "Eggs" by "" in [] tags [] continued false
   6 "Dozen" E-1 6.00 each 0 unlimited 
`,
	"ofn.csv": `
ofn
7 refused [] This is the same variant as row 2.
8 refused [variant unit name] A unit is needed: mg, g, kg, oz, lb, t, ml, cl, dl, l, kl or gal; or a name for the pieces in variant_unit_name.
9 refused [units] “0”: A number above zero is needed.
10 refused [on hand] A quantity is needed, or 1 in on_demand.
11 refused [on hand] “-1”: This is less than nothing.
12 refused [category] This is needed.
2 "Carrots" by "Hill Farm" in ["Vegetables"] tags [] continued false
   "Sweet."
   2 "" X1 2.50 each 500g 20000 
   3 "Big bag" X1 11.00 each 5kg 3000 
4 "Pork belly" by "Hill Farm" in ["Pork"] tags [] continued false
   4 "by weight"  14.00 for 1 kg 0 6500 
   5 ""  7.00 for 0.5 kg 0 2000 
6 "Lettuce" by "Hill Farm" in ["Vegetables"] tags [] continued false
   6 ""  1.80 each 1head unlimited 
13 "Nobody's" by "" in ["Vegetables"] tags [] continued false
   13 ""  2.70GBP each 1l 1000 
`,
	"ofn_overrides.csv": `
ofn
2 "Carrots" by "Hill Farm" in [] tags [] continued false
   2 ""  2.80 each 500g 15000 
   3 "Big bag"   each 5kg unlimited 
`,
}
