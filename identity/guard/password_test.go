package guard

import (
	"context"
	"crypto/rand"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/alexedwards/argon2id"
)

func TestCheckPassword(t *testing.T) {
	for password, ok := range map[string]bool{
		"":                         false,
		"123456789":                false,
		"1234567890":               false, // one of those that everybody tries
		"Password2024!":            false,
		"quince-lamp":              true,
		"ääääääääää":               true,
		"äääää":                    false,
		strings.Repeat("x", 200):   true,
		strings.Repeat("x", 201):   false,
		"ANN@example.org":          false,
		"ann@example.org!":         true,
		"bad \xff\xff\xff\xff UTF": false,
		"with \x00 in it":          false,
	} {
		if fields := CheckPassword(password, "ann@example.org"); (len(fields) == 0) != ok {
			t.Errorf("CheckPassword(%q) = %v", password, fields)
		}
	}
}

func TestAPasswordIsTheSameOnEveryKeyboard(t *testing.T) {
	h := testHasher(t)
	hash, err := h.hash(t.Context(), "", "caf\u00e9 au lait")
	if err != nil {
		t.Fatal(err)
	}
	if ok, err := h.matches(t.Context(), "", "cafe\u0301 au lait", hash); !ok || err != nil {
		t.Errorf("decomposed: %v, %v", ok, err)
	}
}

func testHasher(t *testing.T) *hasher {
	t.Helper()
	h, err := newHasher(Cost{Memory: 8, Iterations: 1, Parallelism: 1, SaltLength: 16, KeyLength: 32},
		rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func TestAnUnknownAccountCostsAHashToo(t *testing.T) {
	h := testHasher(t)
	ran := 0
	h.queue = newQueue(0) // no place is free, so a hash that is worked out waits
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	for _, hash := range []string{"", h.decoy} {
		if _, err := h.matches(ended, "", "password", hash); errors.Is(err, context.Canceled) {
			ran++
		}
	}
	h.queue = newQueue(1)
	if ok, err := h.matches(t.Context(), "", "password", ""); ok || err != nil || ran != 2 {
		t.Errorf("without a hash: %v, %v, and %d of 2 waited for a place", ok, err, ran)
	}
}

func TestFewPasswordsAreHashedAtOnce(t *testing.T) {
	h := testHasher(t)
	places := h.queue.free
	var running, most atomic.Int64
	var all sync.WaitGroup
	for i := range 40 {
		all.Go(func() {
			err := h.bounded(t.Context(), string(rune('a'+i)), func() error {
				n := running.Add(1)
				defer running.Add(-1)
				for m := most.Load(); n > m && !most.CompareAndSwap(m, n); m = most.Load() {
				}
				_, err := argon2id.CreateHash("password", &h.cost)
				return err
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if most.Load() > int64(places) || h.queue.free != places || len(h.queue.lines) != 0 ||
		len(h.queue.turns) != 0 {
		t.Errorf("%d at once, want at most %d; afterwards %+v", most.Load(), places, h.queue)
	}
}

func TestAPasswordIsMoreThanTheWordsOfItsContext(t *testing.T) {
	for password, refused := range map[string]bool{
		"ArtisanEats2026!":       true,
		"artisan-eats-artisan":   true,
		"operator123456":         true,
		"marketmarket1":          true,
		"ada.lovelace1815":       true, // her own address
		"Lovelace-Ada-99":        true,
		"artisan goat by night":  false,
		"operator of the canoe":  false,
		"1234 5678 9012 3456":    false, // no word at all: others look at it
		"sourdough on a tuesday": false,
	} {
		if got := ofContext(password, "ada.lovelace@example.org"); got != refused {
			t.Errorf("%q: %v, want %v", password, got, refused)
		}
	}
	if len(CheckPassword("ArtisanEats2026!", "ada@example.org")) == 0 {
		t.Error("a password of the shop's name is taken")
	}
}
