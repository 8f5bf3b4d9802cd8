package edge

import (
	"bytes"
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"path"
	"regexp"
	"slices"
	"strconv"

	"github.com/artisan-eats/artisan/edge/page"
	"github.com/artisan-eats/artisan/edge/web"
	"github.com/artisan-eats/artisan/fault"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
)

// static holds what pages are made of besides their HTML. Whose work it is, and under
// which licence, is told by LICENSES.txt.
//
//go:embed static
var static embed.FS

// readAssets names the files that pages ask for.
func readAssets() (page.Assets, error) {
	var all page.Assets
	for name, address := range map[string]*string{
		"style.css": &all.Style, "shop.js": &all.Shop,
		"htmx-4.0.1.js": &all.Htmx, "passkey.js": &all.Passkey, "desk.css": &all.Desk,
		liveScript: &all.Live,
	} {
		content, err := readAsset(name)
		if err != nil {
			return all, fmt.Errorf("read a part of the pages: %w", err)
		}
		*address = versioned(name, content)
	}
	return all, nil
}

// versioned names a file by its content, so that browsers can keep it for ever.
func versioned(name string, content []byte) string {
	sum := sha256.Sum256(content)
	return "/static/" + name + "?v=" + hex.EncodeToString(sum[:6])
}

var assetTypes = map[string]string{
	".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml",
	".woff2": "font/woff2", ".webp": "image/webp",
	".txt": "text/plain; charset=utf-8",
}

// liveScript is htmx and its way to hear of news as one file: in two, htmx may begin before it has the
// second.
const liveScript = "live-4.0.1.js"

// readAsset is a file that belongs to the pages, the style sheet without what only its writers need.
func readAsset(name string) ([]byte, error) {
	if name == liveScript {
		htmx, err := static.ReadFile("static/htmx-4.0.1.js")
		news, newsErr := static.ReadFile("static/hx-sse-4.0.1.js")
		return slices.Concat(htmx, []byte("\n;"), news), errors.Join(err, newsErr)
	}
	content, err := static.ReadFile("static/" + name)
	if path.Ext(name) == ".css" {
		content = cssSpace.ReplaceAll(cssComment.ReplaceAll(content, nil), []byte(" "))
		content = cssAround.ReplaceAll(content, []byte("$1$2"))
		content = bytes.ReplaceAll(content, []byte(";}"), []byte("}"))
	}
	if name == "shop.js" {
		content = jsNotes.ReplaceAll(jsIndent.ReplaceAll(content, nil), nil)
	}
	return content, err
}

// Each line of the script stands by itself, and none is part of a text of several lines.
var (
	jsIndent = regexp.MustCompile(`(?m)^[ \t]+`)
	jsNotes  = regexp.MustCompile(`(?m)^//.*\n`)
)

// There is no text in the style sheet that these could damage: only names and values.
var (
	cssComment = regexp.MustCompile(`/\*[^*]*\*+(?:[^/*][^*]*\*+)*/`)
	cssSpace   = regexp.MustCompile(`\s+`)
	cssAround  = regexp.MustCompile(` ?([{};,>]) ?|(:) `)
)

// answerAsset answers a file that belongs to the pages.
func answerAsset(_ context.Context, q *web.Query) (*web.Reply, error) {
	contentType := assetTypes[path.Ext(q.ID)]
	content, err := readAsset(q.ID)
	if err != nil || contentType == "" {
		return nil, web.ErrNoPage
	}
	return &web.Reply{Status: http.StatusOK, ContentType: contentType, Body: content}, nil
}

var (
	// imageWidths are those that can be asked for; more would only fill the cache.
	imageWidths = []int{320, 800, 1280}
	imageTypes  = []string{"image/jpeg", "image/png", "image/webp", "image/gif", "image/avif"}
)

// answerImage answers a picture that is for everybody. Its key names its content, so it never changes;
// whether it is for everybody does.
func answerImage(ctx context.Context, q *web.Query) (*web.Reply, error) {
	return readImage(ctx, q, &catalogv1.GetImageRequest{})
}

// answerOwnImage answers a picture to the maker whose it is, and to the operator, before the maker is
// approved.
func answerOwnImage(v *web.Visit, q *web.Query) (*web.Reply, error) {
	if v.Account == nil {
		return nil, web.ErrNoPage
	}
	return readImage(v.Context(), q, &catalogv1.GetImageRequest{
		ProducerIds: v.Account.GetProducerIds(),
		All:         web.IsOperator(v.Account),
	})
}

func readImage(ctx context.Context, q *web.Query, request *catalogv1.GetImageRequest) (*web.Reply, error) {
	request.Key = q.ID
	if text := q.Get("w"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || !slices.Contains(imageWidths, n) {
			return nil, web.Invalid("w", "A picture is 320, 800 or 1280 wide.")
		}
		request.Width = int32(n) //nolint:gosec // one of the widths
	}
	answer, err := q.Site.Catalog.GetImage(ctx, request)
	if err != nil {
		return nil, err
	}
	if !slices.Contains(imageTypes, answer.GetContentType()) {
		return nil, fault.Newf(fault.Internal, "internal", "picture %s is of type %q", q.ID,
			answer.GetContentType())
	}
	return &web.Reply{Status: http.StatusOK, ContentType: answer.GetContentType(), Body: answer.GetContent()},
		nil
}
