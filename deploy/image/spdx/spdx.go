// Package spdx writes and reads as much of SPDX 2.3 as a bill of Go modules needs.
package spdx

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
)

// Document is a bill of materials.
type Document struct {
	Version       string         `json:"spdxVersion"`
	DataLicense   string         `json:"dataLicense"`
	ID            string         `json:"SPDXID"`
	Name          string         `json:"name"`
	Namespace     string         `json:"documentNamespace"`
	Creation      Creation       `json:"creationInfo"`
	Packages      []Package      `json:"packages"`
	Relationships []Relationship `json:"relationships"`
}

// Creation is who made the document, and when: RFC 3339, in UTC.
type Creation struct {
	Created  string   `json:"created"`
	Creators []string `json:"creators"`
}

// Package is something that is in it: the program, a module, what Go itself brings.
type Package struct {
	Name             string      `json:"name"`
	ID               string      `json:"SPDXID"`
	Version          string      `json:"versionInfo"`
	Supplier         string      `json:"supplier"`
	Download         string      `json:"downloadLocation"`
	FilesAnalyzed    bool        `json:"filesAnalyzed"`
	LicenseConcluded string      `json:"licenseConcluded"`
	LicenseDeclared  string      `json:"licenseDeclared"`
	Copyright        string      `json:"copyrightText"`
	Purpose          string      `json:"primaryPackagePurpose,omitempty"`
	Checksums        []Checksum  `json:"checksums,omitempty"`
	References       []Reference `json:"externalRefs,omitempty"`
}

// Checksum of a Go module is that of its list of files, as go.sum has it.
type Checksum struct {
	Algorithm string `json:"algorithm"`
	Value     string `json:"checksumValue"`
}

// Reference is how others name the package.
type Reference struct {
	Category string `json:"referenceCategory"`
	Type     string `json:"referenceType"`
	Locator  string `json:"referenceLocator"`
}

// Relationship ties two packages.
type Relationship struct {
	From string `json:"spdxElementId"`
	Type string `json:"relationshipType"`
	To   string `json:"relatedSpdxElement"`
}

// DocumentID is how a document is named within itself, and Unknown what nobody has said.
const (
	DocumentID = "SPDXRef-DOCUMENT"
	Unknown    = "NOASSERTION"
)

// NewPackage is a Go module, of which nothing but its path and version is known.
func NewPackage(name, version string) Package {
	return Package{
		Name: name, ID: idOf(name), Version: version, Supplier: Unknown, Download: Unknown,
		LicenseConcluded: Unknown, LicenseDeclared: Unknown, Copyright: Unknown,
		References: []Reference{{
			Category: "PACKAGE-MANAGER", Type: "purl", Locator: PackageURL(name, version),
		}},
	}
}

// idOf makes a name of letters, figures, dots and hyphens. Two names never make one.
func idOf(name string) string {
	var out strings.Builder
	out.WriteString("SPDXRef-")
	for _, c := range []byte(name) {
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '.':
			out.WriteByte(c)
		case c == '/':
			out.WriteByte('-')
		default:
			fmt.Fprintf(&out, "-%02x-", c)
		}
	}
	return out.String()
}

// Read reads a bill from a file.
func Read(path string) (*Document, error) {
	text, err := os.ReadFile(path) //nolint:gosec // whoever asks names the file
	if err != nil {
		return nil, err
	}
	var d Document
	if err := json.Unmarshal(text, &d); err != nil {
		return nil, fmt.Errorf("%s is no JSON: %w", path, err)
	}
	if d.Version != "SPDX-2.3" || len(d.Packages) == 0 {
		return nil, fmt.Errorf("%s is no bill of SPDX 2.3 that names a package", path)
	}
	return &d, nil
}
