package goods

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/artisan-eats/artisan/edge/page"
	"github.com/artisan-eats/artisan/edge/producer"
	"github.com/artisan-eats/artisan/edge/producer/view"
	"github.com/artisan-eats/artisan/edge/web"
	"github.com/artisan-eats/artisan/fault"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
)

// MaxPicture bounds a picture, in bytes, with the form around it.
const MaxPicture = 10<<20 + 64<<10

// maxTrial bounds what comes with a file from a producer who is not approved, in bytes.
const maxTrial = 5<<20 + 64<<10

// UpTo is how much may come with a file: little, as long as the producer is not approved.
func UpTo(limit int64) func(*web.Visit) int64 {
	return func(v *web.Visit) int64 {
		answer, err := v.Site.Catalog.GetProducer(v.Context(),
			&catalogv1.GetProducerRequest{Id: producer.DeskAsked(v)})
		if err != nil || !answer.GetProducer().GetApproved() {
			return min(limit, maxTrial)
		}
		return limit
	}
}

// pictures fills in what a product shows.
func pictures(d *producer.Desk, model *view.ProductForm, p *catalogv1.Product) {
	at := "/producer/products/" + p.GetId() + "/pictures"
	model.AddPicture = d.At(at)
	for i, key := range p.GetImages() {
		shown := view.ShownPicture{
			Key: key, Image: web.ImageURL(key), Alt: alt(p, i), Typed: alt(p, i),
			Action: d.At(at + "/" + key), First: i == 0,
		}
		shown.Differences.MadeFrom = web.MadeFrom(storedAlt(alt(p, i)))
		if typed := model.Picture; typed.Of == key {
			shown.Typed, shown.Wrong, model.Picture = typed.Alt, typed.AltWrong, view.NewPicture{}
			if typed.Differences.MadeFrom != "" {
				shown.Differences = typed.Differences
			}
		}
		model.Pictures = append(model.Pictures, shown)
	}
}

// alt is what a picture of a product shows, in words.
func alt(p *catalogv1.Product, i int) string {
	if i < len(p.GetImageAlts()) {
		return p.GetImageAlts()[i]
	}
	return ""
}

// AddPicture takes a picture in, as another one or instead of one that is there.
func AddPicture(d *producer.Desk) (*web.Reply, error) {
	p, err := product(d, d.Visit.Request.PathValue("id"))
	if err != nil {
		return nil, err
	}
	form, sent, err := d.Visit.Parts()
	picture := view.NewPicture{Alt: strings.TrimSpace(form.Get("alt")), Instead: form.Get("instead")}
	switch {
	case err != nil:
	case len(sent.Content) == 0:
		err = web.Invalid("content", "Choose a picture first.")
	case picture.Alt == "":
		err = web.Invalid("alt", "Say in a few words what it shows. Choose the picture again, too.")
	default:
		err = putPicture(d, p.GetId(), sent.Content, picture)
	}
	if err == nil {
		return web.Redirect(d.At("/producer/products/"+p.GetId()) + "#pictures"), nil
	}
	f := fault.Of(err)
	if f.Kind != fault.Invalid && f.Kind != fault.Conflict {
		return nil, err
	}
	wrong := web.FieldsOf(f)
	if picture.AltWrong = wrong["alt"]; picture.AltWrong == "" {
		picture.Wrong = f.Message
		if wrong["content"] != "" {
			picture.Wrong = wrong["content"]
		}
	}
	return showPictured(d, web.StatusOf(f), p, filledProduct(p), nil, productExtra{picture: picture})
}

// putPicture stores a picture, and lets the one go that it comes instead of.
func putPicture(d *producer.Desk, productID string, content []byte, picture view.NewPicture) error {
	put, err := d.Visit.Site.Catalog.PutImage(d.Visit.Context(),
		&catalogv1.PutImageRequest{ProductId: productID, Content: content, Alt: picture.Alt})
	if err != nil || picture.Instead == "" || picture.Instead == put.GetKey() {
		return err
	}
	_, err = web.Saving(func() (*web.Reply, error) {
		return nil,
			putInstead(d, productID, put.GetKey(), picture)
	})
	return err
}

// putInstead shows a picture in the place of another.
func putInstead(d *producer.Desk, productID, key string, picture view.NewPicture) error {
	p, err := product(d, productID)
	if err != nil {
		return err
	}
	from, to := slices.Index(p.GetImages(), key), slices.Index(p.GetImages(), picture.Instead)
	if from < 0 || to < 0 {
		return nil
	}
	p.Images[to] = key
	p.ImageAlts = alts(p)
	p.ImageAlts[to] = picture.Alt
	p.Images, p.ImageAlts = slices.Delete(p.Images, from, from+1), slices.Delete(p.ImageAlts, from, from+1)
	return showImages(d, p)
}

// alts are what all pictures of a product show, one for each.
func alts(p *catalogv1.Product) []string {
	alts := make([]string, len(p.GetImages()))
	copy(alts, p.GetImageAlts())
	return alts
}

// showImages makes a product's pictures those that it has now.
func showImages(d *producer.Desk, p *catalogv1.Product) error {
	_, err := d.Visit.Site.Catalog.PutProduct(d.Visit.Context(),
		&catalogv1.PutProductRequest{Product: p, ReplaceImages: true, Version: p.GetVersion()})
	return err
}

// ChangePicture says in other words what a picture shows, puts it first, or removes it.
func ChangePicture(d *producer.Desk) (*web.Reply, error) {
	form, err := d.Visit.Form()
	if err != nil {
		return nil, err
	}
	return web.Saving(func() (*web.Reply, error) { return changeShown(d, form) })
}

// changeShown leaves all else of a product as it is.
func changeShown(d *producer.Desk, form url.Values) (*web.Reply, error) {
	p, err := product(d, d.Visit.Request.PathValue("id"))
	if err != nil {
		return nil, err
	}
	at := slices.Index(p.GetImages(), d.Visit.Request.PathValue("key"))
	if at < 0 {
		return nil, web.ErrNoPage
	}
	p.ImageAlts = alts(p)
	now := storedAlt(p.ImageAlts[at])
	web.Choose(form, now)
	typed := strings.TrimSpace(form.Get("alt"))
	if all := web.Differences(form, now, storedAlt(typed)); len(all) > 0 && form.Get("do") != "remove" {
		shown := view.NewPicture{
			Of: d.Visit.Request.PathValue("key"), Alt: typed,
			Differences: page.Differences{MadeFrom: web.MadeFrom(now), Each: all},
		}
		return showPictured(d, http.StatusConflict, p, filledProduct(p),
			map[string]string{"": web.ChangedMeanwhile}, productExtra{picture: shown})
	}
	p.ImageAlts[at] = typed
	key, words := p.Images[at], p.ImageAlts[at]
	if form.Get("do") == "remove" || form.Get("do") == "first" {
		p.Images, p.ImageAlts = slices.Delete(p.Images, at, at+1), slices.Delete(p.ImageAlts, at, at+1)
	}
	if form.Get("do") == "first" {
		p.Images, p.ImageAlts = slices.Insert(p.Images, 0, key), slices.Insert(p.ImageAlts, 0, words)
	}
	if err := showImages(d, p); err != nil {
		f := fault.Of(err)
		if f.Kind != fault.Invalid {
			return nil, err
		}
		return pictureRefused(d, view.NewPicture{Of: key, Alt: form.Get("alt"), AltWrong: f.Message}, f)
	}
	return web.Redirect(d.At("/producer/products/"+p.GetId()) + "#pictures"), nil
}

// storedAlt is what a picture's form has.
func storedAlt(words string) []web.Stored { return []web.Stored{web.Entry("alt", "It shows", words)} }

// pictureRefused shows what was typed for a picture that is there, with why it is not changed.
func pictureRefused(d *producer.Desk, typed view.NewPicture, f *fault.Error) (*web.Reply, error) {
	p, err := product(d, d.Visit.Request.PathValue("id"))
	if err != nil {
		return nil, err
	}
	if len(f.Fields) > 0 {
		typed.AltWrong = f.Fields[0].Message
	}
	return showPictured(d, http.StatusUnprocessableEntity, p, filledProduct(p), nil,
		productExtra{picture: typed})
}
