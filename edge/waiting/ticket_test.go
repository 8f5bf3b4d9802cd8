package waiting

import (
	"strings"
	"testing"
)

func TestOnlyWhatWasSignedHereIsATicket(t *testing.T) {
	older := Keys{[]byte(strings.Repeat("o", 32))}
	keys := Keys{[]byte(strings.Repeat("k", 32)), older[0]}
	ticket := Ticket{
		Came: 1_790_000_000_123, Let: 7, UpTo: 1 << 40, At: -1, Began: 3, For: BasketOf("crt_portland_1"),
		New: true, Door: Door{9, 1.5, 2e6},
	}
	for name, signed := range map[string]string{
		"own": keys.Sign(ticket), "of an older key": older.Sign(ticket),
	} {
		if got, ok := keys.Read(signed); !ok || got != ticket {
			t.Errorf("%s is read as %+v, %v", name, got, ok)
		}
	}
	signed := keys.Sign(ticket)
	for at := range signed {
		other := []byte(signed)
		if other[at] = 'A'; signed[at] == 'A' {
			other[at] = 'B'
		}
		if got, ok := keys.Read(string(other)); ok && got != ticket {
			t.Errorf("with another %d it is believed", at)
		}
	}
	for _, wrong := range []string{"", "A", signed[:len(signed)-1], signed + "A", "!" + signed[1:]} {
		if _, ok := keys.Read(wrong); ok {
			t.Errorf("%q is believed", wrong)
		}
	}
	if _, ok := (Keys{[]byte(strings.Repeat("x", 32))}).Read(signed); ok {
		t.Error("another shop's is believed")
	}
}
