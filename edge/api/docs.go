package api

import (
	"cmp"
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/artisan-eats/artisan/edge/api/view"
	"github.com/artisan-eats/artisan/edge/web"
)

// The parts of the OpenAPI document that its page shows. It is our own document, so
// it says nothing that these do not know.
type (
	document struct {
		Info  struct{ Description string }
		Tags  []struct{ Name, Description string }
		Paths map[string]map[string]operation

		Components struct {
			Schemas   map[string]schema
			Responses map[string]response
		}
	}
	operation struct {
		Summary, Description string
		Tags                 []string
		Parameters           []parameter
		RequestBody          content
		Responses            map[string]response
	}
	parameter struct {
		Name, In, Description string
		Required              bool
		Schema                schema
	}
	response struct {
		Ref         string `json:"$ref"`
		Description string
		content
	}
	content struct {
		Content map[string]struct {
			Schema  schema
			Example json.RawMessage
		}
	}
	schema struct {
		Ref         string `json:"$ref"`
		Type        any
		Description string
		Format      string
		Enum        []string
		Items       *schema
		AnyOf       []schema
		Required    []string
		Properties  map[string]schema
	}
)

// DocsPage describes the API to people.
func DocsPage(ctx context.Context, q *web.Query) (*web.Reply, error) {
	var doc document
	if err := json.Unmarshal(q.Site.Document, &doc); err != nil {
		return nil, err
	}
	model := view.Docs{Frame: q.Site.DeskFrame("API"), Description: doc.Info.Description}
	model.Frame.Description, model.Meta = "How programs use the shop: browse, order, prepare, refund.",
		q.Site.Meta(nil, "/api", "")
	for _, tag := range doc.Tags {
		model.Groups = append(model.Groups,
			view.Group{Name: tag.Name, Description: tag.Description, Operations: doc.operations(tag.Name)})
	}
	for _, name := range slices.Sorted(maps.Keys(doc.Components.Schemas)) {
		s := doc.Components.Schemas[name]
		model.Schemas = append(model.Schemas,
			view.Schema{Name: name, Anchor: anchor(name), Description: s.Description, Fields: s.fields()})
	}
	return web.Render(ctx, http.StatusOK, view.DocsPage(model))
}

func anchor(name string) string { return "shape-" + name }

func (d *document) operations(tag string) []view.Operation {
	var list []view.Operation
	for _, path := range slices.Sorted(maps.Keys(d.Paths)) {
		for _, method := range slices.Sorted(maps.Keys(d.Paths[path])) {
			if o := d.Paths[path][method]; slices.Contains(o.Tags, tag) {
				list = append(list, d.describe(strings.ToUpper(method), path, o))
			}
		}
	}
	return list
}

func (d *document) describe(method, path string, o operation) view.Operation {
	out := view.Operation{
		Anchor: operationAnchor(method, path), Method: method, Path: "/api/v1" + path,
		Summary: o.Summary, Description: o.Description,
	}
	for _, p := range o.Parameters {
		out.Params = append(out.Params, view.Param{
			Name: p.Name, In: p.In, Type: p.Schema.name(),
			Description: p.Description, Required: p.Required,
		})
	}
	for _, body := range o.RequestBody.Content {
		fields := body.Schema
		if fields.Ref != "" {
			fields = d.Components.Schemas[last(fields.Ref)]
		}
		for _, field := range fields.fields() {
			field.In = "body"
			out.Params = append(out.Params, field)
		}
		out.Example = pretty(body.Example)
	}
	for _, status := range slices.Sorted(maps.Keys(o.Responses)) {
		r := o.Responses[status]
		out.Answers = append(out.Answers, d.answer(status, r))
		if body, answers := r.Content["application/json"]; answers && status < "300" {
			out.Sample = pretty(d.sample(&body.Schema, sampleDepth))
		}
	}
	return out
}

var notInAnchors = regexp.MustCompile(`[^a-z]+`)

// operationAnchor is where an operation is on the page: "post-carts-id-checkout".
func operationAnchor(method, path string) string {
	return strings.Trim(notInAnchors.ReplaceAllString(strings.ToLower(method+path), "-"), "-")
}

// pretty is JSON that people read; empty for none.
func pretty(value any) string {
	text, err := json.MarshalIndent(value, "", "  ")
	if err != nil || string(text) == "null" {
		return ""
	}
	return string(text)
}

// sampleDepth is how deep an answer is shown in full.
const sampleDepth = 4

// sample is how a value of a schema looks, each text saying what stands there.
func (d *document) sample(s *schema, depth int) any {
	if s.Ref != "" {
		of := d.Components.Schemas[last(s.Ref)]
		s = &of
	}
	switch {
	case depth == 0:
		return nil
	case len(s.AnyOf) > 0:
		return d.sample(&s.AnyOf[0], depth)
	case s.Items != nil:
		return []any{d.sample(s.Items, depth-1)}
	case len(s.Properties) > 0:
		fields := map[string]any{}
		for name, field := range s.Properties {
			fields[name] = d.sample(&field, depth-1)
		}
		return fields
	case len(s.Enum) > 0:
		return s.Enum[len(s.Enum)-1]
	}
	return cmp.Or(samples[s.Format], samples[typeName(s.Type)])
}

// samples are values by their format or type.
var samples = map[string]any{
	"date-time": "2026-11-21T17:00:00Z", "date": "2026-11-21", "uri-reference": "/images/3f6c",
	"string": "text", "string or null": "text", "integer": 100, "int64": 100, "number": 1.5, "boolean": true,
}

func (d *document) answer(status string, r response) view.Answer {
	if r.Ref != "" {
		r = d.Components.Responses[last(r.Ref)]
	}
	out := view.Answer{Status: status, Description: r.Description}
	for _, body := range r.Content {
		if body.Schema.Ref != "" {
			out.Schema, out.Anchor = last(body.Schema.Ref), anchor(last(body.Schema.Ref))
		}
	}
	return out
}

func (s *schema) fields() []view.Param {
	var list []view.Param
	for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
		field := s.Properties[name]
		list = append(list, view.Param{
			Name: name, Type: field.name(), Description: field.Description,
			Required: slices.Contains(s.Required, name),
		})
	}
	return list
}

// name is a type in a few words: "Money", "list of Variant", "text or null".
func (s *schema) name() string {
	switch {
	case s.Ref != "":
		return last(s.Ref)
	case len(s.AnyOf) > 0:
		var names []string
		for _, of := range s.AnyOf {
			names = append(names, of.name())
		}
		return strings.Join(names, " or ")
	case s.Items != nil:
		return "list of " + s.Items.name()
	case len(s.Enum) > 0:
		return strings.TrimPrefix(strings.Join(s.Enum, " | "), " | ")
	}
	return cmp.Or(s.Format, typeName(s.Type))
}

func typeName(t any) string {
	list, ok := t.([]any)
	if !ok {
		name, _ := t.(string)
		return name
	}
	var names []string
	for _, one := range list {
		names = append(names, typeName(one))
	}
	return strings.Join(names, " or ")
}

func last(ref string) string { return ref[strings.LastIndexByte(ref, '/')+1:] }
