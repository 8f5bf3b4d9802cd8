package factor

import (
	"strings"
	"testing"
	"time"
)

// TestCodesOfAppsAreThoseOfTheStandard takes the vectors of RFC 6238, appendix B, cut to six digits.
func TestCodesOfAppsAreThoseOfTheStandard(t *testing.T) {
	secret := []byte("12345678901234567890")
	for at, want := range map[int64]string{
		59: "287082", 1111111109: "081804", 1111111111: "050471", 1234567890: "005924", 2000000000: "279037",
		20000000000: "353130",
	} {
		if got := totpCode(secret, totpStep(time.Unix(at, 0))); got != want {
			t.Errorf("at %d the code is %s, want %s", at, got, want)
		}
	}
}

func TestACodeIsTakenWhileItsClockIsNearAndNoOlderOneAfterIt(t *testing.T) {
	secret, now := []byte("12345678901234567890"), time.Unix(1234567890, 0)
	step := totpStep(now)
	for _, c := range []struct {
		code string
		last int64
		want int64
		ok   bool
	}{
		{totpCode(secret, step), 0, step, true},
		{totpCode(secret, step-1), 0, step - 1, true},
		{totpCode(secret, step+1), 0, step + 1, true},
		{totpCode(secret, step-2), 0, 0, false},
		{totpCode(secret, step+2), 0, 0, false},
		{totpCode(secret, step), step, 0, false},
		{totpCode(secret, step-1), step, 0, false},
		{" " + totpCode(secret, step)[:3] + " " + totpCode(secret, step)[3:], step - 1, step, true},
		{"", 0, 0, false},
		{"000000", 0, 0, false},
		{totpCode(secret, step) + "0", 0, 0, false},
	} {
		if got, ok := totpMatch(secret, c.code, c.last, now); got != c.want || ok != c.ok {
			t.Errorf("%q after %d: %d, %t", c.code, c.last, got, ok)
		}
	}
}

func TestAppsReadTheKeyFromAnAddress(t *testing.T) {
	got := totpURI([]byte("12345678901234567890"), "Artisan Eats", "ann@example.org")
	if got != "otpauth://totp/Artisan%20Eats:ann@example.org?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Artisan%20Eats" {
		t.Error(got)
	}
}

func TestARecoveryCodeIsReadHoweverItWasCopied(t *testing.T) {
	code, err := newRecoveryCode(strings.NewReader("fifteen letters"))
	if err != nil || len(code) != 27 {
		t.Fatalf("%q, %v", code, err)
	}
	want := normalRecoveryCode(code)
	for _, typed := range []string{strings.ToUpper(code), strings.ReplaceAll(code, "-", " "), " " +
		strings.ReplaceAll(code, "-", "") + " ", strings.NewReplacer("0", "o", "1", "l").Replace(code)} {
		if got := normalRecoveryCode(strings.ToLower(typed)); got != want {
			t.Errorf("%q is read as %q, want %q", typed, got, want)
		}
	}
}
