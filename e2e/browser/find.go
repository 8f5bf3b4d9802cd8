package browser

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// element is something on the page.
type element cdp.BackendNodeID

// find gives the element of one of the roles whose name is this, or starts with this, or has
// this in it: the first of the best, in any case. Names and roles are those that a screen reader says.
func (t *Tab) find(ctx context.Context, name string, roles ...string) (element, error) {
	root, err := t.part(ctx)
	if err != nil {
		return 0, err
	}
	var best element
	var bestRank int
	var others []string
	for _, role := range roles {
		nodes, err := named(ctx, root, role)
		if err != nil {
			return 0, err
		}
		for _, n := range nodes {
			if rank := likeness(n.name, name); rank > bestRank {
				best, bestRank = n.element, rank
			}
			others = append(others, n.name)
		}
	}
	if bestRank == 0 {
		return 0, fmt.Errorf("there is no %q among %s: %q", name, strings.Join(roles, ", "), others)
	}
	return best, nil
}

// likeness ranks how well what is there fits what is looked for; 0 is not at all.
func likeness(have, want string) int {
	have, want = strings.ToLower(have), strings.ToLower(want)
	switch {
	case have == want:
		return 3
	case strings.HasPrefix(have, want):
		return 2
	case strings.Contains(have, want):
		return 1
	default:
		return 0
	}
}

type namedElement struct {
	name    string
	element element
}

// named lists the elements of a role that can be used, in a part of the page.
func named(ctx context.Context, root runtime.RemoteObjectID, role string) (list []namedElement, err error) {
	tree, err := chromedp.Call(ctx, accessibility.QueryAXTree,
		accessibility.QueryAXTreeParams{ObjectID: root, Role: role})
	if err != nil {
		return nil, err
	}
	for _, n := range tree.Nodes {
		if n.Ignored || n.Name == nil || n.BackendDOMNodeID == 0 || disabled(n) {
			continue
		}
		var name string
		if err := json.Unmarshal(n.Name.Value, &name); err != nil {
			return nil, fmt.Errorf("the name of a %s: %w", role, err)
		}
		list = append(list,
			namedElement{strings.Join(strings.Fields(name), " "), element(n.BackendDOMNodeID)})
	}
	return list, nil
}

func disabled(n *accessibility.Node) bool {
	for _, p := range n.Properties {
		if p.Name == accessibility.PropertyNameDisabled && p.Value != nil && string(p.Value.Value) == "true" {
			return true
		}
	}
	return false
}

// smallest finds the smallest part of the page that has a text in it.
const smallest = `(text => {
	if (!text) return document.documentElement;
	const parts = [...document.querySelectorAll("article, section, li, tr, form, fieldset, dialog, details")];
	return parts.filter(e => e.innerText.toLowerCase().replace(/\s+/g, " ").includes(text.toLowerCase())).
		sort((a, b) => a.innerText.length - b.innerText.length)[0];
})(%s)`

// part is the part of the page that is used.
func (t *Tab) part(ctx context.Context) (runtime.RemoteObjectID, error) {
	text, err := json.Marshal(t.within)
	if err != nil {
		return "", err
	}
	answer, err := chromedp.Call(ctx, runtime.Evaluate,
		runtime.EvaluateParams{Expression: fmt.Sprintf(smallest, text)})
	if err != nil {
		return "", err
	}
	if answer.ExceptionDetails != nil {
		return "", thrown(answer.ExceptionDetails)
	}
	if answer.Result.ObjectID == "" {
		return "", fmt.Errorf("no part of the page has %q", t.within)
	}
	return answer.Result.ObjectID, nil
}

// partText is what can be read in the part of the page that is used.
func (t *Tab) partText() (string, error) {
	if t.within == "" {
		return t.Text()
	}
	text, err := json.Marshal(t.within)
	if err != nil {
		return "", err
	}
	all, err := Ask[string](t, fmt.Sprintf(smallest, text)+"?.innerText ?? ''")
	return strings.Join(strings.Fields(all), " "), err
}

// on calls a JavaScript function on an element.
func on[T any](ctx context.Context, e element, function string, arguments ...any) (T, error) {
	var value T
	node, err := chromedp.Call(ctx, dom.ResolveNode,
		dom.ResolveNodeParams{BackendNodeID: cdp.BackendNodeID(e)})
	if err != nil {
		return value, err
	}
	yes := true
	call := runtime.CallFunctionOnParams{
		FunctionDeclaration: function, ObjectID: node.Object.ObjectID,
		ReturnByValue: &yes,
	}
	for _, a := range arguments {
		raw, err := json.Marshal(a)
		if err != nil {
			return value, err
		}
		call.Arguments = append(call.Arguments, &runtime.CallArgument{Value: raw})
	}
	answer, err := chromedp.Call(ctx, runtime.CallFunctionOn, call)
	if err != nil {
		return value, err
	}
	if answer.ExceptionDetails != nil {
		return value, thrown(answer.ExceptionDetails)
	}
	return value, json.Unmarshal(answer.Result.Value, &value)
}

// thrown is what a script of ours failed with.
func thrown(e *runtime.ExceptionDetails) error {
	if e.Exception != nil {
		return errors.New(e.Exception.Description)
	}
	return errors.New(e.Text)
}

// place is where an element is on the screen, and what lies over it.
type place struct {
	X, Y    float64
	Shown   bool
	Covered string
}

// whereIs brings an element, or what names it if that is what people click, onto the
// screen, and gives a point of it.
const whereIs = `function(byLabel) {
	const target = byLabel && this.labels?.[0] || this;
	target.scrollIntoView({block: "center", inline: "nearest", behavior: "instant"});
	const box = target.getClientRects()[0];
	if (!box || !box.width || !box.height || !target.checkVisibility({visibilityProperty: true})) return {Shown: false};
	const x = box.x + box.width / 2, y = box.y + box.height / 2;
	const hit = document.elementFromPoint(x, y);
	const free = target.contains(hit);
	return {X: x, Y: y, Shown: true, Covered: free ? "" : hit?.outerHTML.slice(0, 200) ?? "nothing: it is outside"};
}`

var errHidden = errors.New("it is there, but not to be seen")

// click presses and lets go of the mouse on the middle of an element, so many times.
func click(ctx context.Context, e element, byLabel bool, times int64) error {
	at, err := on[place](ctx, e, whereIs, byLabel)
	if err != nil {
		return err
	}
	if !at.Shown {
		return errHidden
	}
	if at.Covered != "" {
		return fmt.Errorf("it is covered by %s", at.Covered)
	}
	for i := range 2 * times {
		kind := input.DispatchMouseEventTypeMousePressed
		if i%2 == 1 {
			kind = input.DispatchMouseEventTypeMouseReleased
		}
		_, err := chromedp.Call(ctx, input.DispatchMouseEvent, input.DispatchMouseEventParams{
			Type: kind, X: at.X, Y: at.Y, Button: input.MouseButtonLeft, ClickCount: i/2 + 1,
		})
		if err != nil {
			return err
		}
	}
	return nil
}
