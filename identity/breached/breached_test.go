package breached_test

import (
	"crypto/rand"
	_ "embed"
	"strings"
	"testing"

	"github.com/artisan-eats/artisan/identity/breached"
)

//go:embed testdata/usual.txt
var usual string

func TestTheThousandMostUsualPasswordsAreKnown(t *testing.T) {
	words := strings.Fields(usual)
	if len(words) != 1000 {
		t.Fatalf("%d passwords", len(words))
	}
	for _, w := range words {
		if !breached.Has(w) || !breached.Has(strings.ToUpper(w)) {
			t.Errorf("%q is not known", w)
		}
	}
}

func TestAUsualWordWithSomethingBehindItIsKnown(t *testing.T) {
	for _, p := range []string{
		"Password2024!", "dragon123456", "Monkey!!!!!!", "sunshine1999",
		"Liverpool#1!", "ｐassword2024",
	} {
		if !breached.Has(p) {
			t.Errorf("%q is not known", p)
		}
	}
}

func TestWhatOnlyOnePersonWouldChooseIsNotKnown(t *testing.T) {
	for _, p := range []string{
		"correct horse battery", "a long password", "quince-otter-lamp", "", "1",
		"Ærlig talt, nei", "\x00\xff",
	} {
		if breached.Has(p) {
			t.Errorf("%q is refused", p)
		}
	}
	wrong := 0
	for range 100_000 {
		if breached.Has(rand.Text()) {
			wrong++
		}
	}
	if wrong > 20 { // about three are to be expected
		t.Errorf("%d of 100,000 random passwords are refused", wrong)
	}
}
