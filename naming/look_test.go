package naming

import (
	"strings"
	"testing"
)

func TestNamesThatLookAlikeHaveOneLook(t *testing.T) {
	for _, alike := range [][]string{
		{
			"Larkmoor", "Lаrkmoor", "LARKMOOR", "larkmoor", "Lark-moor", "Larkmооr", "Larkmo0r", "Lárkmoor",
			"Ｌａｒｋｍｏｏｒ", "𝐋𝐚𝐫𝐤𝐦𝐨𝐨𝐫", "Larkrnoor", "Lark moor.", "ⅼarkmoor", "Iarkmoor",
		},
		{"Ben & Co", "Вen & Со", "BEN CO"},
		{"酒屋", "酒屋"},
	} {
		for _, name := range alike {
			if Look(name) != Look(alike[0]) {
				t.Errorf("%s looks like %q, and %s like %q", name, Look(name), alike[0], Look(alike[0]))
			}
		}
	}
	for _, other := range []string{"Larkmoors", "Parkmoor", "Ларкмур", "", "酒"} {
		if Look(other) == Look("Larkmoor") || Look(other) == "" {
			t.Errorf("%s looks like %q", other, Look(other))
		}
	}
	if long := Look(strings.Repeat("ﷺ", MaxName)); len(long) > maxSortKey {
		t.Errorf("a look has %d bytes", len(long))
	}
}

func TestAWordInTwoAlphabetsIsFoundAndHonestNamesAreNot(t *testing.T) {
	for name, want := range map[string]string{
		"Lаrkmoor": "Lаrkmoor", "The Вakery": "Вakery", "Fine Chееse, daily": "Chееse",
		"ΒRΕAD and Milk": "ΒRΕAD",
		"Larkmoor":       "", "Пекарня Роза": "", "Роса Farm": "", "Αρτοποιείο Ρόδος": "", "酒屋 Tanaka": "",
		"タナカ Bakery と酒": "", "김치 Kimchi": "", "מאפייה": "", "مخبز": "",
		"ร้านABC": "", "Ωmega": "", "α-Tocopherol": "", "Crème brûlée No. 5": "", "Հացատուն": "", "": "",
	} {
		if got := MixedWord(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}
