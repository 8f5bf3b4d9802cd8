package feed

import (
	"slices"
	"strings"
)

// wooWords are the columns of WooCommerce's exporter in the languages that it is translated to, by what they are called in
// English: those of 2018 to 2026, parted by |. %d is a number and %s a unit. They are in the order German, French, Spanish,
// Italian, Dutch, Polish, Portuguese, Russian, Swedish, Danish, Norwegian, Finnish, Greek, Turkish, Ukrainian, Japanese, each once and
// without regard to accents.
var wooWords = map[string]string{
	"id":   "Kimlik",
	"type": "Typ|Tipo|Тип|Laji|Τύπος|Tür|タイプ",
	"sku":  "Artikelnummer|UGS|COD|REF|Артикул|Artikelnr|Varenummer|Tuotetunnus (SKU)|Κωδικός προϊόντος|Stok kodu (SKU)",
	"name": "Nom|Nombre|Nome|Naam|Nazwa|Имя|Namn|Navn|Nimi|Όνομα|İsim|Назва|Ім'я|名前",
	"published": "Veröffentlicht|Publié|Publicado|Pubblicato|Gepubliceerd|Opublikowano|Opublikowany|Опубликован|Publicerad|Udgivet|Publisert|Julkaistu|" +
		"Δημοσιευμένο|Yayımlanmış|Опубліковано|公開済み",
	"is featured": "Ist hervorgehoben?|Mis en avant ?|¿Está destacado?|In primo piano?|Uitgelicht?|Wyróżniony produkt?|Em destaque?|рекомендуемый?|" +
		"Är utvald?|Er fremhævet (udvalgt)?|Er fremhevet?|On esittelyssä?|Είναι προτεινόμενο;|Öne çıkan?|Рекомендовано?|オススメですか ?",
	"visibility in catalog": "Sichtbarkeit im Katalog|Visibilité dans le catalogue|Visibilidad en el catálogo|Visibilità nel catalogo|Zichtbaarheid in catalogus|" +
		"Widoczność w katalogu|Visibilidade no catálogo|Видимость в каталоге|Synlighet i katalog|Synlighed i katalog (shoppens frontend)|Synlighet i katalogen|" +
		"Näkyvyys tuoteluettelossa|Ορατότητα στον κατάλογο|Katalogda görünürlük|Видимість в каталозі|カタログでの表示|表示されるカテゴリー",
	"short description": "Kurzbeschreibung|Description courte|Descripción corta|Breve descrizione|Korte omschrijving|Korte beschrijving|Krótki opis|Descrição curta|" +
		"Descrição breve|Краткое описание|Короткое описание|Kort beskrivning|Kort beskrivelse|Lyhyt kuvaus|Σύντομη περιγραφή|Kısa açıklama|Короткий опис|簡単な説明",
	"description": "Beschreibung|Descripción|Descrizione|Beschrijving|Opis|Descrição|Описание|Beskrivning|Beskrivelse|Kuvaus|Περιγραφή|Açıklama|Опис|説明",
	"date sale price starts": "Datum, an dem Angebotspreis beginnt|Datum, an dem der Angebotspreis beginnt|Date de début de promo|Día en que empieza el precio rebajado|" +
		"Data di partenza del prezzo in saldo|Startdatum actieprijs|Data rozpoczęcia promocji|Data de preço promocional começa em|Data de início do preço promocional|" +
		"Дата начала действия скидки|Дата начала действия продажной цены|Datum när reapriset börjar|Den dato hvor tilbudsprisen starter|Startdato for utsalgspris|" +
		"Alennuksen aloituspäivä|Ημερομηνία έναρξης εκπτωτικής τιμής|İndirimli fiyatın başladığı tarih|Початок акції|セール価格の開始日",
	"date sale price ends": "Datum, an dem Angebotspreis endet|Datum, an dem der Angebotspreis endet|Date de fin de promo|Día en que termina el precio rebajado|" +
		"Data in cui termina l'offerta|Termine data del prezzo di vendita|Einddatum actieprijs|Data zakończenia promocji|Data de preço promocional termina em|" +
		"Data de término do preço promocional|Дата окончания действия скидки|Дата окончания действия продажной цены|Datum när reapriset upphör|" +
		"Den dato hvor tilbudsprisen slutter|Sluttdato for utsalgspris|Alennuksen päättymispäivä|Ημερομηνία λήξης εκπτωτικής τιμής|" +
		"İndirimli fiyatın bittiği tarih|Завершення акції|セール価格の終了日",
	"tax status": "Steuerstatus|État de la TVA|Estado del impuesto|Stato delle imposte|Btw status|Status podatku|Status do imposto|Status da taxa|Situação fiscal|" +
		"Статус налога|Momsstatus|Avgiftsstatus|Skattestatus|Veron tila|Κατάσταση φόρου|Vergi durumu|Статус податку|課税ステータス|税状況",
	"in stock": "Vorrätig?|En stock ?|¿Existencias?|¿En inventario?|Op voorraad?|W magazynie?|Em estoque?|Em stock?|В наличии?|I lager?|På lager?|Varasto?|" +
		"Σε απόθεμα;|Stokta?|В наявності?|在庫の有無",
	"stock": "Lager|Bestand|Inventario|Magazzino|Voorraad|Stan magazynowy|Magazyn|Estoque|Запасы|Склад|Lagersaldo|Varasto|Απόθεμα|Stok|Запаси|Запас|在庫",
	"backorders allowed": "Lieferrückstände erlaubt?|Autoriser les commandes de produits en rupture ?|" +
		"¿Permitir reservas de productos agotados?|Abilita gli ordini arretrati?|Nabestellingen toestaan?|" +
		"Pozwalać na zamówienia oczekujące (na dostawę do magazynu)?|São permitidas encomendas?|Permitir encomendas pendentes?|Возможен ли предзаказ?|" +
		"Задержанный заказ возможен?|Tillåt restnoteringar?|Restorder tillåtet?|Restordrer tilladt?|Restordre tillatt?|Salli jälkitoimitukset?|" +
		"Να επιτρέπονται λίστες αναμονής;|Yok satmaya izin?|Дозволити резервування?|お取り寄せを許可する ?|在庫待ちを許可する ?",
	"weight (%s)": "Gewicht (%s)|Poids (%s)|Peso (%s)|Waga (%s)|Вес (%s)|Vikt (%s)|Vægt (%s)|Vekt (%s)|Paino (%s)|Βάρος (%s)|Ağırlık (%s)|Вага (%s)|重量 (%s)",
	"sale price": "Angebotspreis|Tarif promo|Precio rebajado|Prezzo in offerta|Actieprijs|Cena promocyjna|Preço promocional|Акционная цена|Цена распродажи|" +
		"Цена для продажи|Reapris|Tilbudspris|Utsalgspris|Alennettu hinta|Τιμή προσφοράς|İndirimli satış fiyatı|Ціна зі знижкою|セール価格",
	"regular price": "Regulärer Preis|Tarif régulier|Precio normal|Prezzo di listino|Reguliere prijs|Cena|Preço|Preço normal|Базовая цена|Регулярная цена|Ordinarie pris|" +
		"Normalpris|Ordinær pris|Normaali hinta|Κανονική τιμή|Normal fiyat|Звичайна ціна|標準価格",
	"categories": "Kategorien|Catégories|Categorías|Categorie|Categorieën|Kategorie|Категории|Рубрики|Kategorier|Osastot|Κατηγορίες|Kategoriler|Категорії|カテゴリー",
	"tags":       "Schlagwörter|Étiquettes|Etiquetas|Tag|Etichette|Tagi|Метки|Etiketter|Taggar|Stikkord|Avainsanat|Ετικέτες|Etiketler|Позначки|Теґи|タグ",
	"parent": "Übergeordnetes Produkt|Superior|Genitore|Hoofd|Element nadrzędny|Rodzic|Ascendente|Produto ascendente|Pai|Родительский|Överordnad|Förälder|" +
		"Forældre|Forelder|Ylempi taso|Γονέας|Ebeveyn|Предок|Батьківський|親",
	"brands": "Marken|Marques|Marcas|Merken|Marke|Marque|Marca|Merk",
	"gtin, upc, ean, or isbn": "GTIN, UPC, EAN oder ISBN|GTIN, UPC, EAN ou ISBN|GTIN, UPC, EAN o ISBN|GTIN, UPC, EAN of ISBN|GTIN, UPC, EAN lub ISBN|" +
		"GTIN, UPC, EAN или ISBN|GTIN, UPC, EAN eller ISBN",
	"attribute %d name": "Attribut %d Name|Nom de l'attribut %d|Nombre del atributo %d|Attributo %d nome|Naam eigenschap %d|Attribuut %d naam|Nazwa atrybutu %d|" +
		"Nome do atributo %d|Atributo %d nome|Название атрибута %d|Имя атрибута %d|Attribut %d namn|Egenskab %d navn|Attributt %d navn|Ominaisuus %d nimi|" +
		"Όνομα ιδιότητας %d|Nitelik %d ismi|Назва %d атрибуту|属性 %d の名前",
	"attribute %d value(s)": "Attribut %d Wert(e)|Valeur(s) de l'attribut %d|Valor(es) del atributo %d|Attributo %d valuta(e)|Waarde eigenschap %d|Attribuut %d waarde(n)|" +
		"Wartości atrybutu %d|Valores do atributo %d|Atributo %d valor(es)|Значения атрибутов %d|Значение(-я) аттрибута(-ов) %d|Attribut %d värde(n)|" +
		"Egenskab %d værdi(er)|Attributt %d verdi(er)|Ominaisuus %d arvo(t)|Τιμή(ές) ιδιότητας %d|Nitelik %d değer(ler)i|%d значення атрибуту|属性 %d の値",
}

// wooEnglish is the English of each of them, and wooPatterns those that have a number or a unit.
var wooEnglish, wooPatterns = readWooWords()

// wooPattern is a column's name around a number or a unit, and its English around the same.
type wooPattern struct {
	before, behind string
	number         bool
	english        string
}

func readWooWords() (map[string]string, []wooPattern) {
	english, open, patterns := map[string]string{}, map[string]string{}, []wooPattern(nil)
	for column, words := range wooWords {
		for _, word := range strings.Split(words, "|") {
			key := foreign(word)
			before, behind, numbered := strings.Cut(key, "%d")
			if !numbered {
				before, behind, _ = strings.Cut(key, "%s")
			}
			if before != key {
				patterns = append(patterns, wooPattern{before, behind, numbered, column})
				continue
			}
			english[key] = column
			open[unasked(key)] = column
		}
	}
	for key, column := range open {
		if english[key] == "" {
			english[key] = column
		}
	}
	return english, patterns
}

// foreign folds a column's name: no case, no accents, one kind of apostrophe, and a question mark without its space.
func foreign(s string) string {
	s = strings.NewReplacer("_", " ", "’", "'", ";", "?", "¿", "").Replace(unmarked(s))
	return line(strings.ReplaceAll(strings.TrimRight(s, "*: "), " ?", "?"))
}

// unasked is a name without its question mark, which tells two of Finnish apart.
func unasked(s string) string { return strings.TrimRight(s, "?") }

// inEnglish is what WooCommerce calls a column in English; empty when it is not known, or is that already.
func inEnglish(cell string) string {
	key := foreign(unguard(cell))
	for _, name := range []string{key, unasked(key)} {
		if column := wooEnglish[name]; column != "" {
			return column
		}
	}
	for _, p := range wooPatterns {
		rest, ok := strings.CutPrefix(key, p.before)
		middle, fits := strings.CutSuffix(rest, p.behind)
		if ok && fits && middle != "" && (!p.number || strings.Trim(middle, "0123456789") == "") {
			return strings.NewReplacer("%d", middle, "%s", middle).Replace(p.english)
		}
	}
	return ""
}

// inEnglish are the columns with what WooCommerce's exporter translates of their names in English.
func (c *columns) inEnglish() *columns {
	names := slices.Clone(c.names)
	for i, cell := range c.cells {
		if column := inEnglish(cell); column != "" && c.column(column) < 0 {
			names[i] = column
		}
	}
	return namedColumns(names, c.told, c.cells)
}
