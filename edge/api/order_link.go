package api

import (
	"net/http"

	"github.com/artisan-eats/artisan/edge/trade"
	"github.com/artisan-eats/artisan/edge/web"
	notifyv1 "github.com/artisan-eats/artisan/gen/artisan/notify/v1"
)

// MailOrderLink is FindOrder for programs.
func MailOrderLink(v *web.Visit) (*web.Reply, error) {
	in, err := v.Object()
	if err != nil {
		return nil, err
	}
	request := &notifyv1.MailOrderLinkRequest{
		Number: in.Need("number", trade.MaxNumberTyped),
		Email:  in.Need("email", 254),
	}
	if err := in.Done(); err != nil {
		return nil, err
	}
	if _, err := v.Site.Notify.MailOrderLink(v.Context(), request); err != nil {
		return nil, err
	}
	return web.JSON(http.StatusAccepted, checkMail)
}
