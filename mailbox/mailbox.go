// Package mailbox knows how e-mail addresses are written, and which of them lead to one mailbox.
package mailbox

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/net/idna"
)

const (
	maxEmail     = 254 // RFC 5321, section 4.5.3.1.3, without the angle brackets
	maxLocalPart = 64
	maxLabel     = 63
)

// Normal answers the one form of an e-mail address that is stored and compared: no
// space around it, lower case, the domain in ASCII. It accepts what mail servers
// accept from strangers: a dot-atom, an @ and a domain name of two labels or more, and so
// nothing that could break out of a header. ok is false for anything else.
func Normal(s string) (email string, ok bool) {
	s = strings.TrimSpace(s)
	at := strings.LastIndexByte(s, '@')
	if at < 1 || len(s) > maxEmail || !utf8.ValidString(s) || !isDotAtom(s[:at]) {
		return "", false
	}
	domain, err := idna.Lookup.ToASCII(s[at+1:])
	if err != nil || !isDomain(domain) {
		return "", false
	}
	email = strings.ToLower(s[:at] + "@" + domain)
	return email, len(email) <= maxEmail
}

// Of answers what limits take for the mailbox behind an address: its normal form without a tag ("+news"), and
// at Gmail without dots. Two addresses of one mailbox count as one. Nothing is mailed to it, for elsewhere it
// may be nobody's.
func Of(address string) string {
	if normal, ok := Normal(address); ok {
		address = normal
	}
	at := strings.LastIndexByte(address, '@')
	if at < 1 {
		return strings.ToLower(strings.TrimSpace(address))
	}
	local, domain := address[:at], address[at+1:]
	if untagged, _, _ := strings.Cut(local, "+"); untagged != "" {
		local = untagged
	}
	if domain == "gmail.com" || domain == "googlemail.com" {
		local, domain = strings.ReplaceAll(local, ".", ""), "gmail.com"
	}
	return local + "@" + domain
}

// isDotAtom: RFC 5322, section 3.2.3, within RFC 5321's length.
func isDotAtom(local string) bool {
	if len(local) > maxLocalPart {
		return false
	}
	for atom := range strings.SplitSeq(local, ".") {
		if atom == "" || strings.ContainsFunc(atom, func(r rune) bool { return !isAtomChar(r) }) {
			return false
		}
	}
	return true
}

func isAtomChar(r rune) bool {
	return isAlphanumeric(r) || strings.ContainsRune("!#$%&'*+-/=?^_`{|}~", r)
}

func isAlphanumeric(r rune) bool {
	return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9'
}

// isDomain: two or more labels of letters, digits and inner hyphens. A last label
// of digits only would be an IP address.
func isDomain(domain string) bool {
	labels := strings.Split(domain, ".")
	for _, label := range labels {
		if !isLabel(label) {
			return false
		}
	}
	return len(labels) >= 2 && strings.Trim(labels[len(labels)-1], "0123456789") != ""
}

func isLabel(label string) bool {
	if label == "" || len(label) > maxLabel || label[0] == '-' || label[len(label)-1] == '-' {
		return false
	}
	return !strings.ContainsFunc(label, func(r rune) bool { return !isAlphanumeric(r) && r != '-' })
}
