package browser

import (
	_ "embed"
	"fmt"
	"strings"
)

// axe is axe-core as it is published; its licence is beside it.
//
//go:embed axe/axe-4.14.1.min.js
var axe string

// violations runs axe with some of its rules and tells each broken one in a line of its own.
const violations = `axe.run(document, {resultTypes: ["violations"], %s}).then(result => result.violations.flatMap(v =>
	v.nodes.slice(0, 5).map(n => v.id + " (" + v.help + "): " + n.html.slice(0, 160) + " " +
		(n.any[0] || n.all[0] || n.none[0])?.message)))`

// ofColours are the rules that colours decide.
const ofColours = `runOnly: {type: "rule", values: ["color-contrast", "link-in-text-block"]}`

// Barriers tells what on the page keeps somebody out, as axe-core finds it with all its rules.
func (t *Tab) Barriers() ([]string, error) { return t.barriers("") }

// FaintBarriers tells what keeps somebody out by its colours.
func (t *Tab) FaintBarriers() ([]string, error) { return t.barriers(ofColours) }

func (t *Tab) barriers(rules string) ([]string, error) {
	loaded, err := Ask[bool](t, "typeof axe === 'object'")
	if err != nil {
		return nil, err
	}
	if !loaded {
		if _, err := Ask[bool](t, axe+"; true"); err != nil {
			return nil, err
		}
	}
	found, err := Ask[[]string](t, fmt.Sprintf(violations, rules))
	for i := range found {
		found[i] = strings.Join(strings.Fields(found[i]), " ")
	}
	return found, err
}
