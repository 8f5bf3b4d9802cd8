package edge

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/artisan-eats/artisan/edge/page"
	"github.com/artisan-eats/artisan/fault"
	catalogv1 "github.com/artisan-eats/artisan/gen/artisan/catalog/v1"
)

// maxPicture bounds a picture, in bytes, with the form around it.
const maxPicture = 10<<20 + 64<<10

// maxTrial bounds what comes with a file from a producer who is not approved, in bytes.
const maxTrial = 5<<20 + 64<<10

// upTo is how much may come with a file: little, as long as the producer is not approved.
func upTo(limit int64) func(*visit) int64 {
	return func(v *visit) int64 {
		answer, err := v.site.catalog.GetProducer(v.Context(), &catalogv1.GetProducerRequest{Id: v.deskAsked()})
		if err != nil || !answer.GetProducer().GetApproved() {
			return min(limit, maxTrial)
		}
		return limit
	}
}

// pictures fills in what a product shows.
func (d *desk) pictures(model *page.ProductForm, p *catalogv1.Product) {
	at := "/producer/products/" + p.GetId() + "/pictures"
	model.AddPicture = d.at(at)
	for i, key := range p.GetImages() {
		shown := page.ShownPicture{Key: key, Image: imageURL(key), Alt: alt(p, i), Typed: alt(p, i), Action: d.at(at + "/" + key), First: i == 0}
		shown.Differences.MadeFrom = madeFrom(storedAlt(alt(p, i)))
		if typed := model.Picture; typed.Of == key {
			shown.Typed, shown.Wrong, model.Picture = typed.Alt, typed.AltWrong, page.NewPicture{}
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

// addPicture takes a picture in, as another one or instead of one that is there.
func (d *desk) addPicture() (*reply, error) {
	p, err := d.product(d.PathValue("id"))
	if err != nil {
		return nil, err
	}
	form, sent, err := d.parts()
	picture := page.NewPicture{Alt: strings.TrimSpace(form.Get("alt")), Instead: form.Get("instead")}
	switch {
	case err != nil:
	case len(sent.content) == 0:
		err = invalid("content", "Choose a picture first.")
	case picture.Alt == "":
		err = invalid("alt", "Say in a few words what it shows. Choose the picture again, too.")
	default:
		err = d.putPicture(p.GetId(), sent.content, picture)
	}
	if err == nil {
		return redirect(d.at("/producer/products/"+p.GetId()) + "#pictures"), nil
	}
	f := fault.Of(err)
	if f.Kind != fault.Invalid && f.Kind != fault.Conflict {
		return nil, err
	}
	wrong := fieldsOf(f)
	if picture.AltWrong = wrong["alt"]; picture.AltWrong == "" {
		picture.Wrong = f.Message
		if wrong["content"] != "" {
			picture.Wrong = wrong["content"]
		}
	}
	return d.showPictured(statusOf(f), p, filledProduct(p), nil, productExtra{picture: picture})
}

// putPicture stores a picture, and lets the one go that it comes instead of.
func (d *desk) putPicture(productID string, content []byte, picture page.NewPicture) error {
	put, err := d.site.catalog.PutImage(d.Context(), &catalogv1.PutImageRequest{ProductId: productID, Content: content, Alt: picture.Alt})
	if err != nil || picture.Instead == "" || picture.Instead == put.GetKey() {
		return err
	}
	_, err = saving(func() (*reply, error) { return nil, d.putInstead(productID, put.GetKey(), picture) })
	return err
}

// putInstead shows a picture in the place of another.
func (d *desk) putInstead(productID, key string, picture page.NewPicture) error {
	p, err := d.product(productID)
	if err != nil {
		return err
	}
	from, to := slices.Index(p.GetImages(), key), slices.Index(p.GetImages(), picture.Instead)
	if from < 0 || to < 0 {
		return nil
	}
	p.Images[to] = key
	p.ImageAlts = d.alts(p)
	p.ImageAlts[to] = picture.Alt
	p.Images, p.ImageAlts = slices.Delete(p.Images, from, from+1), slices.Delete(p.ImageAlts, from, from+1)
	return d.showImages(p)
}

// alts are what all pictures of a product show, one for each.
func (d *desk) alts(p *catalogv1.Product) []string {
	alts := make([]string, len(p.GetImages()))
	copy(alts, p.GetImageAlts())
	return alts
}

// showImages makes a product's pictures those that it has now.
func (d *desk) showImages(p *catalogv1.Product) error {
	_, err := d.site.catalog.PutProduct(d.Context(), &catalogv1.PutProductRequest{Product: p, ReplaceImages: true, Version: p.GetVersion()})
	return err
}

// changePicture says in other words what a picture shows, puts it first, or removes it.
func (d *desk) changePicture() (*reply, error) {
	form, err := d.form()
	if err != nil {
		return nil, err
	}
	return saving(func() (*reply, error) { return d.changeShown(form) })
}

// changeShown leaves all else of a product as it is.
func (d *desk) changeShown(form url.Values) (*reply, error) {
	p, err := d.product(d.PathValue("id"))
	if err != nil {
		return nil, err
	}
	at := slices.Index(p.GetImages(), d.PathValue("key"))
	if at < 0 {
		return nil, errNoPage
	}
	p.ImageAlts = d.alts(p)
	now := storedAlt(p.ImageAlts[at])
	choose(form, now)
	typed := strings.TrimSpace(form.Get("alt"))
	if all := differences(form, now, storedAlt(typed)); len(all) > 0 && form.Get("do") != "remove" {
		shown := page.NewPicture{Of: d.PathValue("key"), Alt: typed, Differences: page.Differences{MadeFrom: madeFrom(now), Each: all}}
		return d.showPictured(http.StatusConflict, p, filledProduct(p), map[string]string{"": changedMeanwhile}, productExtra{picture: shown})
	}
	p.ImageAlts[at] = typed
	key, words := p.Images[at], p.ImageAlts[at]
	if form.Get("do") == "remove" || form.Get("do") == "first" {
		p.Images, p.ImageAlts = slices.Delete(p.Images, at, at+1), slices.Delete(p.ImageAlts, at, at+1)
	}
	if form.Get("do") == "first" {
		p.Images, p.ImageAlts = slices.Insert(p.Images, 0, key), slices.Insert(p.ImageAlts, 0, words)
	}
	if err := d.showImages(p); err != nil {
		f := fault.Of(err)
		if f.Kind != fault.Invalid {
			return nil, err
		}
		return d.pictureRefused(page.NewPicture{Of: key, Alt: form.Get("alt"), AltWrong: f.Message}, f)
	}
	return redirect(d.at("/producer/products/"+p.GetId()) + "#pictures"), nil
}

// storedAlt is what a picture's form has.
func storedAlt(words string) []stored { return []stored{entry("alt", "It shows", words)} }

// pictureRefused shows what was typed for a picture that is there, with why it is not changed.
func (d *desk) pictureRefused(typed page.NewPicture, f *fault.Error) (*reply, error) {
	p, err := d.product(d.PathValue("id"))
	if err != nil {
		return nil, err
	}
	if len(f.Fields) > 0 {
		typed.AltWrong = f.Fields[0].Message
	}
	return d.showPictured(http.StatusUnprocessableEntity, p, filledProduct(p), nil, productExtra{picture: typed})
}
