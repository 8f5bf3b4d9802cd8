package search

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// stems are words of each language: those of a line are one, and those of two lines are not.
var stems = map[string]string{
	"en-US": `tomato tomatoes tomatoe
		loaf loaves
		leaf leaves
		berry berries
		cherry cherries
		cookie cookies
		pie pies
		peach peaches
		radish radishes
		quiche quiches
		cheese cheeses
		olive olives
		cake cakes
		box boxes
		glass glasses
		grape grapes
		lime limes
		oil oils
		pea peas
		egg eggs
		mango mangoes mangos
		potato potatoes
		sausage sausages
		turkey turkeys
		smoke smoked smoking
		pickle pickles pickled
		salt salted salting
		chop chopped chops
		chutney chutneys
		asparagus
		hummus
		bread breads
		seed seeds
		linseed linseeds
		pudding puddings
		wine wines
		win wins
		pine pines
		pin pins
		can cans
		cane canes`,
	"de": `brot brote broten
		apfel aepfel apfeln
		ei eier
		ol ole oel oele
		tomate tomaten
		zwiebel zwiebeln
		erdbeere erdbeeren
		kirsche kirschen
		nuss nusse nussen
		saft safte saften
		wurst wurste
		kase kaese
		strasse strassen
		kartoffel kartoffeln
		pilz pilze pilzen
		gurke gurken
		feige feigen
		rube ruben
		snack snacks
		pizza pizzas
		kiwi kiwis
		reis
		glas
		frisch frische frischer frisches frischen
		bauer bauern
		bier biere`,
	"fr": `olive olives
		gateau gateaux
		chou choux
		noir noire noirs noires
		oeuf oeufs
		epice epices
		epicerie epiceries
		huile huiles
		sale sales salee salees
		blanc blanche blancs blanches
		frais fraiche fraiches
		sec seche seches secs
		pain pains
		bonne bon bons bonnes
		poulet poulette
		noix
		jus`,
	"es-MX": `tomate tomates
		limon limones
		pan panes
		nuez nueces
		pez peces
		queso quesos
		ajo ajos
		uva uvas
		aceituna aceitunas
		ahumado ahumada ahumados ahumadas
		flor flores
		jamon jamones
		miel mieles
		maiz
		arroz
		sal sales`,
	"pl": "jablko\njablka\nsery\nser",
}

func TestFormsOfAWordAreOneAndOtherWordsAreNot(t *testing.T) {
	for tag, lines := range stems {
		tongue, of := TongueOf(tag), map[string]string{}
		for line := range strings.Lines(lines) {
			words := strings.Fields(line)
			stem := tongue.stem(words[0])
			if other := of[stem]; other != "" {
				t.Errorf("%s: %s is taken for %s", tag, words[0], other)
			}
			of[stem] = words[0]
			for _, w := range words[1:] {
				if got := tongue.stem(w); got != stem {
					t.Errorf("%s: %s has the stem %s, and %s has %s", tag, w, got, words[0], stem)
				}
			}
		}
	}
}

func TestAStemIsNeverEmpty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := rapid.StringMatching("[a-zé酒0-9]{1,12}").Draw(t, "word")
		for code, tongue := range tongues {
			if tongue.stem(w) == "" {
				t.Fatalf("%s: %q has no stem", code, w)
			}
		}
	})
}
