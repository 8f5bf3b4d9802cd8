package spdx

import (
	"os"
	"path/filepath"
	"strings"
)

// known are licences by what only they say, the more particular first.
var known = []struct {
	id   string
	says []string
}{
	{"Apache-2.0", []string{"apache license", "version 2.0"}},
	{"MPL-2.0", []string{"mozilla public license", "2.0"}},
	{"MIT", []string{"permission is hereby granted, free of charge", "the above copyright notice and this permission notice"}},
	{"ISC", []string{"permission to use, copy, modify, and", "with or without fee is hereby granted"}},
	{"BSD-3-Clause", []string{"redistribution and use in source and binary forms", "endorse or promote products"}},
	{"BSD-2-Clause", []string{"redistribution and use in source and binary forms"}},
}

// Licence tells under which licence a module is, by the file at its root; Unknown where it has none that is
// well known.
func Licence(dir string) string {
	for _, name := range []string{"LICENSE", "LICENSE.txt", "LICENSE.md", "LICENCE", "COPYING", "License"} {
		text, err := os.ReadFile(filepath.Join(dir, name)) //nolint:gosec // a module of the cache
		if err == nil {
			return licenceOf(string(text))
		}
	}
	return Unknown
}

func licenceOf(text string) string {
	text = strings.ToLower(strings.Join(strings.Fields(text), " "))
next:
	for _, licence := range known {
		for _, words := range licence.says {
			if !strings.Contains(text, words) {
				continue next
			}
		}
		return licence.id
	}
	return Unknown
}
