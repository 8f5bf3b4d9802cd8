// Package breached knows the passwords that everybody tries: those of the usual lists of breaches that are
// long enough to be a password here, and what is commonly made of the most usual words by a few digits at the
// end.
//
// It holds 32 bits of the SHA-256 of each, sorted: about one password in 30,000 is refused for nothing.
// README.md says where they are from, and `go generate` makes them anew.
package breached

//go:generate go run ./make

import (
	"crypto/sha256"
	_ "embed" // for the list
	"encoding/binary"
	"sort"
	"strings"

	"golang.org/x/text/unicode/norm"
)

const (
	// Shortest is how many characters the passwords of the list have at least.
	Shortest = 10
	// TopWords is how many of the most usual passwords, of any length, are refused with digits and signs
	// behind them too.
	TopWords = 20_000
	// shortestWord and longestTail bound what counts as a word with something behind it.
	shortestWord = 4
	longestTail  = 6
	entry        = 4 // bytes
)

//go:embed list.bin
var list string

// Has reports whether a password is one that everybody tries, in upper or lower case.
func Has(password string) bool {
	plain := Fold(password)
	if contains(Key(plain)) {
		return true
	}
	word := strings.TrimRight(plain, "0123456789!?.,_-+*#$@ ")
	return len(word) >= shortestWord && len(word) < len(plain) && len(plain)-len(word) <= longestTail &&
		contains(WordKey(word))
}

// Fold is the one form of a password that is compared.
func Fold(password string) string { return strings.ToLower(norm.NFKC.String(password)) }

// Key is what the list holds of a password that was folded.
func Key(folded string) uint32 { return digest("password\x00" + folded) }

// WordKey is what the list holds of a word to which people add something.
func WordKey(folded string) uint32 { return digest("word\x00" + folded) }

func digest(text string) uint32 {
	sum := sha256.Sum256([]byte(text))
	return binary.BigEndian.Uint32(sum[:entry])
}

func contains(key uint32) bool {
	n := len(list) / entry
	at := func(i int) uint32 { return binary.BigEndian.Uint32([]byte(list[i*entry : (i+1)*entry])) }
	i := sort.Search(n, func(i int) bool { return at(i) >= key })
	return i < n && at(i) == key
}
