// Package id makes and reads the public IDs of things. An ID says what it
// names, in which market, and sorts by the time it was made:
//
//	ord_portland_01k8y6v0xq7d3mz1n5r2t9w4bc
//	kind market   48 bits of Unix milliseconds and 80 random bits, in base 32
//
// The market is in the ID so that any request can be sent to the cell that
// holds the market, without a lookup. An ID is never a secret by itself, but its
// random part is enough that it cannot be guessed.
package id

import (
	"encoding/binary"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/artisan-eats/artisan/fault"
)

// The kinds of things that have an ID.
const (
	Account    = "acc"
	Address    = "adr"
	Cart       = "crt"
	Customer   = "cus"
	Cycle      = "cyc"
	Event      = "evt"
	Invitation = "inv"
	Lot        = "lot"
	Message    = "msg"
	Notice     = "ntc"
	Order      = "ord"
	Part       = "prt"
	Passkey    = "key"
	Producer   = "pro"
	Product    = "prd"
	Schedule   = "sch"
	Sealing    = "skp"
	Variant    = "var"
	Window     = "win"
)

// Global is the market of what belongs to none: accounts, messages.
const Global = "x"

// alphabet is Crockford's base 32 in lower case: no i, l, o, u.
const alphabet = "0123456789abcdefghjkmnpqrstvwxyz"

const (
	uniqueLength = 26
	// timeLength is how much of that is the time: 26 digits of base 32 have two bits more than an ID.
	timeLength = 10
)

// New makes an ID of a kind in a market. It reads 10 bytes from random, and
// panics when it cannot: a host without randomness cannot go on.
func New(kind, market string, now time.Time, random io.Reader) string {
	var b [16]byte
	binary.BigEndian.PutUint64(b[:8], uint64(now.UnixMilli())<<16)
	if _, err := io.ReadFull(random, b[6:]); err != nil {
		panic(fmt.Sprintf("id: no randomness: %v", err))
	}
	var s strings.Builder
	s.Grow(len(kind) + len(market) + 2 + uniqueLength)
	s.WriteString(kind)
	s.WriteByte('_')
	s.WriteString(market)
	s.WriteByte('_')
	s.WriteString(unique(b))
	return s.String()
}

// Earliest is what is after the market in the least ID that can have been made at a time: IDs of a kind
// and market that were made since then are not less.
func Earliest(at time.Time) string {
	var b [16]byte
	binary.BigEndian.PutUint64(b[:8], uint64(at.UnixMilli())<<16)
	return unique(b)
}

// MadeAt is when an ID was made, by whoever made it; the zero time for what is no ID.
func MadeAt(s string) time.Time {
	var milli int64
	for _, c := range []byte(Unique(s)[:min(len(s), timeLength)]) {
		digit := strings.IndexByte(alphabet, c)
		if digit < 0 {
			return time.Time{}
		}
		milli = milli<<5 | int64(digit)
	}
	return time.UnixMilli(milli).UTC()
}

// Unique is what is after the market in an ID. It sorts by time across markets.
func Unique(s string) string { return s[max(0, len(s)-uniqueLength):] }

func unique(b [16]byte) string {
	var s strings.Builder
	s.Grow(uniqueLength)
	hi, lo := binary.BigEndian.Uint64(b[:8]), binary.BigEndian.Uint64(b[8:])
	for shift := 125; shift >= 0; shift -= 5 {
		s.WriteByte(alphabet[bits5(hi, lo, shift)])
	}
	return s.String()
}

// Number reads the end of an ID as people type it: in any case, with the letters that the alphabet
// leaves out for the digits they look like. It reports false for what no ID ends with.
func Number(typed string) (string, bool) {
	number := lookAlikes.Replace(strings.ToLower(typed))
	for i := range len(number) {
		if strings.IndexByte(alphabet, number[i]) < 0 {
			return "", false
		}
	}
	return number, len(number) <= uniqueLength
}

var lookAlikes = strings.NewReplacer("o", "0", "i", "1", "l", "1")

// bits5 takes the five bits of the 128-bit number hi:lo that start at shift.
func bits5(hi, lo uint64, shift int) uint64 {
	if shift >= 64 {
		return hi >> (shift - 64) & 31
	}
	v := lo >> shift
	if shift > 59 {
		v |= hi << (64 - shift)
	}
	return v & 31
}

// Market reads an ID of a kind and answers its market. The fault is not-found, for
// an ID that cannot have been made here names nothing.
func Market(kind, s string) (string, error) {
	notFound := fault.Newf(fault.NotFound, "not_found", "There is no such %s.", noun(kind))
	if len(s) > 128 {
		return "", notFound
	}
	k, rest, ok := strings.Cut(s, "_")
	market, unique, ok2 := strings.Cut(rest, "_")
	if !ok || !ok2 || k != kind || !ValidMarket(market) || !validUnique(unique) {
		return "", notFound
	}
	return market, nil
}

// ValidMarket reports whether a market may have this code: 1 to 24 lower-case
// letters, digits and hyphens, the first a letter.
func ValidMarket(code string) bool {
	if code == "" || len(code) > 24 || code[0] < 'a' || code[0] > 'z' {
		return false
	}
	for i := range len(code) {
		c := code[i]
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' {
			return false
		}
	}
	return true
}

func validUnique(s string) bool {
	if len(s) != uniqueLength || s[0] > '7' {
		return false
	}
	for i := range len(s) {
		if strings.IndexByte(alphabet, s[i]) < 0 {
			return false
		}
	}
	return true
}

func noun(kind string) string {
	switch kind {
	case Account, Customer:
		return "account"
	case Cart:
		return "cart"
	case Message:
		return "message"
	case Order:
		return "order"
	case Part:
		return "part of an order"
	case Producer:
		return "producer"
	case Product:
		return "product"
	case Variant:
		return "variant"
	case Window:
		return "window"
	}
	return "thing"
}
