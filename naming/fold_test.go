package naming

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"
)

func TestFoldingBringsAlikeTextsTogether(t *testing.T) {
	for text, want := range map[string]string{
		"Crème Brûlée": "creme brulee", "  Straße ": "strasse", "ŁÓDŹ": "lodz", "Ørsted": "orsted",
		"ﬁg": "fig", "한국": "한국", "": "",
	} {
		if got := Fold(text); got != want {
			t.Errorf("fold(%q) = %q, want %q", text, got, want)
		}
	}
	if got := fmt.Sprint(
		Words("Baker's “best” half-rye (250g), №5")); got != "[bakers best half rye 250g no5]" {
		t.Errorf("words: %s", got)
	}
}

func TestFoldingTwiceChangesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		once := Fold(rapid.String().Draw(t, "text"))
		if twice := Fold(once); twice != once {
			t.Fatalf("%q became %q", once, twice)
		}
	})
}
