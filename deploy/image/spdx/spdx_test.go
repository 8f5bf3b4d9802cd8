package spdx

import (
	"os"
	"path/filepath"
	"runtime/debug"
	"testing"
)

func TestLicencesAreKnownByTheirWords(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"Apache License\n   Version 2.0, January 2004", "Apache-2.0"},
		{"Permission is hereby granted, free of\ncharge, to any person ... The above copyright\nnotice and this permission notice shall", "MIT"},
		{"Redistribution and use in source and binary forms ... nor ... endorse or promote products derived", "BSD-3-Clause"},
		{"Redistribution and use in source and binary forms, with", "BSD-2-Clause"},
		{"You may look at it on Sundays.", Unknown},
	} {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "LICENSE"), []byte(c.text), 0o600); err != nil {
			t.Fatal(err)
		}
		if got := Licence(dir); got != c.want {
			t.Errorf("%q is taken for %s", c.text, got)
		}
	}
	if got := Licence(t.TempDir()); got != Unknown {
		t.Errorf("a module without a licence is under %s", got)
	}
}

func TestNoTwoNamesHaveOneID(t *testing.T) {
	if a, b := idOf("example.org/a-b"), idOf("example.org/a_b"); a == b {
		t.Errorf("both are %s", a)
	}
	if got := idOf("example.org/a_b"); got != "SPDXRef-example.org-a-5f-b" {
		t.Errorf("it is %s", got)
	}
}

func TestWhatIsNoBillIsRefused(t *testing.T) {
	for _, text := range []string{
		"{", "{}", `{"spdxVersion":"SPDX-2.3"}`, `{"spdxVersion":"SPDX-3.0","packages":[{}]}`,
	} {
		path := filepath.Join(t.TempDir(), "bill.json")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Read(path); err == nil {
			t.Errorf("%s is read", text)
		}
	}
}

func TestAModuleIsWhatItWasReplacedBy(t *testing.T) {
	const sum = "h1:1m7XLP9w/NvAQ8gZFjhWDqdC5OPmRJrfH7XPDxdfjlg="
	p := modulePackage(
		&debug.Module{Path: "old", Version: "v1.0.0", Replace: &debug.Module{
			Path: "example.org/new", Version: "v2.0.0+incompatible", Sum: sum,
		}},
		map[string]string{"example.org/new": "MIT"})
	if p.Name != "example.org/new" || p.LicenseDeclared != "MIT" ||
		p.References[0].Locator != "pkg:golang/example.org/new@v2.0.0%2Bincompatible" {
		t.Errorf("it is listed as %+v", p)
	}
	got := (&Document{Packages: []Package{p}}).Modules()
	if len(got) != 1 || got[0].Version != "v2.0.0+incompatible" {
		t.Errorf("it is read as %+v", got)
	}
	if len(p.Checksums) != 1 || len(p.Checksums[0].Value) != 64 {
		t.Errorf("its checksum is %+v", p.Checksums)
	}
}
