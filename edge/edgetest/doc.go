// Package edgetest is what tests of the front door stand on: a shop before peers that
// answer from memory (Open), a market of real services on both engines (OpenMarket), the
// calls that programs make of it, and its pages as a browser reads them. What the peers
// know is here once, so that all rooms' tests speak of the same cheese.
package edgetest
