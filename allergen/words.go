package allergen

// allergenWords are how people name an allergen in lists of ingredients and in allergen columns: in English,
// German, French, Spanish, Italian and Dutch, folded. A plural in s need not be here. An asterisk stands for
// the rest of a compound.
var allergenWords = map[string]string{
	"gluten": `gluten* glutine wheat rye barley oat oatmeal spelt semolina durum bulgur bulghur couscous farro einkorn emmer kamut khorasan seitan
		malt malted triticale freekeh breadcrumb panko flour cereal
		*weizen* roggen* gerste* hafer* dinkel* grunkern* griess* malz* paniermehl semmelbrosel mehl
		ble froment seigle orge avoine epeautre semoule chapelure boulgour farine
		trigo centeno cebada avena espelta semola malta harina
		frumento segale orzo malto pangrattato farina
		tarwe* rogge gerst haver havermout mout* paneermeel griesmeel bloem tarwebloem meel`,
	"crustaceans": `crustacean crab shrimp prawn lobster crayfish crawfish langoustine krill scampi shellfish
		krebs* krabbe* garnele* hummer languste* krustentier*
		crustace crevette homard langouste crabe ecrevisse
		crustaceo gamba cangrejo langosta langostino bogavante camaron camarones
		crostaceo crostacei gambero gamberi gamberetti granchio aragosta astice
		schaaldier* garnaal garnalen krab kreeft`,
	"egg": `egg eggwash mayonnaise mayo albumen albumin meringue aioli
		ei eier* vollei* eigelb eiweiss huhnerei* majonase
		oeuf huevo yema mayonesa
		uovo uova tuorlo tuorli maionese
		*eieren eigeel eiwit heelei*`,
	"fish": `fish salmon trout tuna cod anchovy anchovies sardine mackerel herring haddock hake halibut plaice pollock tilapia sturgeon caviar surimi
		swordfish monkfish lingcod rockfish sablefish albacore worcestershire
		*fisch* lachs* raucherlachs wildlachs forelle* kabeljau hering* makrele* sardelle* zander kaviar
		poisson saumon thon anchois cabillaud morue hareng maquereau truite
		pescado atun anchoa bacalao boqueron boquerones merluza trucha arenque caballa
		pesce pesci salmone tonno acciuga acciughe alici merluzzo baccala trota aringa sgombro
		vis vissaus vissen zalm tonijn ansjovis kabeljauw makreel haring forel`,
	"peanuts": `peanut groundnut erdnu* arachide arachidi cacahuete cacahouete mani manises pinda* aardnoot grondnoot grondnoten`,
	"soy": `soy soya soybean tofu tempeh edamame miso tamari shoyu natto
		soja* soia ketjap`,
	"milk": `milk dairy lactose butter buttermilk cream cheese whey yoghurt yogurt kefir casein caseinate ghee curd ricotta mozzarella parmesan
		cheddar feta mascarpone gruyere brie pecorino gouda camembert halloumi quark skyr butterfat
		*milch* *butter butter* sahne* *sahne rahm* *rahm kase* *kase kaese* *kaese joghurt* jogurt* molke* schmand topfen *kasein* *caseinat laktose*
		lait laitier laitiere beurre creme fromage yaourt lactoserum babeurre caseine
		leche mantequilla nata queso yogur caseina lacteo requeson cuajada
		latte burro panna formaggio formaggi latticini latticello caseina lattosio parmigiano
		*melk* *boter slagroom kookroom *kaas kaas* karnemelk kwark weipoeder zuivel*`,
	"nuts": `nut almond hazelnut walnut cashew pecan pistachio macadamia praline marzipan frangipane gianduja
		*nuss* *nuesse mandel* haselnu* walnu* pistazie* pekan* paranu* krokant nougat* marzipan* schalenfrucht*
		noix noisette amande pistache cajou massepain
		nuez nueces almendra avellana anacardo pistacho pacana mazapan turron
		noce noci nocciola nocciole mandorla mandorle pistacchio pistacchi anacardi marzapane amaretti amaretto
		noot noten *noten hazelnoot walnoot pecannoot cashewnoot amandel* marsepein`,
	"celery":    `celery celeriac sellerie* *sellerie celeri apio sedano *selderij`,
	"mustard":   `mustard senf* moutarde mostaza senape mosterd*`,
	"sesame":    `sesame tahini tahin halva gomasio sesam* sesamo ajonjoli hummus houmous`,
	"sulphites": `*sulphite* *sulfite* *sulfit* wine sherry wein rotwein weisswein weinessig vin vino wijn solfiti solfito sulfito schwefeldioxid zwaveldioxide sulfiet* e220 e221 e222 e223 e224 e225 e226 e227 e228`,
	"lupin":     `lupin* altramuz altramuces`,
	"molluscs": `mollusc mollusk oyster clam mussel scallop squid octopus cuttlefish snail whelk cockle abalone calamari shellfish
		*muschel* auster austern tintenfisch* kalmar weinbergschnecke* weichtier*
		mollusque huitre moule palourde calamar calmar seiche poulpe escargot bulot
		molusco ostra mejillon mejillones almeja pulpo sepia vieira caracol caracoles berberecho
		mollusco molluschi ostrica ostriche cozza cozze vongola vongole calamaro calamari polpo seppia seppie capesante lumaca lumache
		weekdier* oester mossel* inktvis kokkel`,
}

// wordsTogether mean something else than one by one: some of the allergens, which come first, or none of
// them.
var wordsTogether = map[string][]string{
	"": {
		"coconut milk", "coconut cream", "rice milk", "hemp milk", "cocoa butter", "cacao butter",
		"shea butter", "apple butter", "pumpkin butter", "plum butter",
		"pear butter", "peach butter", "butter bean", "butter lettuce", "cream of tartar", "milk thistle",
		"bean curd", "pine nut", "tiger nut", "water chestnut",
		"oyster mushroom", "crab apple", "rice flour", "corn flour", "maize flour", "potato flour",
		"tapioca flour", "chickpea flour", "gram flour", "buckwheat flour",
		"millet flour", "sorghum flour", "teff flour", "chestnut flour", "cassava flour", "coconut flour",
		"lentil flour", "quinoa flour", "tapioca starch",
		"buchweizen*", "kokosmilch*", "reismilch*", "milchsaure*", "kakaobutter", "sheabutter", "butternuss*",
		"muskatnuss*", "kokosnuss*", "tigernuss*", "genuss*",
		"leberkase", "austernpilz*", "butternut", "butterfly", "nata de coco",
		"lait de coco", "lait de riz", "beurre de cacao", "beurre de karite", "creme de tartre",
		"creme de coco", "creme de marron", "creme de cassis", "noix de coco",
		"noix de muscade", "ble noir", "farine de riz", "farine de mais", "farine de sarrasin",
		"farine de pois", "farine de chataigne", "farine de coco",
		"leche de coco", "leche de arroz", "manteca de cacao", "crema de coco", "nuez moscada",
		"trigo sarraceno", "harina de arroz", "harina de maiz",
		"harina de garbanzo", "harina de coco", "semola de maiz", "semoule de mais",
		"latte di cocco", "latte di riso", "burro di cacao", "noce moscata", "noce di cocco", "noci di cocco",
		"grano saraceno", "farina di riso", "farina di mais",
		"farina di ceci", "farina di castagne", "farina di cocco",
		"kokosmelk", "rijstmelk", "melkzuur", "cacaoboter", "sheaboter", "nootmuskaat", "kokosnoten",
		"oesterzwam*",
	},
	"nuts": {
		"almond milk", "almond butter", "almond flour", "cashew milk", "cashew butter", "cashew cheese",
		"cashew cream", "hazelnut milk", "hazelnut butter", "nut butter",
		"nut milk", "brazil nut", "tree nut", "mandelmilch", "mandelbutter", "mandelmehl", "nussmilch",
		"haselnussbutter", "lait d amande", "lait de noisette",
		"farine d amande", "fruits a coque", "leche de almendra", "harina de almendra", "frutos secos",
		"frutos de cascara", "latte di mandorla", "farina di mandorle",
		"frutta a guscio", "amandelmelk", "amandelboter",
	},
	"peanuts": {
		"peanut butter", "erdnussbutter", "erdnuss*", "beurre de cacahuete", "beurre d arachide",
		"crema de cacahuete", "burro di arachidi", "pindakaas", "monkey nut",
	},
	"gluten": {
		"oat milk", "hafermilch", "lait d avoine", "leche de avena", "latte di avena",
		"latte d avena", "havermelk", "rye flour", "barley flour", "pan rallado", "grano tenero",
		"grano duro", "farina di grano",
	},
	"soy": {
		"soy milk", "soya milk", "sojamilch", "lait de soja", "leche de soja", "latte di soia",
		"sojamelk", "soy cheese", "soy flour",
	},
	"milk": {"ice cream", "zure room", "petit lait", "milk powder"},
	"molluscs": {
		"noix de saint jacques", "saint jacques", "amande de mer", "tintenfisch*", "inktvis",
		"sint jakob*",
	},
	"sulphites": {
		"sulphur dioxide", "sulfur dioxide", "anhydride sulfureux", "dioxyde de soufre", "dioxido de azufre",
		"anidride solforosa",
	},
}

// fillers of an allergen column: they say nothing beside an allergen's name.
const allergenFillers = `and or s of the contains with seed grain bean product derivative protein powder whole raw fresh toasted roasted organic tree
	cow goat sheep hen duck containing starch bran fat solid
	und oder mit enthalt samen getreide haltiges kerne erzeugnisse daraus bio kuh huhner
	et ou avec contient graine produit derive base a de du des d la le les en cereales contenant vache
	y o e con contiene que contienen semilla granos leche vaca gallina cereales
	ed di del della contenenti contiene prodotti semi cereali mucca
	en of met bevat bevattende granen zaad producten pitten`

// What says that something is not in a product: words before it, words behind it or, with the next one,
// before it, and ends of a word.
const (
	saysNot     = `no without ohne kein keine keinen sans sin senza zonder geen`
	saysFree    = `free frei vrij libre libero`
	saysFreeOf  = `from of von van de da di`
	endsInFree  = `frei freie freier freies freien vrij vrije`
	reachOfANot = 3 // words
)

// noneWords say in an allergen column that there are none.
var noneWords = map[string]bool{
	"none": true, "no allergens": true, "no known allergens": true, "allergen free": true, "keine": true,
	"keine allergene": true, "aucun": true, "aucun allergene": true,
	"sans allergene": true, "sans allergenes": true, "ninguno": true, "ningun alergeno": true,
	"sin alergenos": true, "nessuno": true, "nessun allergene": true,
	"senza allergeni": true, "geen": true, "geen allergenen": true,
}
