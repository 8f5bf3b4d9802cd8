package allergen

import (
	"strings"
	"testing"
)

func TestAllergensAreKnownByTheNamesOfTheMarketsLanguages(t *testing.T) {
	for _, a := range All {
		for _, word := range []string{a.Code, a.Name} {
			if set, _, unknown := OfCell(Reader{}, []string{word}); strings.Join(set.Codes(),
				" ") != a.Code || unknown != nil {
				t.Errorf("%q: got %v, %q", word, set.Codes(), unknown)
			}
		}
	}
	for cell, want := range map[string]string{
		"walnuts; wheat flour; cow's milk": "gluten milk nuts", "Tree-nuts;tree_nuts": "nuts",
		"Contains: milk; rye and barley": "gluten milk",
		"shellfish":                      "crustaceans molluscs", "dairy;lactose": "milk",
		"sulfites":    "sulphites",
		"almond milk": "nuts", "Cereals containing gluten (wheat)": "gluten",
		// The 14 as regulation 1169/2011 has them.
		"Glutenhaltiges Getreide;Krebstiere;Eier;Fische;Erdnüsse;Sojabohnen;Milch;Schalenfrüchte;Sellerie;Senf;Sesamsamen;Schwefeldioxid und Sulfite;Lupinen;Weichtiere":                 "all",
		"Céréales contenant du gluten;Crustacés;Œufs;Poissons;Arachides;Soja;Lait;Fruits à coque;Céleri;Moutarde;Graines de sésame;Anhydride sulfureux et sulfites;Lupin;Mollusques":     "all",
		"Cereales que contienen gluten;Crustáceos;Huevos;Pescado;Cacahuetes;Soja;Leche;Frutos de cáscara;Apio;Mostaza;Granos de sésamo;Dióxido de azufre y sulfitos;Altramuces;Moluscos": "all",
		"Cereali contenenti glutine;Crostacei;Uova;Pesce;Arachidi;Soia;Latte;Frutta a guscio;Sedano;Senape;Semi di sesamo;Anidride solforosa e solfiti;Lupini;Molluschi":                 "all",
		"Glutenbevattende granen;Schaaldieren;Eieren;Vis;Pinda's;Soja;Melk;Noten;Selderij;Mosterd;Sesamzaad;Zwaveldioxide en sulfieten;Lupine;Weekdieren":                                "all",
	} {
		set, _, unknown := OfCell(Reader{}, strings.Split(cell, ";"))
		if want == "all" {
			want = strings.Join(Set(1<<len(All)-1).Codes(), " ")
		}
		if got := strings.Join(set.Codes(), " "); got != want || len(unknown) > 0 {
			t.Errorf("%q: got %s, want %s; not understood %q", cell, got, want, unknown)
		}
	}
}

func TestACellThatIsNotWhollyUnderstoodIsNot(t *testing.T) {
	for _, cell := range []string{
		"stardust", "milk and stardust", "may contain nuts", "no nuts", "nut-free",
		"glutenfrei", "sans lait", "rice flour", "-", "n/a", "?", "yes", "0", "coconut milk",
	} {
		if set, none, unknown := OfCell(Reader{}, []string{cell}); len(unknown) != 1 || none {
			t.Errorf("%q is understood as %v, none %v", cell, set.Codes(), none)
		}
	}
	for _, cell := range []string{
		"none", "None", "KEINE", "Aucun allergène", "ninguno", "Nessuno",
		"geen allergenen",
	} {
		if set, none, unknown := OfCell(Reader{}, []string{cell}); !none || set != 0 || unknown != nil {
			t.Errorf("%q does not say that there are none", cell)
		}
	}
}

func TestIngredientsNameWhatTheyAreMadeOf(t *testing.T) {
	for ingredients, want := range map[string]string{
		"Butter, wheat flour, almonds, egg.":                                      "butter (milk), wheat (gluten), flour (gluten), almonds (nuts), egg (egg)",
		"Weizenmehl, Vollmilch, Haselnüsse, Eigelb, Sojalecithin":                 "weizenmehl (gluten), vollmilch (milk), haselnüsse (nuts), eigelb (egg), sojalecithin (soy)",
		"Farine de blé, beurre, œufs, poudre d’amandes, sulfites":                 "farine (gluten), blé (gluten), beurre (milk), œufs (egg), amandes (nuts), sulfites (sulphites)",
		"Harina de trigo, mantequilla, huevo, almendras, anchoas":                 "harina (gluten), trigo (gluten), mantequilla (milk), huevo (egg), almendras (nuts), anchoas (fish)",
		"Farina di frumento, burro, uova, nocciole, latte in polvere":             "farina (gluten), frumento (gluten), burro (milk), uova (egg), nocciole (nuts), latte (milk)",
		"Tarwebloem, roomboter, scharreleieren, amandelen, pinda’s, mosterdzaad":  "tarwebloem (gluten), roomboter (milk), scharreleieren (egg), amandelen (nuts), pinda (peanuts), mosterdzaad (mustard)",
		"Oat milk, soy milk, coconut milk, peanut butter, cocoa butter":           "oat milk (gluten), soy milk (soy), peanut butter (peanuts)",
		"Buckwheat, buckwheat flour, nutmeg, coconut, cream of tartar, eggplant":  "",
		"Buchweizenmehl, Kokosmilch, Kakaobutter, Muskatnuss, Schweineschmalz":    "",
		"Lait de coco, beurre de cacao, noix de muscade, farine de sarrasin":      "",
		"Butternut squash, oyster mushrooms, pine nuts, crab apples, chestnuts":   "",
		"Gluten-free oats, lactose-free milk, without eggs or nuts, glutenfreies": "oats (gluten), milk (milk)",
		"Free range eggs, milk free from hormones":                                "eggs (egg), milk (milk)",
		"": "",
	} {
		if got := undeclared(Reader{}, 0, ingredients); got != want {
			t.Errorf("%s\n got %s\nwant %s", ingredients, got, want)
		}
	}
}

func TestAWarningNamesOnlyWhatIsNotDeclared(t *testing.T) {
	for _, c := range []struct {
		ingredients string
		declared    []string
		none        bool
		want        string
	}{
		{
			"Butter, wheat",
			[]string{"milk"},
			false,
			"The ingredients name what is not declared: wheat (gluten).",
		},
		{"Butter, wheat", []string{"milk", "gluten"}, false, ""},
		{"Butter", nil, true, "The ingredients name what is not declared: butter (milk)."},
		{"Salt", nil, true, ""},
		{
			"Butter", nil, false,
			"Its allergens are not stated, and its words name some: butter (milk), cheese (milk).",
		},
	} {
		if got := Undeclared("Lovely with cheese.", c.ingredients, c.declared, c.none); got != c.want {
			t.Errorf("%s with %v: %q, want %q", c.ingredients, c.declared, got, c.want)
		}
	}
}
