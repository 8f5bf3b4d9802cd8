package picture

import (
	"bytes"
	_ "embed" // of the plan
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

//go:embed plan.json
var planned []byte

// Plan says what is on every picture.
type Plan struct {
	Objects map[string]Object `json:"objects"`
	Market  Still             `json:"market"`
	Makers  []Maker           `json:"makers"`
}

// Maker is a producer of the demo: its place, and what it sells.
type Maker struct {
	Name string `json:"name"`
	Still
	Products []Product `json:"products"`
}

// Product is one of the demo's products.
type Product struct {
	Title string `json:"title"`
	Still
}

// Label is the layout of what no object comes near.
const Label = "label"

// Object is a thing that can be painted.
type Object struct {
	From string `json:"from"` // the name of its file, without .webp
	One  string `json:"one"`  // in words, with its article
	Many string `json:"many"` // in words
	// Size is how large it is beside others; 1 is a loaf.
	Size float64 `json:"size"`
	// Upright things are not turned, for what is in them would run out.
	Upright bool `json:"upright,omitempty"`
	// Turn, in degrees clockwise, is how the file is turned first.
	Turn float64 `json:"turn,omitempty"`
	// Wide is how much of its width is left, once it is turned; more than 1 makes it broad. Left out, it
	// stays.
	Wide float64 `json:"wide,omitempty"`
	// Mirror turns left and right round.
	Mirror bool `json:"mirror,omitempty"`
	// Cut takes away the corner at the top left of the file, before it is turned: what is nearer than
	// this share of its width and height together.
	Cut  float64 `json:"cut,omitempty"`
	Dyes []Dye   `json:"dyes,omitempty"`
	// Food is what it is called in lists of ingredients. Only what has a name there stands beside a product.
	Food []string `json:"food,omitempty"`
}

// Dye gives another colour to a part of an object.
type Dye struct {
	To string `json:"to"` // #rrggbb, which becomes the middle tone
	// Hues are the degrees from and to which colours are dyed; the whole object when both are zero.
	Hues [2]float64 `json:"hues"`
	// Greys are dyed instead of colours.
	Greys bool `json:"greys,omitempty"`
	// Smooth is how far light and shade are spread, in pixels of the file: what is smaller, as grains,
	// holes and spots, is gone, and the form stays.
	Smooth int `json:"smooth,omitempty"`
	// Flecks and Veins dye only that share of the surface, from 0 to 1, in small spots or in a marbling.
	Flecks float64 `json:"flecks,omitempty"`
	Veins  float64 `json:"veins,omitempty"`
	// Rows are the shares of the height from and to which is dyed; all of it when both are zero.
	Rows [2]float64 `json:"rows"`
	// Columns are the same across.
	Columns [2]float64 `json:"columns"`
}

// Still is a still life. A name of an object may end in *N: N of them.
type Still struct {
	// "one", "row", "heap" or "scatter"; or "label": the name and the maker in words
	Layout string   `json:"layout"`
	Of     []string `json:"of,omitempty"`   // what it is about
	With   []string `json:"with,omitempty"` // what stands beside it: ingredients
	// Title and By are the product and who makes it. A maker's own picture has only its name.
	Title string `json:"-"`
	By    string `json:"-"`
}

// Load reads the plan. A field that is not known is an error, for it is a slip of the pen.
func Load() (*Plan, error) {
	plan := &Plan{}
	decoder := json.NewDecoder(bytes.NewReader(planned))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(plan); err != nil {
		return nil, fmt.Errorf("read the plan of pictures: %w", err)
	}
	for i := range plan.Makers {
		m := &plan.Makers[i]
		m.Title = m.Name
		for k := range m.Products {
			p := &m.Products[k]
			p.Still.Title, p.By = p.Title, m.Name
		}
	}
	return plan, nil
}

// Names are the objects of one part of a still life, each as often as it is there.
func Names(part []string) []string {
	var names []string
	for _, s := range part {
		name, count, _ := strings.Cut(s, "*")
		n, err := strconv.Atoi(count)
		if err != nil {
			n = 1
		}
		names = append(names, slices.Repeat([]string{name}, n)...)
	}
	return names
}

var numbers = []string{"", "", "two", "three", "four", "five", "six"}

// Alt says in words what is on a picture.
func (p *Plan) Alt(s Still) string {
	if s.Layout == Label {
		return "A label: " + s.Title + ", " + s.By
	}
	var things []string
	all := slices.Concat(Names(s.Of), Names(s.With))
	for i, name := range all {
		if slices.Contains(all[:i], name) {
			continue
		}
		n := 0
		for _, other := range all {
			if other == name {
				n++
			}
		}
		things = append(things, p.Objects[name].words(n))
	}
	text := things[len(things)-1]
	if rest := things[:len(things)-1]; len(rest) > 0 {
		text = strings.Join(rest, ", ") + " and " + text
	}
	return strings.ToUpper(text[:1]) + text[1:]
}

func (o Object) words(n int) string {
	switch {
	case n == 1 || o.One == o.Many:
		return o.One
	case n < len(numbers):
		return numbers[n] + " " + o.Many
	}
	return "many " + o.Many
}
